// A grip on a control that acts only while it is held: by a pointer, or by keys. It ends when the pointer is lifted or
// cancelled, the control loses the focus, or the page is hidden. What has ended by itself must be let go first.

import "./holding.js";

/**
 * @typedef {object} GripHandlers
 * @property {(event: PointerEvent | null) => void} begin  it is held from now on
 * @property {(event: PointerEvent) => void} [move]  the pointer that holds it has moved
 * @property {() => void} end  it is not held any more
 */

export class Grip {
  #control;
  #handlers;
  /** What holds it: a pointer, or keys. @type {number | string | null} */
  #by = null;
  /** It was held and has ended by itself. Nothing holds it before that one lets go. @type {number | string | null} */
  #dead = null;
  #hidden = () => {
    if (document.hidden) this.drop();
  };

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
    listen("blur", () => this.drop());
    // A long press opens a menu, which would take the pointer away.
    listen("contextmenu", (event) => event.preventDefault());
    document.addEventListener("visibilitychange", this.#hidden);
    addEventListener("blur", () => this.drop());
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
   * @param {number | string} by
   * @param {PointerEvent | null} event
   */
  #begin(by, event) {
    this.#by = by;
    this.#dead = null;
    this.#handlers.begin(event);
  }

  /**
   * What has held it lets go.
   * @param {number | string} by
   */
  let(by) {
    if (this.#dead === by) this.#dead = null;
    if (this.#by !== by) return;
    this.#by = null;
    this.#handlers.end();
  }

  /**
   * It is not held any more, whatever holds it, for example because the server has released it. The page tells the
   * server that it was let go, so that it can be held again.
   */
  drop() {
    const by = this.#by;
    if (by === null) return;
    this.#by = null;
    this.#dead = by;
    this.#handlers.end();
  }
}
