import { Component, define } from "../../../dash-runtime/client/element.js";

/** The time in milliseconds for which a mouse rests on the button before the words appear. */
const REST = 400;
/** The distance in CSS pixels between the button and the words, and from the words to the edges of the window. */
const DISTANCE = 6;

/** `<dd-tooltip>`: an explanation beside something. */
export class DdTooltip extends Component {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;

  mount() {
    const [button, words] = this.children;
    if (!(button instanceof HTMLElement && words instanceof HTMLElement)) return;
    words.addEventListener("toggle", () => this.#place(button, words));
    button.addEventListener("pointerenter", ({ pointerType }) => {
      if (pointerType !== "mouse") return;
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => words.showPopover(), REST);
    });
    // The words stay while the mouse is on them, so that they can be read with a magnifier.
    this.addEventListener("pointerleave", ({ pointerType }) => {
      clearTimeout(this.#rest);
      if (pointerType === "mouse" && document.activeElement !== button) words.hidePopover();
    });
  }

  disconnectedCallback() {
    clearTimeout(this.#rest);
    super.disconnectedCallback();
  }

  /**
   * Places the words below the button or, without room there, above it.
   * @param {HTMLElement} button
   * @param {HTMLElement} words
   */
  #place(button, words) {
    if (!words.matches(":popover-open")) return;
    const at = button.getBoundingClientRect();
    const { width, height } = words.getBoundingClientRect();
    const isLow = at.bottom + DISTANCE + height > innerHeight;
    const left = Math.min(
      Math.max(at.left + at.width / 2 - width / 2, DISTANCE),
      innerWidth - width - DISTANCE,
    );
    words.style.left = `${left}px`;
    words.style.top = `${isLow ? at.top - DISTANCE - height : at.bottom + DISTANCE}px`;
  }
}

define("dd-tooltip", DdTooltip);
