import { decimal } from "../../../dash-runtime/client/decimal.js";
import { Component, define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** The time in milliseconds after the last key, after which what is typed is dropped: who typed it has gone away. */
const FORGOTTEN = 30_000;
/** The largest number of characters that are typed. */
const LONGEST = 16;

/** The keys of a keyboard that have other names here. @type {Readonly<Record<string, string>>} */
const KEYS = { Enter: "enter", Escape: "clear", Backspace: "back", Delete: "clear", ",": ".", "-": "sign" };

/**
 * The text after a key. null: nothing is typed.
 * @param {string | null} text
 * @param {string} key  a digit, `.`, `sign`, `back` or `clear`
 * @param {{ decimals: number, signed: boolean }} rules
 * @returns {string | null}
 */
export function keypadTyped(text, key, rules) {
  if (key === "clear") return null;
  if (key === "back") return text === null || text.length <= 1 ? null : text.slice(0, -1);
  const [, sign = "", digits = ""] = /^(-?)(.*)$/.exec(text ?? "") ?? [];
  if (key === "sign") return rules.signed ? `${sign ? "" : "-"}${digits}` || null : text;
  const next = digitsTyped(digits, key, rules.decimals);
  return next === null ? text : sign + next;
}

/**
 * The digits after a digit or the point. null: this key does nothing here.
 * @param {string} digits
 * @param {string} key
 * @param {number} decimals
 */
function digitsTyped(digits, key, decimals) {
  const [, fraction] = digits.split(".");
  if (key === ".") return decimals === 0 || fraction !== undefined ? null : `${digits || "0"}.`;
  if ((fraction ?? "").length >= decimals && fraction !== undefined) return null;
  // A zero before a digit is not a part of the number.
  return digits.length >= LONGEST ? null : (digits === "0" ? "" : digits) + key;
}

/** `<dd-keypad>`: keys for a number. */
export class DdKeypad extends Component {
  /** What is typed and not sent. @type {string | null} */
  #typed = null;
  /** What somebody else has set meanwhile. @type {number | null} */
  #newer = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #forgetting;

  mount() {
    this.addEventListener("click", ({ target }) => {
      const key = /** @type {HTMLElement | null} */ (
        target instanceof Element ? target.closest("[data-key]") : null
      );
      if (key) this.#press(String(key.dataset.key));
    });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  disconnectedCallback() {
    clearTimeout(this.#forgetting);
    super.disconnectedCallback();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || this.props.disabled) return;
    const key = KEYS[event.key] ?? event.key;
    if (!/^([0-9.]|enter|clear|back|sign)$/.test(key)) return;
    // Enter on a key presses this key. A page is not to scroll or to go back, and a dialog around it stays open.
    if (key === "enter" && event.target instanceof Element && event.target.closest("button")) return;
    if (key === "clear" && this.#typed === null) return;
    event.preventDefault();
    if (key === "enter" && event.repeat) return;
    this.#press(key);
  }

  /** The range. JSON has no infinite numbers: a side without a limit is null. */
  get #ends() {
    const { min, max } = this.props;
    return { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY };
  }

  /** @param {string} key */
  #press(key) {
    if (this.props.disabled) return;
    if (key === "enter") {
      this.#enter();
      return;
    }
    const rules = { decimals: Number(this.props.decimals), signed: this.#ends.min < 0 };
    this.#type(keypadTyped(this.#typed, key, rules), "");
  }

  #enter() {
    const text = this.#typed;
    if (text === null) return;
    const { min, max } = this.#ends;
    const number = /\d/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) {
      this.send("value", number + 0);
      this.#type(null, "");
    } else {
      this.#type(text, `Only ${this.#quantity(min)} to ${this.#quantity(max)}`);
    }
  }

  /** @param {number} value */
  #quantity(value) {
    const { unit } = this.props;
    return `${formatNumber(value)}${unit ? `\u00a0${unit}` : ""}`;
  }

  /**
   * @param {string | null} text
   * @param {string} fault  why it cannot be sent
   */
  #type(text, fault) {
    clearTimeout(this.#forgetting);
    if (text !== null) {
      // From here on, only the person changes the number.
      this.touched = "value";
      this.#forgetting = setTimeout(() => this.#type(null, "Nothing was sent"), FORGOTTEN);
    }
    this.#typed = text;
    const number = this.querySelector(".dd-keypad-number");
    number?.toggleAttribute("data-typed", text !== null);
    if (fault !== "" && text !== null) number?.setAttribute("aria-invalid", "true");
    else number?.removeAttribute("aria-invalid");
    if (text === null) this.#newer = null;
    this.#write(text ?? this.#plain());
    this.#tell(fault || this.#now());
    if (text === null) this.touched = false;
  }

  /** The value as it is shown while nothing is typed. */
  #plain() {
    const { value } = this.props;
    return typeof value === "number" ? decimal(value) : "";
  }

  /** While something is typed: what the number is. */
  #now() {
    if (this.#typed === null) return "";
    const value = this.#newer ?? this.props.value;
    return typeof value === "number" ? `now ${this.#quantity(value)}` : "";
  }

  /** @param {string} text */
  #write(text) {
    const shown = this.querySelector(".dd-keypad-text");
    if (shown) writeText(shown, text);
    const { unit } = this.props;
    const spoken = `${text}${unit ? `\u00a0${unit}` : ""}`;
    this.querySelector(".dd-keypad-number")?.setAttribute("aria-valuetext", spoken);
  }

  /** @param {string} words */
  #tell(words) {
    const note = this.querySelector(".dd-keypad-note");
    if (note) writeText(note, words);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  newer(name, value) {
    if (name !== "value" || this.#typed === null) return;
    this.#newer = value;
    this.#tell(this.#now());
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "disabled" && value && this.#typed !== null) this.#type(null, "Nothing was sent");
    // The look does not know what it has written last, because the script writes here, too.
    else if (name === "value" && this.#typed === null) this.#write(this.#plain());
    else if (this.#typed !== null) this.#write(this.#typed);
  }
}

define("dd-keypad", DdKeypad);
