// Gamepads: a control follows the axes of a pad while the chosen button of this pad is held down.

/**
 * @typedef {{ index: number, connected: boolean, mapping: string, axes: readonly number[],
 *   buttons: readonly { pressed: boolean }[] }} Pad  what is used of a `Gamepad`
 *
 * @typedef {object} PadHandlers
 * @property {() => number | null} button  the number of the button that must be held down; null: no pad is followed
 * @property {() => boolean} may  whether the page is visible, has the focus, and the control can be used
 * @property {(pad: Pad) => void} begin  the button of a pad was pressed
 * @property {(pad: Pad) => void} move
 * @property {() => void} end  the button was let go, or the pad is gone
 *
 * @typedef {object} PadEnv  the parts that tests replace
 * @property {() => readonly (Pad | null)[]} pads
 * @property {(run: () => void) => void} frame  calls it with the next frame
 */

export class PadFollower {
  #handlers;
  #env;
  /** The pad whose button is held down. @type {number | null} */
  #index = null;
  /** The pads whose buttons were up while the control could be used. Only these can begin. @type {Set<number>} */
  #ready = new Set();
  /** What asks for the next frame. @type {object | null} */
  #run = null;

  /**
   * @param {PadHandlers} handlers
   * @param {PadEnv} env
   */
  constructor(handlers, env) {
    this.#handlers = handlers;
    this.#env = env;
  }

  /** Follows pads from now on. */
  start() {
    if (this.#run !== null) return;
    this.#run = {};
    this.#next(this.#run);
  }

  stop() {
    this.#run = null;
    this.#release();
    this.#ready.clear();
  }

  /** @param {object} run */
  #next(run) {
    this.#env.frame(() => {
      // It may have been stopped, and started again, since the last frame.
      if (this.#run !== run) return;
      this.#look();
      this.#next(run);
    });
  }

  #look() {
    const button = this.#handlers.button();
    // A pad with another mapping has its buttons in other places.
    const pads = this.#env.pads().filter((pad) => pad?.connected === true && pad.mapping === "standard");
    if (button === null || !this.#handlers.may()) {
      this.#release();
      this.#ready.clear();
      return;
    }
    const isDown = (/** @type {Pad} */ pad) => pad.buttons[button]?.pressed === true;
    const known = /** @type {Pad[]} */ (pads);
    const held = known.find((pad) => pad.index === this.#index);
    if (held && isDown(held)) {
      // The others must let go too before one of them can begin.
      for (const pad of known) if (isDown(pad)) this.#ready.delete(pad.index);
      this.#handlers.move(held);
      return;
    }
    this.#release();
    for (const index of [...this.#ready])
      if (!known.some((pad) => pad.index === index)) this.#ready.delete(index);
    const begins = known.find((pad) => isDown(pad) && this.#ready.has(pad.index));
    for (const pad of known) if (!isDown(pad)) this.#ready.add(pad.index);
    if (!begins) return;
    // It must be let go before it can begin again.
    this.#ready.delete(begins.index);
    this.#index = begins.index;
    this.#handlers.begin(begins);
  }

  #release() {
    if (this.#index === null) return;
    this.#index = null;
    this.#handlers.end();
  }
}
