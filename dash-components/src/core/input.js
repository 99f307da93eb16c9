import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";

/** `<dd-input>`: a field for one line of text. */
export class DdInput extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;
  /** The user has typed since the text was last sent. */
  #unsent = false;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    if (!control) return;
    control.addEventListener("input", () => {
      // From the first key until the field loses the focus, values from the server must not replace the user's text.
      this.touched = true;
      this.#unsent = true;
      if (this.props.send_on !== "change") this.#sendText(control.value);
    });
    control.addEventListener("change", () => {
      this.#sendText(control.value);
      this.touched = false;
    });
    control.addEventListener("keydown", (event) => {
      // A held key counts as one press. An Enter that accepts an input method's proposal does not count.
      if (event.key !== "Enter" || event.repeat || event.isComposing) return;
      this.#sendText(control.value);
      this.send("submit", control.value);
      this.touched = false;
    });
    // The browser fires no change event if the text is the same as when the field got the focus.
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
      // Writing moves the caret to the end, even if the text stays the same.
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
