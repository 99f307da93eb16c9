// What this page and the server say to each other, over a connection that comes and goes (connection.js): hello and welcome, commands
// and updates. It resumes after a cut. Its parts: where to resume (session.js), another version's numbers (translation.js), what the
// person sees of the connection (link_state.js), and commands by request (http_commands.js).

import { Connection } from "./connection.js";
import { ShownState } from "./link_state.js";
import { BYE, Close, decodeFrame, encodeCommand, encodeHello, encodeView, Outcome } from "./protocol.js";
import { PageSession } from "./session.js";
import { Translation } from "./translation.js";

/** @import { Command, Commands, Settled } from "./commands.js" */
/** @import { EditPart, PageStart, QualityPart, RowsPart, StreamPart, Table, ValuePart, Welcome, Update } from "./protocol.js" */
/** @import { ConnectionEnv } from "./connection.js" */
/** @import { LinkState } from "./link_state.js" */
/** @import { Transport } from "./transport.js" */

/**
 * @typedef {object} Change  applied to the page as a whole, in one go
 * @property {RowsPart[]} rows
 * @property {ValuePart[]} values
 * @property {EditPart[]} edits
 * @property {StreamPart[]} streams
 * @property {QualityPart[]} quality
 * @property {Settled[]} settled
 * @property {boolean} snapshot  it is everything there is: what it does not name is empty or good
 * @property {number} rev  what it leads to
 * @property {boolean} ahead  states that the socket will tell, too, in its own order
 *
 * @typedef {object} LinkHandlers
 * @property {(change: Change) => void} change
 * @property {(state: LinkState, heard: number, transport: Transport, why: string) => void} state  heard: time of the last sign of life; why: what
 *   the server said when it disconnected the page
 * @property {(text: string) => void} note  the server has something to say to the person
 * @property {() => void} reload  this page can't go on with the version of the dashboard that runs now
 * @property {(message: string, error: unknown) => void} complain
 *
 * @typedef {ConnectionEnv & LinkOwnEnv} LinkEnv  what a test replaces
 *
 * @typedef {object} LinkOwnEnv
 * @property {() => string} [route]  where the page is, on a dashboard with several
 * @property {() => boolean} hidden  nobody can see the page
 * @property {import("./http_commands.js").HttpCommandEnv["request"]} request
 * @property {import("./extras.js").MakeHttpCommands | undefined} [httpCommands]  where properties have `transport = http`
 */

/**
 * Where the socket of a page is: on the page's own host, and encrypted if the page is.
 * @param {string} path  from the root of the host
 * @param {string} page  the page's address
 */
export function socketAddress(path, page) {
  return new URL(path, page.replace(/^http/, "ws"));
}

/** What of an update is nothing, if there is only something else. */
const NOTHING = { rows: [], values: [], edits: [], streams: [], quality: [] };

export class Link {
  #start;
  #commands;
  #httpCommands;
  #handlers;
  #env;
  #session;
  #schema;
  /** @type {Translation | null} Where the server has another version of the dashboard than the page. */
  #translation = null;
  /** @type {string | null} Why the server could not read the first command it has not seen. */
  #poison = null;

  #connection;
  /** Whether the page is hidden, as the server was told through this connection. */
  #hidden = false;
  #later = 0;
  #complained = false;
  #state;

  /**
   * @param {PageStart} start
   * @param {Commands} commands
   * @param {LinkHandlers} handlers
   * @param {LinkEnv} env
   */
  constructor(start, commands, handlers, env) {
    this.#start = start;
    this.#commands = commands;
    this.#handlers = handlers;
    this.#env = env;
    this.#session = new PageSession(start);
    this.#schema = start.schema;
    this.#state = new ShownState((state, why) => this.#shown(state, why), env);
    const connection = {
      opened: () => this.#hello(),
      received: (/** @type {unknown} */ data) => this.#receive(data),
      closed: (/** @type {number} */ code) => this.#closed(code),
    };
    this.#connection = new Connection(start, () => this.#session.token, connection, env);
    const http = {
      place: () => this.#session.place,
      numberOf: (/** @type {number} */ p) => this.#numberOf(p),
      unanswered: (/** @type {Command} */ command) => commands.has(command),
      lives: () => this.#connection.isWelcomed,
      answer: (/** @type {Command} */ command, /** @type {string} */ frame) => this.#answered(command, frame),
      refused: (/** @type {Command} */ command, /** @type {string} */ why) => {
        this.#settled(commands.refuse(command, why));
        this.#flush();
      },
    };
    this.#httpCommands = env.httpCommands?.(start.command, http, env);
  }

  /** Connects, once; afterwards the link looks after itself. */
  open() {
    this.#state.show("connecting");
    this.#connection.connect();
  }

  /** Something says that the network may be back, or that somebody is looking: waste no time. */
  wake() {
    if (this.#state.now === "disconnected") return;
    this.#connection.wake();
  }

  /** Whether somebody can see the page may have changed. */
  look() {
    const hidden = this.#env.hidden();
    if (!this.#connection.isWelcomed || hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#connection.send(encodeView(hidden));
  }

  /**
   * A component was put on the page. One that the page does not know, of another version of the dashboard, it can't keep up to date.
   * @param {string} id
   */
  placed(id) {
    if (this.#translation?.isForeign(id)) this.#handlers.reload();
  }

  /** The person wants to come back after the server has disconnected the page. */
  again() {
    if (this.#state.now === "disconnected") this.open();
  }

  /** The page is closed or left. Without this the server would wait a while for it to come back. */
  bye() {
    if (!this.#connection.isWelcomed) return;
    this.#connection.send(BYE);
    this.#connection.hurry();
  }

  /**
   * Sends a command now or as soon as it may be; a refusal comes back through the handlers like one by the server.
   * @param {number} p
   * @param {unknown} value
   * @param {boolean} event
   */
  send(p, value, event) {
    const now = this.#env.now();
    const offline = this.#state.now === "disconnected" || (event && this.#state.now === "lost");
    if (offline || !this.#commands.add(p, value, event, now)) {
      const command = {
        n: 0,
        p,
        value,
        event,
        at: now,
        due: now,
        working: false,
        byRequest: false,
        taken: false,
      };
      const [kind, text] = offline ? ["offline", "no connection"] : ["busy", "too many commands are waiting"];
      this.#settled([{ command, code: Outcome.refused, kind, text }]);
    } else {
      this.#flush();
    }
  }

  #hello() {
    const path = this.#env.route?.();
    const hidden = this.#env.hidden();
    this.#hidden = hidden;
    this.#connection.send(encodeHello({ schema: this.#schema, ...this.#session.position, path, hidden }));
  }

  /** @param {unknown} data */
  #receive(data) {
    try {
      if (typeof data !== "string") throw new Error("not text");
      this.#take(data);
    } catch (error) {
      this.#complainOnce(String(data), error);
      this.#connection.abandon();
    }
  }

  /**
   * @param {string} frame
   * @param {unknown} error
   */
  #complainOnce(frame, error) {
    if (!this.#complained) this.#handlers.complain(`No use for this frame: ${frame.slice(0, 200)}`, error);
    this.#complained = true;
  }

  /** @param {string} text */
  #take(text) {
    const frame = decodeFrame(text);
    switch (frame.t) {
      case "update":
        if (!this.#connection.isWelcomed) throw new Error("update before welcome");
        this.#update(this.#translation?.toPage(frame) ?? frame);
        break;
      case "welcome":
        this.#welcome(frame);
        break;
      case "refused":
        if (frame.kind === "malformed") this.#poison = frame.why;
        throw new Error(`the server refused a frame of this page: ${frame.why}`);
      case "disconnected":
        this.#disconnected(frame.why);
        break;
      case "table":
        this.#table(frame);
        break;
      case "reload":
        this.#handlers.reload();
        break;
      case "pong":
        break;
    }
  }

  /**
   * Another version of the dashboard is running. The page goes on with it, or is loaded anew.
   * @param {Table} table
   */
  #table(table) {
    if (!Translation.fits(this.#start.components, table)) {
      this.#handlers.reload();
      return;
    }
    this.#translation = new Translation(this.#start, table);
    this.#schema = table.schema;
    // Not at once: of several servers behind one address each may have its own version.
    this.#connection.restart();
  }

  /** @param {number} p */
  #numberOf(p) {
    return this.#translation?.toServer(p) ?? p;
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    const { restarted, known } = this.#session.welcome(welcome);
    const settled = known
      ? this.#commands.resume(welcome.last, this.#poison)
      : this.#commands.forget(welcome.last, restarted);
    this.#poison = null;
    this.#connection.welcomed();
    this.#state.show(restarted ? "restarted" : "live");
    this.#settled(settled);
    this.#flush();
    this.look();
    this.#connection.settled();
  }

  /** @param {Update} update */
  #update(update) {
    const { rev, rows, values, edits, streams, quality, results, notes } = update;
    const settled = results.flatMap((result) => this.#commands.settle(result));
    this.#session.advance(update, (snapshot) => {
      this.#handlers.change({ rows, values, edits, streams, quality, settled, snapshot, rev, ahead: false });
    });
    for (const note of notes) this.#handlers.note(note);
    this.#flush();
  }

  #flush() {
    const now = this.#env.now();
    for (const command of this.#commands.ready(
      this.#connection.isWelcomed,
      this.#session.token !== null,
      now,
    )) {
      const { n, p, value, at } = command;
      if (command.byRequest) this.#httpCommands?.send(command);
      else this.#connection.send(encodeCommand(n, this.#numberOf(p), value, now - at));
    }
    this.#env.cancel(this.#later);
    const due = this.#commands.nextDue;
    // What is due and was not sent waits for an answer, which comes here again.
    if (due > now && due < Number.POSITIVE_INFINITY) {
      this.#later = this.#env.after(Math.ceil(due - now), () => this.#flush());
    }
  }

  /**
   * The person let go of the control with this property.
   * @param {number} p
   */
  release(p) {
    this.#commands.letGo(p, this.#env.now());
    this.#flush();
  }

  /** The page may be gone soon: what waits for its time is sent. */
  hurry() {
    this.#commands.hurry(this.#env.now());
    this.#flush();
  }

  /**
   * The answer to a request: what became of it, and the states that are newer. It is not the page's place: items of streams and
   * parts of values still come through the socket.
   * @param {Command} command
   * @param {string} text
   * @returns {boolean}
   */
  #answered(command, text) {
    let frame;
    try {
      frame = decodeFrame(text);
    } catch (error) {
      this.#complainOnce(text, error);
      return false;
    }
    if (frame.t !== "update") return false;
    const { rev, values, quality, results } = this.#translation?.toPage(frame) ?? frame;
    command.taken = true;
    const settled = results.flatMap((result) => this.#commands.settle(result));
    const news = rev > this.#session.rev ? { values, quality } : NOTHING;
    this.#handlers.change({ ...NOTHING, ...news, settled, snapshot: false, rev, ahead: true });
    this.#flush();
    return true;
  }

  /** @param {Settled[]} settled */
  #settled(settled) {
    if (settled.length === 0) return;
    this.#handlers.change({ ...NOTHING, settled, snapshot: false, rev: 0, ahead: true });
  }

  /**
   * Nothing is tried before the person wants it.
   * @param {string} why
   */
  #disconnected(why) {
    this.#connection.stop();
    this.#state.show("disconnected", why);
  }

  /**
   * @param {number} code
   * @returns {boolean} whether to connect again
   */
  #closed(code) {
    // What the server said was lost on the way.
    if (code === Close.disconnected) {
      this.#disconnected("");
      return false;
    }
    if (code === Close.tooLarge) this.#poison = "too large for the server";
    if (code === Close.takenOver) this.#session.takenOver();
    this.#state.cut();
    return true;
  }

  /**
   * @param {LinkState} state
   * @param {string} why
   */
  #shown(state, why) {
    this.#handlers.state(state, this.#connection.heard, this.#connection.transport, why);
    if (state === "lost" || state === "disconnected") this.#settled(this.#commands.refuseEvents());
  }
}
