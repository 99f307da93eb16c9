import { define } from "../../../dash-runtime/client/element.js";
import { Field } from "../../../dash-runtime/client/field.js";

/** `<dd-textarea>`: a field for several lines of text. */
export class DdTextarea extends Field {
  /** @type {HTMLTextAreaElement | null} */
  #control = null;

  mount() {
    this.#control = this.querySelector("textarea");
    this.bindField(this.#control);
  }

  get isMultiline() {
    return true;
  }

  get sendsEachKey() {
    return this.props.send_on === "input";
  }

  get maxLength() {
    return Number(this.#control?.dataset.maxLength ?? Number.POSITIVE_INFINITY);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "value") this.showValue(value);
  }
}

define("dd-textarea", DdTextarea);
