// The value axis of a chart: its ends, the values that have a label, and the labels.

import { formatNumber } from "./format.js";
import { tickStep } from "./ticks.js";

/**
 * @typedef {{ min: number, max: number, step: number, log?: boolean, ticks?: number[] }} Axis  `log`: equal distances are
 *   equal factors, and both ends are above zero; `ticks`: the values with a label, if they have no equal distances
 */

/**
 * Where a value is on an axis: 0 at its lower and 1 at its upper end.
 * @param {Axis} axis
 * @param {number} value
 */
export function shareOf({ min, max, log }, value) {
  return log ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

/**
 * The value at a place on an axis.
 * @param {Axis} axis
 * @param {number} share
 */
export function valueAt({ min, max, log }, share) {
  return log ? min * (max / min) ** share : min + share * (max - min);
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
export function valueAxis(low, high, min, max, count) {
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
export function valueTicks({ min, max, step, log, ticks }) {
  if (ticks) return ticks;
  if (log) return decades(min, max);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first;
  return Array.from({ length: Math.max(0, Math.min(count, 100)) + 1 }, (_, index) => (first + index) * step);
}

/** Powers of ten, and 2 and 5 times as much if there are few. @param {number} min @param {number} max */
function decades(min, max) {
  const factors = max / min > 1000 ? [1] : [1, 2, 5];
  const ticks = /** @type {number[]} */ ([]);
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++) {
    for (const factor of factors) {
      // From the text: 10 ** -5 has a wrong last bit.
      const tick = Number(`${factor}e${power}`);
      if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

/** Powers of 1000, from 1e-9 to 1e12. */
const siPrefixes = ["n", "µ", "m", "", "k", "M", "G", "T"];

/**
 * A label on an axis with ticks at a distance of `step`. All labels of an axis have the same number of decimals and the
 * same prefix.
 * @param {number} value
 * @param {number} step
 * @param {number} [most]  the largest magnitude on the axis
 * @returns {string}
 */
export function formatTick(value, step, most = Math.abs(value)) {
  const large = Math.max(most, step);
  const power = large >= 1e4 || large < 1e-3 ? siPower(large) : 0;
  const unit = 1000 ** power;
  if (power !== 0 && Math.abs(value) < step / 1e6) return "0";
  let digits = 0;
  // As many decimals as the step has: two for 0.25.
  for (let rest = step / unit; digits < 12 && Math.abs(rest - Math.round(rest)) > 1e-6 * rest; digits++)
    rest *= 10;
  return formatNumber(value / unit, digits) + siPrefixes[power + 3];
}

/** @param {number} magnitude */
function siPower(magnitude) {
  return Math.min(Math.max(Math.floor(Math.log10(magnitude) / 3 + 1e-9), -3), 4);
}
