import { define } from "../../../dash-runtime/client/element.js";
import { Picker } from "../../../dash-runtime/client/picker.js";

/** `<dd-time-picker>`: a field for a time. */
export class DdTimePicker extends Picker {}

define("dd-time-picker", DdTimePicker);
