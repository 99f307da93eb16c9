import { define } from "../../../dash-runtime/client/element.js";
import { TreeView } from "../../../dash-runtime/client/tree_view.js";

/** `<dd-json>`: a value and what is in it. What is open belongs to this page alone. */
export class DdJson extends TreeView {
  /** What the person has left open. Null: what the property says. @type {string[] | null} */
  #own = null;
  #given = "";

  mount() {
    this.#given = String(this.props.expanded);
    super.mount();
  }

  /**
   * @param {string} node
   * @param {boolean} open
   */
  setOpen(node, open) {
    const others = /** @type {string[]} */ (this.props.expanded).filter((one) => one !== node);
    this.#own = [...others, ...(open ? [node] : [])];
    this.#show();
  }

  #show() {
    this.props.expanded = this.#own;
    this.look?.draw("expanded");
  }

  /** @param {Element} line */
  act(line) {
    if (line.hasAttribute("aria-expanded")) this.toggle(line);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "expanded") {
      // After a lost connection the page gets all values again, also those that are the same.
      if (String(value) !== this.#given) [this.#given, this.#own] = [String(value), null];
      else if (this.#own) this.#show();
    }
    super.update(name, value);
  }
}

define("dd-json", DdJson);
