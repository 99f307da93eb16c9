// The past of a stream of records whose history is kept, such as the lines of a log: older ones from the server, one page
// after the other, when a person goes there.

import { extras } from "./extras.js";

/**
 * @typedef {{ records: [t: number, record: any][], next: string | null }} Answer  times are in seconds since the Unix epoch
 */

/** The records of one page. */
const PAGE = 200;

/** The streams with a history, by the ids of their components. @type {Map<string, string>} */
const histories = new Map(
  JSON.parse(document.getElementById("dd-state")?.textContent || "{}").histories ?? [],
);

export class RecordPast {
  #path;
  /** Where the next page ends. Null: there is nothing older. Undefined: nothing was asked for yet. @type {string | null | undefined} */
  #next;
  /** Records that are here already and that the server tells again, each as JSON, with their number. @type {Map<string, number>} */
  #known = new Map();
  /** An answer to an older number is about what is not shown any more. */
  #number = 0;
  #waits = false;

  /** @param {string} path  of the history, relative to the dashboard */
  constructor(path) {
    this.#path = path;
    /** Why the past is not shown; empty if it is. */
    this.fault = "";
  }

  /** Whether the oldest record is here, as far as the server has told. */
  get isAtBegin() {
    return this.#next === null;
  }

  /** A button that asks for older records, for a list that has too few of them to scroll. @param {() => void} ask */
  button(ask) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Older lines";
    button.hidden = true;
    button.addEventListener("click", ask);
    return button;
  }

  /** What is older than the records that are here is asked for again. */
  leave() {
    this.#number++;
    this.#next = undefined;
    this.#known.clear();
    this.#waits = false;
    this.fault = "";
  }

  /**
   * The next older records, the oldest first. None if there are none, or if they are asked for already.
   * @template {{ time: number }} T
   * @param {readonly T[]} here  the records that are here, in the order in which they came
   * @returns {Promise<T[]>}
   */
  async older(here) {
    if (this.#next === null || this.#waits) return [];
    const number = this.#number;
    this.#waits = true;
    try {
      const answer = await this.#ask(this.#next ?? this.#begin(here));
      // The person has gone to the newest ones meanwhile.
      if (number !== this.#number) return [];
      this.#next = answer.next;
      this.fault = "";
      return this.#unknown(answer.records.map(([, record]) => record));
    } catch (error) {
      if (number === this.#number) this.fault = error instanceof Error ? error.message : String(error);
      return [];
    } finally {
      if (number === this.#number) this.#waits = false;
    }
  }

  /**
   * The end of the first page. Records of one microsecond may be on both sides of it, and one that came late may be older:
   * the server tells them again.
   * @param {readonly { time: number }[]} here
   * @returns {number | undefined}
   */
  #begin(here) {
    const first = here[0];
    if (!first) return undefined;
    const end = Math.round(first.time * 1e6) + 1;
    this.#known.clear();
    for (const record of here) {
      if (record.time * 1e6 > end) continue;
      const key = JSON.stringify(record);
      this.#known.set(key, (this.#known.get(key) ?? 0) + 1);
    }
    return end / 1e6;
  }

  /** @param {string | number | undefined} end  @returns {Promise<Answer>} */
  async #ask(end) {
    const name = typeof end === "string" ? "before" : "to";
    const response = await fetch(`${this.#path}?points=${PAGE}${end === undefined ? "" : `&${name}=${end}`}`);
    if (!response.ok) throw new Error((await response.json()).why);
    return await response.json();
  }

  /** @template T  @param {T[]} records  @returns {T[]} */
  #unknown(records) {
    if (this.#known.size === 0) return records;
    const isNew = (/** @type {T} */ record) => {
      const key = JSON.stringify(record);
      const count = this.#known.get(key) ?? 0;
      if (count === 0) return true;
      if (count === 1) this.#known.delete(key);
      else this.#known.set(key, count - 1);
      return false;
    };
    // Of equal ones, the newest are here.
    return records.toReversed().filter(isNew).reverse();
  }
}

extras.records = (id) => {
  const property = histories.get(id);
  if (property === undefined) return null;
  return new RecordPast(new URL(`api/history/${encodeURIComponent(id)}/${property}`, document.baseURI).href);
};
