// Tells a drag that is meant for a control from a gesture that scrolls or zooms the page.
//
//   idle --down--> undecided --moved along--> along --up--> idle
//                  undecided --up in place: a tap--> idle
//                  undecided, along --cancel, second finger, beside the thumb--> given up --all up--> idle
//
// A press that rests is no tap.
//
// A mouse cannot scroll by dragging, so its drag is `along` from the start.

/**
 * @typedef {"idle" | "undecided" | "along" | "given up"} DragState
 *
 * @typedef {object} DragHandlers
 * @property {() => void} begin  a pointer was put down on the control
 * @property {() => void} tap  the pointer was lifted where it was put down
 * @property {() => void} end  after each gesture, also after one that was given up
 */

/** The distance in CSS pixels below which a finger counts as not moved. Browsers use 8 to 15 for the same decision. */
const MOVED = 10;
/** The time in milliseconds after which a press is no tap. Browsers open menus after it. */
const LONG = 500;

export class Drag {
  #handlers;
  #upright;
  /** @type {DragState} */
  #state = "idle";
  /** The pointers that are down. @type {Set<number>} */
  #down = new Set();
  /** The press with which the gesture began. */
  #from = /** @type {PointerEvent} */ ({});
  /** Removes the listeners of the current gesture. */
  #gesture = new AbortController();

  /**
   * @param {EventTarget} control
   * @param {DragHandlers} handlers
   * @param {boolean} upright  whether the control is moved up and down
   */
  constructor(control, handlers, upright = false) {
    this.#handlers = handlers;
    this.#upright = upright;
    control.addEventListener("pointerdown", (event) => this.#press(/** @type {PointerEvent} */ (event)));
  }

  get state() {
    return this.#state;
  }

  /** The gesture that has begun is not meant for the control. */
  giveUp() {
    this.#state = "given up";
  }

  /** @param {PointerEvent} event */
  #press(event) {
    // Another button opens a menu, and the browser may not tell when it is let go.
    if (this.#state !== "idle" || event.button !== 0) return;
    this.#state = event.pointerType === "mouse" ? "along" : "undecided";
    // The page has dropped the press (aim.js).
    if (event.defaultPrevented) this.#state = "given up";
    this.#from = event;
    this.#down = new Set([event.pointerId]);
    this.#gesture = new AbortController();
    const options = { signal: this.#gesture.signal };
    // The pointer may move to anywhere in the window, and beyond it.
    addEventListener("pointermove", (event) => this.#move(event), options);
    addEventListener("pointerdown", (event) => this.#another(event), options);
    addEventListener("pointerup", (event) => this.#up(event), options);
    addEventListener("pointercancel", (event) => this.#cancel(event), options);
    this.#handlers.begin();
  }

  /** @param {PointerEvent} event */
  #distance({ clientX, clientY }) {
    const [x, y] = [Math.abs(clientX - this.#from.clientX), Math.abs(clientY - this.#from.clientY)];
    return this.#upright ? { along: y, across: x } : { along: x, across: y };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#from.pointerId) return;
    // It was let go where no page hears of it: outside of the window, or over a menu, which the main button opens with
    // Ctrl on a Mac.
    if (event.pointerType === "mouse" && event.buttons === 0) this.#cancel(event);
    if (this.#state !== "undecided") return;
    const { along, across } = this.#distance(event);
    if (along >= MOVED && along > across) this.#state = "along";
  }

  /** @param {PointerEvent} event */
  #another({ pointerId }) {
    if (pointerId === this.#from.pointerId) return;
    this.#down.add(pointerId);
    // Two fingers zoom or scroll.
    this.#state = "given up";
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { along, across } = this.#distance(event);
    const tapped =
      this.#state === "undecided" &&
      event.pointerId === this.#from.pointerId &&
      Math.max(along, across) < MOVED &&
      event.timeStamp - this.#from.timeStamp < LONG;
    this.#lift(event, tapped);
  }

  /** @param {PointerEvent} event */
  #cancel(event) {
    if (this.#down.has(event.pointerId)) this.#state = "given up";
    this.#lift(event, false);
  }

  /**
   * @param {PointerEvent} event
   * @param {boolean} tapped
   */
  #lift({ pointerId }, tapped) {
    this.#down.delete(pointerId);
    if (this.#down.size > 0) return;
    this.#gesture.abort();
    this.#state = "idle";
    if (tapped) this.#handlers.tap();
    this.#handlers.end();
  }
}
