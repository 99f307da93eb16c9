import { Drag } from "../../../dash-runtime/client/drag.js";
import { Component, define } from "../../../dash-runtime/client/element.js";

/** The keys that move a thumb. */
const rangeKeys = /^(Arrow|Page|Home|End)/;
/** The time in milliseconds after a key for which the next key continues the same movement. */
const KEY_HOLD = 1_000;

/** `<dd-range-slider>`: two thumbs on one track. Neither passes the other. */
export class DdRangeSlider extends Component {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #keyHold;

  mount() {
    for (const control of this.#controls) this.#bind(control);
    this.#show();
  }

  get #controls() {
    return [...this.querySelectorAll("input")];
  }

  /** @param {HTMLInputElement} control */
  #bind(control) {
    // The value before the gesture of a finger, and the value to which the finger points.
    let from = control.value;
    let to = control.value;
    const drag = new Drag(control, {
      begin: () => {
        clearTimeout(this.#keyHold);
        this.touched = "value";
        from = to = control.value;
      },
      tap: () => {
        control.value = to;
        this.#set(control);
      },
      end: () => {
        this.touched = false;
      },
    });
    control.addEventListener("input", () => {
      if (drag.state === "idle" || drag.state === "along") {
        this.#set(control);
        from = control.value;
        return;
      }
      // The control jumps to a finger at once, but the finger may be about to scroll the page.
      to = control.value;
      control.value = from;
    });
    control.addEventListener("keydown", ({ key }) => {
      if (!rangeKeys.test(key)) return;
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

  /** Sends the range. @param {HTMLInputElement} moved */
  #set(moved) {
    const [low, high] = this.#controls;
    if (!low || !high) return;
    if (moved === low && low.valueAsNumber > high.valueAsNumber) low.value = high.value;
    if (moved === high && high.valueAsNumber < low.valueAsNumber) high.value = low.value;
    this.send("value", { low: low.valueAsNumber, high: high.valueAsNumber });
  }

  /** A person moves the properties of the controls, so the look's attributes are not enough. */
  #show() {
    const { low, high } = this.props.value;
    const [lower, upper] = this.#controls;
    if (lower && lower.valueAsNumber !== low) lower.value = String(low);
    if (upper && upper.valueAsNumber !== high) upper.value = String(high);
    // At the upper end of the track the lower thumb would be below the upper one, and neither could be moved.
    lower?.toggleAttribute("data-above", low > (this.props.min + this.props.max) / 2);
  }

  /** @param {string} name */
  update(name) {
    if (name === "value" || name === "min" || name === "max" || name === "step") this.#show();
  }
}

define("dd-range-slider", DdRangeSlider);
