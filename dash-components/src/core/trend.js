import { axisLabels, unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { ChartCanvas } from "../../../dash-runtime/client/chart_canvas.js";
import { drawAxes, drawCursor, drawGaps, drawLines } from "../../../dash-runtime/client/chart_draw.js";
import { addMarker, drawMarkers, MARKER_ROOM, markersIn } from "../../../dash-runtime/client/chart_events.js";
import {
  csvOfHistory,
  csvOfSamples,
  fileName,
  pictureOf,
  saveFile,
} from "../../../dash-runtime/client/chart_export.js";
import { drawLimits, drawZones, ZONE_WORDS, zoneOf } from "../../../dash-runtime/client/chart_limits.js";
import { ChartRing } from "../../../dash-runtime/client/chart_ring.js";
import { valueAxis } from "../../../dash-runtime/client/chart_scale.js";
import { sampleTime } from "../../../dash-runtime/client/chart_time.js";
import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { extras } from "../../../dash-runtime/client/extras.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { EventMarker } from "../../../dash-runtime/client/chart_events.js" */
/** @import { Limits } from "../../../dash-runtime/client/chart_limits.js" */
/** @import { ChartPast, Span } from "../../../dash-runtime/client/chart_past.js" */
/** @import { PastSpans } from "./trend_past.js" */
/** @import { View } from "../../../dash-runtime/client/chart_draw.js" */
/** @import { Sample } from "../../../dash-runtime/client/chart_ring.js" */
/** @import { Axis } from "../../../dash-runtime/client/chart_scale.js" */

/**
 * @typedef {Limits & { name: string, unit: string, digits: number | null, colour: number | null, right: boolean,
 *   wanted: boolean }} Series
 * @typedef {Limits & { series: Series[], window: number, min: number | null, max: number | null,
 *   right_min: number | null, right_max: number | null, gap: number | null, label: string, export: boolean }} TrendProps
 */

/** The numbers of samples and markers that the server keeps. With the same numbers, old and new pages show the same. */
const TREND_RING = 2000;
const TREND_MARKERS = 200;

/** The shortest time between two changes of the legend's numbers, in milliseconds, so that a user can read them. */
const TREND_LEGEND_REST = 100;

/** The least room for the labels of a value axis, in CSS pixels. */
const TREND_GUTTER = 24;
/** The room at the end of the plot without a right axis, in CSS pixels. */
const TREND_END = 2;
/** The least distance between two lines of a value axis, in CSS pixels, and the largest number of parts. */
const TREND_STEP = 34;
const TREND_PARTS = 6;
/** A pointer reads a marker that is not further away, in CSS pixels. */
const TREND_NEAR = 8;

/** The time until the module for the past is loaded again, in milliseconds. */
const TREND_AGAIN = 5_000;

const TREND_PAST_KEYS = " Page Up and Page Down go through the past, plus and minus change its span.";

/** The names of the series that a person has switched off, by chart. They stay off as long as the document stays. */
const trendOff = /** @type {Map<string, Set<string>>} */ (new Map());

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
  /** Whether a pointer moves the shown span. */
  #gestures = { moves: false };
  /** The buttons for spans, when they are there. @type {PastSpans | null} */
  #spans = null;
  /** What happened when, the oldest first. @type {EventMarker[]} */
  #markers = [];
  /** @type {View | null} */
  #view = null;
  /** The widths of the labels of the value axes in CSS pixels. They never shrink while data moves. */
  #gutters = { left: TREND_GUTTER, right: TREND_GUTTER };
  #legendAt = 0;
  #legendTimer = 0;
  /** The position at which values are read, as a share of the plot's width. @type {number | null} */
  #cursor = null;

  mount() {
    this.#plot = this.querySelector(".dd-chart-plot");
    this.#live = new ChartRing(this.#props.series.length, TREND_RING);
    if (!this.#plot) return;
    this.#past = extras.past?.(this.id, () => this.#request()) ?? null;
    if (this.#past) this.#openPast(this.#plot);
    this.#canvas = new ChartCanvas(
      this.#plot,
      () => this.#entries(),
      (context, width, height, unit) => this.#draw(context, width, height, unit),
    );
    if (this.isConnected) this.#canvas.attach();
    this.#drawSwitches();
    this.#plot.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.#plot.addEventListener("pointerdown", (event) => this.#point(event.offsetX));
    this.#plot.addEventListener("pointerleave", () => this.#leave());
    this.#plot.addEventListener("blur", () => this.#leave());
    this.#plot.addEventListener("keydown", (event) => this.#key(event));
    // The buttons come and go with their property.
    this.addEventListener("click", ({ target }) => {
      const kind = target instanceof HTMLElement ? target.dataset.export : undefined;
      if (kind === "png") this.#savePicture();
      if (kind === "csv") this.#saveValues();
      const entry =
        target instanceof Element ? target.closest(".dd-trend-legend button")?.parentElement : null;
      if (entry) this.#switch([...this.#entries()].indexOf(entry));
    });
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
    if (name === "series") this.#live.show(this.#props.series.length);
    if (name === "label") this.#tellKeys();
    this.#drawSwitches();
    // The look has drawn the legend, and with it the colours.
    this.#canvas?.restyle();
  }

  /** The entries of the legend. */
  #entries() {
    return this.querySelectorAll(".dd-trend-legend > li");
  }

  /** Whether a series is drawn. The only one always is. @param {number} index */
  #isOn(index) {
    const { series } = this.#props;
    return series.length < 2 || !trendOff.get(this.id)?.has(series[index]?.name ?? "");
  }

  /** @param {number} index  of a series */
  #switch(index) {
    const { name = "" } = this.#props.series[index] ?? {};
    const off = trendOff.get(this.id) ?? new Set();
    if (!off.delete(name)) off.add(name);
    trendOff.set(this.id, off);
    this.#drawSwitches();
    this.#request();
  }

  #drawSwitches() {
    this.#gutters = { left: TREND_GUTTER, right: TREND_GUTTER };
    this.#entries().forEach((entry, index) => {
      const isOn = this.#isOn(index);
      entry.toggleAttribute("data-off", !isOn);
      entry.querySelector("button")?.setAttribute("aria-pressed", String(isOn));
    });
  }

  /** The look has written the name of the chart. A chart with a past has more keys. */
  #tellKeys() {
    const name = this.#plot?.getAttribute("aria-label") ?? "";
    if (this.#past && !name.endsWith(TREND_PAST_KEYS))
      this.#plot?.setAttribute("aria-label", name + TREND_PAST_KEYS);
  }

  /**
   * @param {string} name
   * @param {any[]} items
   * @param {boolean} reset
   */
  append(name, items, reset) {
    if (name === "markers") {
      if (reset) this.#markers = [];
      for (const marker of items) addMarker(this.#markers, marker, TREND_MARKERS);
    } else {
      if (reset) this.#live.clear();
      for (const sample of /** @type {Sample[]} */ (items)) this.#live.push(sample);
      this.#past?.follow(items, reset);
    }
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
    const { newest } = this.#live;
    return Number.isFinite(newest) ? newest : Date.now() / 1000;
  }

  /** @param {HTMLElement} plot */
  #openPast(plot) {
    this.#tellKeys();
    const bar = document.createElement("div");
    bar.className = "dd-trend-spans";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Span");
    const live = document.createElement("button");
    live.type = "button";
    live.className = "dd-trend-live";
    live.textContent = "Live";
    live.setAttribute("aria-pressed", "true");
    live.addEventListener("click", () => this.#past?.leave());
    bar.append(live);
    plot.after(bar);
    this.#loadPast(plot, bar);
  }

  /**
   * @param {HTMLElement} plot
   * @param {HTMLElement} bar
   * @param {number} [attempt]
   */
  async #loadPast(plot, bar, attempt = 0) {
    const past = this.#past;
    /** @type {typeof import("./trend_past.js")} */
    let module;
    try {
      // A browser may remember that an address did not answer.
      const again = attempt === 0 ? "" : `?again=${attempt}`;
      module = await import(new URL(`./dd-trend-past.js${again}`, import.meta.url).href);
    } catch {
      setTimeout(() => this.#loadPast(plot, bar, attempt + 1), TREND_AGAIN);
      return;
    }
    if (!past) return;
    this.#spans = new module.PastSpans(bar, {
      past,
      window: () => this.#props.window,
      newest: () => this.#newest(),
      show: (span) => this.#show(span),
    });
    this.#gestures = module.pastGestures(plot, {
      length: () => this.#length(),
      width: () => {
        const { left, right, unit } = this.#view?.box ?? { left: 0, right: 1, unit: 1 };
        return (right - left) / unit;
      },
      share: (offset) => this.#share(offset),
      pan: (seconds) => this.#pan(seconds),
      zoom: (factor, share) => this.#zoom(factor, share),
      leave: () => past.leave(),
    });
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
    const limited = this.#spans?.limit(span) ?? span;
    this.#past?.show(limited, this.#newest(), this.#plot?.clientWidth ?? 1);
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

  #request() {
    this.#canvas?.request();
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
    const at = this.#at();
    const { limited: axis } = view;
    // These limits go with the last series that they are of.
    const shared = [view.left, view.right].includes(axis)
      ? [
          {
            limits: this.#props,
            axis,
            suffix: unitSuffix(this.#unitOf(axis === view.right)),
            name: "",
            colour: null,
          },
        ]
      : [];
    for (const { limits } of shared) drawZones(context, view.box, axis, palette, limits);
    drawGaps(drawing);
    drawAxes(drawing, { left: this.#labels(view.left, false), right: this.#labels(view.right, true) }, now);
    drawLines(drawing, this.#thinned);
    drawLimits(context, view.box, palette, [...shared, ...this.#ownLimits(view, palette)]);
    drawMarkers(context, view, palette, this.#markers, at === null ? [] : this.#markersAt(at));
    if (this.#cursor !== null && at !== null) drawCursor(drawing, at, now);
    this.#offerLegend();
  }

  /**
   * The limits of single series. Which one they are of is said by their words and by the colour of their lines.
   * @param {View} view
   * @param {Palette} palette
   */
  #ownLimits({ axes, shown }, palette) {
    return this.#props.series
      .map((series, index) => ({
        limits: series,
        axis: /** @type {Axis} */ (axes[index]),
        suffix: unitSuffix(series.unit),
        name: `${series.name}: `,
        colour: palette.series[index] ?? null,
      }))
      .filter((_, index) => shown[index]);
  }

  /** The unit of an axis: that of its series that are drawn, if all have the same. @param {boolean} isRight */
  #unitOf(isRight) {
    const [first, ...others] = this.#props.series.filter(
      ({ right }, index) => right === isRight && this.#isOn(index),
    );
    return first && others.every(({ unit }) => unit === first.unit) ? first.unit : "";
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
    const { series, window, min, max, right_min, right_max, gap } = this.#props;
    const ring = this.#ring;
    const past = this.#past?.span;
    const shown = series.map((_, index) => this.#isOn(index));
    const isDrawn = (/** @type {boolean} */ isRight) =>
      series.some(({ right }, index) => right === isRight && shown[index]);
    const end = past?.end ?? this.#newest();
    const start = past?.start ?? end - Math.max(window, 1e-3);
    // One sample before the left edge, so that the line starts outside the plot.
    const first = Math.max(ring.start, ring.find(start) - 1);
    const until = past ? Math.min(ring.find(end) + 1, ring.end) : ring.end;
    // The room for markers is there as soon as there is one, so that nothing moves when it leaves the plot.
    const top = (8 + (this.#markers.length > 0 ? MARKER_ROOM : 0)) * unit;
    const bottom = height - 22 * unit;
    const parts = Math.min(Math.max(2, Math.floor((bottom - top) / (TREND_STEP * unit))), TREND_PARTS);
    const axisOf = (/** @type {boolean} */ isRight) => {
      const fits = isDrawn(isRight);
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      ring.values.forEach((column, number) => {
        if ((series[number]?.right ?? false) !== isRight || (fits && !shown[number])) return;
        for (let index = first; index < until; index++) {
          const value = /** @type {number} */ (column[index]);
          if (value < low) low = value;
          if (value > high) high = value;
        }
      });
      const [least, most] = isRight ? [right_min, right_max] : [min, max];
      return valueAxis(low, high, least, most, parts);
    };
    const hasRight = series.some(({ right }) => right);
    const leftAxis = hasRight && series.every(({ right }) => right) ? null : axisOf(false);
    const rightAxis = hasRight ? axisOf(true) : null;
    // An axis goes with its last series, but one is always there.
    const left = isDrawn(false) || !isDrawn(true) ? leftAxis : null;
    const right = isDrawn(true) || !isDrawn(false) ? rightAxis : null;
    const gutter = (/** @type {"left" | "right"} */ side, /** @type {string[]} */ labels) => {
      for (const text of labels) {
        const room = Math.ceil(context.measureText(text).width / unit / 4) * 4 + 8;
        if (room > this.#gutters[side]) this.#gutters[side] = room;
      }
      return Math.round(this.#gutters[side] * unit);
    };
    const box = {
      left: left ? gutter("left", this.#labels(left, false)) : Math.round(TREND_END * unit),
      right: width - (right ? gutter("right", this.#labels(right, true)) : Math.round(TREND_END * unit)),
      top,
      bottom,
      unit,
    };
    const longest = gap ?? this.#live.usualGap();
    return {
      box,
      left,
      right,
      limited: /** @type {Axis} */ (leftAxis ?? rightAxis),
      shown,
      dashed: series.map(({ wanted }) => wanted),
      axes: series.map((one) => /** @type {Axis} */ (one.right ? rightAxis : leftAxis)),
      start,
      end,
      first,
      gap: this.#past && past ? this.#past.gap(longest) : longest,
    };
  }

  /** Says on the chart that it shows the past. */
  #tellPast() {
    if (!this.#past || !this.#plot) return;
    this.#plot.toggleAttribute("data-past", this.#past.span !== null);
    this.#spans?.draw();
    const fault = this.#past.fault;
    if (fault) this.#plot.dataset.fault = `The past cannot be shown: ${fault}`;
    else delete this.#plot.dataset.fault;
  }

  /** The labels of a value axis. @param {Axis | null} axis @param {boolean} isRight */
  #labels(axis, isRight) {
    return axis ? axisLabels(axis, this.#unitOf(isRight)) : [];
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
    const read = this.#read(this.#at());
    const write = (/** @type {Element | null} */ part, /** @type {string} */ text) => {
      if (part) writeText(part, text);
    };
    this.#entries().forEach((entry, index) => {
      const { text = "", zone = null } = read[index] ?? {};
      write(entry.querySelector(".dd-chart-value"), text);
      write(entry.querySelector(".dd-trend-zone"), zone === null ? "" : ZONE_WORDS[zone]);
      if (zone === null) entry.removeAttribute("data-zone");
      else entry.setAttribute("data-zone", zone);
    });
  }

  /** The values of a sample as text, and the zones that they are in. @param {number | null} at */
  #read(at) {
    const means = at === null || !this.#past?.span ? null : this.#past.read(at);
    return this.#props.series.map((series, index) => {
      const value = at === null ? null : means ? means[index] : this.#ring.values[index]?.[at];
      const axis = this.#view?.axes[index] ?? { min: 0, max: 1, step: 1 };
      const usual = Math.min(Math.max(1 - Math.floor(Math.log10(axis.step) + 1e-9), 0), 12);
      const own = zoneOf(value, series);
      const shared = axis === this.#view?.limited ? zoneOf(value, this.#props) : null;
      return {
        text: formatNumber(value, series.digits ?? usual),
        zone: own === "bad" ? own : (shared ?? own),
      };
    });
  }

  /** The markers that are read with a sample: those near to the pointer, or between the sample and its neighbours. @param {number} at */
  #markersAt(at) {
    if (this.#cursor === null || !this.#view) return [];
    const { box, start, end } = this.#view;
    const t = /** @type {number} */ (this.#ring.times[at]);
    const near = (TREND_NEAR * box.unit * (end - start)) / (box.right - box.left);
    const side = (/** @type {number} */ other) =>
      other >= this.#ring.start && other < this.#ring.end ? (t + (this.#ring.times[other] ?? t)) / 2 : t;
    const pointed = start + this.#cursor * (end - start);
    return this.#markers.filter(
      (marker) =>
        Math.abs(marker.t - pointed) <= near || (marker.t >= side(at - 1) && marker.t <= side(at + 1)),
    );
  }

  /** The name of the chart in words. */
  #name() {
    return this.#props.label || wordsOf(this);
  }

  /** The names of the series with their units, as in the head of a table. */
  #heads() {
    return this.#props.series.map(({ name, unit }) => (unit ? `${name} [${unit}]` : name));
  }

  async #savePicture() {
    const [canvas, palette, view] = [this.querySelector("canvas"), this.#canvas?.palette, this.#view];
    if (!canvas || !palette || !view) return;
    const day = (/** @type {number} */ t) => new Date(t * 1000).toLocaleString();
    const read = this.#read(this.#at());
    const legend = this.#props.series.flatMap(({ name, unit }, at) =>
      view.shown[at]
        ? {
            text: `${name} ${read[at]?.text ?? ""}${unitSuffix(unit)}`,
            colour: palette.series[at] ?? palette.text,
          }
        : [],
    );
    const note = `${day(view.start)} – ${day(view.end)}`;
    const file = await pictureOf(canvas, palette, { title: this.#name(), note, legend });
    if (file) saveFile(fileName(this.#name(), view.end, "png"), file);
  }

  async #saveValues() {
    const { start, end } = this.#span();
    const name = fileName(this.#name(), end, "csv");
    let text;
    if (this.#past?.span) {
      // The page has only what its pixels can show.
      const kept = await this.#past.values();
      if (!kept) return;
      text = csvOfHistory(this.#heads(), kept);
    } else {
      const events = markersIn(this.#markers, start, end);
      text = csvOfSamples(this.#heads(), this.#ring, start, end, events);
    }
    saveFile(name, new Blob([text], { type: "text/csv" }));
  }

  /** @param {number} offset  in CSS pixels from the plot's left edge */
  #point(offset) {
    if (!this.#view || this.#gestures.moves) return;
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
    const read = this.#read(at).flatMap(({ text, zone }, index) => {
      if (!this.#isOn(index)) return [];
      const { name, unit } = this.#props.series[index] ?? { name: "", unit: "" };
      return `${name} ${text} ${unit}${zone === null ? "" : ` ${ZONE_WORDS[zone]}`}`;
    });
    const events = this.#markersAt(at).map(({ text }) => text);
    const time = sampleTime(this.#ring.times[at] ?? 0, this.#props.window, Date.now() / 1000);
    status.textContent = `${time}: ${[...read, ...events].join(", ")}`;
  }
}

define("dd-trend", DdTrend);
