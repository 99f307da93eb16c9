import { Component, define } from "../../../dash-runtime/client/element.js";
import { currentRoute, markLinks, routeAddress } from "../../../dash-runtime/client/routing.js";
import { showTree } from "../../../dash-runtime/client/tree.js";

/** @import { TreeNode } from "../../../dash-runtime/client/tree.js" */

/** `<dd-router>`: one page of several. It keeps the browser's address and the server's `path` equal. */
export class DdRouter extends Component {
  /** The user has opened another page, and its content has not arrived. */
  #moving = false;
  /** A link opened the page. With back and forward the browser restores the scroll position itself. */
  #byLink = false;
  #name = document.title;

  mount() {
    const view = this.querySelector("[data-title]");
    const title = view?.getAttribute("data-title");
    if (title) this.#name = this.#name.replace(`${title} · `, "");
    document.addEventListener("click", (event) => this.#click(event));
    addEventListener("popstate", () => this.#move(false));
    markLinks();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const { button, altKey, ctrlKey, metaKey, shiftKey, target } = event;
    const plain = button === 0 && !(altKey || ctrlKey || metaKey || shiftKey || event.defaultPrevented);
    const link = target instanceof Element ? target.closest("a[data-route]") : null;
    const path = link?.getAttribute("data-route");
    if (!plain || !path || link?.hasAttribute("target")) return;
    event.preventDefault();
    if (path !== currentRoute()) history.pushState(null, "", routeAddress(path));
    this.#move(true);
  }

  /** @param {boolean} byLink */
  #move(byLink) {
    const path = currentRoute();
    markLinks();
    if (path === this.props.path) return;
    this.#moving = true;
    this.#byLink = byLink;
    this.send("path", path);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "path") this.#lead(value);
    if (name === "children") this.#show(value);
  }

  /** Follows a path that the server set. @param {string} path */
  #lead(path) {
    if (path === currentRoute()) return;
    history.pushState(null, "", routeAddress(path));
    this.#moving = true;
    this.#byLink = true;
    markLinks();
  }

  /** @param {TreeNode[]} nodes */
  #show(nodes) {
    showTree(this, nodes);
    markLinks();
    const view = this.querySelector("[data-title]");
    const title = view?.getAttribute("data-title");
    document.title = title ? `${title} · ${this.#name}` : this.#name;
    if (!this.#moving) return;
    this.#moving = false;
    const heading = view?.querySelector("h1, h2, h3");
    if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
    if (this.#byLink) scrollTo(0, 0);
  }
}

define("dd-router", DdRouter);
