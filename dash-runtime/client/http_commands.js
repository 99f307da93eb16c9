// Commands by HTTP, one request each, for properties that do not use the socket. A command is sent again with the same
// number until it is answered. The server executes it once.

import { Backoff } from "./backoff.js";
import { reasonIn } from "./event_stream.js";
import { extras } from "./extras.js";

/** @import { Command } from "./commands.js" */

/**
 * @typedef {{ status: number, text: string }} Answer
 *
 * @typedef {object} Place  the page's session, and the revision that it shows
 * @property {string} session
 * @property {string} epoch
 * @property {number} rev
 *
 * @typedef {object} HttpCommandHandlers
 * @property {() => Place | null} place  null: there is no session yet
 * @property {(command: Command) => string} encode  the command's frame, with its age now
 * @property {(command: Command) => boolean} unanswered  the command still needs an outcome
 * @property {() => boolean} lives  whether the socket is connected and will bring the outcome
 * @property {(command: Command, frame: string) => boolean} answer  returns false if the text is not an answer
 * @property {(command: Command, why: string) => void} refused  the server will never take the command
 *
 * @typedef {object} HttpCommandEnv  the parts that tests replace
 * @property {(path: string, body: string, headers: Record<string, string>) => Promise<Answer>} request
 * @property {() => number} random
 * @property {(ms: number, run: () => void) => number} after
 */

/** The longest delay between two attempts, in milliseconds. */
const AGAIN_MOST = 5_000;

export class HttpCommands {
  #path;
  #handlers;
  #env;

  /**
   * @param {string} path
   * @param {HttpCommandHandlers} handlers
   * @param {HttpCommandEnv} env
   */
  constructor(path, handlers, env) {
    this.#path = path;
    this.#handlers = handlers;
    this.#env = env;
  }

  /**
   * Sends the command until it is answered or needs no outcome any more.
   * @param {Command} command
   */
  async send(command) {
    const { n } = command;
    const backoff = new Backoff(this.#env.random);
    let path = this.#path;
    while (command.n === n && this.#handlers.unanswered(command)) {
      const answer = await this.#ask(path, command);
      if (command.n !== n || !this.#handlers.unanswered(command)) return;
      if (answer?.status === 400 || answer?.status === 413) {
        this.#handlers.refused(command, reasonIn(answer.text) || "the server could not read it");
        return;
      }
      if (answer?.status === 200 && this.#handlers.answer(command, answer.text)) {
        // The callback is slow. The outcome arrives through the socket, or with the next request.
        if (this.#handlers.lives()) return;
        backoff.reset();
        path = `${this.#path}?wait=applied`;
        continue;
      }
      await new Promise((run) => this.#env.after(backoff.next(AGAIN_MOST), () => run(undefined)));
    }
  }

  /**
   * @param {string} path
   * @param {Command} command
   * @returns {Promise<Answer | null>}
   */
  async #ask(path, command) {
    const place = this.#handlers.place();
    if (!place) return null;
    const headers = {
      "Content-Type": "application/json",
      "Dash-Session": place.session,
      "Dash-Place": `${place.epoch}-${place.rev}`,
    };
    try {
      return await this.#env.request(path, this.#handlers.encode(command), headers);
    } catch {
      return null;
    }
  }
}

extras.httpCommands = (path, handlers, env) => new HttpCommands(path, handlers, env);
