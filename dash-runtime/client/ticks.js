// The distance of the ticks of an axis.

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
