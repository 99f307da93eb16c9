import { Component, define } from "../../../dash-runtime/client/element.js";
import { showTree } from "../../../dash-runtime/client/tree.js";

/** @import { TreeNode } from "../../../dash-runtime/client/tree.js" */

/** `<dd-container>`: content that callbacks set. */
export class DdContainer extends Component {
  /**
   * @param {string} name
   * @param {TreeNode[]} value
   */
  update(name, value) {
    if (name === "children") showTree(this, value);
  }
}

define("dd-container", DdContainer);
