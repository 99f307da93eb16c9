// How long to wait before the next attempt: a random time up to a bound that doubles with each failure (full jitter), so that a
// restarted server is not asked by all pages at once.

/** The bound of the first wait, in milliseconds. */
const FIRST = 250;

export class Backoff {
  #most;
  #random;
  #failures = 0;

  /**
   * @param {number} most  the largest bound, in milliseconds
   * @param {() => number} random
   */
  constructor(most, random) {
    this.#most = most;
    this.#random = random;
  }

  /** An attempt has failed. @returns {number} milliseconds until the next one */
  next() {
    const bound = Math.min(this.#most, FIRST * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return this.#random() * bound;
  }

  /** An attempt has succeeded: the next failure is the first one. */
  reset() {
    this.#failures = 0;
  }
}
