// The server's clock, as far as the page can know it. Pure: the times are parameters.
//
// The server writes its time into a frame, and the page receives the frame later. So the difference of the two clocks
// (server minus page) is at least the time in the frame minus the time of its receipt. If the frame answers one of the
// page, the difference is at most the time in the frame minus the time at which the page has asked. Neither needs the
// two computers to agree on the time of day, which somebody can set.
//
// The largest lower bound comes from the frame that took the shortest time. With it the page writes the time of an
// action by the server's clock: never too late, and too early by no more than that shortest time. So the age that the
// server computes is never too small, whatever the command has waited for.

/** Two clocks drift apart by less than this, in milliseconds per millisecond. */
const DRIFT = 0.0002;

export class ServerClock {
  /** The best lower bound of the difference, and the page's time at which it was found. Null before the first frame. */
  #least = /** @type {{ difference: number, found: number } | null} */ (null);

  /**
   * A frame with the server's time was received.
   * @param {number} time  in the frame
   * @param {number} asked  the page's time when it sent the frame that this one answers
   * @param {number} received  the page's time now
   */
  learn(time, asked, received) {
    const least = this.#bound(received);
    // Above this bound, one of the computers slept without counting the time, and what was learned before is wrong.
    const most = time - asked;
    if (least !== null && least <= most && least >= time - received) return;
    this.#least = { difference: time - received, found: received };
  }

  /** The server was restarted, and its clock begins anew. */
  forget() {
    this.#least = null;
  }

  /**
   * The server's time at a moment of the page's clock, or earlier. Null if it is not known.
   * @param {number} at  a moment of the page's clock
   * @param {number} now  the page's time now
   */
  timeOf(at, now) {
    const least = this.#bound(now);
    return least === null ? null : Math.floor(at + least);
  }

  /** @param {number} now */
  #bound(now) {
    if (!this.#least) return null;
    return this.#least.difference - DRIFT * (now - this.#least.found);
  }
}
