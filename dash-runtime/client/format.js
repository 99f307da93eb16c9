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

/**
 * A round distance (1, 2 or 5 times a power of ten) that divides `span` into at most `count` parts.
 * @param {number} span
 * @param {number} count
 * @returns {number}
 */
export function tickStep(span, count) {
  if (!(span > 0) || !(count > 0)) return 1;
  const least = span / count;
  // From the text, because logarithms and powers differ between Rust and browsers in the last bit.
  const power = least.toExponential().split("e")[1];
  const steps = [1, 2, 5, 10].map((factor) => Number(`${factor}e${power}`));
  return steps.find((step) => step >= least * (1 - 1e-9)) ?? 1;
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
