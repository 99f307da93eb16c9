// A field with a list that opens below it: the person types a part of an option's words, and chooses in the list.
//
// It follows the pattern "combobox with a listbox" of WAI-ARIA. The focus stays in the field. Only Enter and a press
// choose, so that a person who looks through the options sends none of them to the device. Only the visible options are
// in the document, so ten thousand of them cost no more than ten.

import { Component, wordsOf } from "./element.js";
import { writeText } from "./text.js";

/** @typedef {{ value: string, label: string }} Choice */

/** The number of options above and below the visible ones that are drawn, so that scrolling shows no gap. */
const BEYOND = 6;
/** The height of an option in CSS pixels before one is drawn. */
const HEIGHT = 36;
/** The greatest height of the list in CSS pixels. */
const TALLEST = 320;
/** The distance in CSS pixels from the list to its field and to the edges of the window. */
const DISTANCE = 6;
/** The number of options that a page key moves on. */
const PAGE = 8;

/** A text as it is compared: without case and without accents. @param {string} text */
export function plain(text) {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/**
 * The places of the options whose label or value contains every typed word, in their order.
 * @param {readonly Choice[]} options
 * @param {string} typed
 * @param {(choice: Choice) => string} textOf  the plain text of an option, which the caller may keep
 */
export function matching(options, typed, textOf = (choice) => plain(choice.label)) {
  const wanted = plain(typed).split(/\s+/).filter(Boolean);
  const found = [];
  for (const [at, choice] of options.entries()) {
    const text = textOf(choice);
    if (wanted.every((word) => text.includes(word))) found.push(at);
  }
  return found;
}

/**
 * The options to draw: from one place up to another, without it.
 * @param {{ top: number, height: number, row: number, count: number }} scroll  in CSS pixels; `row`: of one option
 */
export function visible({ top, height, row, count }) {
  const from = Math.min(Math.max(0, Math.floor(top / row) - BEYOND), count);
  return { from, to: Math.min(count, Math.ceil((top + height) / row) + BEYOND) };
}

/** Subclasses say which options are chosen and what a choice sends. */
export class Combo extends Component {
  /** The places of the options that the typed text lets through. @type {number[]} */
  #shown = [];
  /** The place in `#shown` of the option that Enter chooses. -1: none. */
  #active = -1;
  #row = HEIGHT;
  /** Ends what watches the window while the list is open. @type {AbortController | null} */
  #opened = null;
  /** The plain texts of the options. @type {WeakMap<Choice, string>} */
  #texts = new WeakMap();

  /** Whether the list stays open after a choice, for the next one. */
  get isMany() {
    return false;
  }

  /** @param {string} _value @returns {boolean} */
  isChosen(_value) {
    return false;
  }

  /** The person has chosen this option. @param {Choice} _choice */
  choose(_choice) {
    throw new Error("a subclass sends the value");
  }

  /** What is in the field while the person does not type. */
  get resting() {
    return "";
  }

  /** @returns {Choice[]} */
  get choices() {
    return this.props.options ?? [];
  }

  get field() {
    return /** @type {HTMLInputElement} */ (this.querySelector(".dd-combo-field"));
  }

  get #popup() {
    return /** @type {HTMLElement} */ (this.querySelector(".dd-combo-popup"));
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector(".dd-combo-list"));
  }

  get #all() {
    return /** @type {HTMLElement} */ (this.#list.firstElementChild);
  }

  mount() {
    const { field } = this;
    field.addEventListener("focus", () => field.select());
    field.addEventListener("input", () => this.#type());
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("blur", () => this.#close());
    const frame = field.closest(".dd-combo");
    frame?.addEventListener("click", ({ target }) => {
      // The chosen options of a field for several have buttons of their own.
      if (target instanceof Element && target.closest("button")) return;
      field.focus();
      if (!this.#opened) {
        this.#open();
        // The button that comes up has put the caret into the text, and what is typed would be added to it.
        field.select();
      } else if (target !== field) {
        this.#close();
      }
    });
    const popup = this.#popup;
    // The field keeps the focus.
    popup.addEventListener("mousedown", (event) => event.preventDefault());
    popup.addEventListener("click", (event) => this.#press(event));
    this.#list.addEventListener("scroll", () => this.#draw());
    this.rest();
  }

  disconnectedCallback() {
    this.#close();
    super.disconnectedCallback();
  }

  /** Writes what is in the field while the person does not type. */
  rest() {
    if (this.field.value !== this.resting) this.field.value = this.resting;
  }

  /** @param {string} name */
  update(name) {
    if (name === "disabled" && this.props.disabled) this.#close();
    if (!this.#opened) this.rest();
  }

  /** What the person typed. The text that stood there before is not typed. */
  get #typed() {
    return this.field.value === this.resting ? "" : this.field.value;
  }

  #type() {
    if (!this.#opened) this.#open();
    else this.#filter();
  }

  #open() {
    if (this.#opened || this.field.disabled) return;
    // While the list is open, neither the options nor the choice may change under the pointer.
    this.touched = true;
    this.#opened = new AbortController();
    const { signal } = this.#opened;
    const place = () => this.#place();
    addEventListener("scroll", place, { signal, capture: true, passive: true });
    addEventListener("resize", place, { signal });
    visualViewport?.addEventListener("resize", place, { signal });
    const label = String(this.props.label || wordsOf(this));
    this.#list.setAttribute("aria-label", label);
    this.field.setAttribute("aria-expanded", "true");
    this.#popup.showPopover();
    this.#filter();
  }

  #close() {
    if (!this.#opened) return;
    this.#opened.abort();
    this.#opened = null;
    this.#popup.hidePopover();
    this.#all.replaceChildren();
    this.#active = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.rest();
    this.touched = false;
  }

  #filter() {
    const { choices } = this;
    const typed = this.#typed;
    this.#shown = matching(choices, typed, (choice) => {
      const text = this.#texts.get(choice) ?? plain(choice.label);
      this.#texts.set(choice, text);
      return text;
    });
    const chosen = this.#shown.findIndex((at) => this.isChosen(choices[at]?.value ?? ""));
    this.#active = typed.trim() === "" ? chosen : Math.min(0, this.#shown.length - 1);
    this.#note(choices.length);
    this.#all.replaceChildren();
    this.#place();
    this.#reveal(typed.trim() === "");
  }

  /** @param {number} count  of all options */
  #note(count) {
    const found = this.#shown.length;
    const words = count === 0 ? "There are no options." : found === 0 ? "No option has these words." : "";
    const note = this.#popup.querySelector(".dd-combo-note");
    const text = words || (found < count ? `${found} of ${count}` : "");
    if (note) writeText(note, text);
  }

  /** Places the list below the field or, if there is more room, above it. It covers neither the bar nor the dock. */
  #place() {
    const at = (this.field.closest(".dd-combo") ?? this.field).getBoundingClientRect();
    const { top, bottom } = freeRoom();
    if (at.bottom < top || at.top > bottom) {
      this.#close();
      return;
    }
    const [below, above] = [bottom - at.bottom, at.top - top];
    const popup = this.#popup;
    const note = this.#list.nextElementSibling?.getBoundingClientRect().height ?? 0;
    const wanted = Math.min(TALLEST, this.#shown.length * this.#row + note + 2);
    const isBelow = below >= wanted + 2 * DISTANCE || below >= above;
    const height = Math.min(wanted, Math.max(isBelow ? below : above, 2 * this.#row) - 2 * DISTANCE);
    popup.style.width = `${at.width}px`;
    popup.style.left = `${at.left}px`;
    popup.style.height = `${height}px`;
    popup.style.top = `${isBelow ? at.bottom + DISTANCE : at.top - DISTANCE - height}px`;
    this.#draw();
  }

  /** Scrolls so that the active option is visible. @param {boolean} [isFirst]  the list has just been filled */
  #reveal(isFirst = false) {
    const list = this.#list;
    const top = Math.max(this.#active, 0) * this.#row;
    if (isFirst) list.scrollTop = top - Math.max(0, list.clientHeight - this.#row) / 2;
    else if (top < list.scrollTop) list.scrollTop = top;
    else if (top + this.#row > list.scrollTop + list.clientHeight)
      list.scrollTop = top + this.#row - list.clientHeight;
    this.#draw();
  }

  /** Draws the visible options. Elements that are there are used again. */
  #draw() {
    if (!this.#opened) return;
    const [list, all, { choices, field }] = [this.#list, this.#all, this];
    const count = this.#shown.length;
    const first = all.querySelector("[role=option]");
    this.#row = first?.getBoundingClientRect().height || this.#row;
    const { from, to } = visible({ top: list.scrollTop, height: list.clientHeight, row: this.#row, count });
    all.style.height = `${count * this.#row}px`;
    all.style.paddingTop = `${from * this.#row}px`;
    while (all.children.length > to - from) all.lastElementChild?.remove();
    for (let at = from; at < to; at += 1) {
      const choice = choices[this.#shown[at] ?? -1];
      const option = all.children[at - from] ?? all.appendChild(optionElement());
      if (choice) this.#write(option, choice, at);
    }
    const isDrawn = this.#active >= from && this.#active < to;
    if (isDrawn) field.setAttribute("aria-activedescendant", this.#idOf(this.#active));
    else field.removeAttribute("aria-activedescendant");
  }

  /**
   * @param {Element} option
   * @param {Choice} choice
   * @param {number} at  its place in `#shown`
   */
  #write(option, choice, at) {
    const values = {
      id: this.#idOf(at),
      "aria-selected": String(this.isChosen(choice.value)),
      "aria-posinset": String(at + 1),
      "aria-setsize": String(this.#shown.length),
      "data-at": String(at),
    };
    for (const [name, value] of Object.entries(values)) {
      if (option.getAttribute(name) !== value) option.setAttribute(name, value);
    }
    option.toggleAttribute("data-active", at === this.#active);
    const label = option.firstElementChild;
    // A label without words would be an empty line.
    const text = choice.label || choice.value;
    if (label) writeText(label, text);
  }

  /** @param {number} at */
  #idOf(at) {
    return `${this.id}-option-${this.#shown[at] ?? at}`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, altKey, ctrlKey, metaKey, isComposing } = event;
    if (isComposing || ctrlKey || metaKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
    const step = steps[/** @type {keyof typeof steps} */ (key)];
    if (step !== undefined) {
      event.preventDefault();
      if (this.#opened && altKey && step < 0) this.#close();
      else if (!this.#opened) this.#open();
      else if (!altKey) this.#move(step);
    } else if (key === "Enter" && this.#opened) {
      event.preventDefault();
      if (!event.repeat) this.#take(this.#active);
    } else if (key === "Escape" && this.#opened) {
      // A dialog around it stays open.
      event.preventDefault();
      this.#close();
      this.field.select();
    } else if (key === "Tab") {
      this.#close();
    }
  }

  /** @param {number} step */
  #move(step) {
    const count = this.#shown.length;
    if (count === 0) return;
    const last = count - 1;
    const next = this.#active < 0 ? (step > 0 ? 0 : last) : this.#active + step;
    // A step of one goes round at the ends. A page stays there.
    const isOver = Math.abs(step) === 1 && (next < 0 || next > last);
    this.#active = isOver ? (next < 0 ? last : 0) : Math.min(Math.max(next, 0), last);
    this.#reveal();
  }

  /** @param {MouseEvent} event */
  #press({ target }) {
    const option = target instanceof Element ? target.closest("[role=option]") : null;
    if (option) this.#take(Number(option.getAttribute("data-at")));
  }

  /** Chooses the option. @param {number} at  its place in `#shown` */
  #take(at) {
    const choice = this.choices[this.#shown[at] ?? -1];
    if (!choice || this.field.disabled) return;
    this.choose(choice);
    if (!this.isMany) {
      this.#close();
      return;
    }
    this.#active = at;
    if (this.#typed !== "") {
      // The next word is typed from the start. The option that was chosen stays active.
      const chosen = this.#shown[at];
      this.rest();
      this.#filter();
      this.#active = this.#shown.indexOf(chosen ?? -1);
      this.#reveal(true);
    } else {
      this.#place();
    }
  }
}

/** What of the window is free for a list: without the bar, the dock, and the keyboard of a phone. */
function freeRoom() {
  const seen = visualViewport;
  let top = seen?.offsetTop ?? 0;
  let bottom = top + (seen?.height ?? innerHeight);
  for (const edge of document.querySelectorAll(".dd-header, .dd-alarm-bar, .dd-dock, .dd-navigation")) {
    const at = edge.getBoundingClientRect();
    // The navigation is at the side of a wide window.
    if (at.width < innerWidth / 2 || at.height === 0) continue;
    if (at.top > innerHeight / 2) bottom = Math.min(bottom, at.top);
    else top = Math.max(top, at.bottom);
  }
  return { top, bottom };
}

function optionElement() {
  const option = document.createElement("div");
  option.className = "dd-combo-option";
  option.setAttribute("role", "option");
  option.appendChild(document.createElement("span")).className = "dd-combo-label";
  option.appendChild(document.createElement("span")).className = "dd-combo-mark";
  return option;
}
