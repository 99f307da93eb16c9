// Keeps a connection to the server: one WebSocket or, where none opens, server-sent events and requests. It connects,
// detects a dead connection, and reconnects. It does not read the frames.
//
//   closed --connect()--> opening --> open --welcomed()--> welcomed --> closed --(a pause)--> opening
//
// Invariant: at most one socket is in use. Messages of other sockets are ignored.

import { Backoff } from "./backoff.js";
import { EventStream } from "./event_stream.js";
import { Heartbeat } from "./heartbeat.js";
import { FrameParts } from "./parts.js";
import { PING } from "./protocol.js";
import { SocketProbe, TransportChoice } from "./transport.js";

/** @import { Wire } from "./event_stream.js" */
/** @import { Transport } from "./transport.js" */

/**
 * @typedef {object} ConnectionHandlers
 * @property {() => void} opened  the hello can be sent
 * @property {(data: unknown) => void} received
 * @property {(code: number, refusal: string) => boolean} closed  returns whether to reconnect; `refusal` is why the
 *   server refuses the page, or empty
 * @property {() => unknown} holds  whether the person holds a control
 *
 * @typedef {object} ConnectionEnv  the parts that tests replace
 * @property {(path: string) => Wire} connect
 * @property {(path: string, session: () => string | null) => Wire} [stream]  opens a stream, if no socket can be opened
 * @property {() => number} now
 * @property {() => boolean} hidden  whether the page is hidden
 * @property {() => number} random
 * @property {(ms: number, run: () => void) => number} after
 * @property {(timer: number) => void} cancel
 */

/**
 * If the first socket takes longer than this to open, it may never open. A stream is opened beside it, before the page
 * seems lost.
 */
const OPENING = 800;
/** The longest delay before the next attempt, in milliseconds, while the page is visible. */
const RETRY_SEEN = 2_000;
/** The same for a hidden page. When it becomes visible, it tries at once. */
const RETRY_HIDDEN = 10_000;
/** A connection that lasted this long, in milliseconds, resets the delays. */
const STEADY = 5_000;

export class Connection {
  #paths;
  #token;
  #handlers;
  #env;
  /** @type {Wire | null} */
  #socket = null;
  /** @type {Transport} The kind of the socket. */
  #transport = "socket";
  #welcomed = false;
  #welcomedAt = 0;
  /** The times at which the hello and the pings without an answer were sent. @type {number[]} */
  #asked = [];
  #parts = new FrameParts();
  #choice = new TransportChoice();
  #probe;
  #heartbeat;
  #backoff;
  #doubt = 0;
  #retry = 0;

  /**
   * @param {{ socket: string, stream: string, age: number }} paths  age: of the values of the page, in milliseconds
   * @param {() => string | null} token  the page's session token
   * @param {ConnectionHandlers} handlers
   * @param {ConnectionEnv} env
   */
  constructor(paths, token, handlers, env) {
    this.#paths = paths;
    this.#token = token;
    this.#handlers = handlers;
    this.#env = env;
    this.#backoff = new Backoff(env.random);
    const beat = {
      isOpen: () => this.#welcomed,
      ask: () => this.ask(PING),
      dead: () => this.abandon(),
    };
    this.#heartbeat = new Heartbeat(beat, env, paths.age);
    this.#probe = new SocketProbe(
      () => env.connect(paths.socket),
      () => this.#adopt(),
      env,
    );
  }

  /** Whether the server has welcomed the page on this connection. */
  get isWelcomed() {
    return this.#welcomed;
  }

  get transport() {
    return this.#transport;
  }

  /** The time at which the server was last heard. */
  get heard() {
    return this.#heartbeat.heard;
  }

  connect() {
    this.#env.cancel(this.#retry);
    const open = this.#probe.take();
    if (open) {
      this.#use(open, "socket");
      this.#opened();
    } else if (this.#env.stream && this.#choice.next() === "stream") {
      this.#use(this.#env.stream(this.#paths.stream, this.#token), "stream");
    } else {
      this.#probe.end();
      const socket = this.#env.connect(this.#paths.socket);
      this.#use(socket, "socket");
      if (this.#env.stream) this.#doubt = this.#env.after(OPENING, () => this.#branch(socket));
    }
  }

  /** The network may be back, or the page became visible: check or reconnect at once. */
  wake() {
    if (this.#socket) this.#heartbeat.ask();
    else this.connect();
  }

  /**
   * Sends a frame that the server answers with its time.
   * @param {string} frame  a hello or a ping
   */
  ask(frame) {
    this.#asked.push(this.#env.now());
    this.send(frame);
  }

  /** Asks for the server's time, if no answer is on its way. A connection that does not answer is dead. */
  askTime() {
    this.#heartbeat.ask();
  }

  /** The answer to the oldest `ask` has arrived. Returns the time at which it was asked. */
  answered() {
    return this.#asked.shift() ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * The server's welcome has arrived.
   * @param {number} asked  the time of the hello
   */
  welcomed(asked) {
    this.#welcomed = true;
    this.#welcomedAt = this.heard;
    this.#choice.welcomed(this.#transport);
    this.#heartbeat.welcomed(this.heard - asked);
  }

  /** The pong has arrived. */
  ponged() {
    this.#heartbeat.answered();
  }

  /**
   * Commands are waiting for an answer.
   * @param {number} since  the time at which the oldest was sent; infinite if there is none
   */
  expect(since) {
    if (this.#welcomed) this.#heartbeat.expect(since);
  }

  /** The page has applied the welcome. From now on the connection may try a better transport. */
  settled() {
    this.#heartbeat.check();
    if (this.#transport !== "stream") return;
    this.#probe.begin();
    this.#adopt();
  }

  /** @param {string} frame */
  send(frame) {
    this.#heartbeat.sent();
    this.#socket?.send(frame);
  }

  /** The page may be closed soon: send what waits. */
  hurry() {
    if (this.#socket instanceof EventStream) this.#socket.hurry();
  }

  /** Drops the connection: the server is silent, or its frames cannot be used. */
  abandon() {
    if (!this.#socket) return;
    this.#leave();
    this.#closed(0, "");
  }

  /** Closes, and reconnects after a delay. */
  restart() {
    this.#end();
    this.#retryLater();
  }

  #retryLater() {
    const most = this.#env.hidden() ? RETRY_HIDDEN : RETRY_SEEN;
    this.#retry = this.#env.after(this.#backoff.next(most), () => this.connect());
  }

  /** Closes, until `connect` is called. */
  stop() {
    this.#end();
    this.#probe.end();
    this.#backoff.reset();
  }

  #end() {
    this.#leave();
    this.#socket = null;
    this.#welcomed = false;
    this.#heartbeat.stop();
    this.#env.cancel(this.#doubt);
  }

  /**
   * Uses this socket from now on.
   * @param {Wire} socket
   * @param {Transport} transport
   */
  #use(socket, transport) {
    this.#socket = socket;
    this.#transport = transport;
    this.#welcomed = false;
    this.#asked = [];
    this.#parts = new FrameParts();
    this.#env.cancel(this.#doubt);
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => {
      const frame = this.#parts.take(event.data);
      // A picture is a part of what the server sends meanwhile, like a part of a large frame.
      this.#heartbeat.received(frame === null || this.#parts.underway || typeof frame !== "string");
      if (frame !== null) this.#handlers.received(frame);
    };
    // The reason of a WebSocket is not one that the server gives to people.
    const isStream = transport === "stream";
    socket.onclose = (event) => this.#closed(event.code, isStream ? (event.reason ?? "") : "");
    this.#heartbeat.begin();
  }

  #opened() {
    this.#env.cancel(this.#doubt);
    this.#handlers.opened();
  }

  /**
   * The socket takes long to open. A stream is opened beside it, and the socket may still open.
   * @param {Wire} socket
   */
  #branch(socket) {
    if (socket !== this.#socket || this.#choice.isProven) return;
    this.#choice.doubt();
    if (this.#choice.next() !== "stream") return;
    socket.onmessage = null;
    this.#probe.watch(socket);
    this.connect();
  }

  /** A socket has opened beside the stream. The page resumes on it, like after a cut, once it has a session. */
  #adopt() {
    if (!this.#welcomed) return;
    // A new connection would release what the person holds.
    if (this.#handlers.holds()) {
      this.#env.after(300, () => this.#adopt());
      return;
    }
    const socket = this.#probe.take();
    if (!socket) return;
    this.#leave();
    this.#use(socket, "socket");
    this.#opened();
  }

  /** Closes the socket and ignores its messages. */
  #leave() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /**
   * @param {number} code
   * @param {string} refusal  empty if the server does not refuse the page
   */
  #closed(code, refusal) {
    const lived = this.#welcomed ? this.#env.now() - this.#welcomedAt : -1;
    this.#heartbeat.stop();
    this.#env.cancel(this.#doubt);
    this.#socket = null;
    this.#welcomed = false;
    if (!this.#handlers.closed(code, refusal)) return;
    if (lived >= STEADY) this.#backoff.reset();
    if (lived < 0) this.#choice.failed(this.#transport);
    this.#retryLater();
  }
}
