// A component with a field for a number: what is typed becomes a number in the range, and keys and buttons change it by
// steps.

import { isOfComposition } from "./composition.js";
import { Field } from "./field.js";

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
 * The two numbers that a text can mean, because its one separator may be a decimal point or may group thousands: `1,000`
 * and `1.000`. null: it has one meaning.
 * @param {string} text
 * @returns {[number, number] | null}
 */
export function numberMeanings(text) {
  const [, sign, whole, rest] = /^([+−–-]?)([1-9]\d{0,2})[.,](\d{3})$/.exec(text.trim()) ?? [];
  if (sign === undefined) return null;
  const by = sign === "" || sign === "+" ? 1 : -1;
  return [by * Number(`${whole}.${rest}`), by * Number(`${whole}${rest}`)];
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

/** Subclasses may write and read numbers in another form. */
export class NumberField extends Field {
  /** @type {HTMLInputElement | null} */
  #control = null;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    this.bindField(control);
    control?.addEventListener("keydown", (event) => {
      const steps = numberKeys.get(event.key);
      if (steps === undefined || isOfComposition(event)) return;
      event.preventDefault();
      this.#step(steps);
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

  /** The range and the step. JSON has no infinite numbers: a side without a limit is null. */
  get scale() {
    const { min, max, step } = this.props;
    return { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY, step };
  }

  get sendsEachKey() {
    return this.props.send_on === "input";
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "value") this.showValue(value);
    else if (name === "min" || name === "max") this.judge();
  }

  /** @param {number | null} value */
  format(value) {
    return value === null || value === undefined ? "" : String(value);
  }

  /**
   * The number that a text means. null: it means none.
   * @param {string} text
   */
  read(text) {
    return numberTyped(text);
  }

  /**
   * The number after a number of steps.
   * @param {number} from
   * @param {number} steps
   */
  stepped(from, steps) {
    return numberStepped(from, steps, this.scale);
  }

  /** @param {string} text */
  parse(text) {
    const { min, max } = this.scale;
    const number = this.read(text);
    return number !== null && number >= min && number <= max ? number : undefined;
  }

  /**
   * A text with two meanings in the range, unless the step shows that three decimals are usual here.
   * @param {string} text
   */
  doubt(text) {
    const { min, max, step } = this.scale;
    const meanings = numberMeanings(text);
    const isUsual = Math.abs(Math.round(step * 100) - step * 100) > 1e-9;
    if (!meanings || isUsual || meanings.some((number) => number < min || number > max)) return null;
    return String(meanings[0]);
  }

  /** @param {number} steps */
  #step(steps) {
    // From what the person sees.
    const from = this.read(this.#control?.value ?? "") ?? this.props.value;
    this.sendShown(this.stepped(from, steps));
  }

  /** Marks text that cannot be sent. */
  judge() {
    const text = this.#control?.value ?? "";
    const wrong = this.typed && (this.parse(text) === undefined || this.doubt(text) !== null);
    if (wrong) this.#control?.setAttribute("aria-invalid", "true");
    else this.#control?.removeAttribute("aria-invalid");
  }
}
