import { unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { extremes, hatch, imageOf, matrixOf, reduced } from "../../../dash-runtime/client/chart_cells.js";
import { colourTable } from "../../../dash-runtime/client/chart_colours.js";
import { ChartElement } from "../../../dash-runtime/client/chart_element.js";
import { drawEmpty, drawPlane, layPlane } from "../../../dash-runtime/client/chart_plane.js";
import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { pictures } from "../../../dash-runtime/client/pictures.js";
import { Sight } from "../../../dash-runtime/client/sight.js";
import { tickStep } from "../../../dash-runtime/client/ticks.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { Matrix } from "../../../dash-runtime/client/chart_cells.js" */
/** @import { Size } from "../../../dash-runtime/client/chart_element.js" */
/** @import { Plane } from "../../../dash-runtime/client/chart_plane.js" */
/** @import { Arrived } from "../../../dash-runtime/client/pictures.js" */

/**
 * @typedef {{ cells: { id: string } | null, label: string, unit: string, digits: number | null, min: number | null,
 *   max: number | null, x_label: string, x_unit: string, x_min: number, x_max: number | null, y_label: string,
 *   y_unit: string, y_min: number, y_max: number | null }} HeatmapProps
 */

/** The least distances between two labels, in CSS pixels. */
const ROOM_ACROSS = 60;
const ROOM_DOWN = 34;

/**
 * The ends of an axis with so many cells. Ends in the wrong order count as missing.
 * @param {number} min
 * @param {number | null} max
 * @param {number} cells
 */
export function heatmapEnds(min, max, cells) {
  return { min, max: max !== null && max > min ? max : min + Math.max(cells, 1) };
}

/** `<dd-heatmap>`: a grid of numbers as colours. */
export class DdHeatmap extends ChartElement {
  /** @type {Matrix | null} */
  #matrix = null;
  /** The picture that the matrix is from, or that could not be read. @type {string | null} */
  #has = null;
  #isUnread = false;
  /** @type {Plane | null} */
  #plane = null;
  /** The cell that is read. @type {{ column: number, row: number } | null} */
  #cell = null;
  #colours = colourTable();
  /** The image of the matrix, and what it was made for. @type {{ canvas: HTMLCanvasElement, key: string } | null} */
  #image = null;
  #range = { low: 0, high: 1 };
  /** The smallest and the largest number, if there is one. @type {{ low: number, high: number } | null} */
  #seen = null;
  /** @type {Sight | null} */
  #sight = null;

  mount() {
    super.mount();
    pictures.open(this, (picture) => this.#take(picture));
    pictures.tell(this, this.#props.cells?.id ?? null);
    // Numbers that nobody sees are not asked for.
    this.#sight = new Sight(this, () => {
      if (!this.#sight?.isPaused) pictures.want(this, this.#has);
    });
    if (this.isConnected) this.#sight.attach();
  }

  connectedCallback() {
    this.#sight?.attach();
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#sight?.detach();
    super.disconnectedCallback();
  }

  /** @param {string} name */
  update(name) {
    if (name === "cells") {
      const id = this.#props.cells?.id ?? null;
      pictures.tell(this, id);
      if (id !== null) return;
      this.#matrix = this.#has = null;
      this.#isUnread = false;
    }
    this.#measure();
  }

  get #props() {
    return /** @type {HeatmapProps} */ (this.props);
  }

  /** @param {Arrived} picture */
  async #take({ id, file }) {
    const bytes = await file.arrayBuffer().catch(() => null);
    // The program may have taken the numbers away meanwhile.
    const isGone = this.#props.cells === null;
    this.#matrix = isGone || !bytes ? null : matrixOf(bytes);
    this.#isUnread = !isGone && !this.#matrix;
    this.#has = isGone ? null : id;
    this.#measure();
    if (!this.#sight?.isPaused) pictures.want(this, this.#has);
  }

  /** The numbers or the scale have changed. */
  #measure() {
    const { min, max, unit } = this.#props;
    const seen = extremes(this.#matrix?.numbers ?? new Float32Array());
    const hasNumbers = seen.low <= seen.high;
    this.#seen = hasNumbers ? seen : null;
    this.#range = { low: min ?? (hasNumbers ? seen.low : 0), high: max ?? (hasNumbers ? seen.high : 1) };
    this.#image = null;
    const { low, high } = this.#range;
    const isKnown = hasNumbers || (min !== null && max !== null);
    const ends = isKnown ? [formatNumber(low), formatNumber(high) + unitSuffix(unit)] : ["", ""];
    [".dd-chart-low", ".dd-chart-high"].forEach((part, at) => {
      const end = this.querySelector(part);
      if (end) end.textContent = ends[at] ?? "";
    });
    const { columns, rows } = this.#matrix ?? { columns: 0, rows: 0 };
    if (this.#cell && (this.#cell.column >= columns || this.#cell.row >= rows)) this.#cell = null;
    this.#write();
    this.request();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   * @param {Size} size
   */
  draw(context, palette, size) {
    const { x_unit, x_min, x_max, y_unit, y_min, y_max } = this.#props;
    const matrix = this.#matrix;
    const across = heatmapEnds(x_min, x_max, matrix?.columns ?? 1);
    const up = heatmapEnds(y_min, y_max, matrix?.rows ?? 1);
    const step = (/** @type {{ min: number, max: number }} */ { min, max }, /** @type {number} */ count) =>
      tickStep(max - min, Math.max(2, Math.floor(count)));
    const { plane, labels } = layPlane(
      context,
      size,
      palette,
      (width, height) => ({
        x: { ...across, step: step(across, width / ROOM_ACROSS) },
        y: { ...up, step: step(up, height / ROOM_DOWN) },
      }),
      { x: x_unit, y: y_unit },
    );
    this.#plane = plane;
    drawPlane(context, plane, palette, labels);
    if (!matrix || matrix.numbers.length === 0) {
      const words = this.#isUnread ? "the newest values cannot be shown" : "no values yet";
      drawEmpty(context, plane, palette, words);
      return;
    }
    const { left, right, top, bottom, unit } = plane.box;
    const [width, height] = [Math.round(right - left), Math.round(bottom - top)];
    context.fillStyle = palette.ground;
    context.fillRect(left, top, width, height);
    hatch(context, plane.box, palette.line);
    const key = `${width} ${height}`;
    if (this.#image?.key !== key) {
      const { low, high } = this.#range;
      this.#image = { key, canvas: imageOf(reduced(matrix, width, height), low, high, this.#colours) };
    }
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#image.canvas, left, top, width, height);
    if (!this.#cell) return;
    const [cellWidth, cellHeight] = [width / matrix.columns, height / matrix.rows];
    const [x, y] = [left + this.#cell.column * cellWidth, top + this.#cell.row * cellHeight];
    // Visible on dark and on light cells.
    for (const [colour, line] of /** @type {const} */ ([
      [palette.ground, 4],
      [palette.cursor, 2],
    ])) {
      context.strokeStyle = colour;
      context.lineWidth = line * unit;
      context.strokeRect(x, y, Math.max(cellWidth, unit), Math.max(cellHeight, unit));
    }
  }

  /** @param {number} across @param {number} down */
  point(across, down) {
    if (!this.#plane || !this.#matrix) return;
    const { left, right, top, bottom } = this.#plane.box;
    const { columns, rows } = this.#matrix;
    const column = Math.floor(((across - left) / (right - left)) * columns);
    const row = Math.floor(((down - top) / (bottom - top)) * rows);
    const isInside = column >= 0 && column < columns && row >= 0 && row < rows;
    this.#read(isInside ? { column, row } : null);
  }

  leave() {
    this.#read(null);
  }

  /** @param {{ column: number, row: number } | null} cell */
  #read(cell) {
    if (cell?.column === this.#cell?.column && cell?.row === this.#cell?.row) return;
    this.#cell = cell;
    this.#write();
    this.request();
  }

  /** @param {number} across @param {number} up */
  step(across, up) {
    const { columns, rows } = this.#matrix ?? { columns: 0, rows: 0 };
    if (columns === 0 || rows === 0) return null;
    const within = (/** @type {number} */ place, /** @type {number} */ count) =>
      Math.min(Math.max(place, 0), count - 1);
    // Reading begins in the middle.
    const { column, row } = this.#cell ?? { column: columns >> 1, row: rows >> 1 };
    const [x, y] = this.#cell ? [column + across, row - up] : [column, row];
    this.#read({ column: within(x, columns), row: within(y, rows) });
    return this.#words();
  }

  /** "3.2 mm, 10 mm: 21.5 °C". The place is the middle of the cell. */
  #words() {
    const { unit, digits, x_unit, x_min, x_max, y_unit, y_min, y_max } = this.#props;
    if (!this.#cell || !this.#matrix) return "";
    const { columns, rows, numbers } = this.#matrix;
    const { column, row } = this.#cell;
    const across = heatmapEnds(x_min, x_max, columns);
    const up = heatmapEnds(y_min, y_max, rows);
    const x = across.min + ((column + 0.5) / columns) * (across.max - across.min);
    const y = up.max - ((row + 0.5) / rows) * (up.max - up.min);
    const number = numbers[row * columns + column];
    // An f32 has seven digits.
    const text = formatNumber(number, digits ?? undefined);
    const value = Number.isFinite(number) ? text + unitSuffix(unit) : "no value";
    return `${formatNumber(x)}${unitSuffix(x_unit)}, ${formatNumber(y)}${unitSuffix(y_unit)}: ${value}`;
  }

  #write() {
    const { unit, digits } = this.#props;
    const number = (/** @type {number} */ value) =>
      formatNumber(value, digits ?? undefined) + unitSuffix(unit);
    const ends = this.#seen && `lowest ${number(this.#seen.low)}, highest ${number(this.#seen.high)}`;
    this.write(this.#cell ? this.#words() : (ends ?? ""));
  }
}

define("dd-heatmap", DdHeatmap);
