import { Component, define } from "../../../dash-runtime/client/element.js";
import { closeGate } from "../../../dash-runtime/client/gates.js";

const ACTS = ["ask", "give", "keep", "take"];

/** `<dd-control>`: who may operate what is under it. */
export class DdControl extends Component {
  mount() {
    for (const button of this.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        const act = ACTS.find((name) => name === button.dataset.act);
        if (act) this.send(act, null);
      });
    }
    this.#tell();
  }

  update() {
    this.#tell();
  }

  #tell() {
    const { mine, held, holder } = this.props;
    const others = held ? `${holder} is in control` : "nobody is in control";
    closeGate(this, mine === "holds" ? null : others);
  }
}

define("dd-control", DdControl);
