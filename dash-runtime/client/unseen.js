// Looks of components that the browser skips, because they are off the screen (`content-visibility: auto`). They follow
// within a second: nobody sees them, but a search and a screen reader may read them. A page of 1 000 gauges would spend
// its time on what nobody sees.

import { extras } from "./extras.js";

/** @import { Component, Drawn } from "./element.js" */

/** The time between two turns, in milliseconds. After so many turns everything is drawn. */
const [TURN, TURNS] = [100, 10];

/** A component with a mark paints outside of its box, so it is not skipped. The browser does not tell that. */
const MARKED = "[data-pending],[data-failed],[data-refused],[data-bad]";

/** Those that have to draw, the oldest first. @type {Set<UnseenLook>} */
const waiting = new Set();
/** How many draw in a turn. */
let share = 0;

function turn() {
  let left = share;
  for (const look of waiting) {
    if (left === 0) break;
    left -= 1;
    look.catchUp();
  }
  if (waiting.size === 0) share = 0;
  else setTimeout(turn, TURN);
}

/** The look of a component without a script of its own. @implements {Drawn} */
export class UnseenLook {
  #element;
  #look;
  #isSkipped = false;
  /** The properties that are not drawn yet. @type {Set<string>} */
  #names = new Set();

  /**
   * @param {Component} element
   * @param {Drawn} look
   */
  constructor(element, look) {
    this.#element = element;
    this.#look = look;
    element.addEventListener("contentvisibilityautostatechange", (event) => {
      if (event.target !== element) return;
      this.#isSkipped = /** @type {ContentVisibilityAutoStateChangeEvent} */ (event).skipped;
      if (!this.#isSkipped) this.catchUp();
    });
  }

  /** @param {string} name */
  draw(name) {
    if (!this.#isSkipped || this.#element.matches(MARKED)) {
      this.#look.draw(name);
      return;
    }
    this.#names.add(name);
    if (share === 0) setTimeout(turn, TURN);
    waiting.add(this);
    share = Math.max(share, Math.ceil(waiting.size / TURNS));
  }

  /** Draws what waits. */
  catchUp() {
    waiting.delete(this);
    for (const name of this.#names) this.#look.draw(name);
    this.#names.clear();
  }
}

extras.unseen = (element, look) => new UnseenLook(element, look);

// What is printed is drawn with everything.
globalThis.addEventListener?.("beforeprint", () => {
  for (const look of waiting) look.catchUp();
});
