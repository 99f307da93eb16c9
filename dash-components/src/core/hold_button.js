import { Component, define } from "../../../dash-runtime/client/element.js";
import { Grip } from "../../../dash-runtime/client/grip.js";

/** `<dd-hold-button>`: acts only while it is held. */
export class DdHoldButton extends Component {
  /** @type {HTMLButtonElement | null} */
  #button = null;
  /** @type {Grip | null} */
  #grip = null;

  mount() {
    const button = this.querySelector("button");
    if (!button) return;
    this.#button = button;
    this.#grip = new Grip(button, {
      begin: () => this.#show(true),
      end: () => this.#show(false),
    });
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      if (!event.repeat) this.#grip?.take("key");
    });
    button.addEventListener("keyup", (event) => {
      if (event.key === "Enter" || event.key === " ") this.#grip?.let("key");
    });
  }

  disconnectedCallback() {
    this.#grip?.drop();
    super.disconnectedCallback();
  }

  /** @param {boolean} held */
  #show(held) {
    this.#button?.setAttribute("aria-pressed", String(held));
    this.send("held", held);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    // The server has released it, because it did not hear this page.
    if (name === "held" && !value) this.#grip?.drop();
    if (name === "held") this.#button?.setAttribute("aria-pressed", String(Boolean(value)));
    if (name === "disabled" && value) this.#grip?.drop();
  }
}

define("dd-hold-button", DdHoldButton);
