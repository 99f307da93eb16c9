import { Combo } from "../../../dash-runtime/client/combo.js";
import { define } from "../../../dash-runtime/client/element.js";

/** `<dd-combobox>`: a choice of one option by typing a part of it. */
export class DdCombobox extends Combo {
  get resting() {
    const { value } = this.props;
    return this.choices.find((choice) => choice.value === value)?.label || String(value ?? "");
  }

  /** @param {string} value */
  isChosen(value) {
    return this.props.value === value;
  }

  /** @param {{ value: string }} choice */
  choose(choice) {
    this.send("value", choice.value);
  }
}

define("dd-combobox", DdCombobox);
