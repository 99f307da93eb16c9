import { Options } from "../../../dash-runtime/client/choose.js";
import { define } from "../../../dash-runtime/client/element.js";

/** `<dd-radio-items>`: a choice of one option, all of which are visible. */
export class DdRadioItems extends Options {
  /** @param {HTMLInputElement} input */
  chosen(input) {
    this.send("value", input.value);
  }

  /** @param {string} value */
  isChosen(value) {
    return this.props.value === value;
  }
}

define("dd-radio-items", DdRadioItems);
