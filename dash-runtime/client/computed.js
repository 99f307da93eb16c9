// What each browser computes for itself: the bindings `mirror`, `format`, `show_when` and `script`. The server does the same, for
// the first paint, in dash-runtime/src/binding/; tests/client/binding-cases.json has what both must agree on.

import { formatNumber } from "./format.js";

/**
 * @typedef {object} ComputedStart  a binding, as the server wrote it into the page
 * @property {string} word
 * @property {number[]} inputs  properties by their number
 * @property {number | string} target  a property, or for `show_when` the id of a component
 * @property {unknown[]} detail
 */

/** The functions of `script`s, by the number that the server counts them with. */
const loadedScripts = /** @type {Map<number, (...inputs: unknown[]) => unknown>} */ (new Map());

/**
 * Takes in the function of a `script`, when its module has been loaded.
 * @param {number} at
 * @param {() => (...inputs: any[]) => unknown} load  throws why there is no function
 */
export function loadScript(at, load) {
  try {
    loadedScripts.set(at, load());
  } catch (error) {
    loadedScripts.set(at, () => {
      throw error;
    });
  }
}

/**
 * Whether the value can be computed: the function of a `script` may not have come yet.
 * @param {ComputedStart} binding
 */
export function isComputable({ word, detail }) {
  return word !== "script" || loadedScripts.has(Number(detail[0]));
}

/**
 * @param {ComputedStart} binding
 * @param {unknown[]} inputs
 * @returns {unknown}
 * @throws {Error} what went wrong in an author's function, in words for a person
 */
export function computeValue({ word, detail }, inputs) {
  const [first] = inputs;
  if (word === "script") return runScript(detail, inputs);
  if (word !== "format") return first;
  const [before, digits, after] = /** @type {[string, number | null, string]} */ (detail);
  const text =
    typeof first === "string"
      ? first
      : formatNumber(/** @type {number | null} */ (first), digits ?? undefined);
  return before + text + after;
}

/**
 * @param {unknown[]} detail
 * @param {unknown[]} inputs
 */
function runScript(detail, inputs) {
  const [at, name, types] = /** @type {[number, string, string[]]} */ (detail);
  let value;
  try {
    // Its own copy: what it does with it is not done to the page's values.
    value = loadedScripts.get(at)?.(...inputs.map((input) => structuredClone(input))) ?? null;
  } catch (error) {
    throw new Error(`\`${name}\` failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  const type = jsonType(value);
  const fits = types.length === 0 || types.includes(type) || (type === "integer" && types.includes("number"));
  if (!fits) throw new Error(`\`${name}\` gave ${type}, and ${types.join(" or ")} is expected`);
  return value;
}

/** @param {unknown} value */
function jsonType(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  // What JSON cannot write is no number.
  if (typeof value === "number" && !Number.isFinite(value)) return "no number";
  return Number.isInteger(value) ? "integer" : typeof value;
}
