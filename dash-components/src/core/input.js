import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";

/** `<dd-input>`: a field for one line of text. */
export class DdInput extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;
  /** Something was typed since the text was last sent. */
  #unsent = false;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    if (!control) return;
    control.addEventListener("input", () => {
      // From the first key until the field is left nobody else's text is put under the typing hand.
      this.touched = true;
      this.#unsent = true;
      if (this.props.send_on !== "change") this.#sendText(control.value);
    });
    control.addEventListener("change", () => {
      this.#sendText(control.value);
      this.touched = false;
    });
    control.addEventListener("keydown", (event) => {
      // A key that is held is one press, and an Enter that chooses among proposed words is none.
      if (event.key !== "Enter" || event.repeat || event.isComposing) return;
      this.#sendText(control.value);
      this.send("submit", control.value);
      this.touched = false;
    });
    // A browser fires no change event when the text is what it was when the field got the focus.
    control.addEventListener("blur", () => {
      this.touched = false;
    });
  }

  /** @param {string} text */
  #sendText(text) {
    if (this.#unsent) this.send("value", text);
    this.#unsent = false;
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
