// Lines that contain other lines. It follows the pattern "tree" of WAI-ARIA: the focus stays on the tree, and the arrow
// keys move the active line, open and close. The look hides the lines in closed ones.

import { Component } from "./element.js";

/** The time in milliseconds after which typed letters begin a new word. */
const PAUSE = 700;

/**
 * The line that a key leads to.
 * @param {readonly { level: number, expanded: boolean | null }[]} lines  the visible ones; `expanded` is null for a line
 *   without others in it
 * @param {number} at  the active one. -1: none
 * @param {"next" | "previous" | "first" | "last" | "in" | "out"} way
 * @returns {{ at: number, open?: boolean }}  `open`: the line is opened or closed instead
 */
export function step(lines, at, way) {
  const last = lines.length - 1;
  const line = lines[at];
  if (way === "first" || !line) return { at: way === "last" ? last : Math.min(0, last) };
  if (way === "last") return { at: last };
  if (way === "next") return { at: Math.min(at + 1, last) };
  if (way === "previous") return { at: Math.max(at - 1, 0) };
  if (way === "in") {
    if (line.expanded === false) return { at, open: true };
    // The first line in it is the next one.
    return { at: line.expanded && at < last ? at + 1 : at };
  }
  if (line.expanded) return { at, open: false };
  for (let outer = at - 1; outer >= 0; outer -= 1) {
    if ((lines[outer]?.level ?? 0) < line.level) return { at: outer };
  }
  return { at };
}

/** Subclasses say what a press does, and where it is kept which lines are open. */
export class TreeView extends Component {
  /** The node of the active line. @type {string | null} */
  #active = null;
  #word = "";
  #wordAt = Number.NEGATIVE_INFINITY;

  /** @param {string} _node @param {boolean} _open */
  setOpen(_node, _open) {
    throw new Error("a subclass keeps the open nodes");
  }

  /** The line was pressed, or Enter or the space bar on it. @param {Element} _line */
  act(_line) {
    throw new Error("a subclass does something");
  }

  mount() {
    const tree = this.tree;
    tree.addEventListener("keydown", (event) => this.#key(event));
    tree.addEventListener("click", ({ target }) => {
      if (!(target instanceof Element)) return;
      const line = target.closest(".dd-tree-line");
      if (!line) return;
      this.#activate(line);
      if (target.closest(".dd-tree-arrow") && line.hasAttribute("aria-expanded")) this.toggle(line);
      else this.act(line);
    });
    tree.addEventListener("focus", () => {
      if (!this.#line) this.#activate(this.#lines.find(isSelected) ?? this.#lines[0]);
    });
  }

  /**
   * @param {string} _name
   * @param {any} _value
   */
  update(_name, _value) {
    this.settle();
  }

  /** Call this when the lines have changed. */
  settle() {
    // The active line may be gone, or hidden in one that was closed.
    const line = this.#line;
    if (line && !line.hasAttribute("hidden")) this.#mark(line);
    else if (this.#active !== null) this.#activate(line ? this.#visibleAround(line) : undefined);
  }

  get tree() {
    return /** @type {HTMLElement} */ (this.querySelector(".dd-tree"));
  }

  get #lines() {
    return [...this.tree.querySelectorAll(".dd-tree-line:not([hidden])")];
  }

  get #line() {
    return [...this.tree.children].find((line) => line.getAttribute("data-node") === this.#active);
  }

  /** The line that is closed and has this one in it. @param {Element} line */
  #visibleAround(line) {
    let at = line.previousElementSibling;
    while (at?.hasAttribute("hidden")) at = at.previousElementSibling;
    return at ?? undefined;
  }

  /** @param {Element} line */
  toggle(line) {
    const node = line.getAttribute("data-node") ?? "";
    this.setOpen(node, line.getAttribute("aria-expanded") === "false");
    this.settle();
  }

  /** @param {Element | undefined} line */
  #activate(line) {
    this.#active = line?.getAttribute("data-node") ?? null;
    this.#mark(line);
    line?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Element | undefined} line */
  #mark(line) {
    const tree = this.tree;
    for (const before of tree.querySelectorAll("[data-active]")) {
      if (before === line) continue;
      before.removeAttribute("data-active");
      before.removeAttribute("id");
    }
    if (line) {
      line.setAttribute("data-active", "");
      line.id = `${this.id}-active`;
      tree.setAttribute("aria-activedescendant", line.id);
    } else {
      tree.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    const lines = this.#lines;
    const at = lines.findIndex((line) => line.getAttribute("data-node") === this.#active);
    const line = lines[at];
    const way = this.#wayOf(key);
    if (way) {
      event.preventDefault();
      const to = step(lines.map(stateOf), at, way);
      if (to.open === undefined) this.#activate(lines[to.at]);
      else if (line) this.toggle(line);
    } else if ((key === "Enter" || (key === " " && !this.#isTyping)) && line) {
      event.preventDefault();
      if (!event.repeat) this.act(line);
    } else if ([...key].length === 1) {
      event.preventDefault();
      this.#find(key, lines, at);
    }
  }

  /** @param {string} key */
  #wayOf(key) {
    const isMirrored = getComputedStyle(this).direction === "rtl";
    /** @type {Record<string, Parameters<typeof step>[2]>} */
    const ways = {
      ArrowDown: "next",
      ArrowUp: "previous",
      Home: "first",
      End: "last",
      [isMirrored ? "ArrowLeft" : "ArrowRight"]: "in",
      [isMirrored ? "ArrowRight" : "ArrowLeft"]: "out",
    };
    return ways[key];
  }

  /** Whether letters that were typed are still a word that goes on. */
  get #isTyping() {
    return performance.now() - this.#wordAt < PAUSE;
  }

  /**
   * Goes to the next line that begins with the letters that were typed.
   * @param {string} letter
   * @param {readonly Element[]} lines
   * @param {number} at
   */
  #find(letter, lines, at) {
    this.#word = (this.#isTyping ? this.#word : "") + letter.toLowerCase();
    this.#wordAt = performance.now();
    // A longer word may still be that of the active line.
    const from = this.#word.length > 1 ? at : at + 1;
    const found = [...lines.slice(from), ...lines.slice(0, from)].find((line) =>
      line.querySelector(".dd-tree-label")?.textContent?.toLowerCase().startsWith(this.#word),
    );
    if (found) this.#activate(found);
  }
}

/** @param {Element} line */
function isSelected(line) {
  return line.getAttribute("aria-selected") === "true";
}

/** @param {Element} line */
function stateOf(line) {
  const expanded = line.getAttribute("aria-expanded");
  return {
    level: Number(line.getAttribute("aria-level")),
    expanded: expanded === null ? null : expanded === "true",
  };
}
