import { Component, define } from "../../../dash-runtime/client/element.js";

/** `<dd-text>`: text that changes. */
export class DdText extends Component {
  /**
   * @param {string} name
   * @param {unknown} value
   */
  update(name, value) {
    const text = String(value ?? "");
    if (name === "text") {
      const shown = this.querySelector(".dd-text-value");
      if (shown) shown.textContent = text;
    } else if (name === "label") {
      this.querySelector(".dd-text-label")?.setAttribute("data-label", text);
    }
  }
}

define("dd-text", DdText);
