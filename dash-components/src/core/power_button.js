import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { Question } from "../../../dash-runtime/client/question.js";

/** `<dd-power-button>`: on or off, with a question before it. */
export class DdPowerButton extends Component {
  #question = new Question(this);

  mount() {
    this.#button?.addEventListener("click", () => {
      const { on, confirm_on: beforeOn, confirm_off: beforeOff } = this.props;
      const words = on ? beforeOff : beforeOn;
      if (this.#question.isOpen) this.#question.focus();
      else if (words) this.#ask(words, !on);
      else this.send("on", !on);
    });
  }

  disconnectedCallback() {
    this.#question.close(false);
    super.disconnectedCallback();
  }

  /** @returns {HTMLButtonElement | null} */
  get #button() {
    return this.querySelector(".dd-power");
  }

  /**
   * @param {string} words
   * @param {boolean} on  what the person wants
   */
  #ask(words, on) {
    const box = document.createElement("div");
    box.className = "dd-confirm";
    this.append(box);
    this.#question.ask(box, {
      words,
      label: `${this.props.label || wordsOf(this)}: ${on ? "on" : "off"}`,
      tone: on ? "primary" : "danger",
      act: () => this.send("on", on),
      closed: (back) => back && this.#button?.focus(),
    });
  }

  /** @param {string} name */
  update(name) {
    // The person was asked about another state. What the device reports meanwhile changes nothing about it.
    if (name !== "reported" && name !== "note") this.#question.close(false);
  }
}

define("dd-power-button", DdPowerButton);
