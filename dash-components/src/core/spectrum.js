import { unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { ChartElement } from "../../../dash-runtime/client/chart_element.js";
import { thinLine } from "../../../dash-runtime/client/chart_line.js";
import {
  drawEmpty,
  drawPlane,
  drawReading,
  layPlane,
  place,
} from "../../../dash-runtime/client/chart_plane.js";
import { valueAt, valueAxis } from "../../../dash-runtime/client/chart_scale.js";
import {
  frequencyAt,
  frequencyText,
  highest,
  holdPeaks,
  levelNear,
  levelsOf,
} from "../../../dash-runtime/client/chart_sweep.js";
import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { tickStep } from "../../../dash-runtime/client/ticks.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { Size } from "../../../dash-runtime/client/chart_element.js" */
/** @import { Plane } from "../../../dash-runtime/client/chart_plane.js" */
/** @import { Axis } from "../../../dash-runtime/client/chart_scale.js" */
/** @import { Sweep } from "../../../dash-runtime/client/chart_sweep.js" */

/**
 * @typedef {{ sweep: Sweep, label: string, unit: string, from: number, to: number, frequency_unit: string,
 *   log: boolean, min: number | null, max: number | null, peak_hold: boolean }} SpectrumProps
 */

/** The least distances between two labels, in CSS pixels. */
const ROOM_ACROSS = 60;
const ROOM_DOWN = 34;

/**
 * The frequency axis. A logarithmic one begins at the first level above zero.
 * @param {{ from: number, to: number, log: boolean }} props
 * @param {number} count  of levels
 * @param {number} width  of the plot in CSS pixels
 * @returns {Axis}
 */
export function spectrumAxis({ from, to, log }, count, width) {
  const [min, max] = to > from ? [from, to] : [from, from + 1];
  const step = tickStep(max - min, Math.max(2, Math.floor(width / ROOM_ACROSS)));
  if (!log || max <= 0) return { min, max, step };
  const apart = (max - min) / Math.max(count - 1, 1);
  const first = min > 0 ? min : min + (Math.floor(-min / apart + 1e-9) + 1) * apart;
  // Without levels, the axis is that of a usual spectrum.
  const least = count > 1 ? first : Math.max(min, max / 1000);
  return least < max ? { min: least, max, step, log } : { min, max, step };
}

/** `<dd-spectrum>`: the levels of frequencies. */
export class DdSpectrum extends ChartElement {
  #levels = new Float64Array();
  /** The highest levels. */
  #held = new Float64Array();
  /** The frequencies of the levels. */
  #frequencies = new Float64Array();
  #thinned = new Int32Array();
  /** @type {Plane | null} */
  #plane = null;
  /** The frequency that is read. @type {number | null} */
  #cursor = null;

  mount() {
    super.mount();
    this.addEventListener("click", ({ target }) => {
      if (target instanceof HTMLElement && target.classList.contains("dd-spectrum-clear")) this.#clear();
    });
    this.#take();
  }

  /** @param {string} name */
  update(name) {
    if (name === "from" || name === "to") this.#held = new Float64Array();
    this.#take();
  }

  get #props() {
    return /** @type {SpectrumProps} */ (this.props);
  }

  /** The highest levels begin with those of now. */
  #clear() {
    this.#held = this.#levels.slice();
    this.#changed();
  }

  #take() {
    this.#levels = levelsOf(this.#props.sweep);
    // Without levels, those that are held stay.
    if (this.#levels.length > 0) this.#held = holdPeaks(this.#held, this.#levels);
    const count = this.#levels.length;
    this.#frequencies = Float64Array.from(this.#levels, (_, at) => frequencyAt(this.#props, at, count));
    if (this.#thinned.length < 4 * count) this.#thinned = new Int32Array(4 * count);
    this.#changed();
  }

  #changed() {
    this.#write();
    this.restyle();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   * @param {Size} size
   */
  draw(context, palette, size) {
    const { unit, frequency_unit, min, max, peak_hold } = this.#props;
    const hasHeld = peak_hold && this.#held.length === this.#levels.length;
    const lines = hasHeld ? [this.#levels, this.#held] : [this.#levels];
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const line of lines) {
      for (const level of line) {
        if (level < low) low = level;
        if (level > high) high = level;
      }
    }
    const { plane, labels } = layPlane(
      context,
      size,
      palette,
      (width, height) => ({
        x: spectrumAxis(this.#props, this.#levels.length, width),
        y: valueAxis(low, high, min, max, Math.max(2, Math.floor(height / ROOM_DOWN))),
      }),
      { x: frequency_unit, y: unit },
    );
    this.#plane = plane;
    drawPlane(context, plane, palette, labels);
    // What is now lies over what was.
    for (const [at, line] of [...lines.entries()].reverse())
      this.#drawLine(context, plane, line, palette.series[at] ?? palette.text);
    if (!(low <= high)) drawEmpty(context, plane, palette, "no values yet");
    const at = this.#at();
    const level = at === null ? Number.NaN : Number(this.#levels[at]);
    if (this.#cursor !== null && at !== null && !Number.isNaN(level))
      drawReading(context, plane, palette, [Number(this.#frequencies[at]), level], 0);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Plane} plane
   * @param {Float64Array} levels
   * @param {string} colour
   */
  #drawLine(context, plane, levels, colour) {
    const { left, right, top, bottom, unit } = plane.box;
    const point = (/** @type {number} */ at) =>
      place(plane, [Number(this.#frequencies[at]), Number(levels[at])]);
    const column = (/** @type {number} */ frequency) => Math.floor(place(plane, [frequency, plane.y.min])[0]);
    // One level before the left edge, so that the line starts outside of the plot. A logarithm has no zero.
    const inside = this.#frequencies.findIndex((frequency) => frequency >= plane.x.min);
    const first = plane.x.log ? inside : Math.max(inside - 1, 0);
    if (inside < 0) return;
    const count = thinLine(this.#frequencies, levels, first, levels.length, column, this.#thinned);
    context.save();
    context.beginPath();
    context.rect(left, top - unit, right - left, bottom - top + 2 * unit);
    context.clip();
    context.strokeStyle = colour;
    context.lineWidth = 1.5 * unit;
    context.lineJoin = "bevel";
    context.beginPath();
    let pen = false;
    for (let index = 0; index < count; index++) {
      const at = /** @type {number} */ (this.#thinned[index]);
      if (at < 0) {
        pen = false;
        continue;
      }
      const [x, y] = point(at);
      if (pen) context.lineTo(x, y);
      else context.moveTo(x, y);
      // A level between two absent ones is a point.
      if (!pen && (index + 1 === count || Number(this.#thinned[index + 1]) < 0)) context.lineTo(x + unit, y);
      pen = true;
    }
    context.stroke();
    context.restore();
  }

  /** The level that is read: the one at the cursor, or else the highest one. */
  #at() {
    const count = this.#levels.length;
    if (count === 0) return null;
    if (this.#cursor === null) {
      const best = highest(this.#levels);
      return best < 0 ? null : best;
    }
    return Math.min(Math.max(levelNear(this.#props, this.#cursor, count), 0), count - 1);
  }

  /** "440 Hz: −63.2 dB, highest −60 dB". */
  #words() {
    const at = this.#at();
    if (at === null) return "";
    const { unit, frequency_unit, peak_hold } = this.#props;
    const level = (/** @type {number | undefined} */ value) =>
      Number.isFinite(value) ? formatNumber(value, 1) + unitSuffix(unit) : "no level";
    const held = peak_hold && this.#cursor !== null ? `, highest ${level(this.#held[at])}` : "";
    const frequency = frequencyText(this.#props, at, this.#levels.length) + unitSuffix(frequency_unit);
    return `${this.#cursor === null ? "Peak at " : ""}${frequency}: ${level(this.#levels[at])}${held}`;
  }

  #write() {
    this.write(this.#words());
  }

  /** @param {number} across */
  point(across) {
    if (!this.#plane) return;
    const { left, right } = this.#plane.box;
    const share = Math.min(Math.max((across - left) / (right - left), 0), 1);
    this.#read(valueAt(this.#plane.x, share));
  }

  leave() {
    this.#read(null);
  }

  /** @param {number | null} frequency */
  #read(frequency) {
    this.#cursor = frequency;
    this.#write();
    this.request();
  }

  /** From level to level. Reading begins at the highest one. @param {number} across */
  step(across) {
    const at = this.#at();
    if (across === 0 || at === null) return null;
    const count = this.#levels.length;
    const goal = this.#cursor === null && Number.isFinite(across) ? at : at + across;
    this.#read(frequencyAt(this.#props, Math.min(Math.max(goal, 0), count - 1), count));
    return this.#words();
  }
}

define("dd-spectrum", DdSpectrum);
