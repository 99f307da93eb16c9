import { Component, define } from "../../../dash-runtime/client/element.js";

/** @typedef {{ value: string, label: string }} Choice */

/** How often an open list is looked at, in milliseconds. */
const LOOK = 250;

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
    const options = { signal: this.#opened.signal };
    const tells = CSS.supports("selector(:open)");
    const isOpen = () => tells && this.#control?.matches(":open");
    // The button is up before the document gets movements of the pointer. In Firefox it gets some while the list is open.
    addEventListener("pointermove", ({ buttons }) => buttons === 0 && !isOpen() && this.#close(), options);
    addEventListener("keyup", ({ key }) => key === "Escape" && this.#close(), options);
    addEventListener("pointerdown", ({ target }) => target !== this.#control && this.#close(), options);
    // A list of a phone is closed by a touch of which the document gets nothing.
    if (!tells) return;
    const timer = setInterval(() => isOpen() || this.#close(), LOOK);
    options.signal.addEventListener("abort", () => clearInterval(timer));
  }

  #close() {
    this.#opened?.abort();
    this.#opened = null;
    this.touched = false;
  }

  /** An option that a person has chosen does not follow the attributes of the look any more. */
  #choose() {
    const { value, options } = this.props;
    const at = /** @type {Choice[]} */ (options).findIndex((choice) => choice.value === value);
    // The first option is hidden and shows what is none of the options.
    if (this.#control) this.#control.selectedIndex = at + 1;
  }

  /** @param {string} name */
  update(name) {
    if (name === "value" || name === "options") this.#choose();
  }
}

define("dd-dropdown", DdDropdown);
