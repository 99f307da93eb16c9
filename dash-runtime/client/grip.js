// A grip on a control that acts only while it is held: by a pointer, or by keys. It ends when the pointer is lifted or
// cancelled, the control loses the focus, or the page is hidden. What has ended by itself must be let go first, if the page
// hears of that.

import { heldSilence } from "./holding.js";

/**
 * @typedef {object} GripHandlers
 * @property {(event: PointerEvent | null) => void} begin  it is held from now on
 * @property {(event: PointerEvent) => void} [move]  the pointer that holds it has moved
 * @property {() => void} end  it is not held any more
 * @property {() => number} deadline  how long the server takes it for held without hearing the page, in seconds
 */

/** The time between two looks whether the server still asks, in milliseconds. */
const LOOK = 100;

/** What holds a control if keys do. */
export const KEYBOARD = "keys";

export class Grip {
  #control;
  #handlers;
  /** What holds it: a pointer, or keys. @type {number | string | null} */
  #by = null;
  /** It was held and has ended by itself. Nothing holds it before that one lets go. @type {number | string | null} */
  #dead = null;
  /** The listeners of the page while it is held: a removed control would be kept by them. */
  #listening = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement | SVGElement} control
   * @param {GripHandlers} handlers
   */
  constructor(control, handlers) {
    this.#control = control;
    this.#handlers = handlers;
    const listen = (/** @type {string} */ type, /** @type {(event: any) => void} */ run) =>
      control.addEventListener(type, run);
    listen("pointerdown", (event) => this.#press(event));
    listen("pointermove", (event) => {
      if (this.#by === event.pointerId) this.#handlers.move?.(event);
    });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
      listen(type, (event) => this.let(event.pointerId));
    }
    listen("blur", () => this.lose());
    // A long press opens a menu, which would take the pointer away.
    listen("contextmenu", (event) => event.preventDefault());
  }

  /** Whether it is held. */
  get isHeld() {
    return this.#by !== null;
  }

  /** What holds it. */
  get by() {
    return this.#by;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    // Another part of the page may have refused the press (aim.js).
    const isMain = event.isPrimary && event.button === 0;
    if (!isMain || event.defaultPrevented || this.#by !== null || this.#isDisabled()) return;
    // Otherwise the browser would scroll, select text or drag.
    event.preventDefault();
    this.#control.focus({ preventScroll: true });
    this.#control.setPointerCapture(event.pointerId);
    this.#begin(event.pointerId, event);
  }

  #isDisabled() {
    return this.#control.matches(":disabled, [aria-disabled=true]");
  }

  /**
   * Keys or a gamepad hold it.
   * @param {string} by
   */
  take(by) {
    if (this.#by === null && this.#dead !== by && !this.#isDisabled()) this.#begin(by, null);
  }

  /**
   * Whether a key goes down for a shortcut of the browser. Keys that hold the control are lost then, because not every
   * browser tells that they go up meanwhile.
   * @param {KeyboardEvent} event
   */
  isShortcut({ ctrlKey, metaKey, altKey }) {
    const is = ctrlKey || metaKey || altKey;
    if (is && this.#by === KEYBOARD) this.lose();
    return is;
  }

  /**
   * @param {number | string} by
   * @param {PointerEvent | null} event
   */
  #begin(by, event) {
    this.#by = by;
    this.#dead = null;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const hide = () => {
      if (document.hidden) this.lose();
    };
    document.addEventListener("visibilitychange", hide, { signal });
    addEventListener("blur", () => this.lose(), { signal });
    this.#handlers.begin(event);
    this.#watch();
  }

  /** Who holds it sees at once that the link is stuck or cut: the server has released it by then, and cannot tell that. */
  #watch() {
    this.#timer = setTimeout(() => {
      if (heldSilence() > 1000 * this.#handlers.deadline() + LOOK) this.drop();
      else this.#watch();
    }, LOOK);
  }

  #end() {
    this.#by = null;
    clearTimeout(this.#timer);
    this.#listening.abort();
    this.#handlers.end();
  }

  /**
   * What has held it lets go.
   * @param {number | string} by
   */
  let(by) {
    if (this.#dead === by) this.#dead = null;
    if (this.#by === by) this.#end();
  }

  /**
   * It is not held any more, whatever holds it, for example because the server has released it. The page tells the
   * server that it was let go, so that it can be held again.
   */
  drop() {
    if (this.#by === null) return;
    this.#dead = this.#by;
    this.#end();
  }

  /**
   * It is not held any more, and the page may not hear that what holds it lets go: a key that goes up while the focus is
   * elsewhere, or while the command key of a Mac is down. Then only the next press counts.
   */
  lose() {
    this.drop();
    if (typeof this.#dead === "string") this.#dead = null;
  }
}
