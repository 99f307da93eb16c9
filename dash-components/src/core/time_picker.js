import { define } from "../../../dash-runtime/client/element.js";
import { Picker } from "../../../dash-runtime/client/picker.js";

/** `<dd-time-picker>`: a field for a time. */
export class DdTimePicker extends Picker {
  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const control = this.querySelector("input");
    if (name === "seconds" && control) control.step = value ? "1" : "60";
    else super.update(name, value);
  }
}

define("dd-time-picker", DdTimePicker);
