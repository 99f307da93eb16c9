// The state of each component for the user: a pending command, a command that did not succeed, a bad value.

import { Outcome } from "./protocol.js";

/** @import { Commands, Settled } from "./commands.js" */
/** @import { Component, Marks } from "./element.js" */
/** @import { Properties } from "./properties.js" */

/**
 * @typedef {object} MarkHandlers
 * @property {(element: Component, marks: Marks) => void} mark
 * @property {(element: Component, outcome: string, text: string) => void} failed
 * @property {() => number} now
 * @property {(ms: number, run: () => void) => void} after
 */

/**
 * A command that finishes within this time, in milliseconds, is not shown as pending, so that fast round trips do not
 * flicker.
 */
const PATIENCE = 150;

/** The words for outcomes that are shown to the user. */
const failureWords = /** @type {Map<number, string>} */ (
  new Map([
    [Outcome.failed, "failed"],
    [Outcome.refused, "refused"],
    [Outcome.expired, "expired"],
    [Outcome.unknown, "unknown"],
  ])
);

/**
 * A refusal names the property for programs, as in `limit.value was not changed: too fast`. A person reads it at the
 * control, under its label.
 * @param {string} text
 * @param {string | undefined} name  of the property, without its component
 */
function withoutName(text, name) {
  const [path = "", ...rest] = text.split(" ");
  if (name === undefined || !path.endsWith(`.${name}`)) return text;
  return rest.join(" ").replace(/^was not changed: /, "");
}

export class ComponentMarks {
  #properties;
  #commands;
  #elementOf;
  #handlers;
  /** @type {Set<string>} ids of the components that are shown as pending */
  #pending = new Set();
  /** @type {Map<string, Map<number, { outcome: string, text: string }>>} by component id and property number */
  #failed = new Map();
  /** Whether a sweep is scheduled. */
  #sweeping = false;

  /**
   * @param {Properties} properties
   * @param {Commands} commands
   * @param {(id: string) => Component | undefined} elementOf  finds the element in the document
   * @param {MarkHandlers} handlers
   */
  constructor(properties, commands, elementOf, handlers) {
    this.#properties = properties;
    this.#commands = commands;
    this.#elementOf = elementOf;
    this.#handlers = handlers;
  }

  /** Sets the marks of a component's element. @param {string} id */
  mark(id) {
    const element = this.#elementOf(id);
    if (!element) return;
    const properties = this.#properties.of(id);
    const bad = properties.find((property) => property.bad !== null && !property.refused)?.bad ?? null;
    const refused = properties.find((property) => property.refused)?.bad ?? null;
    // Of several, the newest.
    const failed = [...(this.#failed.get(id)?.values() ?? [])].at(-1) ?? null;
    this.#handlers.mark(element, { pending: this.#pending.has(id), failed, bad, refused });
  }

  /**
   * Removes the failure mark of a property, because it has a newer command or a newer value.
   * @param {string} id
   * @param {number} p  the property's number
   * @returns {boolean} whether there was one
   */
  forgive(id, p) {
    return this.#failed.get(id)?.delete(p) ?? false;
  }

  /** The component was removed. @param {string} id */
  forget(id) {
    this.#failed.delete(id);
  }

  /**
   * @param {string} id
   * @param {Settled} settled
   */
  settle(id, { command: { p }, code, text: told }) {
    const outcome = failureWords.get(code);
    const text = code === Outcome.refused ? withoutName(told, this.#properties.find(p)?.start.name) : told;
    if (code === Outcome.applied || outcome !== undefined) this.forgive(id, p);
    if (outcome === undefined) return;
    const failed = this.#failed.get(id) ?? new Map();
    this.#failed.set(id, failed.set(p, { outcome, text }));
    this.tell(this.#elementOf(id), { code, text });
  }

  /**
   * Reports a command that did not succeed, even if its component was removed.
   * @param {Component | undefined} element
   * @param {{ code: number, text: string }} settled
   */
  tell(element, { code, text }) {
    const outcome = failureWords.get(code);
    if (element && outcome !== undefined) this.#handlers.failed(element, outcome, text);
  }

  /** Marks commands that have been waiting longer than PATIENCE as pending, and schedules the next check. */
  sweep() {
    const now = this.#handlers.now();
    /** @type {Set<string>} */
    const late = new Set();
    let next = Number.POSITIVE_INFINITY;
    // A value that waits for its rate is not late.
    for (const { p, due } of this.#commands.unfinished) {
      const property = this.#properties.find(p);
      if (!property) continue;
      if (now - due >= PATIENCE) for (const { start } of [property, ...property.twins]) late.add(start.id);
      else next = Math.min(next, due + PATIENCE - now);
    }
    const before = this.#pending;
    this.#pending = late;
    for (const id of new Set([...before, ...late])) {
      if (before.has(id) !== late.has(id)) this.mark(id);
    }
    if (next === Number.POSITIVE_INFINITY || this.#sweeping) return;
    this.#sweeping = true;
    this.#handlers.after(Math.ceil(next), () => {
      this.#sweeping = false;
      this.sweep();
    });
  }
}
