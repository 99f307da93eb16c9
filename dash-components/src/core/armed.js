import { Component, define } from "../../../dash-runtime/client/element.js";
import { closeGate, onAct } from "../../../dash-runtime/client/gates.js";

const ACTS = ["arm", "disarm", "acknowledge"];

const REASONS = /** @type {Record<string, string>} */ ({ disarmed: "not armed", tripped: "tripped" });

/** `<dd-armed>`: an interlock. */
export class DdArmed extends Component {
  mount() {
    onAct(this, ACTS, (act) => this.send(act, null));
    this.#tell();
  }

  /** @param {string} name */
  update(name) {
    if (name === "state") this.#tell();
  }

  #tell() {
    closeGate(this, REASONS[this.props.state] ?? null);
  }
}

define("dd-armed", DdArmed);
