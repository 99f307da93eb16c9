// The connection state that the page shows. A short cut is not shown, and the message about a restart disappears by
// itself.
//
//   connecting --GRACE--> lost        restarted --NOTICE--> live

/**
 * @typedef {"connecting" | "live" | "lost" | "restarted" | "disconnected"} LinkState  disconnected: by the server; only
 *   the user can reconnect
 */

/**
 * A cut shorter than this, in milliseconds, is not shown, and events during it are still sent. The first connection has
 * the same time.
 */
const GRACE = 1_000;
/** The time for which a restart is shown, in milliseconds. */
const NOTICE = 10_000;

export class ShownState {
  /** @type {LinkState} */
  #now = "connecting";
  #changed;
  #env;
  #timer = 0;

  /**
   * @param {(state: LinkState, why: string) => void} changed
   * @param {{ after: (ms: number, run: () => void) => number, cancel: (timer: number) => void }} env
   */
  constructor(changed, env) {
    this.#changed = changed;
    this.#env = env;
  }

  get now() {
    return this.#now;
  }

  /**
   * @param {LinkState} state
   * @param {string} [why]
   */
  show(state, why = "") {
    this.#now = state;
    this.#env.cancel(this.#timer);
    if (state === "connecting") this.#timer = this.#env.after(GRACE, () => this.show("lost"));
    if (state === "restarted") this.#timer = this.#env.after(NOTICE, () => this.show("live"));
    this.#changed(state, why);
  }

  /** The connection is gone. The state "lost" stays until there is a new connection. */
  cut() {
    if (this.#now !== "lost" && this.#now !== "connecting") this.show("connecting");
  }
}
