import { Component, define } from "../../../dash-runtime/client/element.js";

/** The distance in CSS pixels that the pointer moves from one end of the scale to the other. */
const TRAVEL = 200;
/** With the Shift key a knob moves by this factor, for small changes. */
const FINE = 0.1;
/** The distance in CSS pixels below which a press does not move the knob. */
const STILL = 3;
/** The time in milliseconds after a key for which the next key continues the same movement. */
const KEY_HOLD = 1_000;

/**
 * The nearest value that the knob can have.
 * @param {number} value
 * @param {{ min: number, max: number, step: number }} scale
 */
export function knobStepped(value, { min, max, step }) {
  const by = step > 0 ? step : 1;
  const digits = Math.max(...[min, by].map((x) => String(x).split(".")[1]?.length ?? 0));
  const next = min + Math.round((value - min) / by) * by;
  const exact = digits <= 12 ? Number(next.toFixed(digits)) : next;
  return Math.min(Math.max(exact, min), max);
}

/** `<dd-knob>`: a round control for a number. */
export class DdKnob extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;
  /** The pointer that turns the knob. */
  #pointer = -1;
  #y = 0;
  /** The value between two steps to which the pointer has moved. */
  #at = 0;
  #moved = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #keyHold;

  mount() {
    const control = this.querySelector("input");
    const face = this.querySelector("svg");
    if (!control || !face) return;
    this.#control = control;
    this.#show();
    face.addEventListener("pointerdown", (event) => this.#press(face, event));
    face.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]))
      face.addEventListener(end, (event) => this.#lift(event));
    control.addEventListener("input", () => this.send("value", control.valueAsNumber));
    control.addEventListener("keydown", () => {
      clearTimeout(this.#keyHold);
      this.touched = "value";
    });
    control.addEventListener("keyup", () => {
      clearTimeout(this.#keyHold);
      this.#keyHold = setTimeout(() => this.#letGo(), KEY_HOLD);
    });
    control.addEventListener("blur", () => this.#letGo());
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
    // The page has dropped the press (aim.js), or another finger has the knob.
    if (event.defaultPrevented || event.button !== 0 || this.#pointer >= 0 || this.props.disabled) return;
    face.setPointerCapture(event.pointerId);
    [this.#pointer, this.#y, this.#at, this.#moved] = [
      event.pointerId,
      event.clientY,
      this.props.value,
      false,
    ];
    this.touched = "value";
    this.#control?.focus({ focusVisible: false, preventScroll: true });
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #move({ pointerId, clientY, shiftKey }) {
    if (pointerId !== this.#pointer) return;
    const up = this.#y - clientY;
    if (!this.#moved && Math.abs(up) < STILL) return;
    [this.#moved, this.#y] = [true, clientY];
    const { min, max, step, value } = this.props;
    const by = (up / TRAVEL) * (max - min) * (shiftKey ? FINE : 1);
    this.#at = Math.min(Math.max(this.#at + by, min), max);
    const next = knobStepped(this.#at, { min, max, step });
    if (next === value) return;
    this.send("value", next);
    this.#show();
  }

  /** @param {PointerEvent} event */
  #lift({ pointerId }) {
    if (pointerId !== this.#pointer) return;
    this.#pointer = -1;
    this.touched = false;
  }

  /** A person moves the property of the control, so the look's attribute is not enough. */
  #show() {
    const control = this.#control;
    if (control && control.valueAsNumber !== this.props.value) control.value = String(this.props.value);
  }

  /** @param {string} name */
  update(name) {
    if (name === "value" || name === "min" || name === "max" || name === "step") this.#show();
  }
}

define("dd-knob", DdKnob);
