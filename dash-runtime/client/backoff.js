// The delay before the next attempt: a random time up to a bound that doubles with each failure (full jitter). So not
// all pages contact a restarted server at once.

/** The bound of the first delay, in milliseconds. */
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

  /** Reports a failed attempt. @returns {number} milliseconds until the next one */
  next() {
    const bound = Math.min(this.#most, FIRST * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return this.#random() * bound;
  }

  /** Reports a success. The next failure counts as the first one. */
  reset() {
    this.#failures = 0;
  }
}
