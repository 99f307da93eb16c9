import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";

/** `<dd-button>`: a push button. */
export class DdButton extends Component {
  /** @type {HTMLButtonElement | null} */
  #button = null;

  mount() {
    this.#button = this.querySelector("button");
    this.#button?.addEventListener("click", () => this.send("click", null));
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    const button = this.#button;
    if (!button) return;
    if (name === "label") button.textContent = String(value) || wordsOf(this);
    else if (name === "tone") button.dataset.tone = String(value);
    else if (name === "disabled") button.disabled = Boolean(value);
  }
}

define("dd-button", DdButton);
