// The place of a chart, and the canvas in it. It is drawn at most once per frame, only after a change, and only while somebody
// can see it. A canvas cannot use CSS variables, so its colours are read from the computed style.

/** @import { Palette } from "./chart_axis.js" */

/** The custom properties with the colours of the tones, and of what is measured. */
const TONES = { ok: "ok", warn: "warn", bad: "bad", accent: "accent", neutral: "muted", ink: "ink" };

/** What is drawn in the document. It is redrawn when the theme or the pixel density changes. */
const panes = /** @type {Set<ChartPane>} */ (new Set());
let watches = false;

/** Starts to watch once, with the first pane. */
function watchLooks() {
  if (watches) return;
  watches = true;
  const redraw = () => {
    for (const pane of panes) pane.restyle();
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

export class ChartPane {
  /** What was read from the styles of the page. Null: nothing yet. @type {any} */
  looks = null;
  #frame = 0;
  /** Whether somebody can see it, as far as the browser has said. */
  visible = true;
  #dirty = false;

  /**
   * @param {HTMLElement} plot
   */
  constructor(plot) {
    this.plot = plot;
    new ResizeObserver(() => this.request()).observe(plot);
    new IntersectionObserver((entries) => {
      // Several changes may come at once, the newest last.
      this.visible = entries.at(-1)?.isIntersecting ?? true;
      if (this.visible && this.#dirty) this.request();
    }).observe(plot);
    watchLooks();
  }

  /** The chart is in the document. */
  attach() {
    panes.add(this);
  }

  /** The chart has left the document. */
  detach() {
    panes.delete(this);
  }

  /** Something that is drawn has changed. */
  request() {
    this.#dirty = true;
    if (this.#frame !== 0 || !this.visible) return;
    // A hidden tab gets no animation frames, so it draws nothing.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const { clientWidth, clientHeight } = this.plot;
      if (clientWidth === 0 || clientHeight === 0) return;
      this.#dirty = false;
      this.paint(clientWidth, clientHeight);
    });
  }

  /** The colours may have changed. */
  restyle() {
    this.looks = null;
    this.request();
  }

  /**
   * Draws everything. Sizes are in CSS pixels, and never 0.
   * @param {number} _width
   * @param {number} _height
   */
  paint(_width, _height) {
    // For each kind of chart.
  }
}

export class ChartCanvas extends ChartPane {
  #canvas;
  #series;
  #draw;

  /**
   * @param {HTMLElement} plot  has the canvas in it, and the colours: text, lines (border), cursor (caret), background
   * @param {() => Iterable<Element>} series  the entries of the legend: what is before each has the colour of its line
   * @param {(context: CanvasRenderingContext2D, width: number, height: number, unit: number) => void} draw  draws
   *   everything on an empty canvas. Sizes are in device pixels, and `unit` is their number per CSS pixel
   */
  constructor(plot, series, draw) {
    super(plot);
    this.#canvas = plot.querySelector("canvas");
    this.#series = series;
    this.#draw = draw;
  }

  /** @returns {Palette} */
  get palette() {
    if (this.looks) return this.looks;
    const plot = getComputedStyle(this.plot);
    this.looks = {
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
    return this.looks;
  }

  /**
   * @param {number} across  in CSS pixels
   * @param {number} down
   */
  paint(across, down) {
    const canvas = this.#canvas;
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const unit = devicePixelRatio;
    const width = Math.round(across * unit);
    const height = Math.round(down * unit);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else {
      context.clearRect(0, 0, width, height);
    }
    this.#draw(context, width, height, unit);
  }
}
