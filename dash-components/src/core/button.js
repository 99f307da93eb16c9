import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { Question } from "../../../dash-runtime/client/question.js";

/** `<dd-button>`: a push button. */
export class DdButton extends Component {
  /** @type {HTMLButtonElement | null} */
  #button = null;
  #question = new Question(this);

  mount() {
    this.#button = this.querySelector("button");
    this.#button?.addEventListener("click", () => {
      if (this.#question.isOpen) this.#question.focus();
      else if (this.props.confirm) this.#ask();
      else this.send("click", null);
    });
  }

  disconnectedCallback() {
    this.#question.close(false);
    super.disconnectedCallback();
  }

  #ask() {
    const box = document.createElement("div");
    box.className = "dd-confirm";
    this.append(box);
    this.#question.ask(box, {
      words: this.props.confirm,
      label: this.#label,
      tone: this.props.tone,
      act: () => this.send("click", null),
      closed: (back) => back && this.#button?.focus(),
    });
  }

  get #label() {
    return this.props.label || wordsOf(this);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    // What the person was asked is no longer what would happen.
    if (name !== "disabled" || value) this.#question.close(false);
  }
}

define("dd-button", DdButton);
