// The connection state that the page shows. A short cut is not shown, and the message about a restart disappears by
// itself.
//
//   connecting --GRACE--> lost        restarted --NOTICE--> live
//
// A page is live when it has everything that had changed before it connected. A connection that is too slow to bring
// that is shown as lost, however often it opens.

/**
 * @typedef {"connecting" | "live" | "lost" | "restarted" | "disconnected"} LinkState  disconnected: by the server; only
 *   the user can reconnect
 */

/**
 * A cut shorter than this, in milliseconds, is not shown, and events during it are still sent. The first connection has
 * the same time.
 */
const GRACE = 1_000;
/** The server was reached, but its values have not arrived yet. */
const BEHIND = "The connection is slow: the current values are still on their way.";
/** The time for which a restart is shown, in milliseconds. */
const NOTICE = 10_000;

export class ShownState {
  /** @type {LinkState} */
  #now = "connecting";
  #changed;
  #env;
  #timer = 0;
  /** Why the state is or will be lost. */
  #reason = "";
  /** Why the server refuses the page, until it has taken it. */
  #refusal = "";

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
    if (state === "live") this.#refusal = "";
    this.#env.cancel(this.#timer);
    if (state === "connecting") this.#timer = this.#env.after(GRACE, () => this.show("lost", this.#reason));
    if (state === "restarted") this.#timer = this.#env.after(NOTICE, () => this.show("live"));
    this.#changed(state, why);
  }

  /** The connection is gone. The state "lost" stays until there is a new connection. */
  cut() {
    this.#because(this.#refusal);
    if (this.#now !== "lost" && this.#now !== "connecting") this.show("connecting");
  }

  /** There is a new connection, but not yet the values that are newer than those of the page. */
  behind() {
    this.#refusal = "";
    this.#because(BEHIND);
  }

  /** The server refuses the page. It tries again, because somebody may mend that. @param {string} why */
  refused(why) {
    this.#refusal = `Not connected: ${why}.`;
  }

  /** @param {string} reason */
  #because(reason) {
    if (reason === this.#reason) return;
    this.#reason = reason;
    if (this.#now === "lost") this.show("lost", reason);
  }
}
