import { Component, define } from "../../../dash-runtime/client/element.js";
import { showTree } from "../../../dash-runtime/client/tree.js";

/** `<dd-markdown>`: a formatted text. The server has made elements of it. */
export class DdMarkdown extends Component {
  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "text") showTree(this, value.tree);
  }
}

define("dd-markdown", DdMarkdown);
