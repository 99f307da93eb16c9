import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";

/** `<dd-input>`: a field for one line of text. */
export class DdInput extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    control?.addEventListener("input", () => {
      // From the first key until the field is left nobody else's text is put under the typing hand.
      this.touched = true;
      if (this.props.send_on !== "change") this.send("value", control.value);
    });
    control?.addEventListener("change", () => {
      if (this.props.send_on === "change") this.send("value", control.value);
      this.touched = false;
    });
    // A browser fires no change event when the text is what it was when the field got the focus.
    control?.addEventListener("blur", () => {
      this.touched = false;
    });
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    const control = this.#control;
    if (!control) return;
    if (name === "value") {
      // Writing moves the caret to the end, even if nothing changes.
      if (control.value !== value) control.value = String(value);
    } else if (name === "placeholder") {
      control.placeholder = String(value);
    } else if (name === "secret") {
      control.type = value ? "password" : "text";
    } else if (name === "disabled") {
      control.disabled = Boolean(value);
    } else if (name === "label") {
      const label = this.querySelector("label");
      if (label) label.textContent = String(value);
      nameControl(this, control, value);
    }
  }
}

define("dd-input", DdInput);
