// Looks of components that are off the screen. They follow within three seconds: nobody sees them, but a search and a
// screen reader may read them. A page of 1 000 gauges would spend its time on what nobody sees: within one second, this
// takes as long as all that is seen.
//
// The browser skips what is far from the screen (`content-visibility: auto`), but lays out more than a screen above and
// below. So what it does not skip is watched. What it skips is not, because it looks at each watched element in each frame.

import { extras } from "./extras.js";

/** @import { Component, Drawn } from "./element.js" */

/** The time between two turns, in milliseconds. After so many turns everything is drawn. */
const [TURN, TURNS] = [100, 30];

/** How far from the screen a component is drawn with each change, so that a scroll does not show what is old. */
const NEAR = "25%";

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

/** @type {WeakMap<Element, UnseenLook>} */
const watched = new WeakMap();

// A component may also come into sight in something that scrolls inside of the page.
const options = { rootMargin: NEAR, scrollMargin: NEAR };
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) watched.get(target)?.setSeen(isIntersecting);
}, options);

/** The look of a component without a script of its own. @implements {Drawn} */
export class UnseenLook {
  #element;
  #look;
  /** Whether it is on the screen or near it, as far as the browser has told. */
  #isSeen = true;
  /** The properties that are not drawn yet. @type {Set<string>} */
  #names = new Set();

  /**
   * @param {Component} element
   * @param {Drawn} look
   */
  constructor(element, look) {
    this.#element = element;
    this.#look = look;
    watched.set(element, this);
    watcher.observe(element);
    element.addEventListener("contentvisibilityautostatechange", (event) => {
      if (event.target !== element) return;
      this.#isSeen = false;
      if (/** @type {ContentVisibilityAutoStateChangeEvent} */ (event).skipped) {
        watcher.unobserve(element);
        return;
      }
      watcher.observe(element);
      this.catchUp();
    });
  }

  /** @param {boolean} isSeen */
  setSeen(isSeen) {
    this.#isSeen = isSeen;
    if (isSeen) this.catchUp();
  }

  /** @param {string} name */
  draw(name) {
    // What waits had no mark. If it has got one since, it is drawn in its turn, and at once from then on.
    if (this.#isSeen || (!waiting.has(this) && this.#element.matches(MARKED))) {
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
