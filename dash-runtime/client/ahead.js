// The response to a request brings states before the socket does. The socket later sends them again, in its own order,
// after older ones. The page must not show those older states, but the socket's edit operations apply to them.
//
//     nothing is ahead --learn(ahead)--> ahead up to a revision --the socket reaches it--> nothing is ahead
//
// Invariant: while something is ahead, `#behind` has, for each property that a response brought, the socket's latest
// value.

/** @import { Property } from "./properties.js" */

export class AheadOfSocket {
  /** The revision up to which responses have brought states. */
  #rev = 0;
  /** @type {Map<Property, unknown>} */
  #behind = new Map();
  /** @type {Set<Property>} properties whose quality a response brought */
  #judged = new Set();

  /**
   * The socket's latest value of a property, which its edit operations apply to.
   * @param {Property} property
   */
  toldBySocket(property) {
    return this.#behind.has(property) ? this.#behind.get(property) : property.echo.truth;
  }

  /**
   * Whether a response brought newer values than those of this revision.
   * @param {number} rev  the revision of a socket frame
   */
  isPast(rev) {
    return rev < this.#rev;
  }

  /**
   * @param {Property} property
   * @param {unknown} value
   * @param {{ ahead: boolean, late: boolean }} told  ahead: from a response; late: from the socket, and responses
   *   brought newer values
   * @returns {boolean} whether to show the value
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
   * The same for the quality of a value.
   * @param {Property} property
   * @param {{ ahead: boolean, late: boolean }} told
   * @returns {boolean} whether to show the quality
   */
  judge(property, { ahead, late }) {
    if (late && this.#judged.has(property)) return false;
    if (ahead) this.#judged.add(property);
    return true;
  }

  /** A response has brought everything up to this revision. @param {number} rev */
  reach(rev) {
    this.#rev = Math.max(this.#rev, rev);
  }

  /**
   * The socket has sent everything that responses brought. From now on only the socket's values count.
   * @returns {Property[]} the properties whose shown value may change
   */
  catchUp() {
    const behind = [...this.#behind];
    for (const [property, value] of behind) property.echo.report(value);
    this.#behind.clear();
    this.#judged.clear();
    this.#rev = 0;
    return behind.map(([property]) => property);
  }

  /** The property was removed. @param {Property} property */
  forget(property) {
    this.#behind.delete(property);
  }
}
