// The commands of this page that have no final outcome, and what a control shows meanwhile. Pure: the time is a
// parameter, and nothing here uses a socket or the DOM.
//
//   queued --ready()--> sent --settle()--> (working --settle()-->) gone
//      ^                  |
//      +----- resume() ---+  the server has not seen it

import { templateOf } from "./numbers.js";
import { Outcome } from "./protocol.js";

/** @import { Rate, Result } from "./protocol.js" */

/**
 * @typedef {object} Command
 * @property {number} n  number on the wire; 0 until it is sent
 * @property {number} p  property number
 * @property {unknown} value
 * @property {boolean} event  an event is never merged, and never sent late unless it is a press of a stop
 * @property {number} at  the time of the user's action
 * @property {number | null} stamp  the same by the server's clock; null if the page did not know that clock then
 * @property {number} sent  the time at which it was last sent
 * @property {number} due  the time from which it may be sent; later than `at` if its property has a rate
 * @property {boolean} working  the server has accepted it and has not finished it
 * @property {boolean} byRequest  it is sent by an HTTP request instead of through the socket
 * @property {boolean} taken  the server has received it: a request was answered
 *
 * @typedef {{ command: Pick<Command, "p" | "value" | "event">, code: number, kind: string, text: string }} Settled
 */

/**
 * The largest number of commands that are sent and not answered. On a slow link more would only pile up. Here the
 * newest value waits and replaces older ones.
 */
const MAX_IN_FLIGHT = 16;

/**
 * The largest number of waiting commands. State properties use one place each, so only a page full of busy controls
 * reaches it.
 */
const MAX_QUEUED = 256;

/** The commands of one page without a final outcome, in the order of the user's actions. */
export class Commands {
  /** @type {Command[]} */
  #list = [];
  #next = 1;
  /** The highest number that the server is known to have received. */
  #seen = 0;
  #byRequest;
  #rates;
  #size;
  #presses;
  /** @type {Map<number, number>} the time at which a value was last sent, by property */
  #sentAt = new Map();

  /**
   * @param {ReadonlySet<number>} byRequest  numbers of the properties whose commands are sent by HTTP requests
   * @param {ReadonlyMap<number, Rate>} rates  of the properties with a rate
   * @param {number} size  the number of properties without those of rows; see numbers.js
   * @param {ReadonlySet<number>} presses  numbers of the events that stop a machine. The server must get these, however
   *   late, because to stop once more is always safe.
   */
  constructor(
    byRequest = new Set(),
    rates = new Map(),
    size = Number.POSITIVE_INFINITY,
    presses = new Set(),
  ) {
    this.#byRequest = byRequest;
    this.#rates = rates;
    this.#size = size;
    this.#presses = presses;
  }

  /**
   * Whether it is a press of a stop: it waits for the link as long as the page is open.
   * @param {number} p
   */
  isPress(p) {
    return this.#presses.has(p);
  }

  /** The commands without a final outcome, oldest first. */
  get unfinished() {
    return /** @type {readonly Command[]} */ (this.#list);
  }

  /**
   * Whether a control must keep the user's value: a command for this property has no answer yet.
   * @param {number} p
   */
  outstanding(p) {
    return this.#list.some((command) => command.p === p && !command.working);
  }

  /**
   * Adds a command for the user's action. It replaces a waiting command of the same state property, unless an event
   * came between: "20, shoot, 30" must not become "shoot, 30".
   * @param {number} p
   * @param {unknown} value
   * @param {boolean} event
   * @param {number} now
   * @param {number | null} [stamp]  the same by the server's clock, if the page knows it
   * @returns {boolean} false: the queue is full, and the command was not added
   */
  add(p, value, event, now, stamp = null) {
    if (!event) {
      const newest = this.#list.findLast((command) => command.n === 0 && (command.event || command.p === p));
      if (!newest?.event) this.#remove((command) => command === newest);
    }
    const waiting = this.#list.filter((command) => command.n === 0);
    if (this.isPress(p)) {
      // One that waits does as much as two.
      if (waiting.some((command) => command.p === p)) return true;
    } else if (waiting.length >= MAX_QUEUED) return false;
    const byRequest = this.#byRequest.has(templateOf(p, this.#size));
    const due = event ? now : this.#due(p, now);
    // The user saw the values before the event, so the waiting values are sent before it, at once.
    if (event) this.hurry(now);
    this.#list.push({
      n: 0,
      p,
      value,
      event,
      at: now,
      stamp,
      sent: 0,
      due,
      working: false,
      byRequest,
      taken: false,
    });
    return true;
  }

  /**
   * The time from which a new value may be sent. With `throttle` it is that long after the last value was sent. With
   * `debounce` it is that long after the newest value.
   * @param {number} p
   * @param {number} now
   */
  #due(p, now) {
    const rate = this.#rates.get(templateOf(p, this.#size));
    if (!rate) return now;
    if (rate.kind === "debounce") return now + rate.ms;
    return Math.max(now, (this.#sentAt.get(p) ?? Number.NEGATIVE_INFINITY) + rate.ms);
  }

  /** The time from which the next waiting value may be sent. Infinity if none waits. */
  get nextDue() {
    const waiting = this.#list.filter((command) => command.n === 0).map((command) => command.due);
    return Math.min(...waiting);
  }

  /** The time at which the oldest command without an answer was sent through the socket. Infinity if there is none. */
  get unansweredSince() {
    const waiting = this.#list.filter(({ n, working, byRequest }) => n > 0 && !working && !byRequest);
    return Math.min(...waiting.map(({ sent }) => sent));
  }

  /**
   * The user released the control, so a debounced value need not wait.
   * @param {number} p
   * @param {number} now
   */
  letGo(p, now) {
    if (this.#rates.get(templateOf(p, this.#size))?.kind === "debounce")
      this.hurry(now, (command) => command.p === p);
  }

  /**
   * Makes waiting commands due now.
   * @param {number} now
   * @param {(command: Command) => boolean} which
   */
  hurry(now, which = () => true) {
    for (const command of this.#list.filter(which)) command.due = Math.min(command.due, now);
  }

  /**
   * Numbers the commands that may be sent now and returns them. The caller sends them.
   *
   * Commands on different transports can overtake each other, and so can two requests. So a request waits until the
   * server has received all commands before it, and all commands after it wait for its response.
   * @param {boolean} socket  whether the socket accepts commands
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
        command.sent = now;
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
   * The server will never take this command. It has the last number, because later commands wait for its response.
   * @param {Command} command
   * @param {string} why
   * @returns {Settled[]}
   */
  refuse(command, why) {
    this.#next = command.n;
    return this.#refuse((one) => one === command, "malformed", why);
  }

  /**
   * The server sent the outcome of a command. A repeated outcome has no effect.
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
   * The server knows this session and its commands up to `last`, which have or will get an outcome. The other commands
   * are sent again, with their age.
   * @param {number} last
   * @param {string | null} poison  why the server could not read the first command it has not seen; that one is not
   *   sent again
   * @returns {Settled[]}
   */
  resume(last, poison) {
    // A request may have been answered while the welcome was on its way.
    this.#seen = Math.max(this.#seen, last);
    // A request keeps its number because it is still running. The server would take a newer value with the same number
    // for this one.
    const request = this.#list.find((command) => command.n > this.#seen && command.byRequest);
    const unseen = this.#list.filter(
      (command) => command.n > this.#seen && !command.working && command !== request,
    );
    for (const command of unseen) command.n = 0;
    this.#merge();
    this.#next = (request?.n ?? this.#seen) + 1;
    const first = unseen[0];
    return first && poison !== null ? this.#refuse((command) => command === first, "malformed", poison) : [];
  }

  /**
   * The server does not know this session. The outcome of the sent commands is unknown. A press is sent again.
   * @param {number} last
   * @param {boolean} restarted  the waiting commands were not meant for this run of the server, so they are refused
   * @returns {Settled[]}
   */
  forget(last, restarted) {
    this.#seen = last;
    this.#next = last + 1;
    const text = restarted
      ? "the server was restarted before it answered"
      : "the server no longer has the session of this page";
    for (const command of this.#list) {
      if (this.isPress(command.p)) Object.assign(command, { n: 0, working: false, taken: false });
    }
    this.#merge();
    const sent = this.#remove((command) => command.n > 0);
    const unsent = restarted
      ? this.#refuse(({ p }) => !this.isPress(p), "restarted", "the server was restarted before it was sent")
      : [];
    return [...sent.map((command) => ({ command, code: Outcome.unknown, kind: "", text })), ...unsent];
  }

  /**
   * The connection is lost: waiting events are refused and never sent, except a press of a stop.
   * @returns {Settled[]}
   */
  refuseEvents() {
    const waits = (/** @type {Command} */ { event, n, p }) => event && n === 0 && !this.isPress(p);
    return this.#refuse(waits, "offline", "no connection");
  }

  /** Of several presses of one stop that wait, the first is enough. */
  #merge() {
    const waits = this.#list.filter(({ n, p }) => n === 0 && this.isPress(p));
    this.#remove((command) => waits.findIndex(({ p }) => p === command.p) < waits.indexOf(command));
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
 * The echo rule for one property. While a command of this page is outstanding or the user holds the control, it shows
 * the user's value. Otherwise it shows the server's value. Of three rules that were tested by exhaustive search, only
 * this one neither jumps back nor diverges.
 */
export class Echo {
  /** The control may show a value other than the server's. */
  #stray = false;

  /** @param {unknown} truth */
  constructor(truth) {
    /** The server's latest value. */
    this.truth = truth;
  }

  /**
   * The server sent a value.
   * @param {unknown} truth
   */
  report(truth) {
    this.truth = truth;
    this.#stray = true;
  }

  /** The user moved the control. */
  want() {
    this.#stray = true;
  }

  /**
   * @param {boolean} busy  a command is outstanding, or the control is held
   * @returns {boolean} true once, when the control must be drawn with the server's value
   */
  rest(busy) {
    if (busy || !this.#stray) return false;
    this.#stray = false;
    return true;
  }
}
