// How a page gets to its server: through a WebSocket, or, where none opens, by a stream of events and requests.

/** @import { Wire } from "./stream.js" */

/** @typedef {"socket" | "stream"} Way */

/** So many sockets in a row come to nothing before a stream is tried … */
const SOCKET_PATIENCE = 2;
/** … and so many if the page has had a socket: mostly it is the server that is not there. */
const PROVEN_SOCKET_PATIENCE = 5;

/** Which way is to be tried next. */
export class Ways {
  #patience = SOCKET_PATIENCE;
  #failures = 0;
  #streamFailed = false;

  /** @returns {Way} */
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

  /** @param {Way} way  it came to nothing */
  failed(way) {
    // From here on in turns: it is not known whether it is the way or the server.
    this.#streamFailed = way === "stream";
    if (way === "socket") this.#failures += 1;
  }

  /** @param {Way} way  it leads to the server */
  welcomed(way) {
    this.#streamFailed = false;
    if (way === "stream") return;
    this.#failures = 0;
    this.#patience = PROVEN_SOCKET_PATIENCE;
  }
}

/** So long after the page got a stream it tries a socket again … */
const TRIAL_FIRST = 10_000;
/** … and then after twice the time each, up to this. */
const TRIAL_MOST = 300_000;
/** A trial takes no longer than this. */
const TRIAL_TIME = 12_000;

/** Tries now and then, beside the stream that a page lives on, whether a socket opens. */
export class Trial {
  #connect;
  #opened;
  #env;
  /** @type {Wire | null} */
  #socket = null;
  #open = false;
  #timer = 0;
  #wait = TRIAL_FIRST;

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
    this.#wait = Math.min(2 * this.#wait, TRIAL_MOST);
  }

  /**
   * This socket is opening.
   * @param {Wire} socket
   */
  watch(socket) {
    this.#stop();
    this.#socket = socket;
    this.#timer = this.#env.after(TRIAL_TIME, () => this.#failed());
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
