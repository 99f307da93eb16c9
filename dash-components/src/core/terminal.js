import { coloursOf, Screen } from "../../../dash-runtime/client/ansi.js";
import { Component, define } from "../../../dash-runtime/client/element.js";

/** @import { Run } from "../../../dash-runtime/client/ansi.js" */

/** The number of lines in a block of the document, so that a new line makes the browser lay out one block. */
const BLOCK = 100;
/** The distance in CSS pixels from the end at which the newest line counts as visible. */
const NEAR = 24;
/** The number of lines that Arrow Up brings back. */
const REMEMBERED = 100;

/** The lines that a person has entered. The text that is not entered yet is the last one. */
export class History {
  /** @type {string[]} */
  #lines = [];
  #draft = "";
  /** The place of the line in the field. The length of the list: the draft. */
  #at = 0;

  /** @param {string} line */
  add(line) {
    if (line.trim() !== "" && line !== this.#lines.at(-1)) this.#lines.push(line);
    if (this.#lines.length > REMEMBERED) this.#lines.shift();
    this.#at = this.#lines.length;
    this.#draft = "";
  }

  /**
   * @param {number} step  -1: an earlier line, 1: a later one
   * @param {string} text  what is in the field
   * @returns {string | undefined} the text for the field. `undefined`: there is no other line.
   */
  move(step, text) {
    const next = this.#at + step;
    if (next < 0 || next > this.#lines.length) return undefined;
    if (this.#at === this.#lines.length) this.#draft = text;
    this.#at = next;
    return this.#lines[next] ?? this.#draft;
  }
}

/** `<dd-terminal>`: what a device writes, with its colours, and a line for commands. */
export class DdTerminal extends Component {
  #screen = new Screen(1);
  #history = new History();
  /** The number of lines in the document, without the one that is not finished. */
  #count = 0;
  #follows = true;
  /** Whether the next frame draws. */
  #waits = false;

  mount() {
    this.#screen.limit = this.#limit;
    const box = this.#box;
    box?.addEventListener("scroll", () => this.#setFollows(this.#isAtEnd));
    if (box) new ResizeObserver(() => this.#toEnd()).observe(box);
    const follow = this.querySelector(".dd-term-follow");
    follow?.addEventListener("click", () => this.#setFollows(!this.#follows));
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#enter();
    });
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  get #limit() {
    return Math.max(1, Number(this.props.limit));
  }

  get #box() {
    return this.querySelector(".dd-term-box");
  }

  get #field() {
    return this.querySelector("input");
  }

  get #isAtEnd() {
    const box = this.#box;
    return !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  }

  /** @param {boolean} follows */
  #setFollows(follows) {
    this.#follows = follows;
    this.querySelector(".dd-term-follow")?.setAttribute("aria-pressed", String(follows));
    this.#toEnd();
  }

  #toEnd() {
    const box = this.#box;
    if (box && this.#follows) box.scrollTop = box.scrollHeight;
  }

  #enter() {
    const field = this.#field;
    if (!field || field.disabled) return;
    this.send("line", field.value);
    this.#history.add(field.value);
    field.value = "";
    // Who enters a command wants to see the answer.
    this.#setFollows(true);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, target, isComposing } = event;
    if (isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!(target instanceof HTMLInputElement) || (key !== "ArrowUp" && key !== "ArrowDown")) return;
    event.preventDefault();
    const text = this.#history.move(key === "ArrowUp" ? -1 : 1, target.value);
    if (text === undefined) return;
    target.value = text;
    target.setSelectionRange(text.length, text.length);
  }

  /**
   * @param {string} name
   * @param {string[]} pieces
   * @param {boolean} reset
   */
  append(name, pieces, reset) {
    if (name !== "output") return;
    if (reset) {
      this.#screen = new Screen(this.#limit);
      this.#empty();
    }
    for (const piece of pieces) this.#screen.write(piece);
    this.#draw();
  }

  /** @param {string} name */
  update(name) {
    if (name !== "limit") return;
    this.#screen.limit = this.#limit;
    this.#draw();
  }

  #empty() {
    this.querySelector(".dd-term-lines")?.replaceChildren();
    this.#count = 0;
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
    const [box, lines] = [this.#box, this.querySelector(".dd-term-lines")];
    if (!box || !lines) return;
    const { done, open, isCleared } = this.#screen.take();
    if (isCleared) this.#empty();
    lines.querySelector(".dd-term-open")?.remove();
    for (const line of done.slice(-this.#limit)) {
      let block = lines.lastElementChild;
      if (!block || block.childElementCount >= BLOCK) block = lines.appendChild(div("dd-term-block"));
      block.appendChild(lineOf(line));
      this.#count += 1;
    }
    this.#shorten(box, lines);
    if (open.length > 0) {
      const block = lines.lastElementChild ?? lines.appendChild(div("dd-term-block"));
      block.appendChild(lineOf(open)).classList.add("dd-term-open");
    }
    this.#toEnd();
  }

  /**
   * Removes the oldest lines. What is read stays where it is.
   * @param {Element} box
   * @param {Element} lines
   */
  #shorten(box, lines) {
    const over = this.#count - this.#limit;
    if (over <= 0) return;
    const height = this.#follows ? 0 : box.scrollHeight;
    for (let gone = 0; gone < over; gone += 1) {
      const block = lines.firstElementChild;
      block?.firstElementChild?.remove();
      if (block?.childElementCount === 0) block.remove();
    }
    this.#count = this.#limit;
    if (!this.#follows) box.scrollTop -= height - box.scrollHeight;
  }
}

/** @param {string} name */
function div(name) {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

/** @param {readonly Run[]} runs */
function lineOf(runs) {
  const line = div("dd-term-line");
  for (const { text, style } of runs) {
    const { color, background } = coloursOf(style);
    const marks = /** @type {const} */ (["bold", "italic", "underline", "strike"]).filter(
      (name) => style[name],
    );
    if (!color && marks.length === 0) {
      line.insertBefore(document.createTextNode(text), null);
      continue;
    }
    const part = line.appendChild(document.createElement("span"));
    part.textContent = text;
    part.className = marks.map((name) => `dd-term-${name}`).join(" ");
    if (color) part.style.color = color;
    if (background) part.style.background = background;
  }
  return line;
}

define("dd-terminal", DdTerminal);
