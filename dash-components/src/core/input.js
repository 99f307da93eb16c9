import { define } from "../../../dash-runtime/client/element.js";
import { Field } from "../../../dash-runtime/client/field.js";

/** `<dd-input>`: a field for one line of text. */
export class DdInput extends Field {
  /** @type {HTMLInputElement | null} */
  #control = null;

  mount() {
    this.#control = this.querySelector("input");
    this.bindField(this.#control);
  }

  /** @param {string} text */
  submitted(text) {
    this.send("submit", text);
  }

  get sendsEachKey() {
    return this.props.send_on === "input";
  }

  get maxLength() {
    return Number(this.#control?.dataset.maxLength ?? Number.POSITIVE_INFINITY);
  }

  get isSecret() {
    return this.props.secret === true;
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    if (name === "value") this.showValue(value);
  }
}

define("dd-input", DdInput);
