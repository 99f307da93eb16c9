// Numbers in attributes.

/**
 * The text of a value for an attribute. A number has no exponent: assistive technology does not read "2.8e-14" as one.
 * @param {unknown} value  finite, if it is a number
 */
export function decimal(value) {
  const text = String(value);
  if (typeof value !== "number") return text;
  return text.replace(/(\d)\.?(\d*)e(.+)/, (_, first, rest, power) =>
    power < 0 ? "0.".padEnd(1 - power, "0") + first + rest : first + rest.padEnd(power, "0"),
  );
}
