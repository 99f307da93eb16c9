import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { formatNumber, formatTick, tickStep } from "../../../dash-runtime/client/format.js";

/**
 * @typedef {{ t: number, values: (number | null)[] }} Sample
 * @typedef {{ name: string, unit: string, digits: number | null, colour: number | null }} Series
 * @typedef {{ series: Series[], window: number, min: number | null, max: number | null, label: string }} TrendProps
 * @typedef {{ min: number, max: number, step: number }} Axis
 * @typedef {{ text: string, line: string, cursor: string, ground: string, font: string, series: string[] }} Palette
 * @typedef {{ left: number, right: number, top: number, bottom: number, unit: number }} Box  the plot in device pixels;
 *   `unit` is the number of device pixels per CSS pixel
 * @typedef {{ box: Box, axis: Axis, start: number, end: number, first: number }} View  what was drawn last
 */

/** The number of samples that the server keeps. With the same number, old and new pages show the same. */
const TREND_RING = 2000;

/** The shortest time between two changes of the legend's numbers, in milliseconds, so that a user can read them. */
const TREND_LEGEND_REST = 100;

/**
 * From this number of points on, a line is drawn as several lines of one pixel, a little apart. Without a graphics
 * processor this takes a fifth of the time of one thick line: 4 ms instead of 18 ms for ten series of 2000 points, and
 * 8 ms instead of 23 ms at the pixel density of a phone.
 */
const TREND_FINE = 4000;

/** Distances between labels of the time axis, in seconds. */
const trendTimeSteps = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
  3600, 7200, 10800, 21600, 43200, 86400,
];

/**
 * The last samples. Each series is one array of twice the capacity, oldest sample first. A full array is moved to its
 * start.
 */
export class TrendRing {
  /** The values of each series, also of those that are not shown. @type {Float64Array[]} */
  #columns = [];

  /**
   * @param {number} series
   * @param {number} capacity
   */
  constructor(series, capacity) {
    this.capacity = capacity;
    this.times = new Float64Array(2 * capacity);
    /** The columns of the shown series. @type {Float64Array[]} */
    this.values = [];
    this.show(series);
    /** The samples are at the indices from `start` to before `end`. */
    this.start = 0;
    this.end = 0;
  }

  /**
   * Sets the number of series. The samples stay, also the values of series that are not shown.
   * @param {number} series
   */
  show(series) {
    while (this.#columns.length < series) this.#widen();
    this.values = this.#columns.slice(0, series);
  }

  #widen() {
    this.#columns.push(new Float64Array(2 * this.capacity).fill(Number.NaN));
  }

  /** @param {Sample} sample */
  push({ t, values }) {
    const last = this.end > this.start ? (this.times[this.end - 1] ?? t) : t;
    // If the clock was set back, older samples have no place on this axis and are dropped. Samples that are out of
    // order by at most a second are kept.
    if (t < last - 1) this.clear();
    if (this.end === this.times.length) this.#compact();
    this.times[this.end] = t < last - 1 ? t : Math.max(t, last);
    while (this.#columns.length < values.length) this.#widen();
    this.#columns.forEach((column, index) => {
      column[this.end] = values[index] ?? Number.NaN;
    });
    this.end++;
    if (this.end - this.start > this.capacity) this.start++;
  }

  clear() {
    this.start = this.end = 0;
  }

  /** The index of the first sample at or after `t`, or `end`. @param {number} t */
  find(t) {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact() {
    for (const column of [this.times, ...this.#columns]) column.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
  }
}

/**
 * Reduces a line to what the pixels can show: the lowest and the highest value of each pixel column, in their order in
 * time. So a peak of a single sample is never lost.
 * @param {Float64Array} times
 * @param {Float64Array} values
 * @param {number} from
 * @param {number} to
 * @param {(t: number) => number} column  the pixel column of a time
 * @param {Int32Array} out  receives the indices of the samples to draw; -1 is an interruption
 * @returns {number} the number of indices
 */
export function trendThin(times, values, from, to, column, out) {
  let count = 0;
  let current = Number.NaN;
  let low = -1;
  let high = -1;
  const flush = () => {
    if (low < 0) return;
    out[count++] = Math.min(low, high);
    if (low !== high) out[count++] = Math.max(low, high);
    low = high = -1;
  };
  for (let index = from; index < to; index++) {
    const value = /** @type {number} */ (values[index]);
    if (Number.isNaN(value)) {
      flush();
      if (count > 0 && out[count - 1] !== -1) out[count++] = -1;
      continue;
    }
    const place = column(/** @type {number} */ (times[index]));
    if (place !== current) {
      flush();
      current = place;
    }
    if (low < 0) {
      low = high = index;
    } else if (value < /** @type {number} */ (values[low])) {
      low = index;
    } else if (value > /** @type {number} */ (values[high])) {
      high = index;
    }
  }
  flush();
  return count;
}

/**
 * The value axis: the given ends, or round numbers around the visible values.
 * @param {number} low  Infinity if no value is visible
 * @param {number} high
 * @param {number | null} min
 * @param {number | null} max
 * @param {number} count  the largest number of parts
 * @returns {Axis}
 */
export function trendAxis(low, high, min, max, count) {
  const seen = low <= high;
  let bottom = min ?? (seen ? low : 0);
  let top = max ?? (seen ? high : 1);
  if (!(top > bottom)) {
    // A flat line is drawn in the middle. A given end does not move.
    const room = Math.max(Math.abs(bottom), Math.abs(top)) / 10 || 0.5;
    if (min !== null) top = bottom + room;
    else if (max !== null) bottom = top - room;
    else [bottom, top] = [bottom - room, top + room];
  }
  const step = tickStep(top - bottom, count);
  return {
    min: min ?? Math.floor(bottom / step + 1e-9) * step,
    max: top === max ? max : Math.ceil(top / step - 1e-9) * step,
    step,
  };
}

/**
 * The values of an axis that have a label.
 * @param {Axis} axis
 */
export function trendTicks({ min, max, step }) {
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first;
  return Array.from({ length: Math.max(0, Math.min(count, 100)) + 1 }, (_, index) => (first + index) * step);
}

/**
 * The distance between labels of the time axis, in seconds.
 * @param {number} span  in seconds
 * @param {number} count  the largest number of labels
 */
export function trendTimeStep(span, count) {
  return trendTimeSteps.find((step) => step * count >= span) ?? 86_400 * Math.ceil(span / count / 86_400);
}

/**
 * A time of day in the browser's time zone.
 * @param {number} t  in seconds since the Unix epoch
 * @param {number} step  decides what is shown: days, minutes, seconds or fractions
 */
export function trendTime(t, step) {
  const digits = step < 1 ? Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)) : 0;
  // Round first: 11:59:59.9996 must not become 11:59:60.000.
  const date = new Date(Math.round(t * 10 ** digits) * 10 ** (3 - digits));
  /** @param {number} part */
  const two = (part) => String(part).padStart(2, "0");
  if (step >= 86_400) return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const minutes = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step >= 60) return minutes;
  const seconds = `${minutes}:${two(date.getSeconds())}`;
  return digits === 0
    ? seconds
    : `${seconds}.${String(date.getMilliseconds()).padStart(3, "0").slice(0, digits)}`;
}

/** The charts in the document. They are redrawn when the theme or the pixel density changes. */
const trendCharts = /** @type {Set<DdTrend>} */ (new Set());
let trendsWatch = false;

/** Starts to watch once, with the first chart. */
function watchTrendLooks() {
  if (trendsWatch) return;
  trendsWatch = true;
  const redraw = () => {
    for (const chart of trendCharts) chart.restyle();
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

/** `<dd-trend>`: a line chart of the last seconds. It draws at most once per frame, and only after a change. */
export class DdTrend extends Component {
  /** @type {HTMLElement | null} */
  #plot = null;
  /** @type {HTMLCanvasElement | null} */
  #canvas = null;
  #ring = new TrendRing(0, TREND_RING);
  #thinned = new Int32Array(4 * TREND_RING);
  /** @type {Palette | null} */
  #palette = null;
  /** @type {View | null} */
  #view = null;
  #frame = 0;
  #visible = true;
  #dirty = false;
  /** The width of the value axis' labels in CSS pixels. It never shrinks while data moves. */
  #gutter = 24;
  #legendAt = 0;
  #legendTimer = 0;
  /** The position at which values are read, as a share of the plot's width. @type {number | null} */
  #cursor = null;

  mount() {
    this.#plot = this.querySelector(".dd-trend-plot");
    this.#canvas = this.querySelector("canvas");
    this.#ring = new TrendRing(this.#props.series.length, TREND_RING);
    if (!this.#plot) return;
    new ResizeObserver(() => this.#request()).observe(this.#plot);
    new IntersectionObserver(([entry]) => {
      this.#visible = entry?.isIntersecting ?? true;
      if (this.#visible && this.#dirty) this.#request();
    }).observe(this.#plot);
    this.#plot.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.#plot.addEventListener("pointerdown", (event) => this.#point(event.offsetX));
    this.#plot.addEventListener("pointerleave", () => this.#leave());
    this.#plot.addEventListener("blur", () => this.#leave());
    this.#plot.addEventListener("keydown", (event) => this.#key(event));
    watchTrendLooks();
  }

  connectedCallback() {
    trendCharts.add(this);
    super.connectedCallback();
  }

  disconnectedCallback() {
    trendCharts.delete(this);
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
    const chart = `${label || wordsOf(this)}: chart. Arrow keys read values.`;
    this.querySelector(".dd-trend-plot")?.setAttribute("aria-label", chart);
  }

  /**
   * @param {string} _name
   * @param {Sample[]} items
   * @param {boolean} reset
   */
  append(_name, items, reset) {
    if (reset) this.#ring.clear();
    for (const sample of items) this.#ring.push(sample);
    this.#request();
  }

  /** The colours may have changed. */
  restyle() {
    this.#palette = null;
    this.#request();
  }

  get #props() {
    return /** @type {TrendProps} */ (this.props);
  }

  #request() {
    this.#dirty = true;
    if (this.#frame !== 0 || !this.#visible) return;
    // A hidden tab gets no animation frames, so it draws nothing.
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** The legend changes with the series. The samples stay, as on a page that is loaded later. */
  #relist() {
    const { series } = this.#props;
    this.#ring.show(series.length);
    this.#palette = null;
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
  }

  /** A canvas cannot use CSS variables, so the colours are read from the computed style. */
  #colours() {
    if (this.#palette) return this.#palette;
    const plot = getComputedStyle(/** @type {HTMLElement} */ (this.#plot));
    const entries = [...this.querySelectorAll(".dd-trend-legend > li")];
    this.#palette = {
      text: plot.color,
      line: plot.borderTopColor,
      cursor: plot.caretColor,
      ground: plot.backgroundColor,
      font: plot.fontFamily,
      series: entries.map((entry) => getComputedStyle(entry, "::before").backgroundColor),
    };
    return this.#palette;
  }

  #draw() {
    const canvas = this.#canvas;
    const plot = this.#plot;
    const context = canvas?.getContext("2d");
    if (!canvas || !plot || !context) return;
    const unit = devicePixelRatio;
    const width = Math.round(plot.clientWidth * unit);
    const height = Math.round(plot.clientHeight * unit);
    if (width === 0 || height === 0) return;
    this.#dirty = false;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else {
      context.clearRect(0, 0, width, height);
    }
    const view = this.#lay(context, width, height, unit);
    this.#view = view;
    this.#drawAxes(context, view);
    this.#drawLines(context, view);
    this.#drawCursor(context, view);
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
    const { window, min, max } = this.#props;
    const ring = this.#ring;
    const empty = ring.end === ring.start;
    const end = empty ? Date.now() / 1000 : /** @type {number} */ (ring.times[ring.end - 1]);
    const start = end - Math.max(window, 1e-3);
    // One sample before the left edge, so that the line starts outside the plot.
    const first = Math.max(ring.start, ring.find(start) - 1);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const column of ring.values) {
      for (let index = first; index < ring.end; index++) {
        const value = /** @type {number} */ (column[index]);
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const top = 8 * unit;
    const bottom = height - 22 * unit;
    const axis = trendAxis(low, high, min, max, Math.max(2, Math.floor((bottom - top) / (34 * unit))));
    context.font = `${11 * unit}px ${this.#colours().font}`;
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
    return { box, axis, start, end, first };
  }

  /** The labels of the value axis. If all series have the same unit, the top label has it. @param {Axis} axis */
  #labels(axis) {
    const most = Math.max(Math.abs(axis.min), Math.abs(axis.max));
    const [first, ...others] = this.#props.series;
    const unit = first && others.every((series) => series.unit === first.unit) ? first.unit : "";
    const suffix = unit === "" || unit === "°" ? unit : ` ${unit}`;
    const texts = trendTicks(axis).map((value) => formatTick(value, axis.step, most));
    return texts.map((text, index) => (index === texts.length - 1 ? text + suffix : text));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  #drawAxes(context, { box, axis, start, end }) {
    const { text, line } = this.#colours();
    const { left, right, top, bottom, unit } = box;
    const thin = Math.max(1, Math.round(unit));
    context.fillStyle = text;
    context.strokeStyle = line;
    context.lineWidth = thin;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.beginPath();
    const labels = this.#labels(axis);
    trendTicks(axis).forEach((value, index) => {
      const y = Math.round(bottom - ((value - axis.min) / (axis.max - axis.min)) * (bottom - top)) + thin / 2;
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.fillText(labels[index] ?? "", left - 6 * unit, y);
    });
    const step = trendTimeStep(end - start, Math.max(1, Math.floor((right - left) / (70 * unit))));
    // Labels are round in local time, whose offset may include half an hour.
    const offset = step < 900 ? 0 : new Date(end * 1000).getTimezoneOffset() * 60;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    for (let t = Math.ceil((start - offset) / step) * step + offset; t <= end; t += step) {
      const x = Math.round(left + ((t - start) / (end - start)) * (right - left)) + thin / 2;
      const label = trendTime(t, step);
      const half = context.measureText(label).width / 2;
      context.moveTo(x, bottom);
      context.lineTo(x, bottom + 4 * unit);
      if (x + half <= right && x - half >= 0) context.fillText(label, x, bottom + 16 * unit);
    }
    context.stroke();
    if (this.#ring.end === this.#ring.start) {
      context.textBaseline = "middle";
      context.fillText("no values yet", (left + right) / 2, (top + bottom) / 2 - 10 * unit);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  #drawLines(context, { box, axis, start, end, first }) {
    const { left, right, top, bottom, unit } = box;
    const { times, values, end: to } = this.#ring;
    const scaleX = (right - left) / (end - start);
    const scaleY = (bottom - top) / (axis.max - axis.min);
    /** @param {number} t */
    const column = (t) => Math.floor((t - start) * scaleX);
    const out = this.#thinned;
    context.save();
    context.beginPath();
    context.rect(left, top - unit, right - left, bottom - top + 2 * unit);
    context.clip();
    let points = 0;
    const paths = values.map((series) => {
      const path = new Path2D();
      const count = trendThin(times, series, first, to, column, out);
      let pen = false;
      for (let index = 0; index < count; index++) {
        const at = /** @type {number} */ (out[index]);
        if (at < 0) {
          pen = false;
          continue;
        }
        const t = /** @type {number} */ (times[at]);
        const value = /** @type {number} */ (series[at]);
        const x = left + (t - start) * scaleX;
        const y = bottom - (value - axis.min) * scaleY;
        if (pen) path.lineTo(x, y);
        else path.moveTo(x, y);
        pen = true;
      }
      points += count;
      return path;
    });
    const fine = points > TREND_FINE;
    context.lineWidth = fine ? 1 : 1.5 * unit;
    context.lineJoin = "bevel";
    const strokes = fine ? Math.round(unit) + 1 : 1;
    paths.forEach((path, number) => {
      context.strokeStyle = this.#colours().series[number] ?? "";
      for (let stroke = 0; stroke < strokes; stroke++) {
        // The copies lie around the middle, so that flat and steep parts are equally thick.
        const angle = Math.PI * (0.25 + (2 * stroke) / strokes);
        const away = fine ? 0.3 * unit : 0;
        context.setTransform(1, 0, 0, 1, away * Math.cos(angle), away * Math.sin(angle));
        context.stroke(path);
      }
    });
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {View} view
   */
  #drawCursor(context, { box, axis, start, end }) {
    const at = this.#at();
    if (this.#cursor === null || at === null) return;
    const { left, right, top, bottom, unit } = box;
    const { cursor, ground, series: colours } = this.#colours();
    const t = /** @type {number} */ (this.#ring.times[at]);
    const x = left + ((t - start) / (end - start)) * (right - left);
    const thin = Math.max(1, Math.round(unit));
    context.fillStyle = cursor;
    context.fillRect(Math.round(x - thin / 2), top, thin, bottom - top);
    this.#ring.values.forEach((column, number) => {
      const value = /** @type {number} */ (column[at]);
      if (Number.isNaN(value)) return;
      const y = bottom - ((value - axis.min) / (axis.max - axis.min)) * (bottom - top);
      if (y < top - unit || y > bottom + unit) return;
      context.fillStyle = colours[number] ?? "";
      context.strokeStyle = ground;
      context.lineWidth = 1.5 * unit;
      context.beginPath();
      context.arc(x, y, 4 * unit, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    });
    // The time at the cursor covers the axis labels at its place.
    const label = trendTime(t, 0.1);
    const half = context.measureText(label).width / 2 + 5 * unit;
    const middle = Math.min(Math.max(x, half), right - half);
    context.fillStyle = cursor;
    context.beginPath();
    context.roundRect(middle - half, bottom + 3 * unit, 2 * half, 18 * unit, 3 * unit);
    context.fill();
    context.fillStyle = ground;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.fillText(label, middle, bottom + 16 * unit);
  }

  /** The sample that is read: the one nearest to the cursor, or the newest if there is no cursor. */
  #at() {
    const { start: from, end: to, times } = this.#ring;
    if (from === to) return null;
    if (this.#cursor === null || !this.#view) return to - 1;
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
    return this.#props.series.map((series, index) => {
      const value = at === null ? null : this.#ring.values[index]?.[at];
      return formatNumber(value, series.digits ?? digits);
    });
  }

  /** @param {number} offset  in CSS pixels from the plot's left edge */
  #point(offset) {
    if (!this.#view) return;
    const { left, right, unit } = this.#view.box;
    this.#cursor = Math.min(Math.max((offset * unit - left) / (right - left), 0), 1);
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
    status.textContent = `${trendTime(this.#ring.times[at] ?? 0, 0.1)}: ${read.join(", ")}`;
  }
}

define("dd-trend", DdTrend);
