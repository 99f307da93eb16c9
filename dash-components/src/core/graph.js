import { ChartPane } from "../../../dash-runtime/client/chart_canvas.js";
import { colourAt } from "../../../dash-runtime/client/chart_colours.js";
import {
  axesOf,
  pointsOf,
  Readings,
  readingWords,
  selectionOf,
} from "../../../dash-runtime/client/chart_figure.js";
import { readByKey } from "../../../dash-runtime/client/chart_keys.js";
import { Component, define } from "../../../dash-runtime/client/element.js";

/** @import { Place } from "../../../dash-runtime/client/chart_figure.js" */

/** As many items as the server keeps for clients that connect later. */
const GRAPH_RING = 2000;
/** The shortest time between two hovers that are sent, in milliseconds. */
const GRAPH_REST = 100;
/** The time until the library is loaded again, in milliseconds. */
const GRAPH_AGAIN = 5_000;
/** The colours of the theme for series. */
const GRAPH_COLOURS = 10;

/**
 * @typedef {Record<string, any>} Trace
 * @typedef {{ data: Trace[], layout: Record<string, any>, config: Record<string, any> }} Figure
 * @typedef {number | string | null} Cell
 * @typedef {{ trace: number, x: Cell[], y: Cell[], restart: boolean }} Points
 * @typedef {{ text: string, muted: string, line: string, ground: string, font: string, series: string[] }} Look
 */

/** The types that WebGL draws with compiled code, which the page's policy forbids, and what draws the same without. */
const GRAPH_INSTEAD = new Map([
  ["scattergl", "scatter"],
  ["scatterpolargl", "scatterpolar"],
]);
/** The types that need such code, or other servers, and cannot be replaced. */
const GRAPH_NEVER = /^(splom|parcoords|(scatter|choropleth|density)map(box)?)$/;

/**
 * The traces with types that the page can draw, in their places. Those that it cannot draw are not visible.
 * @param {Trace[]} data
 * @returns {{ traces: Trace[], lost: string[] }} also the types that cannot be drawn
 */
export function drawable(data) {
  /** @type {Set<string>} */
  const lost = new Set();
  const traces = data.map((trace) => {
    const type = String(trace?.type ?? "scatter");
    if (!GRAPH_NEVER.test(type)) return { ...trace, type: GRAPH_INSTEAD.get(type) ?? type };
    lost.add(type);
    return { type: "scatter", visible: false };
  });
  return { traces, lost: [...lost] };
}

/**
 * A copy that plotly.js may write into. It writes into objects and never into lists of values, so these stay the same. From
 * that it also sees which of them have changed.
 * @param {any} value
 * @returns {any}
 */
function ownCopy(value) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, ownCopy(inner)]));
  }
  const [first] = value;
  const isOfObjects = typeof first === "object" && first !== null && !Array.isArray(first);
  return isOfObjects ? value.map(ownCopy) : value;
}

/** @param {unknown} values @returns {readonly Cell[]} */
function cellsOf(values) {
  return Array.isArray(values) ? values : [];
}

/**
 * The points that were added to a trace.
 * @typedef {object} Grown
 * @property {Cell[]} x
 * @property {Cell[]} y
 * @property {number} from  those before are dropped
 * @property {number[]} counts  of the points of each item since the last restart
 * @property {number} before  the number of items before the last restart that are still kept
 * @property {boolean} restarted  whether the first of `counts` is a restart
 * @property {{ keep: number, x: Cell[], y: Cell[] } | null} shown  null: changed since it was drawn
 */

/** The traces of a figure with the points that were added to them. A drawing costs what has changed since the last one. */
export class GrownTraces {
  /** @type {Trace[]} */
  #data = [];
  /** The traces of the items that are kept, oldest first. @type {number[]} */
  #items = [];
  /** @type {Map<number, Grown>} */
  #grown = new Map();
  #ring;

  /** @param {number} ring  how many items are kept */
  constructor(ring = GRAPH_RING) {
    this.#ring = ring;
  }

  /** Another figure, below the same points. @param {Trace[]} data  nothing is written into it */
  over(data) {
    this.#data = data;
    for (const grown of this.#grown.values()) grown.shown = null;
  }

  /** No point was added. */
  reset() {
    this.#items = [];
    this.#grown.clear();
  }

  /** @param {readonly Points[]} items  oldest first */
  add(items) {
    for (const item of items) this.#add(item);
    for (const trace of this.#items.splice(0, this.#items.length - this.#ring)) this.#drop(trace);
  }

  /** @param {Points} item */
  #add({ trace, x, y, restart }) {
    /** @type {Grown} */
    const grown = this.#grown.get(trace) ?? {
      x: [],
      y: [],
      from: 0,
      counts: [],
      before: 0,
      restarted: false,
      shown: null,
    };
    this.#grown.set(trace, grown);
    this.#items.push(trace);
    grown.shown = null;
    if (restart) {
      grown.before += grown.counts.length;
      Object.assign(grown, { x: [], y: [], from: 0, counts: [], restarted: true });
    }
    grown.counts.push(x.length);
    for (const [at, value] of x.entries()) {
      grown.x.push(value);
      grown.y.push(y[at] ?? null);
    }
  }

  /** The oldest item of a trace is not kept any more. @param {number} trace */
  #drop(trace) {
    const grown = this.#grown.get(trace);
    if (!grown) return;
    grown.shown = null;
    if (grown.before > 0) {
      grown.before -= 1;
      return;
    }
    grown.restarted = false;
    grown.from += grown.counts.shift() ?? 0;
    if (grown.counts.length === 0) this.#grown.delete(trace);
    // The lists are cut from time to time, because a cut costs as much as they are long.
    if (2 * grown.from <= grown.x.length) return;
    grown.x.splice(0, grown.from);
    grown.y.splice(0, grown.from);
    grown.from = 0;
  }

  /**
   * What plotly.js is given. It may write into it.
   * @param {number} keep  the newest so many points of each trace that has grown
   * @returns {Trace[]}
   */
  traces(keep) {
    const most = Math.max(1, keep);
    return this.#data.map((trace, at) => {
      const grown = this.#grown.get(at);
      if (!grown) return ownCopy(trace);
      if (grown.shown?.keep !== most) grown.shown = { keep: most, ...this.#newest(trace, grown, most) };
      const { x, y } = grown.shown;
      return ownCopy({ ...trace, x, y });
    });
  }

  /** @param {Trace} trace @param {Grown} grown @param {number} most */
  #newest(trace, { x, y, from, restarted }, most) {
    const room = restarted ? 0 : Math.max(0, most - (x.length - from));
    const ends = { x: x.slice(Math.max(from, x.length - most)), y: y.slice(Math.max(from, y.length - most)) };
    if (room === 0) return ends;
    const below = cellsOf(trace.y).slice(-room);
    // A trace without x has the places of its points there.
    const first = cellsOf(trace.y).length - below.length;
    const places = trace.x === undefined ? below.map((_, at) => first + at) : cellsOf(trace.x).slice(-room);
    return { x: [...places, ...ends.x], y: [...below, ...ends.y] };
  }
}

/**
 * What a figure has where it says nothing itself: the colours and the font of the page.
 * @param {Look} look
 */
export function templateOf({ text, muted, line, ground, font, series }) {
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const scale = steps.map((share) => [share, `rgb(${colourAt(share).join(",")})`]);
  const clear = "rgba(0,0,0,0)";
  const axis = {
    automargin: true,
    gridcolor: line,
    linecolor: line,
    tickcolor: line,
    zerolinecolor: line,
    title: { font: { size: 12, color: muted }, standoff: 8 },
  };
  const part = { bgcolor: clear, gridcolor: line, linecolor: line };
  const bar = { outlinewidth: 0, thickness: 12, tickcolor: line };
  // The colours of series are as far from the ground in each theme as those of texts.
  const inside = { insidetextfont: { color: ground } };
  const surface = { colorbar: bar, colorscale: scale };
  return {
    layout: {
      // That of its place. plotly.js takes colours for texts that can be read on it.
      paper_bgcolor: ground,
      plot_bgcolor: clear,
      font: { family: font, size: 12, color: muted },
      title: { font: { size: 14, color: text }, x: 0, xref: "container", xanchor: "left" },
      colorway: series,
      colorscale: { sequential: scale },
      xaxis: axis,
      yaxis: axis,
      polar: { bgcolor: clear, angularaxis: part, radialaxis: part },
      ternary: { bgcolor: clear, aaxis: part, baxis: part, caxis: part },
      legend: {
        bgcolor: clear,
        orientation: "h",
        x: 0,
        y: 0,
        xref: "container",
        yref: "container",
        yanchor: "bottom",
      },
      hoverlabel: { bgcolor: ground, bordercolor: line, font: { family: font, size: 12, color: text } },
      modebar: { bgcolor: clear, color: muted, activecolor: text },
      annotationdefaults: { arrowcolor: muted, font: { color: text } },
      shapedefaults: { line: { color: muted } },
      coloraxis: { colorbar: bar },
    },
    data: {
      heatmap: [surface],
      histogram2d: [surface],
      contour: [{ ...surface, line: { color: line } }],
      pie: [{ ...inside, marker: { line: { color: ground, width: 1 } } }],
      bar: [{ ...inside, marker: { line: { width: 0 } } }],
      funnel: [inside],
      sunburst: [inside],
      treemap: [inside],
      icicle: [inside],
      table: [
        {
          header: { fill: { color: ground }, line: { color: line }, font: { color: text } },
          cells: { fill: { color: clear }, line: { color: line }, font: { color: text } },
        },
      ],
    },
  };
}

/**
 * The layout as it is given to plotly.js, which writes into it. So it is a copy.
 * @param {Record<string, any>} layout  of the figure
 * @param {{ look: Look, width: number, height: number, touch: boolean, calm: boolean }} place
 * @returns {Record<string, any>}
 */
export function layoutFor(layout, { look, width, height, touch, calm }) {
  const own = structuredClone(layout);
  // Animations are for people who want them.
  if (calm) delete own.transition;
  const title = typeof own.title === "string" ? own.title : own.title?.text;
  return {
    template: templateOf(look),
    // What a viewer has zoomed stays, as long as this stays.
    uirevision: "page",
    margin: { l: 48, r: 12, t: title ? 44 : 12, b: 40, pad: 0 },
    // A finger that scrolls the page would zoom.
    ...(touch ? { dragmode: false } : {}),
    ...own,
    autosize: false,
    width,
    height,
  };
}

/**
 * @param {Record<string, any>} config  of the figure
 * @param {boolean} touch  where the buttons would always cover a part of the figure
 * @returns {Record<string, any>}
 */
export function configFor(config, touch) {
  const removed = Array.isArray(config.modeBarButtonsToRemove) ? config.modeBarButtonsToRemove : [];
  return {
    ...(touch ? { displayModeBar: false } : {}),
    ...structuredClone(config),
    responsive: false,
    // These make markup of texts, which the page does not allow.
    displaylogo: false,
    showTips: false,
    modeBarButtonsToRemove: [...removed, "toImage", "sendDataToCloud"],
    showSendToCloud: false,
    showEditInChartStudio: false,
    plotlyServerURL: "",
  };
}

/** @type {any} the library, when it is there */
let plotly = null;
/** @type {Promise<void> | null} */
let loading = null;
let loads = 0;

/** Loads the library once. */
function loadPlotly() {
  loading ??= (async () => {
    allowStyles();
    // A browser may remember that an address did not answer.
    const again = loads++ === 0 ? "" : `?again=${loads}`;
    await import(new URL(`./plotly.js${again}`, import.meta.url).href);
    plotly = /** @type {any} */ (globalThis).Plotly;
    plotly.setPlotConfig({ logging: 0 });
  })();
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/**
 * The page's policy forbids style elements and style attributes. plotly.js makes both, with rules and texts of its own.
 * Both are given to the browser in the ways that the policy allows for scripts.
 */
function allowStyles() {
  const id = "plotly.js-style-global";
  if (document.getElementById(id)) return;
  // plotly.js adds its rules to the sheet of the element with this id.
  const sheet = new CSSStyleSheet();
  document.head.append(Object.assign(document.createElement("meta"), { id, sheet }));
  document.adoptedStyleSheets.push(sheet);
  SVGElement.prototype.setAttribute = function setAttribute(name, value) {
    if (name === "style") this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
}

/** Whether events reach the server now. Nobody misses what is not reported while the link is away. */
function isLinked() {
  return !["lost", "disconnected", "connecting"].includes(document.documentElement.dataset.link ?? "");
}

/** `<dd-graph>`: any figure of plotly. */
export class DdGraph extends Component {
  /** @type {HTMLElement | null} */
  #box = null;
  /** @type {HTMLElement | null} */
  #plot = null;
  /** @type {ChartPane | null} */
  #pane = null;
  /** Whether plotly.js has drawn into the plot. */
  #drawn = false;
  /** Whether it tells its events. It does so from its first figure without an error on. */
  #listens = false;
  #grown = new GrownTraces();
  /** The figure that is drawn, and the types in it that cannot be. @type {Figure | null} */
  #figure = null;
  /** @type {string[]} */
  #lost = [];
  #readings = new Readings();
  /** The points under the pointer, as text, and when they were sent. */
  #hovered = "[]";
  #told = Number.NEGATIVE_INFINITY;
  #timer = 0;
  /** The point that a person reads with keys. @type {Place | null} */
  #place = null;

  mount() {
    this.#box = this.querySelector(".dd-graph-box");
    this.#plot = this.querySelector(".dd-graph-plot");
    if (!this.#box || !this.#plot) return;
    this.#pane = new ChartPane(this.#plot);
    // The library is not loaded for what nobody sees.
    this.#pane.visible = false;
    this.#pane.paint = (width, height) => this.#paint(width, height);
    if (this.isConnected) this.#pane.attach();
    this.#pane.request();
    const reading = { step: this.#step.bind(this), leave: () => this.#read(null) };
    const keys = /** @type {HTMLElement | null} */ (this.querySelector(".dd-graph-keys"));
    keys?.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#press();
      else readByKey(event, this, reading);
    });
    keys?.addEventListener("blur", () => this.#read(null));
  }

  /** Where a browser cannot move an element, a list of rows takes it away and puts it back. */
  connectedCallback() {
    this.#pane?.attach();
    super.connectedCallback();
    if (!this.#drawn) this.#pane?.request();
  }

  disconnectedCallback() {
    this.#pane?.detach();
    clearTimeout(this.#timer);
    super.disconnectedCallback();
    setTimeout(() => {
      if (!this.isConnected) this.#purge();
    });
  }

  update() {
    this.#pane?.request();
  }

  /**
   * @param {string} name
   * @param {any} items
   * @param {any} reset
   */
  append(name, items, reset) {
    if (name !== "extend") return;
    if (reset) this.#grown.reset();
    this.#grown.add(items);
    this.#pane?.request();
  }

  #purge() {
    if (this.#drawn) plotly.purge(this.#plot);
    this.#drawn = false;
    this.#listens = false;
  }

  /** @param {string} text  empty: the figure is there */
  #note(text) {
    const note = /** @type {HTMLElement | null} */ (this.querySelector(".dd-graph-note"));
    if (!note) return;
    note.hidden = text === "";
    if (text !== "") note.textContent = text;
  }

  /** @returns {Look} */
  #look() {
    const style = getComputedStyle(/** @type {HTMLElement} */ (this.#box));
    const series = Array.from({ length: GRAPH_COLOURS }, (_, at) =>
      style.getPropertyValue(`--dd-series-${at + 1}`).trim(),
    );
    return {
      text: style.caretColor,
      muted: style.color,
      line: style.borderTopColor,
      ground: style.backgroundColor,
      font: style.fontFamily,
      series,
    };
  }

  #load() {
    loadPlotly().then(
      () => this.#pane?.request(),
      () => {
        this.#note("The figure cannot be shown yet: plotly.js could not be loaded. It is tried again.");
        setTimeout(() => this.#pane?.request(), GRAPH_AGAIN);
      },
    );
  }

  /**
   * @param {number} width  in CSS pixels
   * @param {number} height
   */
  #paint(width, height) {
    const plot = /** @type {any} */ (this.#plot);
    if (!plotly) {
      this.#load();
      return;
    }
    if (!this.isConnected) return;
    /** @type {{ figure?: Figure, keep?: number }} */
    const { figure = { data: [], layout: {}, config: {} }, keep = 1 } = this.props;
    const place = {
      look: this.#look(),
      width,
      height,
      touch: matchMedia("(hover: none)").matches,
      calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
    };
    this.#drawn = true;
    const failed = (/** @type {unknown} */ error) => {
      this.#note(`The figure cannot be drawn: ${error instanceof Error ? error.message : error}`);
    };
    try {
      if (figure !== this.#figure) {
        const { traces, lost } = drawable(figure.data);
        this.#grown.over(traces);
        [this.#figure, this.#lost] = [figure, lost];
      }
      const lost = this.#lost.join(", ");
      const data = this.#grown.traces(keep);
      const layout = layoutFor(figure.layout, place);
      const note = lost === "" ? "" : `This page cannot draw traces of the type ${lost}.`;
      plotly.react(plot, data, layout, configFor(figure.config, place.touch)).then(() => {
        this.#note(note);
        if (this.#place) this.#mark();
      }, failed);
      if (!this.#listens) this.#listen(plot);
      this.#listens = true;
    } catch (error) {
      failed(error);
    }
  }

  /** The traces as they are drawn: with the points that were added, and without those that a viewer has switched off. */
  get #traces() {
    const plot = /** @type {any} */ (this.#plot);
    return this.#drawn ? (plot.data ?? []) : [];
  }

  /** The point that is read, if it is still there. */
  get #reading() {
    return this.#readings.at(this.#traces, this.#place);
  }

  /** @param {number} across @param {number} up */
  #step(across, up) {
    this.#read(this.#readings.next(this.#traces, this.#place, across, up));
    const [place, reading] = [this.#place, this.#reading];
    return place && reading ? readingWords(this.#traces[place.trace], place.trace, reading) : null;
  }

  /** @param {Place | null} place */
  #read(place) {
    if (!place && !this.#place) return;
    this.#place = place;
    this.#mark();
  }

  /** Shows the point that is read as plotly.js shows one under the pointer. It does so in planes only. */
  #mark() {
    const [place, reading] = [this.#place, this.#reading];
    if (!this.#drawn) return;
    if (!place || reading?.index === undefined) plotly.Fx.unhover(this.#plot);
    else if (reading.index !== null)
      plotly.Fx.hover(this.#plot, [{ curveNumber: place.trace, pointNumber: reading.index }]);
  }

  /** A click on the point that is read. */
  #press() {
    const [place, reading] = [this.#place, this.#reading];
    if (!place || !reading || this.props.disabled) return;
    const { index, x, y, value, label } = reading;
    const point = { curveNumber: place.trace, pointNumber: index, data: this.#traces[place.trace] };
    this.send("click", pointsOf([{ ...point, x, y, value, label }]));
  }

  /** @param {any} plot */
  #listen(plot) {
    plot.on("plotly_click", (/** @type {any} */ { points }) => {
      if (!this.props.disabled) this.send("click", pointsOf(points));
    });
    plot.on("plotly_hover", (/** @type {any} */ { points }) => this.#hover(pointsOf(points)));
    plot.on("plotly_unhover", () => this.#hover([]));
    plot.on("plotly_selected", (/** @type {any} */ event) => this.#report("select", selectionOf(event)));
    plot.on("plotly_deselect", () => this.#report("select", selectionOf(undefined)));
    plot.on("plotly_relayout", (/** @type {any} */ change) => {
      const axes = axesOf(change);
      if (axes.length > 0) this.#report("relayout", axes);
    });
  }

  /**
   * @param {string} name
   * @param {unknown} payload
   */
  #report(name, payload) {
    if (!this.props.disabled && isLinked()) this.send(name, payload);
  }

  /** @param {ReturnType<typeof pointsOf>} points */
  #hover(points) {
    clearTimeout(this.#timer);
    const tell = () => {
      const text = JSON.stringify(points);
      if (text === this.#hovered) return;
      this.#hovered = text;
      this.#told = performance.now();
      this.#report("hover", points);
    };
    const wait = this.#told + GRAPH_REST - performance.now();
    if (wait <= 0) tell();
    else this.#timer = setTimeout(tell, wait);
  }
}

define("dd-graph", DdGraph);
