import { timeOf } from "../../../dash-runtime/client/day_time.js";
import { Component, define } from "../../../dash-runtime/client/element.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/**
 * @typedef {{ n: number, time: number, user: string, property: string, old: string | null, new: string | null,
 *   hidden: boolean, outcome: string, why: string | null, times: number }} AuditRecord  time: in seconds since the Unix epoch; old, new:
 *   JSON, which may be cut
 */

/**
 * A value for people: a text without its quotation marks.
 * @param {string | null} json
 */
function shown(json) {
  if (json === null) return "";
  try {
    const value = JSON.parse(json);
    return typeof value === "string" ? value : json;
  } catch {
    // It was cut.
    return json;
  }
}

/**
 * What has changed, in words.
 * @param {Pick<AuditRecord, "old" | "new" | "hidden">} record
 */
export function changeOf({ old, new: wanted, hidden }) {
  if (hidden) return "changed";
  if (old === null) return shown(wanted);
  return `${shown(old)} → ${shown(wanted)}`;
}

/**
 * How it ended, in words.
 * @param {Pick<AuditRecord, "outcome" | "why" | "times">} record
 */
export function outcomeOf({ outcome, why, times }) {
  const what = times > 1 ? `${outcome} ${times} times` : outcome;
  return why ? `${what}: ${why}` : what;
}

/**
 * The rows that are too many, of all rows, the newest first. Each time it is the oldest one of the user who has most, so
 * that nobody pushes out what few others did. The server has the same rule.
 * @template {{ user: string }} T
 * @param {T[]} rows
 * @param {number} most
 * @returns {T[]}
 */
export function tooMany(rows, most) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { user } of rows) counts.set(user, (counts.get(user) ?? 0) + 1);
  const left = [...rows];
  const out = [];
  while (left.length > most) {
    const highest = Math.max(...counts.values());
    const at = left.findLastIndex(({ user }) => counts.get(user) === highest);
    for (const row of left.splice(at, 1)) {
      counts.set(row.user, highest - 1);
      out.push(row);
    }
  }
  return out;
}

/** `<dd-audit-log>`: the newest commands, the newest first. */
export class DdAuditLog extends Component {
  /** @type {HTMLElement | null} */
  #body = null;
  /** @type {HTMLElement | null} */
  #note = null;
  /** What the rows must contain, in lower case. */
  #filter = "";

  mount() {
    this.#body = this.querySelector("tbody");
    this.#note = this.querySelector(".dd-audit-note");
    const filter = this.querySelector("input");
    filter?.addEventListener("input", () => {
      this.#filter = filter.value.trim().toLowerCase();
      for (const row of this.#rows) this.#choose(row);
      this.#tell();
    });
  }

  /** @returns {HTMLElement[]} */
  get #rows() {
    return /** @type {HTMLElement[]} */ ([...(this.#body?.children ?? [])]);
  }

  /**
   * @param {string} _name
   * @param {AuditRecord[]} records
   * @param {boolean} reset
   */
  append(_name, records, reset) {
    if (reset) this.#body?.replaceChildren();
    const rows = records.map((record) => this.#row(record));
    this.#body?.prepend(...rows.reverse());
    this.#trim();
  }

  #trim() {
    const most = Math.max(1, Number(this.props.limit));
    const rows = this.#rows.map((row) => ({
      row,
      user: row.children[1]?.textContent ?? "",
      refused: ["refused", "expired"].includes(row.getAttribute("data-outcome") ?? ""),
    }));
    // Refusals have a bound of their own, as on the server: they push nothing else out.
    const effects = rows.filter(({ refused }) => !refused);
    const refusals = rows.filter(({ refused }) => refused);
    const out = [...tooMany(effects, most), ...tooMany(refusals, Math.max(1, Math.floor(most / 4)))];
    for (const { row } of out) row.remove();
    this.#tell();
  }

  /** @param {AuditRecord} record */
  #row(record) {
    const row = document.createElement("tr");
    row.setAttribute("data-outcome", record.outcome);
    const outcome = outcomeOf(record);
    const texts = [timeOf(record.time, new Date()), record.user, record.property, changeOf(record), outcome];
    // On a phone it is laid out as no table. Its roles stay.
    row.setAttribute("role", "row");
    for (const text of texts) {
      const cell = row.appendChild(document.createElement("td"));
      cell.setAttribute("role", "cell");
      cell.textContent = text;
    }
    this.#choose(row);
    return row;
  }

  /** Shows a row if it has the text of the filter. @param {HTMLElement} row */
  #choose(row) {
    const text = [...row.children].map((cell) => cell.textContent).join(" ");
    row.hidden = !text.toLowerCase().includes(this.#filter);
  }

  #tell() {
    const rows = this.#rows;
    const shown = rows.filter((row) => !row.hidden).length;
    const text = rows.length === 0 ? "No commands yet" : shown === 0 ? "No command has this text" : "";
    if (this.#note) writeText(this.#note, text);
  }

  /** @param {string} name */
  update(name) {
    if (name === "limit") this.#trim();
  }
}

define("dd-audit-log", DdAuditLog);
