import { Component, define } from "../../../dash-runtime/client/element.js";

/** The part of the face beside which nothing can be set, as a part of the drawing's side (pad.rs). */
const MARGIN = 14;
const SIDE = 200;
/** With the Shift key the ring moves by this factor, for small changes. */
const FINE = 0.1;
/** The distance in CSS pixels below which a press does not move the ring. */
const STILL = 3;
/** The time in milliseconds after a key for which the next key continues the same movement. */
const KEY_HOLD = 1_000;

/** @typedef {{ low: number, high: number }} Axis */
/** @typedef {{ x: number, y: number }} Point */

/** The steps of each key, to the right and upwards. @type {Readonly<Record<string, readonly [number, number]>>} */
const KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
};

/**
 * The nearest value that an axis can have.
 * @param {number} value
 * @param {Axis} axis
 * @param {number | null} wanted  the step. null: a hundredth of the axis
 */
export function padStepped(value, { low, high }, wanted) {
  const step = wanted !== null && wanted > 0 ? wanted : (high - low) / 100;
  if (!(step > 0)) return low;
  const next = low + Math.round((value - low) / step) * step;
  // Without the digits that binary fractions add.
  const exact = Number(next.toPrecision(12));
  return Math.min(Math.max(exact, low), high);
}

/** `<dd-pad>`: a set-point on a plane. */
export class DdPad extends Component {
  /** The pointer that moves the ring. */
  #pointer = -1;
  #from = { x: 0, y: 0 };
  /** The place between two steps to which the pointer has moved. @type {Point} */
  #at = { x: 0, y: 0 };
  #moved = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #keyHold;

  mount() {
    const face = this.querySelector("svg");
    if (!face) return;
    this.#show();
    face.addEventListener("pointerdown", (event) => this.#press(face, event));
    face.addEventListener("pointermove", (event) => this.#move(face, event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]))
      face.addEventListener(end, (event) => this.#lift(event));
    face.addEventListener("dblclick", () => this.#centre());
    for (const control of this.#controls) {
      control.addEventListener("keydown", (event) => this.#key(event));
      control.addEventListener("keyup", () => {
        clearTimeout(this.#keyHold);
        this.#keyHold = setTimeout(() => this.#letGo(), KEY_HOLD);
      });
      control.addEventListener("blur", () => this.#letGo());
      // A screen reader moves one axis without keys.
      control.addEventListener("input", () => {
        const [x, y] = this.#controls.map((one) => one.valueAsNumber);
        this.#set({ x: x ?? 0, y: y ?? 0 });
      });
    }
  }

  disconnectedCallback() {
    clearTimeout(this.#keyHold);
    super.disconnectedCallback();
  }

  get #controls() {
    return [...this.querySelectorAll("input")];
  }

  #letGo() {
    clearTimeout(this.#keyHold);
    if (this.#pointer < 0) this.touched = false;
  }

  /**
   * @param {Element} face
   * @param {PointerEvent} event
   */
  #press(face, event) {
    // The page has dropped the press (aim.js), or another finger has the ring.
    if (event.defaultPrevented || event.button !== 0 || this.#pointer >= 0 || this.props.disabled) return;
    face.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#from = { x: event.clientX, y: event.clientY };
    [this.#at, this.#moved] = [this.props.value, false];
    this.touched = "value";
    this.#controls[0]?.focus({ focusVisible: false, preventScroll: true });
    event.preventDefault();
  }

  /**
   * @param {Element} face
   * @param {PointerEvent} event
   */
  #move(face, { pointerId, clientX, clientY, shiftKey }) {
    if (pointerId !== this.#pointer) return;
    const [right, up] = [clientX - this.#from.x, this.#from.y - clientY];
    if (!this.#moved && Math.hypot(right, up) < STILL) return;
    this.#moved = true;
    this.#from = { x: clientX, y: clientY };
    // The face is as wide as high.
    const side = (face.getBoundingClientRect().width * SIDE) / (SIDE + 2 * MARGIN);
    const { x, y } = this.props.area;
    const along = (/** @type {number} */ at, /** @type {number} */ way, /** @type {Axis} */ { low, high }) =>
      Math.min(Math.max(at + (way / side) * (high - low) * (shiftKey ? FINE : 1), low), high);
    this.#at = { x: along(this.#at.x, right, x), y: along(this.#at.y, up, y) };
    this.#set(this.#at);
  }

  /** @param {PointerEvent} event */
  #lift({ pointerId }) {
    if (pointerId !== this.#pointer) return;
    this.#pointer = -1;
    this.touched = false;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || this.props.disabled) return;
    const steps = KEYS[event.key];
    if (!steps && event.key !== "Home") return;
    event.preventDefault();
    clearTimeout(this.#keyHold);
    this.touched = "value";
    if (!steps) {
      this.#centre();
      return;
    }
    const { value, area, step } = this.props;
    const by = (/** @type {Axis} */ { low, high }) =>
      (step > 0 ? step : (high - low) / 100) * (event.shiftKey ? 10 : 1);
    this.#set({ x: value.x + steps[0] * by(area.x), y: value.y + steps[1] * by(area.y) });
  }

  #centre() {
    if (this.props.disabled) return;
    const { x, y } = this.props.area;
    this.#set({ x: (x.low + x.high) / 2, y: (y.low + y.high) / 2 });
  }

  /** @param {Point} to */
  #set(to) {
    const { value, area, step } = this.props;
    const next = { x: padStepped(to.x, area.x, step), y: padStepped(to.y, area.y, step) };
    if (next.x === value.x && next.y === value.y) return;
    this.send("value", next);
    this.#show();
  }

  /** A person moves the properties of the controls, so the look's attributes are not enough. */
  #show() {
    const { x, y } = this.props.value;
    [x, y].forEach((value, at) => {
      const control = this.#controls[at];
      if (control && control.valueAsNumber !== value) control.value = String(value);
    });
  }

  /** @param {string} name */
  update(name) {
    if (name === "value" || name === "area" || name === "step") this.#show();
  }
}

define("dd-pad", DdPad);
