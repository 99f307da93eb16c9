// The page's clock.

/** A difference of the two clocks by more than this, in milliseconds, means that one of them has jumped. */
const JUMP = 1_000;

/**
 * @typedef {object} PageClock
 * @property {() => number} now  milliseconds of a clock that nobody can set. It may omit the time in which the machine
 *   slept.
 * @property {() => number} doubted  the time by `now` at which the machine may last have slept; minus infinity if it
 *   never has. The time of day has jumped then, so perhaps somebody has only set it.
 */

/**
 * @param {() => number} steady
 * @param {() => number} wall  the time of day, which is used only to detect a sleep
 * @returns {PageClock}
 */
export function createClock(steady = () => performance.now(), wall = () => Date.now()) {
  const start = steady();
  let difference = wall() - start;
  let doubted = Number.NEGATIVE_INFINITY;
  const now = () => {
    const time = steady();
    const next = wall() - time;
    if (next - difference > JUMP) doubted = time - start;
    difference = next;
    return time - start;
  };
  return {
    now,
    doubted: () => {
      now();
      return doubted;
    },
  };
}
