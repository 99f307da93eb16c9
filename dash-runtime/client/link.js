// The connection of this page, forever: one WebSocket or, where none opens, a stream of events and requests. It keeps the page's
// place (epoch, revision, session) in memory, resumes there after a cut and when it changes from one to the other, and notices
// within 12 s when the other side is silently gone.

import { Courier } from "./courier.js";
import { BYE, decodeFrame, encodeCommand, encodeHello, encodeView, Outcome, PING } from "./protocol.js";
import { Stream } from "./stream.js";
import { Trial, Ways } from "./ways.js";

/** @import { Command, Commands, Settled } from "./commands.js" */
/** @import { EditPart, PageStart, QualityPart, RowsPart, StreamPart, ValuePart, Welcome, Update } from "./protocol.js" */
/** @import { Wire } from "./stream.js" */
/** @import { Way } from "./ways.js" */

/**
 * @typedef {"connecting" | "live" | "lost" | "restarted" | "disconnected"} LinkState  disconnected: by the server, and the person
 *   is to say whether the page comes back
 *
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
 * @property {(state: LinkState, heard: number, way: Way, why: string) => void} state  heard: time of the last sign of life; why: what
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
 * @property {import("./courier.js").CourierEnv["request"]} request
 */

/**
 * Where the socket of a page is: on the page's own host, and encrypted if the page is.
 * @param {string} path  from the root of the host
 * @param {string} page  the page's address
 */
export function socketAddress(path, page) {
  return new URL(path, page.replace(/^http/, "ws"));
}

/** A link on which either side has said nothing for so long is asked; the server, too, wants to hear that the page is there. */
const QUIET = 5_000;
/** A link on which nothing is heard for so long, though asked or still being opened, is dead. */
const DEAD = 12_000;
/** A cut shorter than this is not shown, and a click in it still goes out. Also the time the first connection may take. */
const GRACE = 1_000;
/** A first socket that takes longer to open may be one that never will: a stream is opened beside it, before the page seems lost. */
const OPENING = 800;
/** Reconnect after a random time up to this (full jitter: a restarted server is not hit by all pages at once) … */
const RETRY_FIRST = 250;
/** … doubled at each failure up to this. */
const RETRY_MOST = 10_000;
/** A link that lived so long was a good one: the next cut starts again with short waits. */
const STEADY = 5_000;
/** The server has closed the socket because it does not want this page any more. */
const DISCONNECTED = 4005;
/** So long the page says that the server was restarted. */
const NOTICE = 10_000;

export class Link {
  #start;
  #commands;
  #courier;
  #handlers;
  #env;
  /** The server's run and the revision that the page shows; both together are the place to resume at. */
  #epoch;
  #rev;
  /** @type {string | null} Names this page to the server across sockets. */
  #session = null;
  /** @type {string | null} Epoch of a restarted server whose snapshot is still to come. */
  #nextEpoch = null;
  /** @type {string | null} Why the server could not read the first command it has not seen. */
  #poison = null;

  /** @type {Wire | null} */
  #socket = null;
  /** @type {Way} What kind it is. */
  #way = "socket";
  #ways = new Ways();
  #trial;
  #doubt = 0;
  #welcomed = false;
  #welcomedAt = 0;
  /** What the server was told of that, through this socket. */
  #hidden = false;
  #heard;
  #spoke = 0;
  /** When the link counts as dead: infinite unless a question is open. */
  #deadline = 0;
  #failures = 0;
  #complained = false;
  /** @type {LinkState} */
  #state = "connecting";
  #watch = 0;
  #retry = 0;
  #later = 0;
  #notice = 0;

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
    this.#epoch = start.epoch;
    this.#rev = start.rev;
    this.#heard = env.now();
    const courier = {
      place: () => this.#place(),
      unanswered: (/** @type {Command} */ command) => commands.has(command),
      lives: () => this.#welcomed,
      answer: (/** @type {Command} */ command, /** @type {string} */ frame) => this.#answered(command, frame),
      refused: (/** @type {Command} */ command, /** @type {string} */ why) => {
        this.#settled(commands.refuse(command, why));
        this.#flush();
      },
    };
    this.#courier = new Courier(start.command, courier, env);
    this.#trial = new Trial(
      () => env.connect(start.socket),
      () => this.#adopt(),
      env,
    );
  }

  /** Connects, once; afterwards the link looks after itself. */
  open() {
    this.#show("connecting");
    this.#connect();
  }

  /** Something says that the network may be back, or that somebody is looking: waste no time. */
  wake() {
    if (this.#state === "disconnected") return;
    if (this.#socket) this.#beat();
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
    if (this.#state === "disconnected") this.open();
  }

  /** The page is closed or left. Without this the server would wait a while for it to come back. */
  bye() {
    if (!this.#welcomed) return;
    this.#say(BYE);
    if (this.#socket instanceof Stream) this.#socket.hurry();
  }

  /**
   * Sends a command now or as soon as it may be; a refusal comes back through the handlers like one by the server.
   * @param {number} p
   * @param {unknown} value
   * @param {boolean} event
   */
  send(p, value, event) {
    const now = this.#env.now();
    const offline = this.#state === "disconnected" || (event && this.#state === "lost");
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
    const open = this.#trial.take();
    if (open) {
      this.#use(open, "socket");
      this.#hello();
    } else if (this.#env.stream && this.#ways.next() === "stream") {
      this.#use(
        this.#env.stream(this.#start.stream, () => this.#session),
        "stream",
      );
    } else {
      this.#trial.end();
      const socket = this.#env.connect(this.#start.socket);
      this.#use(socket, "socket");
      if (this.#env.stream) this.#doubt = this.#env.after(OPENING, () => this.#branch(socket));
    }
  }

  /**
   * From now on this is the page's socket.
   * @param {Wire} socket
   * @param {Way} way
   */
  #use(socket, way) {
    this.#socket = socket;
    this.#way = way;
    this.#welcomed = false;
    this.#deadline = this.#env.now() + DEAD;
    this.#env.cancel(this.#doubt);
    socket.onopen = () => this.#hello();
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.#beat();
  }

  #hello() {
    this.#env.cancel(this.#doubt);
    const { schema } = this.#start;
    const path = this.#env.route?.();
    const hidden = this.#env.hidden();
    this.#hidden = hidden;
    this.#say(
      encodeHello({ schema, epoch: this.#epoch, rev: this.#rev, session: this.#session, path, hidden }),
    );
  }

  /**
   * The socket takes long to open. It may still do so, beside a stream.
   * @param {Wire} socket
   */
  #branch(socket) {
    if (socket !== this.#socket || this.#ways.isProven) return;
    this.#ways.doubt();
    if (this.#ways.next() !== "stream") return;
    socket.onmessage = null;
    this.#trial.watch(socket);
    this.#connect();
  }

  /** Beside the stream a socket has opened. The page goes on there, as after a cut; but not before it has a session to go on with. */
  #adopt() {
    if (!this.#welcomed) return;
    const socket = this.#trial.take();
    if (!socket) return;
    this.#leave();
    this.#use(socket, "socket");
    this.#hello();
  }

  /** Asks a quiet link, gives up a dead one. A timer may come very late (hidden page, sleeping machine), so only an unanswered question counts. */
  #beat() {
    this.#env.cancel(this.#watch);
    const now = this.#env.now();
    if (now >= this.#deadline) {
      this.#abandon();
      return;
    }
    const quiet = Math.min(this.#heard, this.#spoke) + QUIET;
    if (this.#welcomed && this.#deadline === Number.POSITIVE_INFINITY && now >= quiet) {
      this.#say(PING);
      this.#deadline = now + DEAD - QUIET;
    }
    const next = this.#welcomed ? Math.min(this.#deadline, Math.max(quiet, now + 1_000)) : this.#deadline;
    this.#watch = this.#env.after(next - now, () => this.#beat());
  }

  /** @param {string} frame */
  #say(frame) {
    this.#spoke = this.#env.now();
    this.#socket?.send(frame);
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heard = this.#env.now();
    this.#deadline = Number.POSITIVE_INFINITY;
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
  #welcome({ epoch, session, last }) {
    const restarted = epoch !== this.#epoch;
    const known = !restarted && session === this.#session;
    const settled = known
      ? this.#commands.resume(last, this.#poison)
      : this.#commands.forget(last, restarted);
    this.#poison = null;
    this.#session = session;
    this.#nextEpoch = restarted ? epoch : null;
    this.#welcomed = true;
    this.#welcomedAt = this.#heard;
    this.#ways.welcomed(this.#way);
    this.#show(restarted ? "restarted" : "live");
    this.#settled(settled);
    this.#flush();
    this.look();
    this.#beat();
    if (this.#way === "stream") {
      this.#trial.begin();
      this.#adopt();
    }
  }

  /** @param {Update} update */
  #update({ rev, rows, values, edits, streams, quality, results, notes }) {
    const snapshot = this.#nextEpoch !== null;
    const settled = results.flatMap((result) => this.#commands.settle(result));
    // If this fails, the page asks for everything: an operation on its copy does not fit, and would not the next time.
    this.#rev = 0;
    this.#handlers.change({ rows, values, edits, streams, quality, settled, snapshot, rev, ahead: false });
    this.#epoch = this.#nextEpoch ?? this.#epoch;
    this.#nextEpoch = null;
    this.#rev = rev;
    for (const note of notes) this.#handlers.note(note);
    this.#flush();
  }

  #flush() {
    const now = this.#env.now();
    for (const command of this.#commands.ready(this.#welcomed, this.#session !== null, now)) {
      const { n, p, value, at } = command;
      if (command.byRequest) this.#courier.carry(command);
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

  #place() {
    return this.#session === null ? null : { session: this.#session, epoch: this.#epoch, rev: this.#rev };
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
    const news = rev > this.#rev ? { values, quality } : { values: [], quality: [] };
    this.#handlers.change({
      ...news,
      rows: [],
      edits: [],
      streams: [],
      settled,
      snapshot: false,
      rev,
      ahead: true,
    });
    this.#flush();
    return true;
  }

  /** @param {Settled[]} settled */
  #settled(settled) {
    if (settled.length === 0) return;
    const nothing = { rows: [], values: [], edits: [], streams: [], quality: [] };
    this.#handlers.change({ ...nothing, settled, snapshot: false, rev: 0, ahead: true });
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
    this.#trial.end();
    this.#env.cancel(this.#watch);
    this.#env.cancel(this.#doubt);
    this.#welcomed = false;
    this.#failures = 0;
    this.#show("disconnected", why);
  }

  /** @param {number} code */
  #closed(code) {
    const now = this.#env.now();
    this.#env.cancel(this.#watch);
    this.#socket = null;
    // What it said was lost.
    if (code === DISCONNECTED) {
      this.#disconnected("");
      return;
    }
    if (code === 1009) this.#poison = "too large for the server";
    // Another page speaks for this session now: go on as a new one instead of taking it back in turns, and ask for everything,
    // because what this page shows of the old session's own values is not the new one's.
    if (code === 4001) {
      this.#session = null;
      this.#rev = 0;
    }
    this.#env.cancel(this.#doubt);
    if (this.#welcomed && now - this.#welcomedAt >= STEADY) this.#failures = 0;
    if (!this.#welcomed) this.#ways.failed(this.#way);
    this.#welcomed = false;
    if (this.#state !== "lost" && this.#state !== "connecting") this.#show("connecting");
    const most = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#retry = this.#env.after(this.#env.random() * most, () => this.#connect());
  }

  /**
   * @param {LinkState} state
   * @param {string} [why]
   */
  #show(state, why = "") {
    this.#state = state;
    this.#env.cancel(this.#notice);
    if (state === "connecting") this.#notice = this.#env.after(GRACE, () => this.#show("lost"));
    if (state === "restarted") this.#notice = this.#env.after(NOTICE, () => this.#show("live"));
    this.#handlers.state(state, this.#heard, this.#way, why);
    if (state === "lost" || state === "disconnected") this.#settled(this.#commands.refuseEvents());
  }
}

/**
 * A clock in milliseconds that also counts the time a machine slept, which performance.now() may leave out: a command must not
 * look young after a night in a closed laptop. It never goes back.
 * @param {() => number} steady
 * @param {() => number} wall
 * @returns {() => number}
 */
export function createClock(steady = () => performance.now(), wall = () => Date.now()) {
  let time = 0;
  let lastSteady = steady();
  let lastWall = wall();
  return () => {
    const nextSteady = steady();
    const nextWall = wall();
    const passed = nextSteady - lastSteady;
    const slept = nextWall - lastWall - passed;
    time += slept > 1_000 ? passed + slept : passed;
    lastSteady = nextSteady;
    lastWall = nextWall;
    return time;
  };
}
