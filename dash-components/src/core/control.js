import { Component, define } from "../../../dash-runtime/client/element.js";
import { closeGate, onAct } from "../../../dash-runtime/client/gates.js";
import { Question } from "../../../dash-runtime/client/question.js";

const ACTS = ["ask", "give", "keep", "take"];

/** `<dd-control>`: who may operate what is under it. */
export class DdControl extends Component {
  #question = new Question(this);

  mount() {
    onAct(this, ACTS, (act, button) => (act === "take" ? this.#ask(button) : this.send(act, null)));
    this.#tell();
  }

  disconnectedCallback() {
    this.#question.close(false);
    super.disconnectedCallback();
  }

  update() {
    // What the person was asked is no longer what would happen.
    this.#question.close(false);
    this.#tell();
  }

  /**
   * Somebody else is driving. The question is in the place of the buttons, so that nothing moves.
   * @param {HTMLElement} button
   */
  #ask(button) {
    const parts = /** @type {NodeListOf<HTMLElement>} */ (
      this.querySelectorAll(".dd-control-asks, .dd-control-acts")
    );
    const box = document.createElement("div");
    box.className = "dd-control-acts";
    parts[0]?.parentElement?.append(box);
    this.#question.ask(box, {
      words: `Take control over from ${this.props.holder}?`,
      label: "Take over",
      tone: "danger",
      act: () => this.send("take", null),
      closed: (back) => {
        for (const part of parts) part.hidden = false;
        if (back) button.focus();
      },
    });
    for (const part of parts) part.hidden = true;
  }

  #tell() {
    const { mine, held, holder } = this.props;
    const others = held ? `${holder} is in control` : "nobody is in control";
    closeGate(this, mine === "holds" ? null : others);
  }
}

define("dd-control", DdControl);
