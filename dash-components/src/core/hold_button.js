import { Component, define } from "../../../dash-runtime/client/element.js";
import { Grip, KEYBOARD } from "../../../dash-runtime/client/grip.js";

/** `<dd-hold-button>`: acts only while it is held. */
export class DdHoldButton extends Component {
  /** @type {HTMLButtonElement | null} */
  #button = null;
  /** @type {Grip | null} */
  #grip = null;
  /** The key that holds it. What sign a key makes depends on the others that are down. */
  #code = "";

  mount() {
    const button = this.querySelector("button");
    if (!button) return;
    this.#button = button;
    this.#grip = new Grip(button, {
      begin: () => this.#show(true),
      end: () => this.#show(false),
      deadline: () => this.props.deadline,
    });
    button.addEventListener("keydown", (event) => {
      if (this.#grip?.isShortcut(event)) return;
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      if (event.repeat || this.#grip?.isHeld) return;
      this.#code = event.code;
      this.#grip?.take(KEYBOARD);
    });
    button.addEventListener("keyup", (event) => {
      if (event.code === this.#code) this.#grip?.let(KEYBOARD);
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
