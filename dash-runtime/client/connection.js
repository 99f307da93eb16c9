// The connection to the server, forever: one WebSocket or, where none opens, a stream of events and requests. It opens, notices when
// the other end is gone, and opens again. What is said through it is not its business.
//
//   closed --connect()--> opening --> open --welcomed()--> welcomed --> closed --(a pause)--> opening
//
// Invariant: there is at most one socket; what another one still delivers is not heard.

import { Backoff } from "./backoff.js";
import { EventStream } from "./event_stream.js";
import { Heartbeat } from "./heartbeat.js";
import { PING } from "./protocol.js";
import { SocketProbe, TransportChoice } from "./transport.js";

/** @import { Wire } from "./event_stream.js" */
/** @import { Transport } from "./transport.js" */

/**
 * @typedef {object} ConnectionHandlers
 * @property {() => void} opened  a hello can be said
 * @property {(data: unknown) => void} received
 * @property {(code: number) => boolean} closed  whether to connect again
 *
 * @typedef {object} ConnectionEnv  what a test replaces
 * @property {(path: string) => Wire} connect
 * @property {(path: string, session: () => string | null) => Wire} [stream]  instead of a socket, if there is none to be had
 * @property {() => number} now
 * @property {() => number} random
 * @property {(ms: number, run: () => void) => number} after
 * @property {(timer: number) => void} cancel
 */

/** A first socket that takes longer to open may be one that never will: a stream is opened beside it, before the page seems lost. */
const OPENING = 800;
/** The longest wait before the next attempt to connect. */
const RETRY_MOST = 10_000;
/** A connection that lived so long was a good one: the next cut starts again with short waits. */
const STEADY = 5_000;

export class Connection {
  #paths;
  #token;
  #handlers;
  #env;
  /** @type {Wire | null} */
  #socket = null;
  /** @type {Transport} What kind it is. */
  #transport = "socket";
  #welcomed = false;
  #welcomedAt = 0;
  #choice = new TransportChoice();
  #probe;
  #heartbeat;
  #backoff;
  #doubt = 0;
  #retry = 0;

  /**
   * @param {{ socket: string, stream: string }} paths
   * @param {() => string | null} token  the page's session
   * @param {ConnectionHandlers} handlers
   * @param {ConnectionEnv} env
   */
  constructor(paths, token, handlers, env) {
    this.#paths = paths;
    this.#token = token;
    this.#handlers = handlers;
    this.#env = env;
    this.#backoff = new Backoff(RETRY_MOST, env.random);
    const beat = {
      isOpen: () => this.#welcomed,
      ask: () => this.send(PING),
      dead: () => this.abandon(),
    };
    this.#heartbeat = new Heartbeat(beat, env);
    this.#probe = new SocketProbe(
      () => env.connect(paths.socket),
      () => this.#adopt(),
      env,
    );
  }

  /** The server has welcomed the page through it. */
  get isWelcomed() {
    return this.#welcomed;
  }

  get transport() {
    return this.#transport;
  }

  /** When the server was heard last. */
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

  /** The network may be back, or somebody is looking: no time is wasted. */
  wake() {
    if (this.#socket) this.#heartbeat.check();
    else this.connect();
  }

  /** The server's welcome has come. */
  welcomed() {
    this.#welcomed = true;
    this.#welcomedAt = this.heard;
    this.#choice.welcomed(this.#transport);
  }

  /** The page has taken the welcome in: from here on the connection may look for a better transport. */
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

  /** The page may be gone soon: what waits is sent. */
  hurry() {
    if (this.#socket instanceof EventStream) this.#socket.hurry();
  }

  /** There is no use for what the server says, or it says nothing. */
  abandon() {
    if (!this.#socket) return;
    this.#leave();
    this.#closed(0);
  }

  /** Closes, and opens again after a pause. */
  restart() {
    this.#end();
    this.#retry = this.#env.after(this.#backoff.next(), () => this.connect());
  }

  /** Closes, until somebody connects it again. */
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
   * From now on this is the page's socket.
   * @param {Wire} socket
   * @param {Transport} transport
   */
  #use(socket, transport) {
    this.#socket = socket;
    this.#transport = transport;
    this.#welcomed = false;
    this.#env.cancel(this.#doubt);
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => {
      this.#heartbeat.received();
      this.#handlers.received(event.data);
    };
    socket.onclose = (event) => this.#closed(event.code);
    this.#heartbeat.begin();
  }

  #opened() {
    this.#env.cancel(this.#doubt);
    this.#handlers.opened();
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
    this.connect();
  }

  /** Beside the stream a socket has opened. The page goes on there, as after a cut; but not before it has a session to go on with. */
  #adopt() {
    if (!this.#welcomed) return;
    const socket = this.#probe.take();
    if (!socket) return;
    this.#leave();
    this.#use(socket, "socket");
    this.#opened();
  }

  /** Turns away from the socket; what it still delivers is not heard. */
  #leave() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {number} code */
  #closed(code) {
    const lived = this.#welcomed ? this.#env.now() - this.#welcomedAt : -1;
    this.#heartbeat.stop();
    this.#env.cancel(this.#doubt);
    this.#socket = null;
    this.#welcomed = false;
    if (!this.#handlers.closed(code)) return;
    if (lived >= STEADY) this.#backoff.reset();
    if (lived < 0) this.#choice.failed(this.#transport);
    this.#retry = this.#env.after(this.#backoff.next(), () => this.connect());
  }
}
