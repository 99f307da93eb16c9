import { Drag } from "../../../dash-runtime/client/drag.js";
import { Component, define } from "../../../dash-runtime/client/element.js";

/** The number of steps of a logarithmic scale. */
const LOG_STEPS = 1_000;

/**
 * Whether a scale can be logarithmic.
 * @param {{ min: number, max: number, logarithmic: boolean }} scale
 */
function isLogarithmic({ min, max, logarithmic }) {
  return logarithmic && min > 0 && max > min;
}

/**
 * The value at a step of a logarithmic scale, with three significant digits.
 * @param {number} step  from 0 to 1000
 * @param {{ min: number, max: number }} scale
 */
export function sliderLogValue(step, { min, max }) {
  const value = min * (max / min) ** (step / LOG_STEPS);
  return Math.min(Math.max(Number(value.toPrecision(3)), min), max);
}

/** The keys that move a slider. */
const sliderKeys = /^(Arrow|Page|Home|End)/;
/** The time in milliseconds after a key for which the next key continues the same movement. */
const KEY_HOLD = 1_000;

/** `<dd-slider>`: a set-point and a measured value. */
export class DdSlider extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;

  /** The value before the gesture of a finger, and the value to which the finger points. */
  #gesture = { from: "", to: "" };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #keyHold;

  mount() {
    const control = this.querySelector("input");
    if (!control) return;
    this.#control = control;
    this.#place();
    const handlers = {
      begin: () => {
        clearTimeout(this.#keyHold);
        this.touched = "value";
        this.#gesture = { from: control.value, to: control.value };
      },
      tap: () => {
        control.value = this.#gesture.to;
        this.#set(control);
      },
      end: () => {
        this.touched = false;
      },
    };
    const drag = new Drag(control, handlers, this.props.vertical);
    control.addEventListener("input", () => {
      if (drag.state === "idle" || drag.state === "along") {
        this.#set(control);
        return;
      }
      // The control jumps to a finger at once, but the finger may be about to scroll the page.
      this.#gesture.to = control.value;
      control.value = this.#gesture.from;
      // A swipe that scrolls goes the same way. So an upright slider takes a finger near its thumb only.
      const way = Math.abs(+this.#gesture.to - control.valueAsNumber);
      if (this.props.vertical && 8 * way > +control.max - +control.min) drag.giveUp();
    });
    control.addEventListener(
      "touchmove",
      (event) => {
        // What the browser moves by itself counts as a swipe of the page: Chromium then takes the next tap for one that
        // stops the page, and sends no click. An upright slider takes a finger near its thumb only.
        if (drag.state !== "along" || this.props.vertical) return;
        event.preventDefault();
        const { value, min, max } = control;
        const { left, width } = control.getBoundingClientRect();
        const way = /** @type {Touch} */ (event.touches[0]).clientX - left;
        // The centre of the thumb is half a thumb away from the ends.
        control.value = String(+min + ((way - 9) / (width - 18)) * (+max - +min));
        if (control.value !== value) this.#set(control);
      },
      { passive: false },
    );
    control.addEventListener("keydown", (event) => {
      if (!sliderKeys.test(event.key)) return;
      // The next key continues from the value that the user sees, also if somebody else sets another one meanwhile.
      clearTimeout(this.#keyHold);
      this.touched = "value";
    });
    control.addEventListener("keyup", () => {
      clearTimeout(this.#keyHold);
      if (drag.state === "idle") this.#keyHold = setTimeout(() => this.#letGo(), KEY_HOLD);
    });
    control.addEventListener("blur", () => this.#letGo());
  }

  #letGo() {
    clearTimeout(this.#keyHold);
    this.touched = false;
  }

  /** The value that the control stands for. @param {HTMLInputElement} control */
  #value({ valueAsNumber }) {
    const { min, max, logarithmic } = this.props;
    return isLogarithmic({ min, max, logarithmic })
      ? sliderLogValue(valueAsNumber, { min, max })
      : valueAsNumber;
  }

  /**
   * Moves the control to its value, which the look has as an attribute: a control that a person has moved does not
   * follow it. The value is usually the echo of what the control shows already.
   */
  #place() {
    const control = this.#control;
    if (control && this.#value(control) !== this.props.value) control.value = control.defaultValue;
  }

  /** Sends the value of the control. @param {HTMLInputElement} control */
  #set(control) {
    this.send("value", this.#value(control));
    this.#gesture.from = control.value;
  }

  /** @param {string} name */
  update(name) {
    if (name !== "reported" && name !== "label" && name !== "unit") this.#place();
  }
}

define("dd-slider", DdSlider);
