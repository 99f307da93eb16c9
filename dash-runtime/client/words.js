// The closed vocabulary of looks: what a view computes from the properties. Each word is one line here and one line in
// dash-runtime/src/view/look/words.rs, and a random test compares both.
//
// All words are total. A value is missing if it is null, a number that is not finite, or an empty text.

import { decimal } from "./decimal.js";
import { wordsOf } from "./element.js";
import { formatNumber, NO_VALUE } from "./format.js";
import { decade, decimals, logShare, share } from "./scale.js";
import { tickStep } from "./ticks.js";

/** @typedef {(...values: any[]) => any} Word */

/** @param {unknown} value */
const known = (value) => value !== null && value !== "";

/** @param {unknown} value @returns {value is number} */
const isNumber = (value) => typeof value === "number";

/**
 * A value as the text of an element or an attribute.
 * @param {unknown} value
 */
export const shown = (value) => (value === null || typeof value === "object" ? "" : decimal(value));

/** @param {unknown} list @returns {unknown[]} */
const items = (list) => (Array.isArray(list) ? list : []);

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isFields = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Decimals: at most 20.
 * @param {unknown} digits
 */
const places = (digits) => (isNumber(digits) ? Math.min(Math.max(digits, 0), 20) : undefined);

/**
 * A word for numbers. The result is missing if a number is.
 * @param {(a: number, b: number) => number} compute
 * @returns {Word}
 */
function arithmetic(compute) {
  return (a, b = 0) => {
    const result = isNumber(a) && isNumber(b) ? compute(a, b) : Number.NaN;
    return Number.isFinite(result) ? result : null;
  };
}

/**
 * A word for a position. It is 0 if a number is missing.
 * @param {(value: number, min: number, max: number) => number} compute
 * @returns {Word}
 */
function position(compute) {
  return (value, min, max) => ([value, min, max].every(isNumber) ? compute(value, min, max) : 0);
}

/** @type {Record<string, Word>} */
export const words = {
  add: arithmetic((a, b) => a + b),
  sub: arithmetic((a, b) => a - b),
  mul: arithmetic((a, b) => a * b),
  div: arithmetic((a, b) => a / b),
  min: arithmetic(Math.min),
  max: arithmetic(Math.max),
  ceil: arithmetic((a) => Math.ceil(a)),
  decade: arithmetic(decade),
  decimals: arithmetic(decimals),
  step: arithmetic(tickStep),
  share: position(share),
  log_share: position(logShare),
  above: (a, b) => isNumber(a) && isNumber(b) && a > b,
  reaches: (a, b) => isNumber(a) && isNumber(b) && a >= b,
  is: (a, b) => a === b,
  not: (a) => a !== true,
  known,
  or: (a, b) => (known(a) ? a : b),
  choose: (condition, yes, no) => (condition === true ? yes : no),
  join: (...parts) => parts.map(shown).join(""),
  length: (a) => (typeof a === "string" ? [...a].length : 0),
  number: (value, digits) => formatNumber(value, places(digits)),
  suffix: (unit) => (unit ? (unit === "°" ? unit : `\u00a0${unit}`) : ""),
  cell: (value, digits) =>
    typeof value === "string" ? value : isNumber(value) ? formatNumber(value, places(digits)) : NO_VALUE,
  words: (id) => wordsOf({ id }),
  count: (list) => items(list).length,
  first: (list, most) => (isNumber(most) ? items(list).slice(0, Math.max(most, 0)) : items(list)),
  has: (list, value) => items(list).includes(value),
  has_all: (list, values) => items(values).every((value) => items(list).includes(value)),
  at: (list, place) => items(list)[place] ?? null,
  find: (list, name, value) =>
    items(list).find((item) => isFields(item) && Object.hasOwn(item, name) && item[name] === value) ?? null,
  field: (of, name) => (isFields(of) && Object.hasOwn(of, name) ? of[name] : null),
};
