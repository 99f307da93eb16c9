// The choice of the transport between page and server: a WebSocket or, where none opens, server-sent events and
// requests.

/** @import { Wire } from "./event_stream.js" */

/** @typedef {"socket" | "stream"} Transport */

/** The number of consecutive failed sockets after which a stream is tried. */
const SOCKET_PATIENCE = 2;
/** The same for a page that has already had a socket: then usually the server is unreachable. */
const PROVEN_SOCKET_PATIENCE = 5;

/** Chooses the next transport from the results of the last attempts. */
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

  /** A socket takes suspiciously long to open. */
  doubt() {
    this.#failures = Math.max(this.#failures, this.#patience);
  }

  /** @param {Transport} transport  the transport that closed before the server's welcome */
  failed(transport) {
    // From now on both are tried alternately, because the fault may be in the transport or in the server.
    this.#streamFailed = transport === "stream";
    if (transport === "socket") this.#failures += 1;
  }

  /** @param {Transport} transport  the transport of the server's welcome */
  welcomed(transport) {
    this.#streamFailed = false;
    if (transport === "stream") return;
    this.#failures = 0;
    this.#patience = PROVEN_SOCKET_PATIENCE;
  }
}

/** The delay before the page with a stream tries a socket again, in milliseconds. It doubles after each attempt. */
const PROBE_FIRST = 10_000;
/** The longest such delay, in milliseconds. */
const PROBE_MOST = 300_000;
/** The time limit of one attempt, in milliseconds. */
const PROBE_TIME = 12_000;

/** Tries from time to time whether a WebSocket opens, while the page is connected by a stream. */
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

  /** Starts, if it is not running. */
  begin() {
    if (this.#socket || this.#timer) return;
    this.#timer = this.#env.after(this.#wait, () => this.watch(this.#connect()));
    this.#wait = Math.min(2 * this.#wait, PROBE_MOST);
  }

  /**
   * Watches this socket, which is opening.
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
   * Returns the socket if it is open, and stops watching it.
   * @returns {Wire | null}
   */
  take() {
    if (!this.#open) return null;
    const socket = this.#socket;
    this.#socket = null;
    this.#stop();
    return socket;
  }

  /** Stops, because the page has no stream that a socket would improve on. */
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
