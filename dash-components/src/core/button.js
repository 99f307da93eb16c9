import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";

/** `<dd-button>`: a push button. */
export class DdButton extends Component {
  /** @type {HTMLButtonElement | null} */
  #button = null;
  /** The question that is open. @type {HTMLElement | null} */
  #question = null;
  /** Removes the listeners that wait for an answer. */
  #asking = new AbortController();

  mount() {
    this.#button = this.querySelector("button");
    this.#button?.addEventListener("click", () => {
      // The second press of a double click is no answer.
      if (this.#question) this.#question.querySelector("button")?.focus();
      else if (this.props.confirm) this.#ask();
      else this.send("click", null);
    });
  }

  disconnectedCallback() {
    this.#close(false);
    super.disconnectedCallback();
  }

  /** Asks before it acts. The answer that changes nothing has the focus. */
  #ask() {
    const question = document.createElement("div");
    question.className = "dd-confirm";
    question.setAttribute("role", "alertdialog");
    question.setAttribute("aria-label", this.props.confirm);
    const words = document.createElement("p");
    words.textContent = this.props.confirm;
    const cancel = this.#answer("Cancel", "normal", () => this.#close(true));
    const act = this.#answer(this.#label, this.props.tone, () => {
      this.#close(true);
      this.send("click", null);
    });
    question.append(words, cancel, act);
    this.#question = question;
    this.append(question);
    cancel.focus();
    this.#asking = new AbortController();
    const options = { signal: this.#asking.signal };
    const isOutside = (/** @type {EventTarget | null} */ target) =>
      !(target instanceof Node && this.contains(target));
    addEventListener("pointerdown", ({ target }) => isOutside(target) && this.#close(false), options);
    this.addEventListener(
      "focusout",
      ({ relatedTarget }) => isOutside(relatedTarget) && document.hasFocus() && this.#close(false),
      options,
    );
    this.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close(true), options);
  }

  /**
   * @param {string} label
   * @param {string} tone
   * @param {() => void} run
   */
  #answer(label, tone, run) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "dd-button";
    button.dataset.tone = tone;
    button.textContent = label;
    button.addEventListener("click", run);
    return button;
  }

  /** @param {boolean} back  whether the focus returns to the button */
  #close(back) {
    const question = this.#question;
    this.#question = null;
    this.#asking.abort();
    question?.remove();
    if (question && back) this.#button?.focus();
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
    if (name !== "disabled" || value) this.#close(false);
  }
}

define("dd-button", DdButton);
