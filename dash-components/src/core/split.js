import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { showTree } from "../../../dash-runtime/client/tree.js";

/** @import { TreeNode } from "../../../dash-runtime/client/tree.js" */

/** How far a key moves the border, in percent of the width. */
const STEP = 2;

/** `<dd-split>`: two panes with a border that people move. Where it is is a matter of this browser alone. */
export class DdSplit extends Component {
  /** The pointer that moves the border. */
  #pointer = -1;
  /** From the pointer to the middle of the border, in CSS pixels. */
  #beside = 0;
  /** The share of the first pane in percent, if a person has set it. @type {number | null} */
  #at = null;

  mount() {
    const border = this.#border;
    if (!border) return;
    border.addEventListener("pointerdown", (event) => this.#press(border, event));
    border.addEventListener("pointermove", (event) => {
      if (event.pointerId === this.#pointer) this.#move(this.#shareAt(event.clientX + this.#beside));
    });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]))
      border.addEventListener(end, (event) => this.#lift(border, event));
    border.addEventListener("keydown", (event) => this.#key(event));
    border.addEventListener("dblclick", () => this.#putBack());
    this.#remember();
  }

  get #panes() {
    return /** @type {HTMLElement | null} */ (this.querySelector(":scope > .dd-split-panes"));
  }

  get #border() {
    return /** @type {HTMLElement | null} */ (this.#panes?.children[1] ?? null);
  }

  get #isRightToLeft() {
    return getComputedStyle(this).direction === "rtl";
  }

  /** One browser may visit several dashboards at one host. */
  get #name() {
    return `dash-split ${document.baseURI} ${this.id}`;
  }

  /**
   * @param {HTMLElement} border
   * @param {PointerEvent} event
   */
  #press(border, event) {
    // The page may have dropped the press (aim.js).
    if (!event.isPrimary || event.button !== 0 || event.defaultPrevented) return;
    // Otherwise the browser would select text.
    event.preventDefault();
    border.focus({ preventScroll: true });
    border.setPointerCapture(event.pointerId);
    border.dataset.moving = "";
    const { left, width } = border.getBoundingClientRect();
    this.#pointer = event.pointerId;
    this.#beside = left + width / 2 - event.clientX;
  }

  /**
   * @param {HTMLElement} border
   * @param {PointerEvent} event
   */
  #lift(border, { pointerId }) {
    if (pointerId !== this.#pointer) return;
    this.#pointer = -1;
    delete border.dataset.moving;
    this.#keep();
  }

  /** The share of the first pane if the border is there. @param {number} x */
  #shareAt(x) {
    const { left, width } = this.getBoundingClientRect();
    const share = (100 * (x - left)) / width;
    return this.#isRightToLeft ? 100 - share : share;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = Number(this.#border?.ariaValueNow);
    const step = this.#isRightToLeft ? -STEP : STEP;
    const next = { ArrowRight: now + step, ArrowLeft: now - step, Home: 0, End: 100 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.#move(next);
    this.#keep();
  }

  #putBack() {
    this.#at = null;
    this.#show();
    this.#keep();
  }

  /** @param {number} share  of the first pane, in percent; the stylesheet leaves room for both */
  #move(share) {
    this.#at = Math.min(Math.max(share, 0), 100);
    this.#show();
    this.#at = Number(this.#border?.ariaValueNow);
  }

  #show() {
    const [panes, border] = [this.#panes, this.#border];
    if (!panes || !border) return;
    if (this.#at === null) panes.style.removeProperty("--dd-at");
    else panes.style.setProperty("--dd-at", `${this.#at}%`);
    const { left, width } = border.getBoundingClientRect();
    // Where there is no room for two panes side by side, there is no border.
    const share = width > 0 ? this.#shareAt(left + width / 2) : (this.#at ?? Number(panes.dataset.at));
    border.ariaValueNow = String(Math.round(share));
  }

  #remember() {
    try {
      const kept = localStorage.getItem(this.#name);
      if (kept !== null && Number.isFinite(Number(kept))) this.#at = Number(kept);
    } catch {
      // A browser may forbid it. Then the border is where the page says.
    }
    this.#show();
  }

  #keep() {
    try {
      if (this.#at === null) localStorage.removeItem(this.#name);
      else localStorage.setItem(this.#name, String(this.#at));
    } catch {
      // The next page has the border where the page says.
    }
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const panes = this.#panes;
    if (!panes) return;
    const pane = { first: panes.firstElementChild, second: panes.lastElementChild }[name];
    if (pane) showTree(pane, /** @type {TreeNode[]} */ (value));
    else if (name === "label") this.#border?.setAttribute("aria-label", value || wordsOf(this));
    else {
      panes.dataset.at = { third: "33", half: "50", two_thirds: "67" }[/** @type {string} */ (value)] ?? "50";
      this.#show();
    }
  }
}

define("dd-split", DdSplit);
