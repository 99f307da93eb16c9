// The protocol between page and server over a connection that may be cut (connection.js): hello and welcome, commands
// and updates. After a cut it resumes. Its parts: the position to resume from (session.js), the numbers of another
// version (translation.js), the connection state that the user sees (link_state.js), the server's clock
// (server_clock.js), and commands by HTTP (http_commands.js).

import { Connection } from "./connection.js";
import { ShownState } from "./link_state.js";
import { BYE, Close, decodeFrame, encodeCommand, encodeHello, encodeView, Outcome } from "./protocol.js";
import { ServerClock } from "./server_clock.js";
import { PageSession } from "./session.js";
import { Translation } from "./translation.js";

/** @import { Command, Commands, Settled } from "./commands.js" */
/** @import { EditPart, PageStart, QualityPart, RowsPart, StreamPart, Table, ValuePart, Welcome, Update } from "./protocol.js" */
/** @import { ConnectionEnv } from "./connection.js" */
/** @import { LinkState } from "./link_state.js" */
/** @import { Transport } from "./transport.js" */

/**
 * @typedef {object} Change  applied to the page as a whole
 * @property {RowsPart[]} rows
 * @property {ValuePart[]} values
 * @property {EditPart[]} edits
 * @property {StreamPart[]} streams
 * @property {QualityPart[]} quality
 * @property {Settled[]} settled
 * @property {boolean} snapshot  it is complete: state that it does not name is empty or good
 * @property {number} rev  the revision after the change
 * @property {boolean} ahead  the states come from a response, and the socket will send them again in its own order
 *
 * @typedef {object} LinkHandlers
 * @property {(change: Change) => void} change
 * @property {(state: LinkState, heard: number, transport: Transport, why: string) => void} state  heard: time of the
 *   last frame; why: the server's reason for disconnecting the page
 * @property {(text: string) => void} note  a message from the server for the user
 * @property {() => void} reload  the page does not fit the running version of the dashboard
 * @property {(message: string, error: unknown) => void} complain
 *
 * @typedef {ConnectionEnv & LinkOwnEnv} LinkEnv  the parts that tests replace
 *
 * @typedef {object} LinkOwnEnv
 * @property {(() => string) | undefined} [route]  the page's path, on a dashboard with several pages
 * @property {() => number} [doubted]  the time at which the machine may last have slept, see clock.js
 * @property {import("./http_commands.js").HttpCommandEnv["request"]} request
 * @property {import("./extras.js").MakeHttpCommands | undefined} [httpCommands]  if properties have `transport = http`
 * @property {import("./extras.js").Extras["holding"] | undefined} [holding]  if controls are held
 * @property {import("./extras.js").Extras["missingStreams"] | undefined} [missingStreams]  if there are streams
 * @property {import("./extras.js").Extras["pictures"] | undefined} [pictures]  if there are cameras
 * @property {import("./session.js").Left | null} [left]  of the page before a reload, if this one continues with it
 */

/**
 * The address of the page's socket: on the page's own host, and encrypted if the page is.
 * @param {string} path  relative to the page's address
 * @param {string} page  the page's address
 */
export function socketAddress(path, page) {
  return new URL(path, page.replace(/^http/, "ws"));
}

/** The empty parts of a change that has only other parts, and is ahead of the page's position. */
const NOTHING = { rows: [], values: [], edits: [], streams: [], quality: [], snapshot: false, ahead: true };

export class Link {
  #start;
  #commands;
  #httpCommands;
  #handlers;
  #env;
  #session;
  #schema;
  /** @type {Translation | null} Set if the server has another version of the dashboard than the page. */
  #translation = null;
  /** @type {string | null} Why the server could not read the first command that it has not seen. */
  #poison = null;

  #holding;
  #clock = new ServerClock();
  /** The time at which the page last learned the server's clock. */
  #learned = Number.NEGATIVE_INFINITY;
  /** The number of connections so far. */
  #turns = 0;
  #missing;
  #pictures;
  /** The revision that the page must have before it is live. Null if it has it. @type {number | null} */
  #behind = null;

  #connection;
  /** Whether the page is hidden, as last sent on this connection. */
  #hidden = false;
  #later = 0;
  #complained = false;
  /** Whether the page has told the user that there is no connection. */
  #isLost = false;
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
    this.#session = new PageSession(start, env.left ?? null);
    this.#turns = env.left?.turn ?? 0;
    this.#schema = start.schema;
    this.#holding = env.holding?.(start.holds, start.props.length);
    // A server of another version sends everything by itself.
    this.#missing = env.missingStreams?.((frame) => {
      if (this.#connection.isWelcomed && this.#translation === null) this.#connection.send(frame);
    });
    this.#state = new ShownState((state, why) => this.#shown(state, why), env);
    const connection = {
      opened: () => this.#hello(),
      received: (/** @type {unknown} */ data) => this.#receive(data),
      closed: (/** @type {number} */ code, /** @type {string} */ refusal) => this.#closed(code, refusal),
      holds: () => this.#holding?.held.length,
    };
    this.#connection = new Connection(start, () => this.#session.token, connection, env);
    this.#pictures = env.pictures?.(
      this.#connection,
      (p) => this.#numberOf(p),
      () => this.#clock.timeOf(env.now(), env.now()),
      () => this.#connection.isWelcomed && this.#behind === null,
    );
    const http = {
      place: () => this.#session.place,
      encode: (/** @type {Command} */ command) => this.#encode(command),
      unanswered: (/** @type {Command} */ command) => commands.unfinished.includes(command),
      lives: () => this.#connection.isWelcomed,
      answer: (/** @type {Command} */ command, /** @type {string} */ frame) => this.#answered(command, frame),
      refused: (/** @type {Command} */ command, /** @type {string} */ why) => {
        this.#settled(commands.refuse(command, why));
        this.#flush();
      },
    };
    this.#httpCommands = env.httpCommands?.(start.command, http, env);
  }

  /** Connects. Call it once: afterwards the link reconnects by itself. */
  open() {
    // Once: the user may connect again.
    for (const text of this.#start.after.splice(0)) this.#update(/** @type {Update} */ (decodeFrame(text)));
    this.#state.show(this.#start.age ? "lost" : "connecting");
    this.#connection.connect();
  }

  /** The network may be back, or the page became visible: check or reconnect at once. */
  wake() {
    if (this.#state.now === "disconnected") return;
    this.#connection.wake();
  }

  /** The page may have become visible or hidden. */
  look() {
    const hidden = this.#env.hidden();
    if (hidden) this.#holding?.drop();
    if (!this.#connection.isWelcomed || hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#connection.send(encodeView(hidden));
  }

  /**
   * The page shows a stream whose items were not in its document.
   * @param {number} p
   */
  stream(p) {
    this.#missing?.ask(p);
  }

  /**
   * A component was placed on the page. If it exists only in the server's version of the dashboard, the page cannot
   * update it and is reloaded.
   * @param {string} id
   */
  placed(id) {
    if (this.#translation?.isForeign(id)) this.#handlers.reload();
  }

  /** What the next page in this tab needs to continue as the same client. */
  get left() {
    const { epoch, session } = this.#session.position;
    return session === null ? null : { epoch, session, turn: this.#turns };
  }

  /** The user wants to reconnect after the server has disconnected the page. */
  again() {
    if (this.#state.now === "disconnected") this.open();
  }

  /** The page is being closed or left. Without this frame the server would wait for it to reconnect. */
  bye() {
    if (!this.#connection.isWelcomed) return;
    this.#connection.send(BYE);
    this.#connection.hurry();
  }

  /**
   * Sends a command as soon as possible. A refusal by the link arrives through the handlers, like one by the server.
   * @param {number} p
   * @param {unknown} value
   * @param {boolean} event
   */
  send(p, value, event) {
    const now = this.#env.now();
    const cut = this.#state.now === "disconnected" || (event && this.#state.now === "lost");
    const offline = cut && !this.#commands.isPress(p);
    const stamp = this.#knowsClock() ? this.#clock.timeOf(now, now) : null;
    if (offline || !this.#commands.add(p, value, event, now, stamp)) {
      const [kind, text] = offline ? ["offline", "no connection"] : ["busy", "too many commands are waiting"];
      this.#settled([{ command: { p, value, event }, code: Outcome.refused, kind, text }]);
    } else {
      this.#holding?.set(p, value);
      this.#flush();
    }
  }

  #hello() {
    const path = this.#env.route?.();
    const hidden = this.#env.hidden();
    this.#hidden = hidden;
    this.#connection.ask(
      encodeHello({ schema: this.#schema, ...this.#session.position, turn: ++this.#turns, path, hidden }),
    );
  }

  /** @param {unknown} data */
  #receive(data) {
    try {
      // Any other binary message is no frame, either.
      if (!this.#pictures?.take(data)) this.#take(String(data));
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
    if (!this.#complained) this.#handlers.complain(`Cannot use this frame: ${frame.slice(0, 200)}`, error);
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
        throw new Error(`the server refused a frame: ${frame.why}`);
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
        this.#learn(frame.now, this.#connection.answered());
        this.#connection.ponged();
        this.#flush();
        break;
    }
  }

  /**
   * The server has another version of the dashboard. The page continues with it, or is reloaded.
   * @param {Table} table
   */
  #table(table) {
    if (!Translation.fits(this.#start.components, table)) {
      this.#handlers.reload();
      return;
    }
    this.#translation = new Translation(this.#start, table);
    this.#schema = table.schema;
    // After a delay: several servers behind one address may have different versions.
    this.#connection.restart();
  }

  /** @param {number} p */
  #numberOf(p) {
    return this.#translation?.toServer(p) ?? p;
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    const { restarted, known } = this.#session.welcome(welcome);
    if (restarted) this.#clock.forget();
    this.#settled(this.#told(welcome));
    const asked = this.#connection.answered();
    this.#learn(welcome.now, asked);
    const settled = known
      ? this.#commands.resume(welcome.last, this.#poison)
      : this.#commands.forget(welcome.last, restarted);
    this.#poison = null;
    this.#connection.welcomed(asked);
    this.#behind = welcome.rev;
    if (this.#behind === null) this.#caughtUp(restarted);
    else this.#state.behind();
    this.#settled(settled);
    this.#flush();
    this.look();
    this.#missing?.askAgain();
    this.#connection.settled();
  }

  /**
   * What became of commands. A frame of another version of the dashboard has the same numbers of commands.
   * @param {Welcome | Update} frame
   */
  #told({ results }) {
    return results.flatMap((result) => this.#commands.settle(result));
  }

  /** @param {Update} update */
  #update(update) {
    const { rev, rows, values, edits, streams, quality, notes, beat } = update;
    const settled = this.#told(update);
    for (const { number, reset } of streams) if (reset) this.#missing?.came(number);
    const restarted = this.#session.awaitsSnapshot;
    this.#session.advance(update, (snapshot) => {
      this.#handlers.change({ rows, values, edits, streams, quality, settled, snapshot, rev, ahead: false });
    });
    for (const note of notes) this.#handlers.note(note);
    this.#holding?.apply(values, (p) => this.#commands.outstanding(p));
    if (beat !== null && !this.#env.hidden()) {
      // Only a page that the user sees answers.
      const echo = this.#holding?.echo(beat, (p) => this.#numberOf(p));
      if (echo) this.#connection.send(echo);
    }
    this.#flush();
    if (this.#behind !== null && rev >= this.#behind) this.#caughtUp(restarted);
  }

  /**
   * The page has the values that it missed.
   * @param {boolean} restarted  whether they are of a restarted server
   */
  #caughtUp(restarted) {
    this.#behind = null;
    this.#state.show(restarted ? "restarted" : "live");
    this.#pictures?.caughtUp();
  }

  #flush() {
    const now = this.#env.now();
    const welcomed = this.#connection.isWelcomed;
    const sure = this.#knowsClock();
    // The machine may have slept. Then the age of a command is not known before the server has told its time.
    if (welcomed && !sure && this.#commands.nextDue <= now) this.#connection.askTime();
    const requests = sure && this.#session.token !== null;
    for (const command of this.#commands.ready(welcomed && sure, requests, now)) {
      if (command.byRequest) this.#httpCommands?.send(command);
      else this.#connection.send(this.#encode(command));
    }
    this.#connection.expect(this.#commands.unansweredSince);
    this.#env.cancel(this.#later);
    const due = this.#commands.nextDue;
    // A command that is due and was not sent waits for an answer, which calls this method again.
    if (due > now && due < Number.POSITIVE_INFINITY) {
      this.#later = this.#env.after(Math.ceil(due - now), () => this.#flush());
    }
  }

  /** @param {Command} command */
  #encode({ n, p, value, at, stamp }) {
    const now = this.#env.now();
    return encodeCommand(n, this.#numberOf(p), value, stamp ?? this.#clock.timeOf(at, now), now - at);
  }

  /**
   * The server has told its time.
   * @param {number | null} time  null: it is of a version that does not
   * @param {number} asked  the page's time when it asked
   */
  #learn(time, asked) {
    const now = this.#env.now();
    this.#learned = now;
    if (time !== null) this.#clock.learn(time, asked, now);
  }

  /** Whether the page has not slept since it learned the server's clock. */
  #knowsClock() {
    return this.#learned >= (this.#env.doubted?.() ?? Number.NEGATIVE_INFINITY);
  }

  /**
   * The user released the control with this property.
   * @param {number} p
   */
  release(p) {
    this.#commands.letGo(p, this.#env.now());
    this.#flush();
  }

  /** The page may be closed soon: send values that wait for their rate. */
  hurry() {
    this.#commands.hurry(this.#env.now());
    this.#flush();
  }

  /**
   * The response to a request: the command's outcome and newer states. It does not advance the page's position, because
   * stream items and edits still come through the socket.
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
    const { rev, values, quality } = this.#translation?.toPage(frame) ?? frame;
    command.taken = true;
    const settled = this.#told(frame);
    const news = rev > this.#session.rev ? { values, quality } : NOTHING;
    this.#handlers.change({ ...NOTHING, ...news, settled, rev });
    this.#flush();
    return true;
  }

  /** @param {Settled[]} settled */
  #settled(settled) {
    if (settled.length === 0) return;
    this.#handlers.change({ ...NOTHING, settled, rev: 0 });
  }

  /**
   * Stops until the user asks to reconnect.
   * @param {string} why
   */
  #disconnected(why) {
    this.#connection.stop();
    this.#state.show("disconnected", why);
  }

  /**
   * @param {number} code
   * @param {string} refusal
   * @returns {boolean} whether to reconnect
   */
  #closed(code, refusal) {
    // The frame with the reason was lost.
    if (code === Close.disconnected) {
      this.#disconnected("");
      return false;
    }
    if (code === Close.tooLarge) this.#poison = "too large for the server";
    if (code === Close.takenOver) this.#session.takenOver();
    if (refusal !== "") this.#state.refused(refusal);
    this.#state.cut();
    this.#holding?.drop();
    return true;
  }

  /**
   * @param {LinkState} state
   * @param {string} why
   */
  #shown(state, why) {
    this.#handlers.state(state, this.#connection.heard, this.#connection.transport, why);
    const wasLost = this.#isLost;
    this.#isLost = state === "lost" || state === "disconnected";
    // What is sent again on a new connection waits for a moment while the page is still shown as lost.
    if (this.#isLost && !wasLost) this.#settled(this.#commands.refuseEvents());
  }
}
