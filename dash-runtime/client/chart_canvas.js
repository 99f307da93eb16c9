// The canvas of a chart. It draws at most once per frame, only after a change, and only while somebody can see it. A
// canvas cannot use CSS variables, so its colours are read from the computed style.

/** @import { Palette } from "./chart_axis.js" */

/** The custom properties with the colours of the tones, and of what is measured. */
const TONES = { ok: "ok", warn: "warn", bad: "bad", accent: "accent", neutral: "muted", ink: "ink" };

/** The canvases in the document. They are redrawn when the theme or the pixel density changes. */
const canvases = /** @type {Set<ChartCanvas>} */ (new Set());
let watches = false;

/** Starts to watch once, with the first chart. */
function watchLooks() {
  if (watches) return;
  watches = true;
  const redraw = () => {
    for (const canvas of canvases) canvas.restyle();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, {
    attributeFilter: ["data-theme", "class"],
  });
  const watchPixels = () => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        redraw();
        watchPixels();
      },
      { once: true },
    );
  };
  watchPixels();
}

export class ChartCanvas {
  #plot;
  #canvas;
  #series;
  #draw;
  /** @type {Palette | null} */
  #palette = null;
  #frame = 0;
  #visible = true;
  #dirty = false;

  /**
   * @param {HTMLElement} plot  has the canvas in it, and the colours: text, lines (border), cursor (caret), background
   * @param {() => Iterable<Element>} series  the entries of the legend: what is before each has the colour of its line
   * @param {(context: CanvasRenderingContext2D, width: number, height: number, unit: number) => void} draw  draws
   *   everything on an empty canvas. Sizes are in device pixels, and `unit` is their number per CSS pixel
   */
  constructor(plot, series, draw) {
    this.#plot = plot;
    this.#canvas = plot.querySelector("canvas");
    this.#series = series;
    this.#draw = draw;
    new ResizeObserver(() => this.request()).observe(plot);
    new IntersectionObserver((entries) => {
      // Several changes may come at once, the newest last.
      this.#visible = entries.at(-1)?.isIntersecting ?? true;
      if (this.#visible && this.#dirty) this.request();
    }).observe(plot);
    watchLooks();
  }

  /** The chart is in the document. */
  attach() {
    canvases.add(this);
  }

  /** The chart has left the document. */
  detach() {
    canvases.delete(this);
  }

  /** Something that is drawn has changed. */
  request() {
    this.#dirty = true;
    if (this.#frame !== 0 || !this.#visible) return;
    // A hidden tab gets no animation frames, so it draws nothing.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /** The colours may have changed. */
  restyle() {
    this.#palette = null;
    this.request();
  }

  /** @returns {Palette} */
  get palette() {
    if (this.#palette) return this.#palette;
    const plot = getComputedStyle(this.#plot);
    this.#palette = {
      text: plot.color,
      line: plot.borderTopColor,
      cursor: plot.caretColor,
      ground: plot.backgroundColor,
      font: plot.fontFamily,
      series: [...this.#series()].map((entry) => getComputedStyle(entry, "::before").backgroundColor),
      tones: Object.fromEntries(
        Object.entries(TONES).map(([tone, name]) => [tone, plot.getPropertyValue(`--dd-${name}`).trim()]),
      ),
    };
    return this.#palette;
  }

  #paint() {
    const canvas = this.#canvas;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const unit = devicePixelRatio;
    const width = Math.round(this.#plot.clientWidth * unit);
    const height = Math.round(this.#plot.clientHeight * unit);
    if (width === 0 || height === 0) return;
    this.#dirty = false;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else {
      context.clearRect(0, 0, width, height);
    }
    this.#draw(context, width, height, unit);
  }
}
