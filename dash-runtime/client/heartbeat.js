// Detects a dead connection: it sends a ping on a quiet connection, and treats one without an answer as dead.
//
//   opening --deadline--> dead      open --QUIET--> asked --deadline--> dead
//                                     ^---- received() ----+
//
// A timer may fire very late (hidden page, sleeping machine). So a connection is dead only if a ping was not answered.

/**
 * After this time without a frame from one side, in milliseconds, a ping is sent. The server also needs to hear the
 * page.
 */
const QUIET = 5_000;
/** A connection is dead after this time, in milliseconds, without an answer to a ping or while opening. */
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
  /** The time at which the last frame was received. */
  #heard;
  /** The time at which the last frame was sent. */
  #spoke = 0;
  /** The time from which the connection is dead. Infinity unless an answer is expected. */
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

  /** The time at which the last frame was received. */
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

  /** Sends a ping or gives up if it is time, and sets the timer for the next check. */
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
