// Numbers about scales. dash-runtime/src/words/format.rs has the same functions.

/**
 * The largest power of ten that is not above a number.
 * @param {number} value
 */
export function decade(value) {
  // From the text, because logarithms and powers differ between Rust and browsers in the last bit.
  return value > 0 ? Number(`1e${value.toExponential().split("e")[1]}`) : Number.NaN;
}

/**
 * The number of decimals of a number, at most 6.
 * @param {number} value
 */
export function decimals(value) {
  let digits = 0;
  while (digits < 6 && Math.abs(Math.round(value * 10 ** digits) - value * 10 ** digits) > 1e-6) digits++;
  return digits;
}

/**
 * The position of a value between two ends, from 0 to 1. A missing position is 0.
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
export function share(value, min, max) {
  const part = (value - min) / (max - min);
  return Number.isFinite(part) ? Math.min(Math.max(part, 0), 1) : 0;
}

/**
 * The position on a logarithmic scale, with the decimals in which browsers agree.
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
export function logShare(value, min, max) {
  return Number(share(Math.log(value), Math.log(min), Math.log(max)).toFixed(9));
}
