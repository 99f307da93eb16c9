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

/** Since when the server has not asked whether the held controls are held. Null if nothing is held. @type {number | null} */
let heldUnasked = null;

/** For how long the server has not asked whether the held controls are held, in milliseconds. 0 if nothing is held. */
export function heldSilence() {
  return heldUnasked === null ? 0 : performance.now() - heldUnasked;
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
    if (same(value, this.#safe.get(template))) this.#held.delete(p);
    else this.#held.add(p);
    this.#count();
  }

  #count() {
    heldUnasked = this.#held.size === 0 ? null : (heldUnasked ?? performance.now());
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
    this.#count();
  }

  /**
   * The answer to a beat of the server. Null if nothing is held.
   * @param {number} beat
   * @param {(p: number) => number} numberOf  the number of a property at the server
   */
  echo(beat, numberOf) {
    if (heldUnasked !== null) heldUnasked = performance.now();
    const held = this.held.map(numberOf);
    return held.length > 0 ? JSON.stringify({ t: "held", beat, held }) : null;
  }

  /** Nothing is held any more: the page is hidden, or the link is lost. */
  drop() {
    this.#held.clear();
    this.#count();
  }
}

extras.holding = (holds, size) => new Holding(holds, size);
