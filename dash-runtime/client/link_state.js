// What the page says of its connection. A short cut is not shown, and the news of a restart goes by itself.
//
//   connecting --GRACE--> lost        restarted --NOTICE--> live

/**
 * @typedef {"connecting" | "live" | "lost" | "restarted" | "disconnected"} LinkState  disconnected: by the server, and the person
 *   is to say whether the page comes back
 */

/** A cut shorter than this is not shown, and a click in it still goes out. Also the time the first connection may take. */
const GRACE = 1_000;
/** So long the page says that the server was restarted. */
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

  /** The connection is gone. What is lost already stays lost until there is a new one. */
  cut() {
    if (this.#now !== "lost" && this.#now !== "connecting") this.show("connecting");
  }
}
