import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { NumberField } from "../../../dash-runtime/client/number_field.js";
import { decade } from "../../../dash-runtime/client/scale.js";

/** The prefixes of the SI, from 10^-15 on. */
const PREFIXES = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P"];
/** The place of the prefix that is none. */
const NONE = 5;

/** What people type for a prefix: the micro sign and the Greek letter look alike, and few keyboards have either. */
const TYPED = /** @type {Record<string, string>} */ ({ μ: "µ", u: "µ", K: "k" });

/** A unit that is the letter of a prefix, and a number with a prefix and such a unit. */
const PREFIX = /^[fpnuµμmkKMGTP]$/;
const TWO = /[fpnuµμmkKMGTP]\s*[fpnuµμmkKMGTP]$/;

/** @param {number} exponent  of ten */
const factorOf = (exponent) => Number(`1e${exponent}`);

/** @param {number} value */
const exponentOf = (value) => Number(value.toExponential().split("e")[1]);

/** @param {number} digits */
const significant = (digits) => Math.min(Math.max(digits, 1), 15);

/**
 * A number with this many significant digits, as the look writes it.
 * @param {number} value
 * @param {number} wanted  digits
 * @param {boolean} scientific
 */
export function precise(value, wanted, scientific) {
  const digits = significant(wanted);
  const size = Math.abs(value);
  if (size === 0) return formatNumber(0, digits - 1);
  const first = formatNumber(size / decade(size), digits - 1);
  const carries = first.length > (digits > 1 ? digits + 1 : digits);
  const exponent = exponentOf(size) + (carries ? 1 : 0);
  const third = Math.floor(exponent / 3);
  const prefix = PREFIXES[third + NONE];
  const sign = value < 0 ? "-" : "";
  if (scientific || prefix === undefined) {
    const mantissa = carries ? formatNumber(size / decade(size) / 10, digits - 1) : first;
    return `${sign}${mantissa}e${exponent}`;
  }
  const places = Math.max(digits - 1 - (exponent - third * 3), 0);
  return `${sign}${formatNumber(size / factorOf(third * 3), places)}${prefix}`;
}

/**
 * The number that a text means: with a prefix behind it or in the place of the decimal point, with an exponent, and with
 * the unit. null: it means none.
 * @param {string} text
 * @param {string} unit
 */
export function preciseTyped(text, unit) {
  let plain = text.trim().replace(",", ".").replace(/^[−–]/, "-");
  // `5m` of a length in m is 5 mm, as in the field itself. `5mm` has the unit, too.
  const hasUnit = unit !== "" && plain.endsWith(unit) && (!PREFIX.test(unit) || TWO.test(plain));
  if (hasUnit) plain = plain.slice(0, -unit.length).trim();
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?\s*([fpnuµμmkKMGTP]?)(\d*)(e[+-]?\d+)?$/.exec(plain);
  if (!parts) return null;
  const [, sign, whole = "", fraction, typed = "", behind = "", power = "e0"] = parts;
  // `4k7` is 4.7k. Digits behind a prefix have no other meaning.
  if (behind !== "" && (typed === "" || fraction !== undefined || power !== "e0")) return null;
  if (typed !== "" && power !== "e0") return null;
  const decimals = fraction ?? behind;
  if (whole === "" && decimals === "") return null;
  const third = PREFIXES.indexOf(TYPED[typed] ?? typed) - NONE;
  return Number(`${sign}${whole || "0"}.${decimals || "0"}e${third * 3 + Number(power.slice(1))}`);
}

/**
 * The number after a number of steps of its last significant digit.
 * @param {number} value
 * @param {number} steps
 * @param {{ digits: number, min: number, max: number }} scale
 */
export function preciseStepped(value, steps, { digits: wanted, min, max }) {
  const digits = significant(wanted);
  // From zero, a step is the smallest one of the largest number.
  const far = Math.max(0, ...[min, max].filter(Number.isFinite).map(Math.abs));
  const size = Math.abs(value) || far || 1;
  const next = value + steps * factorOf(exponentOf(size) - digits + 1);
  return Math.min(Math.max(Number(next.toPrecision(digits)), min), max);
}

/** `<dd-precision-input>`: a field for a number with a fixed number of significant digits. */
export class DdPrecisionInput extends NumberField {
  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    super.update(name, value);
    if (name === "digits" || name === "scientific") this.showValue(this.props.value);
  }

  /** @param {number | null} value */
  format(value) {
    const { digits, scientific } = this.props;
    return typeof value === "number" ? precise(value, digits, scientific) : "";
  }

  /** @param {string} text */
  read(text) {
    const number = preciseTyped(text, String(this.props.unit ?? ""));
    return number === null ? null : Number(number.toPrecision(significant(this.props.digits)));
  }

  /**
   * @param {number} from
   * @param {number} steps
   */
  stepped(from, steps) {
    return preciseStepped(from, steps, { digits: this.props.digits, ...this.scale });
  }

  /**
   * A point is the decimal point here, because it is what the field shows. A comma may group thousands.
   * @param {string} text
   */
  doubt(text) {
    return text.includes(",") ? super.doubt(text) : null;
  }
}

define("dd-precision-input", DdPrecisionInput);
