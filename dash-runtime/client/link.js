// The connection of this page, forever: one WebSocket or, where none opens, a stream of events and requests. It resumes after a cut
// and when it changes from one to the other. Its parts: where to resume (session.js), whether the other end is there (heartbeat.js),
// which transport (transport.js), when again (backoff.js), what the person sees of it (link_state.js), and commands by request
// (http_commands.js). Here they are put together, and frames go in and out.

import { Backoff } from "./backoff.js";
import { EventStream } from "./event_stream.js";
import { Heartbeat } from "./heartbeat.js";
import { HttpCommands } from "./http_commands.js";
import { ShownState } from "./link_state.js";
import {
  BYE,
  Close,
  decodeFrame,
  encodeCommand,
  encodeHello,
  encodeView,
  Outcome,
  PING,
} from "./protocol.js";
import { PageSession } from "./session.js";
import { SocketProbe, TransportChoice } from "./transport.js";

/** @import { Command, Commands, Settled } from "./commands.js" */
/** @import { EditPart, PageStart, QualityPart, RowsPart, StreamPart, ValuePart, Welcome, Update } from "./protocol.js" */
/** @import { Wire } from "./event_stream.js" */
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
 * @property {() => void} reload  this page belongs to another version of the dashboard
 * @property {(message: string, error: unknown) => void} complain
 *
 * @typedef {object} LinkEnv  what a test replaces
 * @property {(path: string) => Wire} connect
 * @property {(path: string, session: () => string | null) => Wire} [stream]  instead of a socket, if there is none to be had
 * @property {() => string} [route]  where the page is, on a dashboard with several
 * @property {() => boolean} hidden  nobody can see the page
 * @property {() => number} now
 * @property {() => number} random
 * @property {(ms: number, run: () => void) => number} after
 * @property {(timer: number) => void} cancel
 * @property {import("./http_commands.js").HttpCommandEnv["request"]} request
 */

/**
 * Where the socket of a page is: on the page's own host, and encrypted if the page is.
 * @param {string} path  from the root of the host
 * @param {string} page  the page's address
 */
export function socketAddress(path, page) {
  return new URL(path, page.replace(/^http/, "ws"));
}

/** A first socket that takes longer to open may be one that never will: a stream is opened beside it, before the page seems lost. */
const OPENING = 800;
/** The longest wait before the next attempt to connect. */
const RETRY_MOST = 10_000;
/** A connection that lived so long was a good one: the next cut starts again with short waits. */
const STEADY = 5_000;

/** What of an update is nothing, if there is only something else. */
const NOTHING = { rows: [], values: [], edits: [], streams: [], quality: [] };

export class Link {
  #start;
  #commands;
  #httpCommands;
  #handlers;
  #env;
  #session;
  /** @type {string | null} Why the server could not read the first command it has not seen. */
  #poison = null;

  /** @type {Wire | null} */
  #socket = null;
  /** @type {Transport} What kind it is. */
  #transport = "socket";
  #choice = new TransportChoice();
  #probe;
  #doubt = 0;
  /** The server has welcomed the page on this socket. */
  #welcomed = false;
  #welcomedAt = 0;
  /** Whether the page is hidden, as the server was told through this socket. */
  #hidden = false;
  #heartbeat;
  #backoff;
  #retry = 0;
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
    this.#backoff = new Backoff(RETRY_MOST, env.random);
    this.#state = new ShownState((state, why) => this.#shown(state, why), env);
    const beat = {
      isOpen: () => this.#welcomed,
      ask: () => this.#say(PING),
      dead: () => this.#abandon(),
    };
    this.#heartbeat = new Heartbeat(beat, env);
    const http = {
      place: () => this.#session.place,
      unanswered: (/** @type {Command} */ command) => commands.has(command),
      lives: () => this.#welcomed,
      answer: (/** @type {Command} */ command, /** @type {string} */ frame) => this.#answered(command, frame),
      refused: (/** @type {Command} */ command, /** @type {string} */ why) => {
        this.#settled(commands.refuse(command, why));
        this.#flush();
      },
    };
    this.#httpCommands = new HttpCommands(start.command, http, env);
    this.#probe = new SocketProbe(
      () => env.connect(start.socket),
      () => this.#adopt(),
      env,
    );
  }

  /** Connects, once; afterwards the link looks after itself. */
  open() {
    this.#state.show("connecting");
    this.#connect();
  }

  /** Something says that the network may be back, or that somebody is looking: waste no time. */
  wake() {
    if (this.#state.now === "disconnected") return;
    if (this.#socket) this.#heartbeat.check();
    else this.#connect();
  }

  /** Whether somebody can see the page may have changed. */
  look() {
    const hidden = this.#env.hidden();
    if (!this.#welcomed || hidden === this.#hidden) return;
    this.#hidden = hidden;
    this.#say(encodeView(hidden));
  }

  /** The person wants to come back after the server has disconnected the page. */
  again() {
    if (this.#state.now === "disconnected") this.open();
  }

  /** The page is closed or left. Without this the server would wait a while for it to come back. */
  bye() {
    if (!this.#welcomed) return;
    this.#say(BYE);
    if (this.#socket instanceof EventStream) this.#socket.hurry();
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

  #connect() {
    this.#env.cancel(this.#retry);
    const open = this.#probe.take();
    if (open) {
      this.#use(open, "socket");
      this.#hello();
    } else if (this.#env.stream && this.#choice.next() === "stream") {
      this.#use(
        this.#env.stream(this.#start.stream, () => this.#session.token),
        "stream",
      );
    } else {
      this.#probe.end();
      const socket = this.#env.connect(this.#start.socket);
      this.#use(socket, "socket");
      if (this.#env.stream) this.#doubt = this.#env.after(OPENING, () => this.#branch(socket));
    }
  }

  /**
   * From now on this is the page's socket.
   * @param {Wire} socket
   * @param {Transport} transport
   */
  #use(socket, transport) {
    this.#socket = socket;
    this.#transport = transport;
    this.#welcomed = false;
    this.#env.cancel(this.#doubt);
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#heartbeat.begin();
  }

  #hello() {
    this.#env.cancel(this.#doubt);
    const { schema } = this.#start;
    const path = this.#env.route?.();
    const hidden = this.#env.hidden();
    this.#hidden = hidden;
    this.#say(encodeHello({ schema, ...this.#session.position, path, hidden }));
  }

  /**
   * The socket takes long to open. It may still do so, beside a stream.
   * @param {Wire} socket
   */
  #branch(socket) {
    if (socket !== this.#socket || this.#choice.isProven) return;
    this.#choice.doubt();
    if (this.#choice.next() !== "stream") return;
    socket.onmessage = null;
    this.#probe.watch(socket);
    this.#connect();
  }

  /** Beside the stream a socket has opened. The page goes on there, as after a cut; but not before it has a session to go on with. */
  #adopt() {
    if (!this.#welcomed) return;
    const socket = this.#probe.take();
    if (!socket) return;
    this.#leave();
    this.#use(socket, "socket");
    this.#hello();
  }

  /** @param {string} frame */
  #say(frame) {
    this.#heartbeat.sent();
    this.#socket?.send(frame);
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heartbeat.received();
    try {
      if (typeof data !== "string") throw new Error("not text");
      this.#take(data);
    } catch (error) {
      this.#complainOnce(String(data), error);
      this.#abandon();
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
        if (!this.#welcomed) throw new Error("update before welcome");
        this.#update(frame);
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
      case "reload":
        this.#handlers.reload();
        break;
      case "pong":
        break;
    }
  }

  /** @param {Welcome} welcome */
  #welcome(welcome) {
    const { restarted, known } = this.#session.welcome(welcome);
    const settled = known
      ? this.#commands.resume(welcome.last, this.#poison)
      : this.#commands.forget(welcome.last, restarted);
    this.#poison = null;
    this.#welcomed = true;
    this.#welcomedAt = this.#heartbeat.heard;
    this.#choice.welcomed(this.#transport);
    this.#state.show(restarted ? "restarted" : "live");
    this.#settled(settled);
    this.#flush();
    this.look();
    this.#heartbeat.check();
    if (this.#transport === "stream") {
      this.#probe.begin();
      this.#adopt();
    }
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
    for (const command of this.#commands.ready(this.#welcomed, this.#session.token !== null, now)) {
      const { n, p, value, at } = command;
      if (command.byRequest) this.#httpCommands.send(command);
      else this.#say(encodeCommand(n, p, value, now - at));
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
    const { rev, values, quality, results } = frame;
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

  /** Turns away from this socket; what it still delivers is not heard. */
  #abandon() {
    if (!this.#socket) return;
    this.#leave();
    this.#closed(0);
  }

  #leave() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /**
   * Nothing is tried before the person wants it.
   * @param {string} why
   */
  #disconnected(why) {
    this.#leave();
    this.#socket = null;
    this.#probe.end();
    this.#heartbeat.stop();
    this.#env.cancel(this.#doubt);
    this.#welcomed = false;
    this.#backoff.reset();
    this.#state.show("disconnected", why);
  }

  /** @param {number} code */
  #closed(code) {
    this.#heartbeat.stop();
    this.#socket = null;
    // What the server said was lost on the way.
    if (code === Close.disconnected) {
      this.#disconnected("");
      return;
    }
    if (code === Close.tooLarge) this.#poison = "too large for the server";
    if (code === Close.takenOver) this.#session.takenOver();
    this.#env.cancel(this.#doubt);
    if (this.#welcomed && this.#env.now() - this.#welcomedAt >= STEADY) this.#backoff.reset();
    if (!this.#welcomed) this.#choice.failed(this.#transport);
    this.#welcomed = false;
    this.#state.cut();
    this.#retry = this.#env.after(this.#backoff.next(), () => this.#connect());
  }

  /**
   * @param {LinkState} state
   * @param {string} why
   */
  #shown(state, why) {
    this.#handlers.state(state, this.#heartbeat.heard, this.#transport, why);
    if (state === "lost" || state === "disconnected") this.#settled(this.#commands.refuseEvents());
  }
}
