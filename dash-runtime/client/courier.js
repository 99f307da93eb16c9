// Carries commands by request, one HTTP request for each: for properties that are not to depend on the socket. The same command goes
// out again, with its number, until there is an answer; the server acts on it once.

import { encodeCommand } from "./protocol.js";

/** @import { Command } from "./commands.js" */

/**
 * @typedef {{ status: number, text: string }} Answer
 *
 * @typedef {object} Place  where the page is: whose page, and what it shows
 * @property {string} session
 * @property {string} epoch
 * @property {number} rev
 *
 * @typedef {object} CourierHandlers
 * @property {() => Place | null} place  null: no session yet
 * @property {(command: Command) => boolean} unanswered  the command waits to be told of
 * @property {() => boolean} lives  whether the rest is told through the socket
 * @property {(command: Command, frame: string) => boolean} answer  false: it is none
 * @property {(command: Command, why: string) => void} refused  no server that reads this takes it, now or ever
 *
 * @typedef {object} CourierEnv  what a test replaces
 * @property {(path: string, body: string, headers: Record<string, string>) => Promise<Answer>} request
 * @property {() => number} now
 * @property {() => number} random
 * @property {(ms: number, run: () => void) => number} after
 */

/** Asks again after a random time up to this, twice as long with each failure … */
const AGAIN_FIRST = 250;
/** … up to this. */
const AGAIN_MOST = 5_000;

export class Courier {
  #path;
  #handlers;
  #env;

  /**
   * @param {string} path
   * @param {CourierHandlers} handlers
   * @param {CourierEnv} env
   */
  constructor(path, handlers, env) {
    this.#path = path;
    this.#handlers = handlers;
    this.#env = env;
  }

  /**
   * Carries the command until it is answered, or of no interest any more.
   * @param {Command} command
   */
  async carry(command) {
    const { n } = command;
    let failures = 0;
    let path = this.#path;
    while (command.n === n && this.#handlers.unanswered(command)) {
      const answer = await this.#ask(path, command);
      if (command.n !== n || !this.#handlers.unanswered(command)) return;
      if (answer?.status === 400 || answer?.status === 413) {
        this.#handlers.refused(command, reasonIn(answer.text));
        return;
      }
      if (answer?.status === 200 && this.#handlers.answer(command, answer.text)) {
        // A slow callback: told through the socket, or when it is asked for again.
        if (this.#handlers.lives()) return;
        failures = 0;
        path = `${this.#path}?wait=applied`;
        continue;
      }
      const most = Math.min(AGAIN_MOST, AGAIN_FIRST * 2 ** failures);
      failures = Math.min(failures + 1, 10);
      await new Promise((run) => this.#env.after(this.#env.random() * most, () => run(undefined)));
    }
  }

  /**
   * @param {string} path
   * @param {Command} command
   * @returns {Promise<Answer | null>}
   */
  async #ask(path, { n, p, value, at }) {
    const place = this.#handlers.place();
    if (!place) return null;
    const headers = {
      "Content-Type": "application/json",
      "Dash-Session": place.session,
      "Dash-Place": `${place.epoch}-${place.rev}`,
    };
    try {
      return await this.#env.request(path, encodeCommand(n, p, value, this.#env.now() - at), headers);
    } catch {
      return null;
    }
  }
}

/**
 * Why, if the answer says so: it may be one of something in between.
 * @param {string} text
 * @returns {string}
 */
function reasonIn(text) {
  try {
    return String(JSON.parse(text).why);
  } catch {
    return "the server could not read it";
  }
}
