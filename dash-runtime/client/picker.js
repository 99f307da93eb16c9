// A field of the browser for a day or a time. While it is half typed it has no value, and nothing is sent.

import { Field } from "./field.js";

export class Picker extends Field {
  mount() {
    this.bindField(this.#control);
  }

  get #control() {
    return this.querySelector("input");
  }

  /** @param {string} text */
  parse(text) {
    if (text !== "") return text;
    // Some of its parts are filled in and others are not.
    return this.#control?.validity.badInput ? undefined : null;
  }

  /** Marks a field that is half typed. */
  judge() {
    const control = this.#control;
    if (control?.validity.badInput) control.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "value") this.showValue(value);
  }
}
