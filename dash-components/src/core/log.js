import { Component, define } from "../../../dash-runtime/client/element.js";
import { extras } from "../../../dash-runtime/client/extras.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** @import { RecordPast } from "../../../dash-runtime/client/record_past.js" */

/**
 * @typedef {{ time: number, level: "debug" | "info" | "warn" | "error", text: string }} LogLine  time: in seconds since
 *   the Unix epoch
 */

/** The levels, the least important first. */
const LEVELS = ["debug", "info", "warn", "error"];
/** What the levels are called in a line. */
const SAID = { debug: "Debug", info: "Info", warn: "Warning", error: "Error" };
/** The number of lines above and below the visible ones that are drawn, so that scrolling shows no gap. */
const BEYOND = 10;
/** The height of a line in CSS pixels before one is drawn. */
const HEIGHT = 24;

/** The lines that a page keeps, and those of them that the filter lets through. */
export class Lines {
  /** @type {LogLine[]} */
  #all = [];
  /** @type {LogLine[]} */
  shown = [];
  /** @type {(line: LogLine) => boolean} */
  #lets = () => true;

  /** The number of lines, with those that the filter hides. */
  get count() {
    return this.#all.length;
  }

  /** All lines, the oldest first. @returns {readonly LogLine[]} */
  get all() {
    return this.#all;
  }

  /** @param {string} level  the least important that is shown  @param {string} text  what a line must contain */
  filter(level, text) {
    const least = LEVELS.indexOf(level);
    const wanted = text.trim().toLowerCase();
    this.#lets = (line) =>
      LEVELS.indexOf(line.level) >= least && (wanted === "" || line.text.toLowerCase().includes(wanted));
    this.shown = this.#all.filter(this.#lets);
  }

  clear() {
    this.#all = [];
    this.shown = [];
  }

  /**
   * @param {LogLine[]} lines
   * @param {number} limit
   * @returns {number} how many shown lines have gone
   */
  add(lines, limit) {
    for (const line of lines) {
      this.#all.push(line);
      if (this.#lets(line)) this.shown.push(line);
    }
    const over = this.#all.length - limit;
    if (over <= 0) return 0;
    const gone = new Set(this.#all.splice(0, over));
    const first = this.shown.findIndex((line) => !gone.has(line));
    const hidden = first < 0 ? this.shown.length : first;
    this.shown.splice(0, hidden);
    return hidden;
  }

  /**
   * Adds lines before all others, the newest of them, as long as there is room.
   * @param {LogLine[]} lines
   * @param {number} limit
   * @returns {number} how many shown lines have come
   */
  addBefore(lines, limit) {
    const room = Math.max(0, limit - this.#all.length);
    const added = lines.slice(Math.max(0, lines.length - room));
    this.#all.unshift(...added);
    const shown = added.filter(this.#lets);
    this.shown.unshift(...shown);
    return shown.length;
  }
}

/** The time of day with milliseconds. @param {number} seconds  since the Unix epoch */
export function momentOf(seconds) {
  const at = new Date(seconds * 1000);
  const part = (/** @type {number} */ value, /** @type {number} */ digits = 2) =>
    String(value).padStart(digits, "0");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((value) => part(value)).join(":");
  return `${time}.${part(at.getMilliseconds(), 3)}`;
}

/** `<dd-log>`: lines with levels. Only those that are visible are in the document. */
export class DdLog extends Component {
  #lines = new Lines();
  #follows = true;
  #height = HEIGHT;
  /** Whether the next frame draws. */
  #waits = false;
  /** The lines that the server has kept, if it keeps them. @type {RecordPast | null} */
  #past = null;
  /** For a list that is too short to scroll. @type {HTMLButtonElement | undefined} */
  #more;

  mount() {
    this.#past = extras.records?.(this.id) ?? null;
    this.#more = this.#past?.button(() => {
      this.#setFollows(false);
      this.#older();
    });
    if (this.#more) this.querySelector(".dd-log-head")?.appendChild(this.#more);
    const [level, filter, follow] = [this.#level, this.querySelector("input"), this.#follow];
    const choose = () => {
      this.#lines.filter(level?.value ?? "debug", filter?.value ?? "");
      this.#draw();
    };
    level?.addEventListener("change", choose);
    filter?.addEventListener("input", choose);
    follow?.addEventListener("click", () => this.#setFollows(!this.#follows));
    const scroll = this.#scroll;
    scroll?.addEventListener("scroll", () => {
      // What a person scrolls decides. A step of this script ends at the end, too.
      const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < this.#height;
      if (isAtEnd !== this.#follows) this.#setFollows(isAtEnd);
      if (!isAtEnd && scroll.scrollTop < BEYOND * this.#height) this.#older();
      this.#draw();
    });
    if (scroll) new ResizeObserver(() => this.#draw()).observe(scroll);
    choose();
  }

  get #level() {
    return this.querySelector("select");
  }

  get #follow() {
    return this.querySelector("button");
  }

  get #scroll() {
    return this.querySelector(".dd-log-scroll");
  }

  /** @param {boolean} follows */
  #setFollows(follows) {
    this.#follows = follows;
    this.#follow?.setAttribute("aria-pressed", String(follows));
    if (!follows) return;
    // What was asked for of the past goes, and is asked for again.
    this.#past?.leave();
    this.#lines.add([], this.#limit);
    this.#draw();
  }

  /** The number of lines that are kept. While somebody reads the past, as many older ones have room. */
  get #limit() {
    return Number(this.props.limit) * (this.#past && !this.#follows ? 2 : 1);
  }

  /** Whether no older lines have room. */
  get #isFull() {
    return this.#lines.count >= 2 * Number(this.props.limit);
  }

  /** Shows older lines that the server has kept. */
  async #older() {
    const scroll = this.#scroll;
    if (!this.#past || !scroll || this.#isFull) return;
    const lines = await this.#past.older(this.#lines.all);
    const came = this.#lines.addBefore(lines, this.#limit);
    // The list must have its height before what is read can stay where it is.
    this.#drawNow();
    scroll.scrollTop += came * this.#height;
  }

  /**
   * @param {string} _name
   * @param {LogLine[]} lines
   * @param {boolean} reset
   */
  append(_name, lines, reset) {
    if (reset) {
      this.#lines.clear();
      this.#past?.leave();
    }
    const before = this.#lines.count + lines.length;
    const gone = this.#lines.add(lines, this.#limit);
    // The next older lines are those that have gone now.
    if (this.#lines.count < before) this.#past?.leave();
    const scroll = this.#scroll;
    // What is read stays where it is.
    if (scroll && !this.#follows && gone > 0) scroll.scrollTop -= gone * this.#height;
    this.#draw();
  }

  /** Draws in the next frame. */
  #draw() {
    if (this.#waits) return;
    this.#waits = true;
    requestAnimationFrame(() => {
      this.#waits = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const scroll = this.#scroll;
    const list = this.querySelector("ol");
    if (!scroll || !list) return;
    const { shown, count } = this.#lines;
    const first = list.querySelector("li");
    if (first) this.#height = first.getBoundingClientRect().height || HEIGHT;
    const height = this.#height;
    list.style.height = `${shown.length * height}px`;
    if (this.#follows) scroll.scrollTop = scroll.scrollHeight;
    const from = Math.max(0, Math.floor(scroll.scrollTop / height) - BEYOND);
    const to = Math.min(shown.length, Math.ceil((scroll.scrollTop + scroll.clientHeight) / height) + BEYOND);
    list.style.paddingTop = `${from * height}px`;
    this.#write(list, shown.slice(from, to));
    // The width of the place decides how high a line is. That is known when one is drawn.
    if (!first && (list.querySelector("li")?.getBoundingClientRect().height || height) !== height) {
      this.#drawNow();
      return;
    }
    // The list has its new height now.
    if (this.#more)
      this.#more.hidden = this.#past?.isAtBegin || this.#isFull || scroll.scrollHeight > scroll.clientHeight;
    const hidden = count - shown.length;
    const word = count === 1 ? "line" : "lines";
    const fault = this.#past?.fault ? `; older lines cannot be shown: ${this.#past.fault}` : "";
    const some = `${count} ${word}${hidden > 0 ? `, ${hidden} hidden` : ""}`;
    const text = (count === 0 ? "No lines yet" : some) + fault;
    const note = this.querySelector(".dd-log-note");
    if (note) writeText(note, text);
  }

  /**
   * Uses the elements that are there again.
   * @param {HTMLElement} list
   * @param {LogLine[]} lines
   */
  #write(list, lines) {
    while (list.children.length > lines.length) list.lastElementChild?.remove();
    for (const [at, line] of lines.entries()) {
      const row = list.children[at] ?? list.appendChild(this.#row());
      const texts = [
        momentOf(line.time),
        SAID[line.level] ?? line.level,
        line.text.replaceAll(/\s*[\r\n]+\s*/g, " "),
      ];
      row.setAttribute("data-level", line.level);
      for (const [place, text] of texts.entries()) {
        const cell = row.children[place];
        if (cell) writeText(cell, text);
      }
    }
  }

  #row() {
    const row = document.createElement("li");
    row.className = "dd-log-line";
    for (const name of ["dd-log-time", "dd-log-word", "dd-log-text"]) {
      row.appendChild(document.createElement("span")).className = name;
    }
    return row;
  }

  /** @param {string} name */
  update(name) {
    if (name === "limit") this.append("lines", [], false);
  }
}

define("dd-log", DdLog);
