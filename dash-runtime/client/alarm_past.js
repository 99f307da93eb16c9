// The past of a list of alarms whose history is kept: what has happened to them, the newest first, page by page.

import { timeOf } from "./day_time.js";
import { extras } from "./extras.js";
import "./record_past.js";

/** @import { RecordPast } from "./record_past.js" */

/**
 * @typedef {{ time: number, change: string, text: string, detail?: string, by?: string, number: number }} AlarmEvent
 *   time: in seconds since the Unix epoch
 */

/** The most events in the document. The address of the history has all of them. */
const MOST = 1000;

/** What has happened, in words. @type {Record<string, string>} */
const WORDS = {
  raised: "Raised",
  acknowledged: "Acknowledged",
  cleared: "Over",
  reset: "Reset",
  shelved: "Shelved",
  unshelved: "Unshelved",
  shelf_ended: "No longer shelved",
  dropped: "Left out of a full list",
};

/** @param {AlarmEvent} event  @returns {[word: string, text: string]} */
export function wordsOf({ change, text, detail, by }) {
  const word = WORDS[change] ?? change;
  return [by ? `${word} by ${by}` : word, detail ? `${text} (${detail})` : text];
}

/** The events that a page has, the oldest first, and the way to older ones. */
export class AlarmEvents {
  #past;
  /** @type {AlarmEvent[]} */
  all = [];

  /** @param {RecordPast} past */
  constructor(past) {
    this.#past = past;
  }

  /** Whether there may be older ones that have room. */
  get hasOlder() {
    return !this.#past.isAtBegin && this.all.length < MOST;
  }

  get fault() {
    return this.#past.fault;
  }

  /** @param {AlarmEvent[]} events  @param {boolean} reset */
  add(events, reset) {
    if (reset) {
      this.all = [];
      this.#past.leave();
    }
    this.all.push(...events);
    const over = this.all.length - MOST;
    if (over <= 0) return;
    this.all.splice(0, over);
    // The next older ones are those that have gone now.
    this.#past.leave();
  }

  /** Asks for older ones. */
  async older() {
    if (!this.hasOlder) return;
    const older = await this.#past.older(this.all);
    const room = Math.max(0, MOST - this.all.length);
    this.all.unshift(...older.slice(Math.max(0, older.length - room)));
  }
}

/** @param {string} tag  @param {string} name  @param {string} [text] */
function made(tag, name, text = "") {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

/** @param {AlarmEvent} event */
function row(event) {
  const [word, text] = wordsOf(event);
  const line = document.createElement("li");
  line.append(
    made("time", "", timeOf(event.time, new Date())),
    made("span", "dd-alarms-change", word),
    made("span", "", text),
  );
  return line;
}

extras.alarms = (element) => {
  const past = extras.records?.(element.id);
  if (!past) return null;
  const events = new AlarmEvents(past);
  const details = /** @type {HTMLDetailsElement} */ (made("details", "dd-alarms-past"));
  const list = made("ol", "");
  list.setAttribute("aria-label", "What has happened to alarms");
  const more = /** @type {HTMLButtonElement} */ (made("button", "", "Older"));
  more.type = "button";
  const note = made("p", "dd-alarms-why");
  note.setAttribute("role", "status");
  details.append(made("summary", "", "History"), list, more, note);
  element.appendChild(details);
  const draw = () => {
    if (!details.open) return;
    list.replaceChildren(...events.all.toReversed().map(row));
    more.hidden = !events.hasOlder;
    const fault = events.fault && `Older ones cannot be shown: ${events.fault}`;
    note.textContent = fault || (events.all.length === 0 ? "Nothing has happened yet." : "");
  };
  details.addEventListener("toggle", draw);
  more.addEventListener("click", async () => {
    await events.older();
    draw();
  });
  return {
    append: (added, reset) => {
      events.add(added, reset);
      draw();
    },
  };
};
