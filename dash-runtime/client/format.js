// Numbers as text. The format is the same for all components and locales: a device's "0.5" must not be "0,5" on one
// screen.

/** The text for a missing value. */
export const NO_VALUE = "–";

/** From this value on, a number of six significant digits has no decimals. */
const WHOLE = 1e6;
/** From this value on, JavaScript writes a number with an exponent. */
const HUGE = 1e21;

/**
 * Writes a number with a fixed number of decimals, or with as many as six significant digits need. Without a number of
 * decimals, the digits before the decimal point are never rounded: a serial number must be shown as it is.
 * @param {number | null | undefined} value
 * @param {number} [digits]
 * @returns {string}
 */
export function formatNumber(value, digits) {
  if (typeof value !== "number" || !Number.isFinite(value)) return NO_VALUE;
  const size = Math.abs(value);
  const text =
    digits === undefined && !(size >= WHOLE && size < HUGE)
      ? String(Number(value.toPrecision(6)))
      : value.toFixed(digits ?? 0);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

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

/**
 * An age in whole units: "12 s", "3 min", "2 h".
 * @param {number} ms
 * @returns {string}
 */
export function formatAge(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
