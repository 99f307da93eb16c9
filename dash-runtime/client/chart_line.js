// The line of one series: what the pixels can show, with its interruptions.

/**
 * Reduces a line to what the pixels can show: the lowest and the highest value of each pixel column, in their order in
 * time. So a peak of a single sample is never lost.
 * @param {Float64Array} times
 * @param {Float64Array} values
 * @param {number} from
 * @param {number} to
 * @param {(t: number) => number} column  the pixel column of a time
 * @param {Int32Array} out  receives the indices of the samples to draw; -1 is an interruption
 * @param {number} [gap]  the line is interrupted between samples that are further apart, in seconds
 * @returns {number} the number of indices
 */
export function thinLine(times, values, from, to, column, out, gap = Number.POSITIVE_INFINITY) {
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
  const interrupt = () => {
    flush();
    if (count > 0 && out[count - 1] !== -1) out[count++] = -1;
  };
  for (let index = from; index < to; index++) {
    const value = /** @type {number} */ (values[index]);
    const t = /** @type {number} */ (times[index]);
    if (Number.isNaN(value)) {
      interrupt();
      continue;
    }
    if (index > from && t - /** @type {number} */ (times[index - 1]) > gap) interrupt();
    const place = column(t);
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
 * The times at which nothing was measured.
 * @param {Float64Array} times
 * @param {number} from
 * @param {number} to
 * @param {number} gap  in seconds
 * @returns {[number, number][]}
 */
export function gapsIn(times, from, to, gap) {
  const gaps = /** @type {[number, number][]} */ ([]);
  for (let index = from + 1; index < to; index++) {
    const [before, after] = /** @type {[number, number]} */ ([times[index - 1], times[index]]);
    if (after - before > gap) gaps.push([before, after]);
  }
  return gaps;
}
