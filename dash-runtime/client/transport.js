// By which transport a page talks to its server: a WebSocket or, where none opens, server-sent events and requests.

/** @import { Wire } from "./event_stream.js" */

/** @typedef {"socket" | "stream"} Transport */

/** So many sockets in a row come to nothing before a stream is tried … */
const SOCKET_PATIENCE = 2;
/** … and so many if the page has had a socket: mostly it is the server that is not there. */
const PROVEN_SOCKET_PATIENCE = 5;

/** Which transport is tried next, from what became of the last attempts. */
export class TransportChoice {
  #patience = SOCKET_PATIENCE;
  #failures = 0;
  #streamFailed = false;

  /** @returns {Transport} */
  next() {
    return this.#failures < this.#patience || this.#streamFailed ? "socket" : "stream";
  }

  /** Whether the page has had a socket. */
  get isProven() {
    return this.#patience === PROVEN_SOCKET_PATIENCE;
  }

  /** A socket takes suspiciously long. */
  doubt() {
    this.#failures = Math.max(this.#failures, this.#patience);
  }

  /** @param {Transport} transport  it closed before the server's welcome */
  failed(transport) {
    // From here on in turns: the fault may be the transport's or the server's.
    this.#streamFailed = transport === "stream";
    if (transport === "socket") this.#failures += 1;
  }

  /** @param {Transport} transport  the server's welcome came by it */
  welcomed(transport) {
    this.#streamFailed = false;
    if (transport === "stream") return;
    this.#failures = 0;
    this.#patience = PROVEN_SOCKET_PATIENCE;
  }
}

/** So long after the page got a stream it tries a socket again … */
const PROBE_FIRST = 10_000;
/** … and then after twice the time each, up to this. */
const PROBE_MOST = 300_000;
/** A probe takes no longer than this. */
const PROBE_TIME = 12_000;

/** Tries now and then, while the page is connected by a stream, whether a WebSocket opens. */
export class SocketProbe {
  #connect;
  #opened;
  #env;
  /** @type {Wire | null} */
  #socket = null;
  #open = false;
  #timer = 0;
  #wait = PROBE_FIRST;

  /**
   * @param {() => Wire} connect
   * @param {() => void} opened
   * @param {{ after: (ms: number, run: () => void) => number, cancel: (timer: number) => void }} env
   */
  constructor(connect, opened, env) {
    this.#connect = connect;
    this.#opened = opened;
    this.#env = env;
  }

  /** From now on, if not already. */
  begin() {
    if (this.#socket || this.#timer) return;
    this.#timer = this.#env.after(this.#wait, () => this.watch(this.#connect()));
    this.#wait = Math.min(2 * this.#wait, PROBE_MOST);
  }

  /**
   * This socket is opening.
   * @param {Wire} socket
   */
  watch(socket) {
    this.#stop();
    this.#socket = socket;
    this.#timer = this.#env.after(PROBE_TIME, () => this.#failed());
    socket.onmessage = null;
    socket.onclose = () => this.#failed();
    socket.onopen = () => {
      this.#env.cancel(this.#timer);
      this.#timer = 0;
      this.#open = true;
      this.#opened();
    };
  }

  /**
   * The socket, if it is open. It is not watched any more.
   * @returns {Wire | null}
   */
  take() {
    if (!this.#open) return null;
    const socket = this.#socket;
    this.#socket = null;
    this.#stop();
    return socket;
  }

  /** There is no stream that it would be better than. */
  end() {
    this.#stop();
  }

  #failed() {
    this.#stop();
    this.begin();
  }

  #stop() {
    this.#env.cancel(this.#timer);
    this.#timer = 0;
    this.#open = false;
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }
}
