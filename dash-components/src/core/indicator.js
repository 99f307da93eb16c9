import { Component, define } from "../../../dash-runtime/client/element.js";

/** `<dd-indicator>`: a lamp with its state in words. */
export class DdIndicator extends Component {
  /** An indicator is small, so each update draws all of it from `props`. */
  update() {
    const { on, tone, label, on_word: onWord, off_word: offWord } = this.props;
    const lamp = /** @type {HTMLElement | null} */ (this.querySelector(".dd-indicator"));
    if (lamp) {
      lamp.dataset.tone = tone;
      lamp.dataset.state = on ? "on" : "off";
    }
    const name = this.querySelector(".dd-label");
    if (name) name.textContent = label;
    const word = this.querySelector(".dd-indicator-word");
    if (word) word.textContent = on ? onWord : offWord;
  }
}

define("dd-indicator", DdIndicator);
