// Where a page resumes after a cut: who it is to the server (session), which run of the server its values are from (epoch), and up to
// which revision it has them. Kept in memory, across connections.
//
// Invariant: epoch and revision belong together. While the first update of a restarted server is still to come, the page shows the old
// epoch's values, and says so to whom it says hello.

/** @import { Update, Welcome } from "./protocol.js" */

export class PageSession {
  #epoch;
  #rev;
  /** @type {string | null} Names this page to the server. */
  #token = null;
  /** @type {string | null} Epoch of a restarted server whose snapshot is still to come. */
  #nextEpoch = null;

  /** @param {{ epoch: string, rev: number }} start  what the server wrote into the page */
  constructor({ epoch, rev }) {
    this.#epoch = epoch;
    this.#rev = rev;
  }

  get token() {
    return this.#token;
  }

  get rev() {
    return this.#rev;
  }

  /** For the hello. */
  get position() {
    return { epoch: this.#epoch, rev: this.#rev, session: this.#token };
  }

  /** For a request; null while there is no session. */
  get place() {
    return this.#token === null ? null : { session: this.#token, epoch: this.#epoch, rev: this.#rev };
  }

  /** The next update is everything that a restarted server has. */
  get awaitsSnapshot() {
    return this.#nextEpoch !== null;
  }

  /**
   * @param {Welcome} welcome
   * @returns {{ restarted: boolean, known: boolean }} known: the server goes on with the page's session
   */
  welcome({ epoch, session }) {
    const restarted = epoch !== this.#epoch;
    const known = !restarted && session === this.#token;
    this.#token = session;
    this.#nextEpoch = restarted ? epoch : null;
    return { restarted, known };
  }

  /**
   * Applies an update. If `apply` throws, the page asks for everything the next time: an operation on its copy does not fit, and
   * would not fit again.
   * @param {Update} update
   * @param {(snapshot: boolean) => void} apply
   */
  advance({ rev }, apply) {
    this.#rev = 0;
    apply(this.awaitsSnapshot);
    this.#epoch = this.#nextEpoch ?? this.#epoch;
    this.#nextEpoch = null;
    this.#rev = rev;
  }

  /**
   * Another page goes on with this session: this one becomes a new client instead of taking it back in turns, and asks for
   * everything, because the old session's own values are not the new one's.
   */
  takenOver() {
    this.#token = null;
    this.#rev = 0;
  }
}
