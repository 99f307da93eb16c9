import { define, nameControl } from "../../../dash-runtime/client/element.js";
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
    const control = this.#control;
    if (!control) return;
    if (name === "value") {
      this.showValue(value);
    } else if (name === "placeholder") {
      control.placeholder = value;
    } else if (name === "lines") {
      control.rows = value;
    } else if (name === "disabled") {
      control.disabled = value;
    } else if (name === "label") {
      const label = this.querySelector("label");
      if (label) label.textContent = value;
      nameControl(this, control, value);
    }
  }
}

define("dd-textarea", DdTextarea);
