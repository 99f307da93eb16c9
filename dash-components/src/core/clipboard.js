import { Component, define } from "../../../dash-runtime/client/element.js";

/** The time in milliseconds for which the answer stays. */
const TIME = 3_000;

/**
 * Copies without the interface of browsers, which only encrypted pages and the own computer have.
 * @param {string} text
 */
function copyByField(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "dd-spoken";
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  // There is no other way on a page without encryption.
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

/** `<dd-clipboard>`: copies a text. */
export class DdClipboard extends Component {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  mount() {
    this.querySelector("button")?.addEventListener("click", () => this.#copy());
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  async #copy() {
    const text = String(this.props.text);
    let done = false;
    try {
      if (navigator.clipboard) {
        await navigator.clipboard.writeText(text);
        done = true;
      }
    } catch {
      // The browser does not allow it. The other way may work.
    }
    this.#tell(done || copyByField(text) ? "Copied" : "The browser did not allow it");
  }

  /** @param {string} words */
  #tell(words) {
    const note = this.querySelector(".dd-copied");
    if (!note) return;
    note.textContent = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      note.textContent = "";
    }, TIME);
  }
}

define("dd-clipboard", DdClipboard);
