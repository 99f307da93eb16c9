import { axisLabels } from "../../../dash-runtime/client/chart_axis.js";
import { ChartCanvas } from "../../../dash-runtime/client/chart_canvas.js";
import { drawAxes, drawCursor, drawGaps, drawLines } from "../../../dash-runtime/client/chart_draw.js";
import { ChartRing } from "../../../dash-runtime/client/chart_ring.js";
import { valueAxis } from "../../../dash-runtime/client/chart_scale.js";
import { sampleTime } from "../../../dash-runtime/client/chart_time.js";
import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { extras } from "../../../dash-runtime/client/extras.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/** @import { ChartPast, Span } from "../../../dash-runtime/client/chart_past.js" */
/** @import { View } from "../../../dash-runtime/client/chart_draw.js" */
/** @import { Sample } from "../../../dash-runtime/client/chart_ring.js" */
/** @import { Axis } from "../../../dash-runtime/client/chart_scale.js" */

/**
 * @typedef {{ name: string, unit: string, digits: number | null, colour: number | null }} Series
 * @typedef {{ series: Series[], window: number, min: number | null, max: number | null, gap: number | null,
 *   label: string }} TrendProps
 */

/** The number of samples that the server keeps. With the same number, old and new pages show the same. */
const TREND_RING = 2000;

/** The shortest time between two changes of the legend's numbers, in milliseconds, so that a user can read them. */
const TREND_LEGEND_REST = 100;

/** `<dd-trend>`: a line chart of the last seconds. */
export class DdTrend extends Component {
  /** @type {HTMLElement | null} */
  #plot = null;
  /** @type {ChartCanvas | null} */
  #canvas = null;
  #live = new ChartRing(0, TREND_RING);
  #thinned = new Int32Array(4 * TREND_RING);
  /** What the server has kept, if it keeps something. @type {ChartPast | null} */
  #past = null;
  /** The pointers that move the shown span, with their places in CSS pixels. @type {Map<number, number>} */
  #grips = new Map();
  /** Whether the pointer has moved far enough to move the span. */
  #moves = false;
  /** @type {View | null} */
  #view = null;
  /** The width of the value axis' labels in CSS pixels. It never shrinks while data moves. */
  #gutter = 24;
  #legendAt = 0;
  #legendTimer = 0;
  /** The position at which values are read, as a share of the plot's width. @type {number | null} */
  #cursor = null;

  mount() {
    this.#plot = this.querySelector(".dd-trend-plot");
    this.#live = new ChartRing(this.#props.series.length, TREND_RING);
    if (!this.#plot) return;
    this.#past = extras.past?.(this.id, () => this.#request()) ?? null;
    if (this.#past) this.#openPast(this.#plot);
    this.#canvas = new ChartCanvas(
      this.#plot,
      () => this.querySelectorAll(".dd-trend-legend > li"),
      (context, width, height, unit) => this.#draw(context, width, height, unit),
    );
    if (this.isConnected) this.#canvas.attach();
    this.#plot.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.#plot.addEventListener("pointerdown", (event) => this.#point(event.offsetX));
    this.#plot.addEventListener("pointerleave", () => this.#leave());
    this.#plot.addEventListener("blur", () => this.#leave());
    this.#plot.addEventListener("keydown", (event) => this.#key(event));
  }

  connectedCallback() {
    this.#canvas?.attach();
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#canvas?.detach();
    super.disconnectedCallback();
  }

  /** @param {string} name */
  update(name) {
    if (name === "series") this.#relist();
    if (name === "label") this.#rename();
    this.#gutter = 24;
    this.#request();
  }

  #rename() {
    const { label } = this.#props;
    const caption = this.querySelector(".dd-label");
    if (caption) caption.textContent = label;
    const keys = this.#past
      ? " Page Up and Page Down go through the past, plus and minus change its span."
      : "";
    const chart = `${label || wordsOf(this)}: chart. Arrow keys read values.${keys}`;
    this.querySelector(".dd-trend-plot")?.setAttribute("aria-label", chart);
  }

  /**
   * @param {string} _name
   * @param {Sample[]} items
   * @param {boolean} reset
   */
  append(_name, items, reset) {
    if (reset) this.#live.clear();
    for (const sample of items) this.#live.push(sample);
    this.#past?.follow(items);
    this.#request();
  }

  get #props() {
    return /** @type {TrendProps} */ (this.props);
  }

  /** The samples that are drawn: the newest ones, or those of the past as soon as they are here. */
  get #ring() {
    return (this.#past?.span && this.#past.ring) || this.#live;
  }

  /** The span that is shown, also if it is not drawn yet. @returns {Span} */
  #span() {
    const end = this.#view?.end ?? this.#newest();
    return this.#past?.span ?? { start: this.#view?.start ?? end - this.#props.window, end };
  }

  /** The time of the newest sample. */
  #newest() {
    const { start, end, times } = this.#live;
    return end === start ? Date.now() / 1000 : /** @type {number} */ (times[end - 1]);
  }

  /**
   * The gestures through the past. A wheel without a key scrolls the page, unless the chart has the focus.
   * @param {HTMLElement} plot
   */
  #openPast(plot) {
    this.#rename();
    const live = document.createElement("button");
    live.type = "button";
    live.className = "dd-trend-live";
    live.textContent = "Live";
    live.addEventListener("click", () => this.#past?.leave());
    plot.append(live);
    plot.addEventListener("pointerdown", (event) => this.#grip(event));
    plot.addEventListener("pointermove", (event) => this.#pull(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
      plot.addEventListener(end, (event) => this.#letGo(/** @type {PointerEvent} */ (event)));
    plot.addEventListener("dblclick", () => this.#past?.leave());
    plot.addEventListener(
      "wheel",
      (event) => {
        const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
        if (!sideways && !event.ctrlKey && document.activeElement !== plot) return;
        event.preventDefault();
        if (sideways) this.#pan((event.deltaX / plot.clientWidth) * this.#length());
        else this.#zoom(1.2 ** Math.sign(event.deltaY), this.#share(event.offsetX));
      },
      { passive: false },
    );
  }

  /** The length of the shown span, in seconds. */
  #length() {
    const { start, end } = this.#span();
    return end - start;
  }

  /** The place in the plot, as a share of its width. @param {number} offset  in CSS pixels */
  #share(offset) {
    const { left, right, unit } = this.#view?.box ?? { left: 0, right: 1, unit: 1 };
    return Math.min(Math.max((offset * unit - left) / (right - left), 0), 1);
  }

  /** @param {Span} span */
  #show(span) {
    this.#cursor = null;
    this.#past?.show(span, this.#newest(), this.#plot?.clientWidth ?? 1);
  }

  /** @param {number} seconds */
  #pan(seconds) {
    const { start, end } = this.#span();
    this.#show({ start: start + seconds, end: end + seconds });
  }

  /**
   * @param {number} factor  by which the span becomes longer
   * @param {number} share  of the width; the time there stays where it is
   */
  #zoom(factor, share) {
    const { start, end } = this.#span();
    const at = start + share * (end - start);
    this.#show({ start: at - (at - start) * factor, end: at + (end - at) * factor });
  }

  /** @param {PointerEvent} event */
  #grip(event) {
    if (event.button !== 0 || event.target !== this.#plot) return;
    this.#grips.set(event.pointerId, event.clientX);
    this.#moves = this.#grips.size > 1;
  }

  /** @param {PointerEvent} event */
  #pull(event) {
    const before = this.#grips.get(event.pointerId);
    if (before === undefined || !this.#plot || !this.#view) return;
    const moved = event.clientX - before;
    if (!this.#moves && Math.abs(moved) < 4) return;
    this.#moves = true;
    this.#plot.setPointerCapture(event.pointerId);
    const perPixel =
      this.#length() / Math.max((this.#view.box.right - this.#view.box.left) / this.#view.box.unit, 1);
    const other = [...this.#grips].find(([id]) => id !== event.pointerId);
    this.#grips.set(event.pointerId, event.clientX);
    if (!other) {
      this.#pan(-moved * perPixel);
      return;
    }
    // Two fingers: the times below them stay below them.
    const [was, is] = [Math.abs(before - other[1]), Math.abs(event.clientX - other[1])];
    const middle = (event.clientX + other[1]) / 2 - this.#plot.getBoundingClientRect().left;
    if (was > 8 && is > 8) this.#zoom(was / is, this.#share(middle));
  }

  /** @param {PointerEvent} event */
  #letGo(event) {
    this.#grips.delete(event.pointerId);
    if (this.#grips.size === 0) this.#moves = false;
  }

  #request() {
    this.#canvas?.request();
  }

  /** The legend changes with the series. The samples stay, as on a page that is loaded later. */
  #relist() {
    const { series } = this.#props;
    this.#live.show(series.length);
    const entries = series.map(({ name, unit, colour }, index) => {
      const entry = document.createElement("li");
      entry.dataset.colour = String(colour === null ? (index % 10) + 1 : Math.min(Math.max(colour, 1), 10));
      const parts = [
        ["dd-trend-name", name],
        ["dd-trend-value", formatNumber(null)],
        ["dd-unit", unit],
      ];
      for (const [className = "", text = ""] of parts) {
        const part = document.createElement("span");
        part.className = className;
        part.textContent = text;
        entry.append(part);
      }
      return entry;
    });
    this.querySelector(".dd-trend-legend")?.replaceChildren(...entries);
    this.#canvas?.restyle();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   * @param {number} unit
   */
  #draw(context, width, height, unit) {
    const palette = this.#canvas?.palette;
    if (!palette) return;
    const ring = this.#ring;
    ring.show(this.#props.series.length);
    if (this.#thinned.length < 4 * ring.capacity) this.#thinned = new Int32Array(4 * ring.capacity);
    context.font = `${11 * unit}px ${palette.font}`;
    const view = this.#lay(context, width, height, unit);
    this.#view = view;
    this.#tellPast();
    const drawing = { context, view, palette, ring };
    const now = Date.now() / 1000;
    drawGaps(drawing);
    drawAxes(drawing, this.#labels(view.axis), now);
    drawLines(drawing, this.#thinned);
    const at = this.#at();
    if (this.#cursor !== null && at !== null) drawCursor(drawing, at, now);
    this.#offerLegend();
  }

  /**
   * Computes the positions of all parts.
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   * @param {number} unit
   * @returns {View}
   */
  #lay(context, width, height, unit) {
    const { window, min, max, gap } = this.#props;
    const ring = this.#ring;
    const empty = ring.end === ring.start;
    const past = this.#past?.span;
    const newest = empty ? Date.now() / 1000 : /** @type {number} */ (ring.times[ring.end - 1]);
    const end = past?.end ?? newest;
    const start = past?.start ?? end - Math.max(window, 1e-3);
    // One sample before the left edge, so that the line starts outside the plot.
    const first = Math.max(ring.start, ring.find(start) - 1);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    const until = past ? Math.min(ring.find(end) + 1, ring.end) : ring.end;
    for (const column of ring.values) {
      for (let index = first; index < until; index++) {
        const value = /** @type {number} */ (column[index]);
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const top = 8 * unit;
    const bottom = height - 22 * unit;
    const axis = valueAxis(low, high, min, max, Math.max(2, Math.floor((bottom - top) / (34 * unit))));
    for (const text of this.#labels(axis)) {
      const room = Math.ceil(context.measureText(text).width / unit / 4) * 4 + 8;
      if (room > this.#gutter) this.#gutter = room;
    }
    const box = {
      left: Math.round(this.#gutter * unit),
      right: width - Math.round(2 * unit),
      top,
      bottom,
      unit,
    };
    const longest = gap ?? this.#live.usualGap();
    return { box, axis, start, end, first, gap: this.#past && past ? this.#past.gap(longest) : longest };
  }

  /** Says on the chart that it shows the past. */
  #tellPast() {
    if (!this.#past || !this.#plot) return;
    this.#plot.toggleAttribute("data-past", this.#past.span !== null);
    const fault = this.#past.fault;
    if (fault) this.#plot.dataset.fault = `The past cannot be shown: ${fault}`;
    else delete this.#plot.dataset.fault;
  }

  /** The labels of the value axis. If all series have the same unit, the top label has it. @param {Axis} axis */
  #labels(axis) {
    const [first, ...others] = this.#props.series;
    return axisLabels(axis, first && others.every((series) => series.unit === first.unit) ? first.unit : "");
  }

  /** The sample that is read: the one nearest to the cursor, or the newest if there is no cursor. */
  #at() {
    const { start: from, end: to, times } = this.#ring;
    if (from === to) return null;
    if (!this.#view) return to - 1;
    if (this.#cursor === null) {
      const last = Math.min(this.#ring.find(this.#view.end), to - 1);
      return (times[last] ?? 0) > this.#view.end ? Math.max(last - 1, from) : last;
    }
    const { start, end, first } = this.#view;
    const t = start + this.#cursor * (end - start);
    const after = Math.min(this.#ring.find(t), to - 1);
    const before = Math.max(after - 1, first);
    const nearer = t - (times[before] ?? 0) < (times[after] ?? 0) - t ? before : after;
    // The first sample may lie left of the plot.
    return (times[nearer] ?? 0) < start ? Math.min(nearer + 1, to - 1) : nearer;
  }

  /** Updates the legend soon, within its rate limit. */
  #offerLegend() {
    if (this.#legendTimer !== 0) return;
    const wait = this.#cursor === null ? this.#legendAt + TREND_LEGEND_REST - performance.now() : 0;
    if (wait <= 0) {
      this.#drawLegend();
    } else {
      this.#legendTimer = setTimeout(() => {
        this.#legendTimer = 0;
        this.#drawLegend();
      }, wait);
    }
  }

  #drawLegend() {
    this.#legendAt = performance.now();
    const at = this.#at();
    const read = this.#read(at);
    this.querySelectorAll(".dd-trend-value").forEach((part, index) => {
      const text = read[index] ?? "";
      if (part.textContent !== text) part.textContent = text;
    });
  }

  /** The values of a sample as text. @param {number | null} at */
  #read(at) {
    const axis = this.#view?.axis ?? { min: 0, max: 1, step: 1 };
    const digits = Math.min(Math.max(1 - Math.floor(Math.log10(axis.step) + 1e-9), 0), 12);
    const means = at === null || !this.#past?.span ? null : this.#past.read(at);
    return this.#props.series.map((series, index) => {
      const value = at === null ? null : means ? means[index] : this.#ring.values[index]?.[at];
      return formatNumber(value, series.digits ?? digits);
    });
  }

  /** @param {number} offset  in CSS pixels from the plot's left edge */
  #point(offset) {
    if (!this.#view || this.#moves) return;
    this.#cursor = this.#share(offset);
    this.#request();
  }

  #leave() {
    if (this.#cursor === null) return;
    this.#cursor = null;
    this.#request();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const view = this.#view;
    const half = this.#length() / 2;
    const past = new Map([
      ["PageUp", () => this.#pan(-half)],
      ["PageDown", () => this.#pan(half)],
      ["+", () => this.#zoom(0.5, 0.5)],
      ["-", () => this.#zoom(2, 0.5)],
      ["0", () => this.#past?.leave()],
    ]).get(event.key);
    if (this.#past && past && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      past();
      return;
    }
    const at = this.#at();
    if (!view || at === null) return;
    const { start, end, times } = this.#ring;
    const far = event.shiftKey ? 10 : 1;
    const goals = new Map([
      ["ArrowLeft", at - far],
      ["ArrowRight", at + far],
      ["Home", view.first],
      ["End", end - 1],
      ["Escape", at],
    ]);
    const goal = goals.get(event.key);
    if (goal === undefined) return;
    event.preventDefault();
    if (event.key === "Escape") {
      this.#leave();
      return;
    }
    const index = Math.min(Math.max(goal, start), end - 1);
    this.#cursor = Math.min(Math.max(((times[index] ?? 0) - view.start) / (view.end - view.start), 0), 1);
    this.#request();
    this.#say(index);
  }

  /** Announces the sample that the keyboard selected. @param {number} at */
  #say(at) {
    const status = this.querySelector("[role=status]");
    if (!status) return;
    const read = this.#read(at).map((text, index) => {
      const { name, unit } = this.#props.series[index] ?? { name: "", unit: "" };
      return `${name} ${text} ${unit}`;
    });
    const time = sampleTime(this.#ring.times[at] ?? 0, this.#props.window, Date.now() / 1000);
    status.textContent = `${time}: ${read.join(", ")}`;
  }
}

define("dd-trend", DdTrend);
