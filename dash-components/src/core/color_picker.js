import { Component, define } from "../../../dash-runtime/client/element.js";

/** `<dd-color-picker>`: a field for a colour. */
export class DdColorPicker extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;

  mount() {
    const control = this.querySelector("input");
    this.#control = control;
    control?.addEventListener("input", () => {
      // The picker is open until `change`. Meanwhile no other value moves it.
      this.touched = "value";
      this.send("value", control.value);
      this.#write(control.value);
    });
    for (const end of ["change", "blur"]) {
      control?.addEventListener(end, () => {
        this.touched = false;
      });
    }
  }

  /** @param {string} colour */
  #write(colour) {
    const text = this.querySelector(".dd-color-text");
    if (text) text.textContent = colour;
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "value" && this.#control) this.#control.value = value;
  }
}

define("dd-color-picker", DdColorPicker);
