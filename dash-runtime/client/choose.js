// Components whose options are all visible: the person chooses one or several of them.
//
// The arrow keys move the focus and choose nothing. A person who looks for an option with the keys would otherwise send
// each option on the way to the device. The space bar and Enter choose.

import { Component } from "./element.js";

/** The options that each key moves on. */
const STEPS = /** @type {Map<string, number>} */ (
  new Map([
    ["ArrowRight", 1],
    ["ArrowDown", 1],
    ["ArrowLeft", -1],
    ["ArrowUp", -1],
  ])
);

/** Subclasses say what a press on an option sends, and which options are chosen. */
export class Options extends Component {
  mount() {
    this.#check();
    this.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) this.chosen(target);
    });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The person has pressed this option. @param {HTMLInputElement} _input */
  chosen(_input) {
    throw new Error("a subclass sends the value");
  }

  /** @param {string} _value @returns {boolean} */
  isChosen(_value) {
    return false;
  }

  get inputs() {
    return [...this.querySelectorAll("input")];
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { target, key } = event;
    if (!(target instanceof HTMLInputElement) || event.ctrlKey || event.altKey || event.metaKey) return;
    const isBackwards = key.startsWith("ArrowR") || key.startsWith("ArrowL");
    const turn = isBackwards && getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const step = STEPS.get(key);
    if (step !== undefined) {
      event.preventDefault();
      const inputs = this.inputs;
      const next = inputs.indexOf(target) + step * turn + inputs.length;
      inputs[next % inputs.length]?.focus();
    } else if (key === "Enter" && !event.repeat) {
      event.preventDefault();
      target.click();
    }
  }

  /** A person changes the property of a control, so its attribute in the look is not enough. */
  update() {
    this.#check();
  }

  #check() {
    for (const input of this.inputs) {
      const chosen = this.isChosen(input.value);
      if (input.checked !== chosen) input.checked = chosen;
    }
  }
}
