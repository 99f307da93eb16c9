// The replacement for a WebSocket where a proxy blocks it: server-sent events for one direction, and one request after
// the other for the other. To the link it behaves like a socket: it opens, delivers frames and closes, and the page
// then reconnects and resumes.

import { Close } from "./protocol.js";

/**
 * @typedef {object} Wire  the interface that the link needs of a socket or a stream
 * @property {((event: any) => unknown) | null} onopen
 * @property {((event: any) => unknown) | null} onmessage
 * @property {((event: any) => unknown) | null} onclose
 * @property {(frame: string) => void} send
 * @property {() => void} close
 *
 * @typedef {object} Opened  the response to a hello
 * @property {number} status
 * @property {string | null} number  identifies the stream in its requests
 * @property {() => Promise<string | null>} read  the next chunk of the body; null at its end
 *
 * @typedef {object} EventStreamEnv  the parts that tests replace
 * @property {(path: string, hello: string, signal: AbortSignal) => Promise<Opened>} open
 * @property {import("./http_commands.js").HttpCommandEnv["request"]} request
 * @property {(ms: number, run: () => void) => number} after
 */

/** The longest reason of a refusal, in characters, that the page shows. */
const REASON_LENGTH = 400;

/** @implements {Wire} */
export class EventStream {
  /** @type {Wire["onopen"]} */
  onopen = null;
  /** @type {Wire["onmessage"]} */
  onmessage = null;
  /** @type {Wire["onclose"]} */
  onclose = null;
  #path;
  #session;
  #env;
  #stop = new AbortController();
  #greeted = false;
  #closed = false;
  /** @type {string | null} */
  #number = null;
  /** @type {string[]} Frames that are not sent yet. */
  #waiting = [];
  #underway = false;
  /** The largest number of frames in one request. */
  #most = Number.POSITIVE_INFINITY;

  /**
   * @param {string} path
   * @param {() => string | null} session  the page's session token, after the welcome
   * @param {EventStreamEnv} env
   */
  constructor(path, session, env) {
    this.#path = path;
    this.#session = session;
    this.#env = env;
    // Later, so that the creator can set its handlers first.
    env.after(0, () => this.#closed || this.onopen?.(null));
  }

  /** @param {string} frame  the first one is the hello */
  send(frame) {
    if (this.#closed) return;
    if (this.#greeted) {
      this.#waiting.push(frame);
      this.#carry();
    } else {
      this.#greeted = true;
      this.#open(frame);
    }
  }

  close() {
    this.#closed = true;
    this.#stop.abort();
  }

  /** The page may be closed before the running request is answered, so waiting frames are sent now. */
  hurry() {
    if (!this.#closed && this.#waiting.length > 0) this.#put(this.#waiting.splice(0)).catch(() => null);
  }

  /** @param {string} hello */
  async #open(hello) {
    try {
      const { status, number, read } = await this.#env.open(this.#path, hello, this.#stop.signal);
      if (status !== 200) {
        // A socket that is refused does not tell the reason. The answer to this request does. Other errors may be a
        // proxy's, whose text is a whole document.
        const why = status === 403 || status === 503 ? ((await read()) ?? "") : "";
        const reason = reasonIn(why) || (status === 403 ? why : "");
        this.#end(status === 413 ? Close.tooLarge : 0, reason.slice(0, REASON_LENGTH));
        return;
      }
      this.#number = number;
      const events = new EventReader();
      for (let piece = await read(); piece !== null && !this.#closed; piece = await read()) {
        for (const { name, data } of events.take(piece)) this.#happened(name, data);
      }
      this.#end(0);
    } catch {
      this.#end(0);
    }
  }

  /**
   * @param {string} name
   * @param {string} data
   */
  #happened(name, data) {
    if (this.#closed) return;
    if (name === "close") this.#end(Number(JSON.parse(data).code));
    else this.onmessage?.({ data });
  }

  /** Sends the waiting frames, unless a request is running: two requests could overtake each other. */
  async #carry() {
    if (this.#underway || this.#waiting.length === 0) return;
    this.#underway = true;
    const frames = this.#waiting.splice(0, this.#most);
    const status = await this.#put(frames).catch(() => 0);
    this.#underway = false;
    if (this.#closed) return;
    if (status === 413 && frames.length > 1) {
      // Together the frames are too large, and the server took none of them.
      this.#most = 1;
      this.#waiting.unshift(...frames);
    } else if (status !== 204) {
      this.#end(status === 413 ? Close.tooLarge : 0);
      return;
    }
    this.#carry();
  }

  /** @param {string[]} frames */
  async #put(frames) {
    const headers = {
      "Content-Type": "application/json",
      "Dash-Session": this.#session() ?? "",
      "Dash-Stream": this.#number ?? "",
    };
    return (await this.#env.request(this.#path, `[${frames.join(",")}]`, headers)).status;
  }

  /**
   * @param {number} code
   * @param {string} [reason]  why the server refuses the page
   */
  #end(code, reason = "") {
    if (this.#closed) return;
    this.close();
    this.onclose?.({ code, reason });
  }
}

/**
 * The reason in the body of a response of the server. Empty if it has none, as the response of a proxy.
 * @param {string} text
 * @returns {string}
 */
export function reasonIn(text) {
  try {
    return String(JSON.parse(text).why);
  } catch {
    return "";
  }
}

/** Extracts server-sent events from text that arrives in chunks. */
class EventReader {
  #rest = "";

  /**
   * @param {string} piece
   * @returns {{ name: string, data: string }[]}
   */
  take(piece) {
    const events = (this.#rest + piece).split("\n\n");
    this.#rest = events.pop() ?? "";
    return events.map((event) => this.#read(event)).filter(({ data }) => data !== "");
  }

  /** @param {string} event */
  #read(event) {
    const lines = event.split("\n");
    const field = (/** @type {string} */ name) => {
      return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
    };
    return { name: field("event"), data: field("data") };
  }
}
