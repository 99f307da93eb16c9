// The controls that the user holds. Their values count only while the page answers the server's beats, so that a device
// stops when the page is hidden, cut off or stuck.

import { extras } from "./extras.js";
import { templateOf } from "./numbers.js";
import { readNumber } from "./protocol.js";

/** @import { ValuePart } from "./protocol.js" */

/**
 * Whether two values are the same JSON.
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Since when the server has not heard that controls are held which the user holds. Null if the user holds nothing.
 * @type {number | null}
 */
let heldUnheard = null;

/** For how long the server has not heard that what the user holds is held, in milliseconds. 0 if the user holds nothing. */
export function heldSilence() {
  return heldUnheard === null ? 0 : performance.now() - heldUnheard;
}

export class Holding {
  #safe;
  #size;
  /** @type {Set<number>} */
  #held = new Set();

  /**
   * @param {readonly unknown[][]} holds  each such property, with its value when nobody holds it
   * @param {number} size  the number of properties without those of rows; see numbers.js
   */
  constructor(holds, size) {
    this.#safe = new Map(holds.map(([number, safe]) => [readNumber(number, size), safe]));
    this.#size = size;
  }

  /** The properties whose controls are held. */
  get held() {
    return [...this.#held];
  }

  /**
   * The user has set a property.
   * @param {number} p
   * @param {unknown} value
   */
  set(p, value) {
    const template = templateOf(p, this.#size);
    if (!this.#safe.has(template)) return;
    if (this.#held.size === 0) heldUnheard = performance.now();
    if (same(value, this.#safe.get(template))) this.#held.delete(p);
    else this.#held.add(p);
    if (this.#held.size === 0) heldUnheard = null;
  }

  /**
   * The server has set properties. It releases a control by setting its safe value.
   * @param {readonly ValuePart[]} values
   * @param {(p: number) => boolean} isOutstanding  whether the user has set it again since then
   */
  apply(values, isOutstanding) {
    if (this.#held.size === 0) return;
    for (const { number, value } of values) {
      const safe = this.#safe.get(templateOf(number, this.#size));
      if (this.#held.has(number) && same(value, safe) && !isOutstanding(number)) this.#held.delete(number);
    }
    if (this.#held.size === 0) heldUnheard = null;
  }

  /**
   * The answer to a beat of the server. Null if nothing is held.
   * @param {number} beat
   * @param {(p: number) => number} numberOf  the number of a property at the server
   */
  echo(beat, numberOf) {
    const held = this.held.map(numberOf);
    if (held.length === 0) return null;
    heldUnheard = performance.now();
    return JSON.stringify({ t: "held", beat, held });
  }

  /** Nothing is held any more: the page is hidden, or the link is lost. The user may not have let go yet. */
  drop() {
    this.#held.clear();
  }
}

extras.holding = (holds, size) => new Holding(holds, size);
