import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";

/** @typedef {{ value: string, label: string }} Choice */

/** `<dd-dropdown>`: a choice of one option. */
export class DdDropdown extends Component {
  /** @type {HTMLSelectElement | null} */
  #control = null;
  /** Removes the listeners that wait for the end of the choice. @type {AbortController | null} */
  #opened = null;

  mount() {
    const control = this.querySelector("select");
    this.#control = control;
    if (!control) return;
    control.addEventListener("change", () => {
      this.send("value", control.value);
      this.#close();
    });
    // While the list is open, neither the options nor the choice may change under the pointer.
    control.addEventListener("pointerdown", () => this.#open());
    control.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" || key === "Tab") this.#close();
      else this.#open();
    });
    control.addEventListener("blur", () => this.#close());
  }

  #open() {
    if (this.#opened) return;
    this.touched = true;
    this.#opened = new AbortController();
    // The document gets no movements of the pointer while the list is open. The button is up before that.
    const options = { signal: this.#opened.signal };
    addEventListener("pointermove", ({ buttons }) => buttons === 0 && this.#close(), options);
    addEventListener("keyup", ({ key }) => key === "Escape" && this.#close(), options);
  }

  #close() {
    this.#opened?.abort();
    this.#opened = null;
    this.touched = false;
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const control = this.#control;
    if (!control) return;
    if (name === "disabled") {
      control.disabled = value;
    } else if (name === "label") {
      const label = this.querySelector("label");
      if (label) label.textContent = value;
      nameControl(this, control, value);
    } else {
      if (name === "options") this.#fill(control, value);
      this.#choose(control);
    }
  }

  /**
   * @param {HTMLSelectElement} control
   * @param {Choice[]} choices
   */
  #fill(control, choices) {
    control.length = 1;
    for (const { value, label } of choices) control.add(new Option(label, value));
  }

  /** A value that is not one of the options is shown by the first, hidden option. @param {HTMLSelectElement} control */
  #choose(control) {
    const { value, options, placeholder } = this.props;
    const at = /** @type {Choice[]} */ (options).findIndex((choice) => choice.value === value);
    const unknown = control.options[0];
    if (unknown && at < 0) {
      unknown.value = value;
      unknown.textContent = value === "" ? placeholder : value;
    }
    control.selectedIndex = at + 1;
  }
}

define("dd-dropdown", DdDropdown);
