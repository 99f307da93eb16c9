import { define } from "../../../dash-runtime/client/element.js";
import { NumberField } from "../../../dash-runtime/client/number_field.js";

/** `<dd-number-input>`: a field for a number. */
export class DdNumberInput extends NumberField {}

define("dd-number-input", DdNumberInput);
