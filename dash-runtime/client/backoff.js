// The delay before the next attempt: a random time up to a bound that doubles with each failure (full jitter). So not
// all pages contact a restarted server at once.

/** The bound of the first delay, in milliseconds. */
const FIRST = 250;

export class Backoff {
  #random;
  #failures = 0;

  /** @param {() => number} random */
  constructor(random) {
    this.#random = random;
  }

  /**
   * Reports a failed attempt.
   * @param {number} most  the largest bound, in milliseconds
   * @returns {number} milliseconds until the next one
   */
  next(most) {
    const bound = Math.min(most, FIRST * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    return this.#random() * bound;
  }

  /** Reports a success. The next failure counts as the first one. */
  reset() {
    this.#failures = 0;
  }
}
