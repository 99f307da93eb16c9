// The page's clock.

/**
 * A clock in milliseconds that also counts the time in which the machine slept, which performance.now() may omit. A
 * command must not appear young after a night in a closed laptop. The clock never goes back.
 * @param {() => number} steady
 * @param {() => number} wall
 * @returns {() => number}
 */
export function createClock(steady = () => performance.now(), wall = () => Date.now()) {
  let time = 0;
  let lastSteady = steady();
  let lastWall = wall();
  return () => {
    const nextSteady = steady();
    const nextWall = wall();
    const passed = nextSteady - lastSteady;
    const slept = nextWall - lastWall - passed;
    time += slept > 1_000 ? passed + slept : passed;
    lastSteady = nextSteady;
    lastWall = nextWall;
    return time;
  };
}
