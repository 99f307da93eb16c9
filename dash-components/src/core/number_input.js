import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/**
 * What somebody typed, as a number. A comma is a decimal point, and every dash a minus; null if it is no number.
 * @param {string} text
 * @returns {number | null}
 */
export function numberTyped(text) {
  const plain = text.trim().replace(",", ".").replace(/^[−–]/, "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/**
 * So many steps further, within the range, without the digits that binary fractions add.
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

/** How many steps a key makes. */
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
  /** Something was typed since the last number was sent. */
  #typed = false;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    control?.addEventListener("input", () => {
      // From the first key until the field is left nobody else's number is put under the typing hand.
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
      // The field keeps the focus, if it has it: a button that takes it would send what is half typed.
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

  /** The number in the field, if it may be sent. */
  #number() {
    const { min, max } = this.props;
    const number = numberTyped(this.#control?.value ?? "");
    return number !== null && number >= min && number <= max ? number : null;
  }

  /** Sends what was typed, if it is a number in the range. */
  #offer() {
    const number = this.#typed ? this.#number() : null;
    if (number === null) return;
    this.#typed = false;
    this.send("value", number);
    this.#speak();
  }

  /** What is right is sent and written as a number; what is wrong stays, for it to be put right. */
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

  /** What was typed and is no good is forgotten; the number that counts is shown. */
  #leave() {
    this.#typed = false;
    this.#write(this.props.value);
    this.touched = false;
  }

  /** @param {number | null} value */
  #write(value) {
    const text = value === null ? "" : String(value);
    // Writing moves the caret to the end, even if nothing changes.
    if (this.#control && this.#control.value !== text) this.#control.value = text;
    this.#judge();
    this.#speak();
  }

  /** Marks what cannot be sent. */
  #judge() {
    const wrong = this.#typed && this.#number() === null;
    if (wrong) this.#control?.setAttribute("aria-invalid", "true");
    else this.#control?.removeAttribute("aria-invalid");
  }

  /** What a screen reader says. */
  #speak() {
    const { value, unit } = this.props;
    const gap = unit === "" || unit === "°" ? "" : "\u00a0";
    this.#control?.setAttribute("aria-valuenow", String(value));
    this.#control?.setAttribute("aria-valuetext", `${value}${gap}${unit}`);
  }

  /** The range has changed. */
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
