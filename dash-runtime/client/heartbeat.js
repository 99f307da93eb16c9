// Detects a dead connection: it sends a ping, and treats a connection on which nothing comes as dead.
//
//   opening --a deadline--> dead      open --QUIET, or a command without an answer--> asked --a deadline--> dead
//                                      ^------------------ the pong -----------------+
//
// A timer may fire very late (hidden page, sleeping machine). So a connection is dead only if a ping was not answered,
// and after a late timer the messages that have arrived meanwhile are read first.

/**
 * After this time without a frame from one side, in milliseconds, a ping is sent. The server also needs to hear the
 * page.
 */
const QUIET = 5_000;
/** A command without an answer for this time, in milliseconds, is a reason to ask. */
const UNANSWERED = 2_000;
/** A connection is dead if nothing comes for this time, in milliseconds, after a ping. Longer on a link with a long way. */
const SILENT = 3_000;
/** The longest such time. */
const SILENT_MOST = 10_000;
/**
 * A connection is dead if a ping gets no pong for this time, in milliseconds, although other frames come: nothing goes
 * from the page to the server. While a large frame arrives, the pong waits behind it.
 */
const DEAF = 8_000;
/** How long a connection may take to open, in milliseconds. It doubles with each one that took too long. */
const OPENING = 4_000;
/** The longest such time. */
const OPENING_MOST = 12_000;
/** A timer that fires this late, in milliseconds, may have been held up together with the messages. */
const HELD_UP = 1_000;

const NEVER = Number.POSITIVE_INFINITY;

/**
 * @typedef {object} HeartbeatHandlers
 * @property {() => boolean} isOpen  the server has welcomed the page on this connection
 * @property {() => void} ask
 * @property {() => void} dead
 */

export class Heartbeat {
  #handlers;
  #env;
  /** The time at which the last message was received. */
  #heard;
  /** The time at which the last part of a large frame was received. */
  #fed = 0;
  /** The time at which the last frame was sent. */
  #spoke = 0;
  /** The time of the oldest ping without a pong. */
  #asked = NEVER;
  /** The time of the oldest command without an answer. */
  #unanswered = NEVER;
  /** The time of the last pong, or of the welcome. */
  #proven = Number.NEGATIVE_INFINITY;
  /** The time at which the connection began to open. */
  #began = 0;
  /** How long it may take to open. */
  #opening = OPENING;
  /** The time without a message after which a connection that was asked is dead. */
  #silent = SILENT;
  /** Not dead before this time. */
  #reprieve = 0;
  #timer = 0;
  /** The time for which the timer is set. */
  #due = NEVER;

  /**
   * @param {HeartbeatHandlers} handlers
   * @param {{ now: () => number, after: (ms: number, run: () => void) => number, cancel: (timer: number) => void }} env
   * @param {number} age  the time since the server was last heard, in milliseconds
   */
  constructor(handlers, env, age) {
    this.#handlers = handlers;
    this.#env = env;
    this.#heard = env.now() - age;
  }

  /** The time at which the last message was received. */
  get heard() {
    return this.#heard;
  }

  /** A connection is being opened. */
  begin() {
    this.#began = this.#env.now();
    this.#asked = this.#unanswered = NEVER;
    this.check();
  }

  /**
   * The server has answered the hello.
   * @param {number} took  the time that the answer took, in milliseconds
   */
  welcomed(took) {
    this.#opening = OPENING;
    this.#proven = this.#env.now();
    this.#silent = Math.min(Math.max(SILENT, 3 * took), SILENT_MOST);
    this.check();
  }

  /** @param {boolean} isPart  whether it is a part of a large frame */
  received(isPart) {
    this.#heard = this.#env.now();
    this.#reprieve = 0;
    if (isPart) this.#fed = this.#heard;
  }

  /** The pong has arrived. */
  answered() {
    this.#asked = NEVER;
    this.#proven = this.#env.now();
    this.check();
  }

  sent() {
    this.#spoke = this.#env.now();
  }

  /**
   * Commands are waiting for an answer.
   * @param {number} since  the time at which the oldest was sent; infinite if there is none
   */
  expect(since) {
    this.#unanswered = since;
    if (this.#nextAsk() < this.#due && this.#handlers.isOpen()) this.check();
  }

  /** There is a reason to ask now. */
  ask() {
    if (this.#handlers.isOpen() && this.#asked === NEVER) this.#ask();
    this.check();
  }

  /** Sends a ping or gives up if it is time, and sets the timer for the next check. */
  check() {
    const now = this.#env.now();
    const late = now - this.#due > HELD_UP;
    this.stop();
    if (this.#handlers.isOpen()) {
      if (this.#asked === NEVER && now >= this.#nextAsk()) this.#ask();
    }
    if (late && this.#reprieve === 0) this.#reprieve = now + HELD_UP;
    const deadline = Math.max(this.#deadline(), this.#reprieve);
    if (now >= deadline) {
      if (!this.#handlers.isOpen()) this.#opening = Math.min(2 * this.#opening, OPENING_MOST);
      this.#handlers.dead();
      return;
    }
    const next = this.#asked === NEVER && this.#handlers.isOpen() ? this.#nextAsk() : deadline;
    this.#due = Math.max(next, now + 1);
    this.#timer = this.#env.after(this.#due - now, () => this.check());
  }

  stop() {
    this.#env.cancel(this.#timer);
    this.#due = NEVER;
  }

  #ask() {
    this.#asked = this.#env.now();
    this.#handlers.ask();
  }

  #nextAsk() {
    // A command may wait for its turn at the server. So after a pong there is no reason to ask again at once.
    const unanswered = Math.max(this.#unanswered, this.#proven);
    return Math.min(Math.min(this.#heard, this.#spoke) + QUIET, unanswered + UNANSWERED);
  }

  /** The time at which the connection is dead, if nothing comes until then. */
  #deadline() {
    if (!this.#handlers.isOpen()) return this.#began + this.#opening;
    if (this.#asked === NEVER) return NEVER;
    const silent = Math.max(this.#asked, this.#heard) + this.#silent;
    return Math.min(silent, Math.max(this.#asked, this.#fed) + Math.max(DEAF, this.#silent));
  }
}
