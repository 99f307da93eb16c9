// The past of a chart whose history is kept: the span that a person looks at, and its samples from the server. Only what is
// shown is asked for, with at most a few points for each pixel, and a little around it, so that nothing is blank when the
// span moves.

import { ChartRing } from "./chart_ring.js";
import { extras } from "./extras.js";

/** @import { Sample } from "./chart_ring.js" */

/**
 * @typedef {[min: number, max: number, mean: number, first: number, last: number] | null} CellNumbers
 * @typedef {{ first: number, last: number, count: number, series: CellNumbers[] }} Cell  times in seconds
 * @typedef {{ cell: number, samples?: [t: number, values: (number | null)[]][], cells?: [first: number, last: number,
 *   count: number, series: CellNumbers[]][] }} Answer  `cell` is the width of a cell in seconds, 0 for single samples
 * @typedef {{ start: number, end: number }} Span  in seconds since the Unix epoch
 */

/** The most samples and cells that are kept. A wide screen shows fewer. */
const PAST_RING = 16_384;

/** The most samples that the server sends at once (history.rs). */
const ALL = 100_000;

/** The time without a change of the span after which it is asked for, in milliseconds. */
const REST = 80;

/** This share of the span is asked for on each side of it. */
const AROUND = 0.5;

/** The shortest and the longest span, in seconds. */
const SHORTEST = 0.01;
const LONGEST = 20 * 366 * 86_400;

/** The components with a history, by their ids, with the property. */
const histories = new Map(
  /** @type {[string, string][]} */ (
    JSON.parse(document.getElementById("dd-state")?.textContent || "{}").histories ?? []
  ),
);

export class ChartPast {
  #path;
  #changed;
  /** @type {Span | null} */
  #span = null;
  /** The span that was asked for last, with the number of points. @type {(Span & { points: number }) | null} */
  #asked = null;
  #number = 0;
  #timer = 0;
  /** Whether the span ends with the newest sample and moves on with it. */
  #follows = false;
  /** @type {Cell[]} */
  #cells = [];
  /** The width of a cell in seconds, 0 for single samples. */
  #cell = 0;

  /**
   * @param {string} path  of the history, relative to the dashboard
   * @param {() => void} changed  called when there is something new to draw
   */
  constructor(path, changed) {
    this.#path = path;
    this.#changed = changed;
    /** The samples of the past, or null before the first answer. @type {ChartRing | null} */
    this.ring = null;
    /** Why the past is not shown; empty if it is. */
    this.fault = "";
  }

  /** The span that is shown, or null for the newest samples. */
  get span() {
    return this.#span;
  }

  /** The largest distance of two samples that belong together, in seconds, if `gap` is that of single samples. @param {number} gap */
  gap(gap) {
    return this.#cell === 0 || !this.ring ? gap : Math.max(gap, 2 * this.#cell);
  }

  /**
   * Shows this span. One that goes beyond `now` follows the newest samples again.
   * @param {Span} wanted
   * @param {number} now  the time of the newest sample
   * @param {number} width  of the plot in pixels
   */
  show({ start, end }, now, width) {
    const length = Math.min(Math.max(end - start, SHORTEST), LONGEST);
    const last = Math.min(end, now);
    this.#span = { start: last - length, end: last };
    this.#follows = last === now;
    this.#changed();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(2 * width), REST);
  }

  /**
   * New samples have come. A span that ended with the newest one goes on with them.
   * @param {Sample[]} samples
   * @param {boolean} reset  they are all that the page is told, as after a lost connection: some of them are here already
   */
  follow(samples, reset) {
    if (!this.#span || !this.#follows) return;
    const known = reset ? (this.ring?.newest ?? 0) : Number.NEGATIVE_INFINITY;
    for (const sample of samples) if (sample.t > known) this.ring?.push(sample);
    const newest = Math.max(this.#span.end, ...samples.map(({ t }) => t));
    const length = this.#span.end - this.#span.start;
    this.#span = { start: newest - length, end: newest };
    // There may have been more in between than the page is told.
    if (reset && this.#asked) {
      const width = this.#asked.points / (1 + 2 * AROUND);
      this.#asked = null;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(width), REST);
    }
  }

  /** Shows the newest samples. */
  leave() {
    clearTimeout(this.#timer);
    this.#number++;
    this.#span = this.#asked = this.ring = null;
    this.fault = "";
    this.#changed();
  }

  /** All samples of the shown span, or cells if they are too many. Null if the newest samples are shown, or on a fault. */
  async values() {
    const span = this.#span;
    if (!span) return null;
    try {
      // The server leaves out what is at the end itself, and each zoom rounds the end by up to a microsecond.
      return await this.fetch(span.start, span.end + 1e-4, ALL);
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /**
   * The samples of a span, or cells if they are more than `points`.
   * @param {number} from
   * @param {number} to
   * @param {number} points
   * @returns {Promise<Answer>}
   */
  async fetch(from, to, points) {
    const response = await fetch(`${this.#path}?from=${from}&to=${to}&points=${points}`);
    if (!response.ok) throw new Error((await response.json()).why);
    return await response.json();
  }

  /** @param {unknown} error */
  #fail(error) {
    this.fault = error instanceof Error ? error.message : String(error);
    this.#changed();
  }

  /** @param {number} points */
  async #ask(points) {
    const span = this.#span;
    if (!span) return;
    const around = AROUND * (span.end - span.start);
    const wanted = {
      start: span.start - around,
      end: span.end + around,
      points: Math.ceil(points * (1 + 2 * AROUND)),
    };
    if (this.#has(span, wanted)) return;
    const number = ++this.#number;
    try {
      const answer = await this.fetch(wanted.start, wanted.end, Math.min(wanted.points, PAST_RING / 2));
      // The person has gone on meanwhile.
      if (number !== this.#number) return;
      this.#take(answer);
      this.#asked = wanted;
      this.fault = "";
    } catch (error) {
      if (number === this.#number) this.#fail(error);
      return;
    }
    this.#changed();
  }

  /**
   * Whether the samples that are here show the span as well as new ones would.
   * @param {Span} span
   * @param {Span & { points: number }} wanted
   */
  #has(span, wanted) {
    const has = this.#asked;
    if (!has || span.start < has.start || span.end > has.end) return false;
    const finer = (has.end - has.start) / has.points / ((wanted.end - wanted.start) / wanted.points);
    // What reaches to the newest samples is out of date soon.
    return finer > 0.7 && finer < 1.5 && span.end < Date.now() / 1000 - 5;
  }

  /** @param {Answer} answer */
  #take({ cell, samples = [], cells = [] }) {
    this.#cell = cell;
    this.#cells = cells.map(([first, last, count, series]) => ({ first, last, count, series }));
    const series = Math.max(
      0,
      ...samples.map(([, values]) => values.length),
      ...cells.map((one) => one[3].length),
    );
    const ring = new ChartRing(series, PAST_RING);
    for (const [t, values] of samples) ring.push({ t, values });
    for (const { first, last, series } of this.#cells) {
      // The line of a pixel goes from the lowest to the highest value.
      ring.push({ t: first, values: series.map((numbers) => numbers?.[0] ?? null) });
      ring.push({ t: last, values: series.map((numbers) => numbers?.[1] ?? null) });
    }
    this.ring = ring;
  }

  /**
   * What a person reads at the sample with this index: its values, or the means of its cell.
   * @param {number} at
   * @returns {(number | null)[] | null}
   */
  read(at) {
    if (this.#cell === 0 || !this.ring) return null;
    const t = /** @type {number} */ (this.ring.times[at]);
    const cell = this.#cells.findLast(({ first }) => first <= t);
    // Newer samples than those cells follow one by one.
    return cell && t <= cell.last ? cell.series.map((numbers) => numbers?.[2] ?? null) : null;
  }
}

extras.past = (id, changed) => {
  const property = histories.get(id);
  if (property === undefined) return null;
  const path = new URL(`api/history/${encodeURIComponent(id)}/${property}`, document.baseURI).href;
  return new ChartPast(path, changed);
};
