import { Options } from "../../../dash-runtime/client/choose.js";
import { define } from "../../../dash-runtime/client/element.js";

/** `<dd-checklist>`: options of which any number is chosen. */
export class DdChecklist extends Options {
  chosen() {
    // What the person sees, in the order of the options.
    const chosen = this.inputs.filter((input) => input.checked);
    this.send(
      "value",
      chosen.map((input) => input.value),
    );
  }

  /** @param {string} value */
  isChosen(value) {
    return this.props.value.includes(value);
  }
}

define("dd-checklist", DdChecklist);
