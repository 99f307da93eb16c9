// Whether the other end of the connection is still there. A quiet connection is asked; if it stays silent it counts as dead.
//
//   opening --deadline--> dead      open --QUIET--> asked --deadline--> dead
//                                     ^---- received() ----+
//
// A timer may fire very late (hidden page, sleeping machine), so only an unanswered question makes a connection dead.

/** A connection on which either side has said nothing for so long is asked; the server, too, wants to hear that the page is there. */
const QUIET = 5_000;
/** A connection on which nothing is heard for so long, though asked or still being opened, is dead. */
const DEAD = 12_000;

/**
 * @typedef {object} HeartbeatHandlers
 * @property {() => boolean} isOpen  the server has welcomed the page on this connection
 * @property {() => void} ask
 * @property {() => void} dead
 */

export class Heartbeat {
  #handlers;
  #env;
  /** When something was received last. */
  #heard;
  /** When something was sent last. */
  #spoke = 0;
  /** When the connection counts as dead; infinite unless a question is open. */
  #deadline = 0;
  #timer = 0;

  /**
   * @param {HeartbeatHandlers} handlers
   * @param {{ now: () => number, after: (ms: number, run: () => void) => number, cancel: (timer: number) => void }} env
   */
  constructor(handlers, env) {
    this.#handlers = handlers;
    this.#env = env;
    this.#heard = env.now();
  }

  /** When something was received last. */
  get heard() {
    return this.#heard;
  }

  /** A connection is being opened. */
  begin() {
    this.#deadline = this.#env.now() + DEAD;
    this.check();
  }

  received() {
    this.#heard = this.#env.now();
    this.#deadline = Number.POSITIVE_INFINITY;
  }

  sent() {
    this.#spoke = this.#env.now();
  }

  /** Asks or gives up if it is time, and comes back when it may be. */
  check() {
    this.stop();
    const now = this.#env.now();
    if (now >= this.#deadline) {
      this.#handlers.dead();
      return;
    }
    const isOpen = this.#handlers.isOpen();
    const quiet = Math.min(this.#heard, this.#spoke) + QUIET;
    if (isOpen && this.#deadline === Number.POSITIVE_INFINITY && now >= quiet) {
      this.#handlers.ask();
      this.#deadline = now + DEAD - QUIET;
    }
    const next = isOpen ? Math.min(this.#deadline, Math.max(quiet, now + 1_000)) : this.#deadline;
    this.#timer = this.#env.after(next - now, () => this.check());
  }

  stop() {
    this.#env.cancel(this.#timer);
  }
}
