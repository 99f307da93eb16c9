import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { NumberField } from "../../../dash-runtime/client/number_field.js";
import { decimals } from "../../../dash-runtime/client/scale.js";

/** `<dd-number-input>`: a field for a number. */
export class DdNumberInput extends NumberField {
  /**
   * With the decimals of the step, so that the digits stay in their places. A number between two steps has all its digits.
   * @param {number | null} value
   */
  format(value) {
    const text = formatNumber(value, decimals(this.props.step));
    return Number(text) === value ? text : super.format(value);
  }
}

define("dd-number-input", DdNumberInput);
