import { define } from "../../../dash-runtime/client/element.js";
import { Picker } from "../../../dash-runtime/client/picker.js";

/** `<dd-date-picker>`: a field for a day. */
export class DdDatePicker extends Picker {}

define("dd-date-picker", DdDatePicker);
