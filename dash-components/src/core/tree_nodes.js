import { define } from "../../../dash-runtime/client/element.js";
import { TreeView } from "../../../dash-runtime/client/tree_view.js";

/** `<dd-tree>`: nodes that contain others, one of which is selected. */
export class DdTree extends TreeView {
  /**
   * @param {string} node
   * @param {boolean} open
   */
  setOpen(node, open) {
    const others = /** @type {string[]} */ (this.props.expanded).filter((one) => one !== node);
    // The server refuses what is not a node any more.
    const nodes = new Set(/** @type {{ id: string }[]} */ (this.props.nodes).map(({ id }) => id));
    this.send(
      "expanded",
      [...others, ...(open ? [node] : [])].filter((one) => nodes.has(one)),
    );
  }

  /** @param {Element} line */
  act(line) {
    this.send("selected", line.getAttribute("data-node"));
  }
}

define("dd-tree", DdTree);
