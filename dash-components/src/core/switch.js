import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";

/** `<dd-switch>`: on or off. */
export class DdSwitch extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    control?.addEventListener("change", () => this.send("on", control.checked));
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    const control = this.#control;
    if (!control) return;
    if (name === "on") {
      control.checked = Boolean(value);
    } else if (name === "disabled") {
      control.disabled = Boolean(value);
    } else if (name === "label") {
      const label = this.querySelector(".dd-label");
      if (label) label.textContent = String(value);
      nameControl(this, control, value);
    }
  }
}

define("dd-switch", DdSwitch);
