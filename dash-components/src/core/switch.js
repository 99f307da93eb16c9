import { Component, define } from "../../../dash-runtime/client/element.js";

/** `<dd-switch>`: on or off. */
export class DdSwitch extends Component {
  mount() {
    const control = this.querySelector("input");
    control?.addEventListener("change", () => this.send("on", control.checked));
  }

  /**
   * A person changes the property of the control, so its attribute in the look is not enough.
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    const control = this.querySelector("input");
    if (name === "on" && control) control.checked = Boolean(value);
  }
}

define("dd-switch", DdSwitch);
