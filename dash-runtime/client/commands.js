// What this page has asked of the server and not yet heard the end of, and what a control shows meanwhile.
// Pure: time is passed in, nothing here knows a socket or the DOM.
//
//   queued --ready()--> sent --settle()--> (working --settle()-->) gone
//      ^                  |
//      +----- resume() ---+  the server has not seen it

import { Outcome } from "./protocol.js";

/** @import { Result } from "./protocol.js" */

/**
 * @typedef {object} Command
 * @property {number} n  number on the wire; 0 while it has not been sent
 * @property {number} p  property number
 * @property {unknown} value
 * @property {boolean} event  counts by itself: never merged, never fired late
 * @property {number} at  when the person acted
 * @property {boolean} working  the server has accepted it and has not finished
 *
 * @typedef {{ command: Command, code: number, kind: string, text: string }} Settled
 */

/** Commands sent and not answered. More would only pile up on a slow link: the newest value waits here and replaces older ones. */
const MAX_IN_FLIGHT = 16;

/** Commands that wait to be sent. State properties hold one place each, so only a page full of busy controls gets here. */
const MAX_QUEUED = 256;

/** The commands of one page whose final outcome is not known, in the order in which the person gave them. */
export class Commands {
  /** @type {Command[]} */
  #list = [];
  #next = 1;

  /** Those that have no final outcome, oldest first. */
  get unfinished() {
    return /** @type {readonly Command[]} */ (this.#list);
  }

  /**
   * Whether a control must go on showing the person's value: a command for this property has had no answer at all.
   * @param {number} p
   */
  outstanding(p) {
    return this.#list.some((command) => command.p === p && !command.working);
  }

  /**
   * A person acted. A waiting command of the same state property is replaced, unless an event came after it:
   * "20, shoot, 30" must not become "shoot, 30".
   * @param {number} p
   * @param {unknown} value
   * @param {boolean} event
   * @param {number} now
   * @returns {boolean} false: there is no room, it was not taken
   */
  add(p, value, event, now) {
    if (!event) {
      const newest = this.#list.findLast((command) => command.n === 0 && (command.event || command.p === p));
      if (newest && !newest.event) this.#remove((command) => command === newest);
    }
    if (this.#list.filter((command) => command.n === 0).length >= MAX_QUEUED) return false;
    this.#list.push({ n: 0, p, value, event, at: now, working: false });
    return true;
  }

  /** Numbers what may be sent now and gives it back; the caller sends it. */
  ready() {
    let room = MAX_IN_FLIGHT - this.#list.filter((command) => command.n > 0 && !command.working).length;
    const out = [];
    for (const command of this.#list) {
      if (command.n > 0) continue;
      if (room-- <= 0) break;
      command.n = this.#next++;
      out.push(command);
    }
    return out;
  }

  /**
   * The server said what became of a command. An outcome heard before is nothing.
   * @param {Result} result
   * @returns {Settled[]}
   */
  settle({ n, code, kind, text }) {
    const command = this.#list.find((command) => command.n === n);
    if (!command) return [];
    if (code === Outcome.working) command.working = true;
    else this.#list.splice(this.#list.indexOf(command), 1);
    return [{ command, code, kind, text }];
  }

  /**
   * The server knows this session, and its commands up to `last`: those have an outcome or will have one. The others are sent
   * anew, with their age.
   * @param {number} last
   * @param {string | null} poison  why the server could not read the first one it has not seen; it is not sent again
   * @returns {Settled[]}
   */
  resume(last, poison) {
    const unseen = this.#list.filter((command) => command.n > last && !command.working);
    for (const command of unseen) command.n = 0;
    this.#next = last + 1;
    const first = unseen[0];
    return first && poison !== null ? this.#refuse((command) => command === first, "malformed", poison) : [];
  }

  /**
   * The server does not know this session. Nobody can tell what became of the commands that were sent.
   * @param {number} last
   * @param {boolean} restarted  then what was not sent is not meant for this run of the server either
   * @returns {Settled[]}
   */
  forget(last, restarted) {
    this.#next = last + 1;
    const text = restarted
      ? "the server was restarted before it answered"
      : "the server has forgotten this page";
    const sent = this.#remove((command) => command.n > 0);
    const unsent = restarted
      ? this.#refuse(() => true, "restarted", "the server was restarted before it was sent")
      : [];
    return [...sent.map((command) => ({ command, code: Outcome.unknown, kind: "", text })), ...unsent];
  }

  /**
   * The link is lost: an event that was not sent is never sent.
   * @returns {Settled[]}
   */
  refuseEvents() {
    return this.#refuse((command) => command.event && command.n === 0, "offline", "no connection");
  }

  /**
   * @param {(command: Command) => boolean} which
   * @param {string} kind
   * @param {string} text
   * @returns {Settled[]}
   */
  #refuse(which, kind, text) {
    return this.#remove(which).map((command) => ({ command, code: Outcome.refused, kind, text }));
  }

  /** @param {(command: Command) => boolean} which */
  #remove(which) {
    const removed = this.#list.filter(which);
    this.#list = this.#list.filter((command) => !removed.includes(command));
    return removed;
  }
}

/**
 * The echo rule for one property: while a command of this page is outstanding, or the person holds the control, it shows what the
 * person wants; at rest it shows what the server says. Of three rules tried by exhaustive search the only one that neither
 * jumps back nor diverges.
 */
export class Echo {
  /** The control may show something else than the truth. */
  #stray = false;

  /** @param {unknown} truth */
  constructor(truth) {
    /** The server's latest value. */
    this.truth = truth;
  }

  /**
   * The server said so.
   * @param {unknown} truth
   */
  report(truth) {
    this.truth = truth;
    this.#stray = true;
  }

  /** The person moved the control. */
  want() {
    this.#stray = true;
  }

  /**
   * @param {boolean} busy  a command is outstanding, or the control is held
   * @returns {boolean} true once when the control is to be drawn with the truth
   */
  rest(busy) {
    if (busy || !this.#stray) return false;
    this.#stray = false;
    return true;
  }
}
