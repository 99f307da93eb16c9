// Words beside a field, for example a newer value of somebody else. A press on them does what their title says. They
import { writeText } from "./text.js";
// take no room, so that nothing moves when they come and go.

/** @typedef {"newer" | "own" | "doubt" | "cut"} BesideKind */

export class Beside {
  #host;
  /** @type {HTMLButtonElement | null} */
  #button = null;
  /** @type {BesideKind | null} */
  #kind = null;
  /** @type {() => void} */
  #press = () => undefined;

  /** @param {HTMLElement} host  the component */
  constructor(host) {
    this.#host = host;
  }

  /** What is shown. null: nothing. */
  get kind() {
    return this.#kind;
  }

  /**
   * @param {BesideKind} kind
   * @param {string} words
   * @param {string} title
   * @param {() => void} press
   */
  show(kind, words, title, press) {
    const button = this.#button ?? this.#make();
    this.#kind = kind;
    this.#press = press;
    button.dataset.kind = kind;
    // A screen reader reads each change of the text.
    writeText(button, words);
    button.title = title;
    button.hidden = false;
  }

  /** @param {BesideKind} [kind]  hides only this */
  hide(kind) {
    if (!this.#button || (kind !== undefined && kind !== this.#kind)) return;
    this.#kind = null;
    this.#button.hidden = true;
    this.#button.textContent = "";
  }

  #make() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "dd-beside";
    button.setAttribute("aria-live", "polite");
    // A press must not move the focus out of the field, which would send the text.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      this.hide();
      this.#press();
    });
    this.#host.insertBefore(button, null);
    this.#host.dataset.beside = "";
    this.#button = button;
    return button;
  }
}
