// How a person goes through the past of a trend: by gestures (drag, pinch, wheel, double click), and by buttons for spans.
// Only a page with a trend whose history is kept loads this module. It is a file of its own, without imports.

/** @import { ChartPast, Span } from "../../../dash-runtime/client/chart_past.js" */

/** The time after which it is asked again if it gave no answer, in milliseconds. */
const AGAIN = 5_000;

/** The spans that there are buttons for, in seconds. */
const SPANS = new Map([
  ["5 min", 300],
  ["15 min", 900],
  ["1 h", 3_600],
  ["6 h", 21_600],
  ["24 h", 86_400],
  ["7 d", 604_800],
  ["30 d", 2_592_000],
  ["1 y", 31_536_000],
]);

/** What the two other buttons show. */
const LIVE = "Live";
const ALL = "All";

/** Where there is no room for all of them, the first of these go first. */
const SPARE = ["5 min", "15 min", "1 y", "6 h", "30 d", "7 d", "24 h", "1 h"];

/** The width of a button with the distance to the next one, in CSS pixels. */
const BUTTON = 52;

/** This share of the history is shown beyond its beginning. */
const MARGIN = 0.02;

/** The time after which it may have another beginning, in milliseconds. */
const FRESH = 60_000;

/**
 * The spans that fit between what is shown live and what the history has, and into the width.
 * @param {number} window  what is shown live, in seconds
 * @param {number} history  its length, in seconds
 * @param {number} most  the number of buttons that there is room for
 * @returns {string[]}
 */
export function spansFor(window, history, most) {
  const fitting = [...SPANS].filter(([, span]) => span > window && span < history).map(([name]) => name);
  for (const name of SPARE)
    if (fitting.length > Math.max(most, 1) && fitting.includes(name))
      fitting.splice(fitting.indexOf(name), 1);
  return fitting;
}

/**
 * The span as far as the history reaches, and a little farther.
 * @param {Span} span
 * @param {History} history  what is shown live may be shown, also if the history is shorter
 * @returns {Span}
 */
export function within({ start, end }, { first, newest, window }) {
  const least = Math.min(first - MARGIN * (newest - first), newest - window);
  const length = Math.min(end - start, newest - least);
  const last = Math.min(Math.max(end, least + length), newest);
  return { start: last - length, end: last };
}

/**
 * @typedef {{ first: number, newest: number, window: number }} History  `window` is what is shown live, in seconds
 *
 * @typedef {object} Shown  what the chart shows, and how it shows something else
 * @property {ChartPast} past
 * @property {() => number} window  what is shown live, in seconds
 * @property {() => number} newest  the time of the newest sample
 * @property {(span: Span) => void} show
 */

export class PastSpans {
  #bar;
  #shown;
  /** The time of the first sample. Null: not known. @type {number | null} */
  #first = null;
  /** When it was asked for. Nothing is asked for a chart that nobody has seen. */
  #askedAt = Number.POSITIVE_INFINITY;
  #width = 0;
  /** The names of the spans with buttons, and the one that is shown. */
  #drawn = "";

  /**
   * @param {HTMLElement} bar  has the button for what is live
   * @param {Shown} shown
   */
  constructor(bar, shown) {
    this.#bar = bar;
    this.#shown = shown;
    bar.addEventListener("click", ({ target }) => {
      const name = target instanceof HTMLElement ? target.dataset.span : undefined;
      if (name !== undefined) this.#press(name);
    });
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.draw();
    }).observe(bar);
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      this.#ask();
    });
    seen.observe(bar);
  }

  /** The span as far as the history reaches. @param {Span} span @returns {Span} */
  limit(span) {
    if (this.#isOld()) this.#ask();
    const history = this.#history();
    return history ? within(span, history) : span;
  }

  #history() {
    const first = this.#first;
    return first === null ? null : { first, newest: this.#shown.newest(), window: this.#shown.window() };
  }

  #isOld() {
    return performance.now() - this.#askedAt > FRESH;
  }

  async #ask() {
    this.#askedAt = performance.now();
    try {
      // Two points of all there is: the first one is the beginning.
      const { samples = [], cells = [] } = await this.#shown.past.fetch(0, this.#shown.newest() + 1, 2);
      this.#first = samples[0]?.[0] ?? cells[0]?.[0] ?? null;
    } catch {
      // As when the link is cut. What is shown says why it is not there.
      this.#askedAt = performance.now() - FRESH + AGAIN;
      return;
    }
    const { span } = this.#shown.past;
    if (span) {
      const limited = this.limit(span);
      if (limited.start !== span.start) this.#shown.show(limited);
    }
    this.draw();
  }

  /** @param {string} name */
  #press(name) {
    const history = this.#history();
    if (!history) return;
    const { first, newest } = history;
    const length = SPANS.get(name);
    this.#shown.show(
      length
        ? { start: newest - length, end: newest }
        : within({ start: first - (newest - first), end: newest }, history),
    );
  }

  /** Shows the buttons that fit, and which span is shown. */
  draw() {
    if (this.#first === null && this.#isOld()) this.#ask();
    const history = this.#history();
    const names = history ? this.#names(history) : [];
    const shown = this.#shown.past.span ? names.find((name) => this.#isShown(name)) : LIVE;
    const drawn = [...names, shown].join();
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const buttons = new Map(
      [...this.#bar.querySelectorAll("button")].map((one) => [one.dataset.span ?? LIVE, one]),
    );
    for (const [name, button] of buttons) {
      if (name === LIVE || names.includes(name)) continue;
      if (button === document.activeElement) buttons.get(LIVE)?.focus();
      button.remove();
    }
    let next = /** @type {HTMLElement | null} */ (null);
    for (const name of [LIVE, ...names].reverse()) {
      const button = buttons.get(name) ?? document.createElement("button");
      button.setAttribute("aria-pressed", String(name === shown));
      if (!buttons.has(name)) {
        Object.assign(button, { type: "button", textContent: name });
        button.dataset.span = name;
        // Those that are there stay where they are: one that is moved loses the focus.
        this.#bar.insertBefore(button, next);
      }
      next = button;
    }
  }

  /** The spans with a button. @param {History} history */
  #names({ first, newest, window }) {
    if (newest - first <= window) return [];
    // The two others need room too.
    const most = Math.floor((this.#width + 2) / BUTTON) - 2;
    return [...spansFor(window, newest - first, most), ALL];
  }

  /** Whether a button has led to what is shown. @param {string} name */
  #isShown(name) {
    const history = this.#history();
    const { span } = this.#shown.past;
    if (!history || !span) return false;
    const { first, newest } = history;
    const length = SPANS.get(name) ?? (newest - first) * (1 + MARGIN);
    return Math.abs((span.end - span.start) / length - 1) < 0.01 && newest - span.end < 0.01 * length;
  }
}

/**
 * @typedef {object} Gestures  what they do
 * @property {() => number} length  of the shown span, in seconds
 * @property {() => number} width  of the plot, in CSS pixels
 * @property {(offset: number) => number} share  the place in the plot as a share of its width; `offset` is in CSS pixels
 * @property {(seconds: number) => void} pan
 * @property {(factor: number, share: number) => void} zoom  the time at `share` of the width stays where it is
 * @property {() => void} leave
 */

/** The distance of a pointer from which on it moves the span, in CSS pixels. */
const MOVES = 4;

/**
 * A wheel without a key scrolls the page, unless the chart has the focus.
 * @param {HTMLElement} plot
 * @param {Gestures} gestures
 * @returns {{ readonly moves: boolean }} `moves`: whether a pointer moves the span
 */
export function pastGestures(plot, { length, width, share, pan, zoom, leave }) {
  /** The pointers, with their places in CSS pixels. @type {Map<number, number>} */
  const grips = new Map();
  const state = { moves: false };

  /** @param {PointerEvent} event */
  function grip(event) {
    if (event.button !== 0 || event.target !== plot) return;
    grips.set(event.pointerId, event.clientX);
    state.moves = grips.size > 1;
  }

  /** @param {PointerEvent} event */
  function pull(event) {
    const before = grips.get(event.pointerId);
    if (before === undefined) return;
    // The button was lifted where no event tells it, as over the menu of a right click.
    if (event.buttons === 0) {
      letGo(event);
      return;
    }
    const moved = event.clientX - before;
    if (!state.moves && Math.abs(moved) < MOVES) return;
    state.moves = true;
    plot.setPointerCapture(event.pointerId);
    const other = [...grips].find(([id]) => id !== event.pointerId);
    grips.set(event.pointerId, event.clientX);
    if (!other) {
      pan((-moved * length()) / Math.max(width(), 1));
      return;
    }
    // The times below both fingers stay below them: the other one did not move.
    const [was, is] = [Math.abs(before - other[1]), Math.abs(event.clientX - other[1])];
    if (was > 8 && is > 8) zoom(was / is, share(other[1] - plot.getBoundingClientRect().left));
  }

  /** @param {PointerEvent} event */
  function letGo(event) {
    grips.delete(event.pointerId);
    if (grips.size === 0) state.moves = false;
  }

  plot.addEventListener("pointerdown", grip);
  plot.addEventListener("pointermove", pull);
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    plot.addEventListener(end, (event) => letGo(/** @type {PointerEvent} */ (event)));
  plot.addEventListener("dblclick", leave);
  plot.addEventListener(
    "wheel",
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!sideways && !event.ctrlKey && document.activeElement !== plot) return;
      event.preventDefault();
      if (sideways) pan((event.deltaX / plot.clientWidth) * length());
      else zoom(1.2 ** Math.sign(event.deltaY), share(event.offsetX));
    },
    { passive: false },
  );
  return state;
}
