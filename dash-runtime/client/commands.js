// What this page has asked of the server and not yet heard the end of, and what a control shows meanwhile.
// Pure: time is passed in, nothing here knows a socket or the DOM.
//
//   queued --ready()--> sent --settle()--> (working --settle()-->) gone
//      ^                  |
//      +----- resume() ---+  the server has not seen it

import { templateOf } from "./numbers.js";
import { Outcome } from "./protocol.js";

/** @import { Rate, Result } from "./protocol.js" */

/**
 * @typedef {object} Command
 * @property {number} n  number on the wire; 0 while it has not been sent
 * @property {number} p  property number
 * @property {unknown} value
 * @property {boolean} event  counts by itself: never merged, never fired late
 * @property {number} at  when the person acted
 * @property {number} due  when it may be sent: later than `at` if values of its property are sent at a rate
 * @property {boolean} working  the server has accepted it and has not finished
 * @property {boolean} byRequest  goes by a request of its own instead of through the socket
 * @property {boolean} taken  the server has it: a request was answered
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
  /** The highest number that the server is known to have taken. */
  #seen = 0;
  #byRequest;
  #rates;
  #size;
  /** @type {Map<number, number>} by property: when its value was sent last */
  #sentAt = new Map();

  /**
   * @param {ReadonlySet<number>} byRequest  numbers of the properties whose commands go by request
   * @param {ReadonlyMap<number, Rate>} rates  of the properties whose values are not sent at once
   * @param {number} size  how many properties are numbered there: those of rows go on behind them, in as many turns as there are rows
   */
  constructor(byRequest = new Set(), rates = new Map(), size = Number.POSITIVE_INFINITY) {
    this.#byRequest = byRequest;
    this.#rates = rates;
    this.#size = size;
  }

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
    const byRequest = this.#byRequest.has(templateOf(p, this.#size));
    const due = event ? now : this.#due(p, now);
    // Who makes an event happen has seen the values: they go first, and so at once.
    if (event) this.hurry(now);
    this.#list.push({ n: 0, p, value, event, at: now, due, working: false, byRequest, taken: false });
    return true;
  }

  /**
   * When a new value may be sent: with `throttle` not sooner than that after the last one, with `debounce` when no newer one came
   * for so long.
   * @param {number} p
   * @param {number} now
   */
  #due(p, now) {
    const rate = this.#rates.get(templateOf(p, this.#size));
    if (!rate) return now;
    if (rate.kind === "debounce") return now + rate.ms;
    return Math.max(now, (this.#sentAt.get(p) ?? Number.NEGATIVE_INFINITY) + rate.ms);
  }

  /** When the next value that waits for its time may be sent; infinite if none does. */
  get nextDue() {
    const waiting = this.#list.filter((command) => command.n === 0).map((command) => command.due);
    return Math.min(...waiting);
  }

  /**
   * The person let go of the control: there is no pause to wait for.
   * @param {number} p
   * @param {number} now
   */
  letGo(p, now) {
    if (this.#rates.get(templateOf(p, this.#size))?.kind === "debounce")
      this.hurry(now, (command) => command.p === p);
  }

  /**
   * What waits for its time is due now.
   * @param {number} now
   * @param {(command: Command) => boolean} which
   */
  hurry(now, which = () => true) {
    for (const command of this.#list.filter(which)) command.due = Math.min(command.due, now);
  }

  /**
   * Numbers what may be sent now and gives it back; the caller sends it.
   *
   * What goes by different ways can overtake on its way, and so can two requests. So a request waits until everything before it
   * is with the server, and everything after it waits for the request.
   * @param {boolean} socket  whether the socket takes commands
   * @param {boolean} requests  whether requests can be made
   * @param {number} now
   */
  ready(socket = true, requests = true, now = Number.POSITIVE_INFINITY) {
    let room = MAX_IN_FLIGHT - this.#list.filter((command) => command.n > 0 && !command.working).length;
    let underway = false;
    const out = [];
    for (const command of this.#list.filter(({ n, due }) => n > 0 || due <= now)) {
      const waiting = command.n === 0;
      if (waiting) {
        const open = command.byRequest ? requests && !underway : socket;
        if (!open || room-- <= 0) break;
        command.n = this.#next++;
        out.push(command);
        this.#sentAt.set(command.p, now);
      }
      if (command.working || command.taken) continue;
      underway = true;
      if (command.byRequest) break;
    }
    return out;
  }

  /**
   * Whether the command has no outcome.
   * @param {Command} command
   */
  has(command) {
    return this.#list.includes(command);
  }

  /**
   * No server that reads the command takes it. It was the last that was numbered, because what comes after it waits for its answer.
   * @param {Command} command
   * @param {string} why
   * @returns {Settled[]}
   */
  refuse(command, why) {
    this.#next = command.n;
    return this.#refuse((one) => one === command, "malformed", why);
  }

  /**
   * The server said what became of a command. An outcome heard before is nothing.
   * @param {Result} result
   * @returns {Settled[]}
   */
  settle({ n, code, kind, text }) {
    this.#seen = Math.max(this.#seen, n);
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
    // A request may have been answered while the welcome was on its way.
    this.#seen = Math.max(this.#seen, last);
    // A request keeps its number: it is under way still, and a newer value with the same number would be taken for this one.
    const request = this.#list.find((command) => command.n > this.#seen && command.byRequest);
    const unseen = this.#list.filter(
      (command) => command.n > this.#seen && !command.working && command !== request,
    );
    for (const command of unseen) command.n = 0;
    this.#next = (request?.n ?? this.#seen) + 1;
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
    this.#seen = last;
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
