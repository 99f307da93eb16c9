// Components whose options are all visible: the person chooses one or several of them.
//
// The arrow keys move the focus and choose nothing. A person who looks for an option with the keys would otherwise send
// each option on the way to the device. The space bar and Enter choose.

import { Component, wordsOf } from "./element.js";

/** @typedef {{ value: string, label: string }} Choice */

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

  get #list() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".dd-options-list"));
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

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name === "label") {
      const legend = this.querySelector("legend");
      if (legend) legend.textContent = value;
      const set = this.querySelector("fieldset");
      if (value) set?.removeAttribute("aria-label");
      else set?.setAttribute("aria-label", wordsOf(this));
      return;
    }
    const list = this.#list;
    if (name === "inline" && list) list.dataset.look = value ? "inline" : "list";
    if (name === "options") this.#fill(value);
    if (name === "options" || name === "disabled")
      for (const input of this.inputs) input.disabled = this.props.disabled;
    this.#check();
  }

  #check() {
    for (const input of this.inputs) {
      const chosen = this.isChosen(input.value);
      if (input.checked !== chosen) input.checked = chosen;
    }
  }

  /**
   * Options that are still there keep their elements, and so the focus.
   * @param {Choice[]} options
   */
  #fill(options) {
    const list = this.#list;
    if (!list) return;
    const before = new Map(this.inputs.map((input) => [input.value, input.parentElement]));
    const labels = options.map(({ value, label }) => {
      const old = before.get(value);
      before.delete(value);
      const option = old ?? optionOf(list.dataset.type ?? "radio", value);
      const words = option.lastElementChild;
      if (words && words.textContent !== label) words.textContent = label;
      return option;
    });
    for (const gone of before.values()) gone?.remove();
    labels.forEach((label, at) => {
      if (list.children[at] !== label) list.insertBefore(label, list.children[at] ?? null);
    });
  }
}

/**
 * @param {string} type
 * @param {string} value
 */
function optionOf(type, value) {
  const label = document.createElement("label");
  label.className = "dd-option";
  const input = document.createElement("input");
  Object.assign(input, { type, value, name: "option", autocomplete: "off" });
  label.append(input, document.createElement("span"));
  return label;
}
