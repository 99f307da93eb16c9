import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/**
 * Parses typed text as a number. A comma is the decimal point, and every kind of dash is a minus. null: it is not a
 * number.
 * @param {string} text
 * @returns {number | null}
 */
export function numberTyped(text) {
  const plain = text.trim().replace(",", ".").replace(/^[−–]/, "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/**
 * The value after a number of steps, within the range, without the digits that binary fractions add.
 * @param {number} value
 * @param {number} steps
 * @param {{ min: number, max: number, step: number }} scale
 */
export function numberStepped(value, steps, { min, max, step }) {
  const by = step > 0 ? step : 1;
  const digits = Math.max(...[value, by].map((x) => String(x).split(".")[1]?.length ?? 0));
  const next = value + steps * by;
  return Math.min(Math.max(digits <= 12 ? Number(next.toFixed(digits)) : next, min), max);
}

/** The number of steps of each key. */
const numberKeys = /** @type {Map<string, number>} */ (
  new Map([
    ["ArrowUp", 1],
    ["ArrowDown", -1],
    ["PageUp", 10],
    ["PageDown", -10],
  ])
);

/** `<dd-number-input>`: a field for a number. */
export class DdNumberInput extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;
  /** The user has typed since the last number was sent. */
  #typed = false;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    control?.addEventListener("input", () => {
      // From the first key until the field loses the focus, values from the server must not replace the user's text.
      this.touched = true;
      this.#typed = true;
      this.#judge();
      if (this.props.send_on === "input") this.#offer();
    });
    control?.addEventListener("keydown", (event) => {
      const steps = numberKeys.get(event.key);
      if (steps !== undefined) this.#step(steps);
      else if (event.key === "Enter") this.#enter();
      else if (event.key === "Escape") this.#leave();
      else return;
      event.preventDefault();
    });
    control?.addEventListener("blur", () => {
      this.#offer();
      this.#leave();
    });
    for (const [name, steps] of /** @type {[string, number][]} */ ([
      [".dd-number-less", -1],
      [".dd-number-more", 1],
    ])) {
      const button = this.querySelector(name);
      // A button that took the focus from the field would send a half-typed number.
      button?.addEventListener("pointerdown", (event) => event.preventDefault());
      button?.addEventListener("click", () => this.#step(steps));
    }
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const control = this.#control;
    if (!control) return;
    if (name === "value") {
      this.#write(value);
    } else if (name === "min" || name === "max") {
      this.#scale();
    } else if (name === "unit") {
      this.#text(".dd-number-unit", value);
      this.#speak();
    } else if (name === "label") {
      this.#text("label", value);
      nameControl(this, control, value);
    } else if (name === "disabled") {
      for (const part of this.querySelectorAll("input, button")) part.toggleAttribute("disabled", value);
    }
  }

  /** The number in the field if it may be sent, otherwise null. */
  #number() {
    const { min, max } = this.props;
    const number = numberTyped(this.#control?.value ?? "");
    return number !== null && number >= min && number <= max ? number : null;
  }

  /** Sends the typed text if it is a number in the range. */
  #offer() {
    const number = this.#typed ? this.#number() : null;
    if (number === null) return;
    this.#typed = false;
    this.send("value", number);
    this.#speak();
  }

  /** Sends a valid number and shows it in normal form. Invalid text stays, so that the user can correct it. */
  #enter() {
    this.#offer();
    if (!this.#typed) this.#leave();
  }

  /** @param {number} steps */
  #step(steps) {
    const from = numberTyped(this.#control?.value ?? "") ?? this.props.value;
    const { min, max, step } = this.props;
    const next = numberStepped(from, steps, { min, max, step });
    this.#typed = false;
    this.send("value", next);
    this.#write(next);
    this.touched = false;
  }

  /** Discards invalid text and shows the current value. */
  #leave() {
    this.#typed = false;
    this.#write(this.props.value);
    this.touched = false;
  }

  /** @param {number | null} value */
  #write(value) {
    const text = value === null ? "" : String(value);
    // Writing moves the caret to the end, even if the text stays the same.
    if (this.#control && this.#control.value !== text) this.#control.value = text;
    this.#judge();
    this.#speak();
  }

  /** Marks text that cannot be sent. */
  #judge() {
    const wrong = this.#typed && this.#number() === null;
    if (wrong) this.#control?.setAttribute("aria-invalid", "true");
    else this.#control?.removeAttribute("aria-invalid");
  }

  /** Updates the text for a screen reader. */
  #speak() {
    const { value, unit } = this.props;
    const gap = unit === "" || unit === "°" ? "" : "\u00a0";
    this.#control?.setAttribute("aria-valuenow", String(value));
    this.#control?.setAttribute("aria-valuetext", `${value}${gap}${unit}`);
  }

  /** Updates what depends on the range. */
  #scale() {
    const { min, max } = this.props;
    this.#text(".dd-number-range", `${formatNumber(min)} – ${formatNumber(max)}`);
    this.#control?.setAttribute("aria-valuemin", String(min));
    this.#control?.setAttribute("aria-valuemax", String(max));
    if (this.#control) this.#control.inputMode = min < 0 ? "text" : "decimal";
    this.#judge();
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  #text(selector, text) {
    const node = this.querySelector(selector);
    if (node) node.textContent = text;
  }
}

define("dd-number-input", DdNumberInput);
