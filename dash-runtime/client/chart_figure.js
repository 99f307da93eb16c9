// The points of a plotly figure: those of its events, and those that a person reads with keys.

import { formatNumber } from "./format.js";

/**
 * @typedef {Record<string, any>} Trace
 * @typedef {number | string | null} Cell
 * @typedef {{ index: number | null, words: Cell[], x: Cell, y: Cell, value: Cell, label: string }} Reading  `index`: null for
 *   a cell of a matrix. `words`: what is said
 * @typedef {{ axis: string, from: Cell, to: Cell, automatic: boolean }} AxisRange
 * @typedef {{ trace: number, at: number }} Place  the index of a trace, and of a reading in it
 */

/** The largest number of points of an event. */
const FIGURE_POINTS = 200;
/** The longest text in an event. */
const FIGURE_TEXT = 200;

/** @param {unknown} value @returns {Cell} */
function cellOf(value) {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" ? value.slice(0, FIGURE_TEXT) : null;
}

/**
 * The points of an event of plotly.js, for an event of the component.
 * @param {Record<string, any>[]} points
 */
export function pointsOf(points) {
  return points.slice(0, FIGURE_POINTS).map((point) => ({
    trace: Number(point.curveNumber) || 0,
    index: Number.isInteger(point.pointNumber) ? point.pointNumber : null,
    name: String(point.data?.name ?? "").slice(0, FIGURE_TEXT),
    x: cellOf(point.x),
    y: cellOf(point.y),
    value: cellOf(point.z ?? point.value),
    label: String(point.label ?? "").slice(0, FIGURE_TEXT),
  }));
}

/**
 * The axes that a change of the layout concerns.
 * @param {Record<string, unknown>} change  as of `plotly_relayout`
 * @returns {AxisRange[]}
 */
export function axesOf(change) {
  /** @type {Map<string, AxisRange>} */
  const axes = new Map();
  for (const [key, value] of Object.entries(change)) {
    const [, axis, end] = /^([xy]axis\d*)\.(range\[0\]|range\[1\]|range|autorange)$/.exec(key) ?? [];
    if (axis === undefined) continue;
    const range = axes.get(axis) ?? { axis, from: null, to: null, automatic: false };
    if (end === "autorange") range.automatic = value === true;
    else if (end === "range" && Array.isArray(value))
      [range.from, range.to] = [cellOf(value[0]), cellOf(value[1])];
    else if (end === "range[0]") range.from = cellOf(value);
    else if (end === "range[1]") range.to = cellOf(value);
    axes.set(axis, /** @type {AxisRange} */ (range));
  }
  return [...axes.values()];
}

/**
 * What is selected: points, their number, and the sides of a box.
 * @param {{ points?: Record<string, any>[], range?: Record<string, unknown> } | undefined} event
 */
export function selectionOf(event) {
  const points = event?.points ?? [];
  const sides = Object.entries(event?.range ?? {}).map(([name, range]) => [
    // `x2` is the range on `xaxis2`.
    `${name.slice(0, 1)}axis${name.slice(1)}.range`,
    range,
  ]);
  return { points: pointsOf(points), count: points.length, axes: axesOf(Object.fromEntries(sides)) };
}

/** A text of plotly without its tags. @param {unknown} text */
function plainText(text) {
  return String(text)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** @param {unknown} value @returns {Cell} */
function wordOf(value) {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" ? plainText(value) : null;
}

/** @param {unknown} values @returns {readonly unknown[]} */
function listOf(values) {
  if (Array.isArray(values)) return values;
  return ArrayBuffer.isView(values) ? Array.from(/** @type {any} */ (values)) : [];
}

/**
 * The cells of a matrix, row by row.
 * @param {Trace} trace
 * @returns {Reading[]}
 */
function cellsOf({ x, y, z }) {
  const [across, up] = [listOf(x), listOf(y)];
  return listOf(z).flatMap((row, down) =>
    listOf(row).map((cell, at) => {
      const words = [wordOf(across[at] ?? at), wordOf(up[down] ?? down), wordOf(cell)];
      return {
        index: null,
        words,
        x: words[0] ?? null,
        y: words[1] ?? null,
        value: words[2] ?? null,
        label: "",
      };
    }),
  );
}

/**
 * The points of a trace of any type. One without any of its numbers is left out: nothing is drawn there.
 * @param {Trace} trace
 * @returns {Reading[]}
 */
export function readingsOf(trace) {
  if (Array.isArray(trace.z?.[0]) || ArrayBuffer.isView(trace.z?.[0])) {
    return cellsOf(trace).filter(({ value }) => value !== null);
  }
  const labels = listOf(trace.labels);
  if (labels.length > 0) {
    const values = listOf(trace.values);
    return labels.map((label, index) => {
      const [name, value] = [wordOf(label), wordOf(values[index])];
      return { index, words: [name, value], x: null, y: null, value, label: String(name ?? "") };
    });
  }
  if (typeof trace.value === "number") {
    return [{ index: 0, words: [trace.value], x: null, y: null, value: trace.value, label: "" }];
  }
  // In the plane, around a centre, on the earth. The third number is that of a space.
  const lists = [
    [trace.x, trace.y, trace.z],
    [trace.theta, trace.r],
    [trace.lon, trace.lat],
    [trace.a, trace.b, trace.c],
    [trace.locations, trace.z],
  ].find((own) => own.some((values) => listOf(values).length > 0));
  const [first = [], second = [], third = []] = (lists ?? []).map(listOf);
  const count = Math.max(first.length, second.length);
  const isPlane = lists?.[0] === trace.x && lists?.[1] === trace.y;
  return Array.from({ length: count }, (_, index) => {
    // A trace without one of both has the places of its points there.
    const x = wordOf(first.length > 0 ? first[index] : index);
    const y = wordOf(second.length > 0 ? second[index] : index);
    const z = wordOf(third[index]);
    const words = third.length > 0 ? [x, y, z] : [x, y];
    return { index, words, x: isPlane ? x : null, y: isPlane ? y : null, value: z, label: "" };
  }).filter(({ words }) => !words.includes(null));
}

/** Whether a viewer sees the trace. @param {Trace} trace */
function isShown({ visible = true }) {
  return visible === true;
}

/** What a reading is made of. */
const READ = [
  "x",
  "y",
  "z",
  "labels",
  "values",
  "value",
  "theta",
  "r",
  "lon",
  "lat",
  "a",
  "b",
  "c",
  "locations",
];

/** What a person reads of a figure. It is built once for the same lists: a trace may have some thousand points. */
export class Readings {
  /** Of each trace: what they were made of. @type {{ of: unknown[], all: Reading[] }[]} */
  #known = [];

  /** @param {Trace} trace @param {number} number @returns {Reading[]} */
  #of(trace, number) {
    const of = READ.map((name) => trace[name]);
    const known = this.#known[number];
    if (known?.of.every((part, at) => part === of[at])) return known.all;
    const all = readingsOf(trace);
    this.#known[number] = { of, all };
    return all;
  }

  /**
   * @param {readonly Trace[]} traces  as they are drawn
   * @param {Place | null} place
   * @returns {Reading | null}  null: it is not there
   */
  at(traces, place) {
    const trace = traces[place?.trace ?? -1];
    return (place && trace && this.#of(trace, place.trace)[place.at]) ?? null;
  }

  /**
   * Along a trace, or to the beginning of another one that is shown: the next one is below in the legend.
   * @param {readonly Trace[]} traces
   * @param {Place | null} from  null: nothing is read yet
   * @param {number} across
   * @param {number} up
   * @returns {Place | null}  null: there is nothing to read
   */
  next(traces, from, across, up) {
    const count = (/** @type {number} */ at) => {
      const trace = traces[at];
      return trace && isShown(trace) ? this.#of(trace, at).length : 0;
    };
    const last = count(from?.trace ?? -1) - 1;
    if (from && last >= 0 && up === 0) {
      return { trace: from.trace, at: Math.max(0, Math.min(last, from.at + across)) };
    }
    const there = [...traces.keys()].filter((at) => count(at) > 0);
    if (!from || last < 0) return there[0] === undefined ? null : { trace: there[0], at: 0 };
    const turn =
      there[(there.indexOf(from.trace) - Math.sign(up) + there.length) % there.length] ?? from.trace;
    return turn === from.trace ? from : { trace: turn, at: 0 };
  }
}

/**
 * "Curve: 1, 4".
 * @param {Trace} trace
 * @param {number} number  of the trace
 * @param {Reading} reading
 */
export function readingWords(trace, number, { words }) {
  const said = words.map((word) => (typeof word === "number" ? formatNumber(word) : word));
  return `${plainText(trace.name ?? `trace ${number}`)}: ${said.join(", ")}`;
}
