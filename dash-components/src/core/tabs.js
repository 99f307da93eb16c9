import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { writeText } from "../../../dash-runtime/client/text.js";
import { showTree } from "../../../dash-runtime/client/tree.js";

/** @import { TreeNode } from "../../../dash-runtime/client/tree.js" */

/** `<dd-tabs>`: groups of content of which one is visible. Which one is a matter of this browser alone. */
export class DdTabs extends Component {
  #at = 0;

  mount() {
    const row = this.#row;
    row?.addEventListener("click", ({ target }) =>
      this.#select(this.#tabs.indexOf(/** @type {any} */ (target))),
    );
    row?.addEventListener("keydown", (event) => this.#key(event));
    this.#show();
  }

  get #row() {
    return /** @type {HTMLElement | null} */ (this.querySelector(":scope > .dd-tab-row"));
  }

  get #tabs() {
    return /** @type {HTMLElement[]} */ ([...(this.#row?.children ?? [])]);
  }

  get #panels() {
    return /** @type {HTMLElement[]} */ ([
      ...this.querySelectorAll(":scope > .dd-tab-panels > .dd-tab-panel"),
    ]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const count = this.#tabs.length;
    const turn = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const next = { ArrowRight: this.#at + turn, ArrowLeft: this.#at - turn, Home: 0, End: count - 1 }[
      event.key
    ];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#select((next + count) % count);
    this.#tabs[this.#at]?.focus();
  }

  /** @param {number} at */
  #select(at) {
    if (at < 0) return;
    this.#at = at;
    this.#show();
  }

  #show() {
    const at = Math.min(this.#at, this.#tabs.length - 1);
    this.#tabs.forEach((tab, place) => {
      tab.setAttribute("aria-selected", String(place === at));
      tab.tabIndex = place === at ? 0 : -1;
    });
    this.#panels.forEach((panel, place) => {
      panel.hidden = place !== at;
    });
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "label") {
      this.#row?.setAttribute("aria-label", value || wordsOf(this));
    } else if (name === "titles") {
      this.#name(value);
    } else {
      const panels = this.querySelector(":scope > .dd-tab-panels");
      if (panels) showTree(panels, /** @type {TreeNode[]} */ (value));
    }
    this.#show();
  }

  /** @param {string[]} titles */
  #name(titles) {
    const tabs = this.#tabs;
    for (const gone of tabs.slice(titles.length)) gone.remove();
    titles.forEach((title, at) => {
      const tab = tabs[at] ?? document.createElement("button");
      Object.assign(tab, { type: "button", className: "dd-tab", role: "tab" });
      writeText(tab, title);
      if (!tabs[at]) this.#row?.append(tab);
    });
  }
}

define("dd-tabs", DdTabs);
