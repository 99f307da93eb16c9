// The value axis of a chart: its ends, and the values that have a label.

import { tickStep } from "./format.js";

/** @typedef {{ min: number, max: number, step: number }} Axis */

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
export function valueTicks({ min, max, step }) {
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first;
  return Array.from({ length: Math.max(0, Math.min(count, 100)) + 1 }, (_, index) => (first + index) * step);
}
