// The bindings that each browser computes: `mirror`, `format`, `show_when` and `script`. For the first paint the server
// computes all but `script` in dash-runtime/src/binding/. Both must agree on tests/client/binding-cases.json.

import { formatNumber } from "./format.js";

/**
 * @typedef {object} ComputedStart  a binding from the page's data block
 * @property {string} word
 * @property {number[]} inputs  property numbers
 * @property {number | string} target  a property number; for `show_when` the id of a component
 * @property {unknown[]} detail
 */

/** The functions of `script` bindings, by the number that the server gave them. */
const loadedScripts = /** @type {Map<number, (...inputs: unknown[]) => unknown>} */ (new Map());

/**
 * Stores the function of a `script` after its module was loaded.
 * @param {number} at
 * @param {() => (...inputs: any[]) => unknown} load  throws the reason if there is no function
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
 * Whether the value can be computed. The function of a `script` may not be loaded yet.
 * @param {ComputedStart} binding
 */
export function isComputable({ word, detail }) {
  return word !== "script" || loadedScripts.has(Number(detail[0]));
}

/**
 * @param {ComputedStart} binding
 * @param {unknown[]} inputs
 * @returns {unknown}
 * @throws {Error} the fault of the author's function, as a text for the user
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
    // The function gets copies, so that it cannot change the page's values.
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
  // JSON has no NaN and no infinity.
  if (typeof value === "number" && !Number.isFinite(value)) return "no number";
  return Number.isInteger(value) ? "integer" : typeof value;
}
