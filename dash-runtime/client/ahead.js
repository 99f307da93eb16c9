// The answer to a request tells states before the socket does. The socket tells them again, in its own order, with older ones before
// them: those must not be shown, but operations are meant for them.
//
//   nothing is ahead --learn(ahead)--> ahead up to a revision --the socket is at that revision--> nothing is ahead
//
// Invariant: while something is ahead, `#behind` has for each property that was told ahead what the socket has told of it so far.

/** @import { Property } from "./properties.js" */

export class AheadOfSocket {
  /** Up to which revision answers have told. */
  #rev = 0;
  /** @type {Map<Property, unknown>} */
  #behind = new Map();
  /** @type {Set<Property>} whose quality was told ahead */
  #judged = new Set();

  /**
   * What the socket has told of a property: what its operations are meant for.
   * @param {Property} property
   */
  toldBySocket(property) {
    return this.#behind.has(property) ? this.#behind.get(property) : property.echo.truth;
  }

  /**
   * Whether newer values than those of this revision were told ahead.
   * @param {number} rev  of what the socket tells
   */
  isPast(rev) {
    return rev < this.#rev;
  }

  /**
   * @param {Property} property
   * @param {unknown} value
   * @param {{ ahead: boolean, late: boolean }} told  ahead: by an answer; late: by the socket, and an answer has told newer values
   * @returns {boolean} whether it is to be shown
   */
  learn(property, value, { ahead, late }) {
    const behind = this.#behind.has(property);
    if (ahead && !behind) this.#behind.set(property, property.echo.truth);
    if (!ahead && behind) this.#behind.set(property, value);
    if (late && behind) return false;
    property.echo.report(value);
    return true;
  }

  /**
   * The same for what is said of a value's quality.
   * @param {Property} property
   * @param {{ ahead: boolean, late: boolean }} told
   * @returns {boolean} whether it is to be shown
   */
  judge(property, { ahead, late }) {
    if (late && this.#judged.has(property)) return false;
    if (ahead) this.#judged.add(property);
    return true;
  }

  /** An answer has told everything up to this revision. @param {number} rev */
  reach(rev) {
    this.#rev = Math.max(this.#rev, rev);
  }

  /**
   * The socket has told everything that was told ahead: from here on it alone is right.
   * @returns {Property[]} those that may show something else
   */
  catchUp() {
    const behind = [...this.#behind];
    for (const [property, value] of behind) property.echo.report(value);
    this.#behind.clear();
    this.#judged.clear();
    this.#rev = 0;
    return behind.map(([property]) => property);
  }

  /** The property is gone. @param {Property} property */
  forget(property) {
    this.#behind.delete(property);
  }
}
