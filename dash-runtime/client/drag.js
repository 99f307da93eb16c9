// Tells a drag that is meant for a control from a gesture that scrolls or zooms the page.
//
//   idle --down--> undecided --moved along--> along --up--> idle
//                  undecided --up in place: a tap--> idle
//                  undecided, along --cancel, second finger--> given up --all up--> idle
//                  undecided --rests: a long press, moved along beside the thumb--> given up
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
  #isThumb;
  /** @type {DragState} */
  #state = "idle";
  /** The pointers that are down. @type {Set<number>} */
  #down = new Set();
  #x = 0;
  #y = 0;
  #time = 0;
  #first = -1;
  /** Whether a finger may drag from where it was put down. */
  #onThumb = true;
  /** Removes the listeners of the current gesture. */
  #gesture = new AbortController();

  /**
   * @param {EventTarget} control
   * @param {DragHandlers} handlers
   * @param {boolean} upright  whether the control is moved up and down, as a page is
   * @param {(y: number) => boolean} isThumb  of an upright control: whether its thumb is at this height in the window
   */
  constructor(control, handlers, upright = false, isThumb = () => true) {
    this.#handlers = handlers;
    this.#upright = upright;
    this.#isThumb = isThumb;
    control.addEventListener("pointerdown", (event) => this.#press(/** @type {PointerEvent} */ (event)));
  }

  get state() {
    return this.#state;
  }

  /** @param {PointerEvent} event */
  #press({ pointerId, pointerType, button, clientX, clientY, timeStamp, defaultPrevented }) {
    // Another button opens a menu, and the browser may not tell when it is let go.
    if (this.#state !== "idle" || button !== 0) return;
    this.#state = pointerType === "mouse" ? "along" : "undecided";
    // The page has dropped the press (aim.js).
    if (defaultPrevented) this.#state = "given up";
    [this.#first, this.#x, this.#y, this.#time] = [pointerId, clientX, clientY, timeStamp];
    // A swipe that scrolls goes the same way.
    this.#onThumb = !this.#upright || this.#isThumb(clientY);
    this.#down = new Set([pointerId]);
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
    const [x, y] = [Math.abs(clientX - this.#x), Math.abs(clientY - this.#y)];
    return this.#upright ? { along: y, across: x } : { along: x, across: y };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#first) return;
    // It was let go where no page hears of it: outside of the window, or over a menu, which the main button opens with
    // Ctrl on a Mac.
    if (event.pointerType === "mouse" && event.buttons === 0) this.#cancel(event);
    if (this.#state !== "undecided") return;
    const { along, across } = this.#distance(event);
    if (along >= MOVED && along > across) this.#state = this.#onThumb ? "along" : "given up";
  }

  /** @param {PointerEvent} event */
  #another({ pointerId }) {
    if (pointerId === this.#first) return;
    this.#down.add(pointerId);
    // Two fingers zoom or scroll.
    this.#state = "given up";
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { along, across } = this.#distance(event);
    const still = event.pointerId === this.#first && Math.max(along, across) < MOVED;
    const short = event.timeStamp - this.#time < LONG;
    this.#lift(event, this.#state === "undecided" && still && short);
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
