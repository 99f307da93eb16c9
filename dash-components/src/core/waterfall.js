import { unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { extremes, hatch, imageOf, reduced } from "../../../dash-runtime/client/chart_cells.js";
import { colourTable } from "../../../dash-runtime/client/chart_colours.js";
import { ChartElement } from "../../../dash-runtime/client/chart_element.js";
import { drawEmpty, drawPlane, layPlane } from "../../../dash-runtime/client/chart_plane.js";
import { frequencyText, highest, levelsOf } from "../../../dash-runtime/client/chart_sweep.js";
import { timeStep, timeText, timeTicks } from "../../../dash-runtime/client/chart_time.js";
import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { writeText } from "../../../dash-runtime/client/text.js";
import { tickStep } from "../../../dash-runtime/client/ticks.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { Matrix } from "../../../dash-runtime/client/chart_cells.js" */
/** @import { Size } from "../../../dash-runtime/client/chart_element.js" */
/** @import { Plane } from "../../../dash-runtime/client/chart_plane.js" */
/** @import { Sweep } from "../../../dash-runtime/client/chart_sweep.js" */

/**
 * @typedef {{ label: string, unit: string, from: number, to: number, frequency_unit: string, min: number | null,
 *   max: number | null }} WaterfallProps
 */

/** The number of rows that the server keeps. With the same number, old and new pages show the same. */
const WATERFALL_ROWS = 120;

/** So many times the usual time between two rows is a gap. */
const GAP = 8;

/** The least distances between two labels, in CSS pixels. */
const ROOM_ACROSS = 60;
const ROOM_DOWN = 34;

/**
 * The rows as a grid, the newest one at the top. It has as many levels in a row as the newest one.
 * @param {readonly Sweep[]} rows  oldest first
 * @returns {Matrix}
 */
export function waterfallMatrix(rows) {
  const columns = rows.at(-1)?.levels.length ?? 0;
  const numbers = new Float32Array(columns * rows.length).fill(Number.NaN);
  rows.forEach(({ levels }, index) => {
    const start = (rows.length - 1 - index) * columns;
    for (let at = 0; at < Math.min(columns, levels.length); at++)
      numbers[start + at] = levels[at] ?? Number.NaN;
  });
  return { columns, rows: rows.length, numbers };
}

/**
 * Round times, and where they are: so many rows below the top of the newest one. Rows come at any times.
 * @param {readonly { t: number }[]} rows  oldest first
 * @param {number} count  the largest number of labels in a full plot
 * @returns {{ row: number, text: string }[]}
 */
export function waterfallTimes(rows, count) {
  const usual = usualDistance(rows);
  if (!(usual > 0)) return [];
  // The distance of the labels is that of a full plot, so it does not change while the first rows come.
  const step = timeStep(usual * WATERFALL_ROWS, count);
  const times = /** @type {{ row: number, text: string }[]} */ ([]);
  let begin = 0;
  for (let at = 1; at <= rows.length; at++) {
    const [before, after] = [rows[at - 1]?.t ?? 0, rows[at]?.t ?? Number.POSITIVE_INFINITY];
    if (after - before < GAP * usual) continue;
    // What has come without a gap. In a gap there is no row for a label.
    const [from, to] = [rows[begin]?.t ?? 0, before];
    for (const { t, text } of timeTicks(from, to, step, rows.at(-1)?.t ?? to)) {
      const row = rows.length - 0.5 - placeOf(rows, t, begin, at - 1);
      // Behind a gap, its place may be that of another label.
      if ((times.at(-1)?.row ?? Number.POSITIVE_INFINITY) - row > WATERFALL_ROWS / count / 2)
        times.push({ row, text });
    }
    begin = at;
  }
  return times;
}

/** The time between two rows in the middle of all such times. @param {readonly { t: number }[]} rows */
function usualDistance(rows) {
  const distances = rows.slice(1).map(({ t }, at) => t - (rows[at]?.t ?? t));
  return distances.sort((one, other) => one - other)[distances.length >> 1] ?? 0;
}

/**
 * The index of the row of a time, or between two rows.
 * @param {readonly { t: number }[]} rows
 * @param {number} t
 * @param {number} first
 * @param {number} last
 */
function placeOf(rows, t, first, last) {
  let at = first;
  while (at < last && (rows[at]?.t ?? t) < t) at++;
  const [before, after] = [rows[at - 1]?.t ?? t, rows[at]?.t ?? t];
  return at > first && after > before ? at - (after - t) / (after - before) : at;
}

/** `<dd-waterfall>`: spectra over time. */
export class DdWaterfall extends ChartElement {
  /** Oldest first. @type {Sweep[]} */
  #rows = [];
  /** The grid of the rows, or null if it must be made anew. @type {Matrix | null} */
  #matrix = null;
  /** @type {Plane | null} */
  #plane = null;
  /** The level that is read: its place, and the row from the top. @type {{ column: number, row: number } | null} */
  #cell = null;
  #colours = colourTable();

  update() {
    this.#changed();
  }

  /**
   * @param {string} _name
   * @param {Sweep[]} items
   * @param {boolean} reset
   */
  append(_name, items, reset) {
    if (reset) this.#rows = [];
    this.#rows.push(...items);
    this.#rows = this.#rows.slice(-WATERFALL_ROWS);
    this.#matrix = null;
    this.#changed();
  }

  get #props() {
    return /** @type {WaterfallProps} */ (this.props);
  }

  #changed() {
    this.#write();
    this.request();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   * @param {Size} size
   */
  draw(context, palette, size) {
    const { from, to, frequency_unit } = this.#props;
    this.#matrix ??= waterfallMatrix(this.#rows);
    const matrix = this.#matrix;
    const [min, max] = to > from ? [from, to] : [from, from + 1];
    const step = (/** @type {number} */ span, /** @type {number} */ count) =>
      tickStep(span, Math.max(2, Math.floor(count)));
    let times = /** @type {{ row: number, text: string }[]} */ ([]);
    const timesOf = (/** @type {number} */ height) => {
      times = waterfallTimes(this.#rows, Math.max(2, Math.floor(height / ROOM_DOWN)));
      return times;
    };
    const { plane, labels } = layPlane(
      context,
      size,
      palette,
      (width, height) => ({
        x: { min, max, step: step(max - min, width / ROOM_ACROSS) },
        // The rows from the newest one on, downwards.
        y: { min: -WATERFALL_ROWS, max: 0, step: 1, ticks: timesOf(height).map(({ row }) => -row) },
      }),
      { x: frequency_unit, y: "" },
      undefined,
      () => times.map(({ text }) => text),
    );
    this.#plane = plane;
    drawPlane(context, plane, palette, labels);
    const range = this.#range();
    this.#writeScale(range);
    if (!range || matrix.numbers.length === 0) {
      drawEmpty(context, plane, palette, "no values yet");
      return;
    }
    const { left, right, top, bottom, unit } = plane.box;
    const [width, rowHeight] = [Math.round(right - left), (bottom - top) / WATERFALL_ROWS];
    const height = Math.max(Math.round(matrix.rows * rowHeight), 1);
    context.fillStyle = palette.ground;
    context.fillRect(left, top, width, height);
    hatch(context, { ...plane.box, bottom: top + height }, palette.line);
    context.imageSmoothingEnabled = false;
    const image = imageOf(reduced(matrix, width, height), range.low, range.high, this.#colours);
    context.drawImage(image, left, top, width, height);
    if (!this.#cell) return;
    const x = left + ((this.#cell.column + 0.5) / matrix.columns) * width;
    const y = top + (this.#cell.row + 0.5) * rowHeight;
    // Visible on dark and on light cells.
    for (const [colour, line] of /** @type {const} */ ([
      [palette.ground, 4],
      [palette.cursor, 2],
    ])) {
      context.strokeStyle = colour;
      context.lineWidth = line * unit;
      context.beginPath();
      context.arc(x, y, 5 * unit, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** The ends of the colours. Null if there is no level. */
  #range() {
    const { min, max } = this.#props;
    const { low, high } = extremes(this.#matrix?.numbers ?? new Float32Array());
    return low <= high ? { low: min ?? low, high: max ?? high } : null;
  }

  /** @param {{ low: number, high: number } | null} range */
  #writeScale(range) {
    const words = range
      ? [formatNumber(range.low), formatNumber(range.high) + unitSuffix(this.#props.unit)]
      : ["", ""];
    [".dd-chart-low", ".dd-chart-high"].forEach((part, at) => {
      const end = this.querySelector(part);
      if (end) writeText(end, words[at] ?? "");
    });
  }

  /** @param {number} across @param {number} down */
  point(across, down) {
    if (!this.#plane || !this.#matrix) return;
    const { left, right, top, bottom } = this.#plane.box;
    const { columns, rows } = this.#matrix;
    const column = Math.floor(((across - left) / (right - left)) * columns);
    const row = Math.floor(((down - top) / (bottom - top)) * WATERFALL_ROWS);
    const isInside = column >= 0 && column < columns && row >= 0 && row < rows;
    this.#read(isInside ? { column, row } : null);
  }

  leave() {
    this.#read(null);
  }

  /** @param {{ column: number, row: number } | null} cell */
  #read(cell) {
    this.#cell = cell;
    this.#changed();
  }

  /** @param {number} across @param {number} up */
  step(across, up) {
    const [columns, rows] = [this.#rows.at(-1)?.levels.length ?? 0, this.#rows.length];
    if (columns === 0) return null;
    const within = (/** @type {number} */ at, /** @type {number} */ count) =>
      Math.min(Math.max(at, 0), count - 1);
    // Reading begins in the middle of the newest row.
    const { column, row } = this.#cell ?? { column: columns >> 1, row: 0 };
    const [x, y] = this.#cell ? [column + across, row - up] : [column, row];
    this.#read({ column: within(x, columns), row: within(y, rows) });
    return this.#words();
  }

  /** "440 Hz, 14:02:19: −63.2 dB". */
  #words() {
    const { unit, frequency_unit } = this.#props;
    const row = this.#cell && this.#rows.at(-1 - this.#cell.row);
    if (!this.#cell || !row) return "";
    const columns = this.#rows.at(-1)?.levels.length ?? 0;
    const frequency = frequencyText(this.#props, this.#cell.column, columns);
    const level = row.levels[this.#cell.column];
    const words = typeof level === "number" ? formatNumber(level, 1) + unitSuffix(unit) : "no level";
    return `${frequency}${unitSuffix(frequency_unit)}, ${timeText(row.t, 1)}: ${words}`;
  }

  /** Where the newest row is highest. */
  #newest() {
    const newest = this.#rows.at(-1);
    const at = newest ? highest(levelsOf(newest)) : -1;
    if (!newest || at < 0) return "";
    const { unit, frequency_unit } = this.#props;
    const frequency = frequencyText(this.#props, at, newest.levels.length) + unitSuffix(frequency_unit);
    return `Newest: peak at ${frequency}: ${formatNumber(newest.levels[at], 1)}${unitSuffix(unit)}`;
  }

  #write() {
    this.write(this.#words() || this.#newest());
  }
}

define("dd-waterfall", DdWaterfall);
