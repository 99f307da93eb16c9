// The position from which a page resumes after a cut: its identity (session), the run of the server that its values
// come from (epoch), and the revision of the values. It is kept in memory across connections.
//
// Invariant: epoch and revision belong together. Until the first update of a restarted server arrives, the page shows
// the values of the old epoch and sends the old epoch in its hello.

/** @import { Update, Welcome } from "./protocol.js" */

/**
 * @typedef {{ epoch: string, session: string, turn: number }} Left  the position that a page leaves to the next one in
 *   its tab; turn: the number of its connections
 */

export class PageSession {
  #epoch;
  #rev;
  /** @type {string | null} The token that identifies this page to the server. */
  #token = null;
  /** @type {string | null} The epoch of a restarted server whose snapshot has not arrived. */
  #nextEpoch = null;

  /**
   * @param {{ epoch: string, rev: number }} start  from the page's data block
   * @param {Left | null} left  of the page before a reload. It asks for everything, because the values of its own are
   *   not in the document.
   */
  constructor({ epoch, rev }, left) {
    this.#epoch = epoch;
    this.#rev = left ? 0 : rev;
    this.#token = left?.session ?? null;
  }

  get token() {
    return this.#token;
  }

  get rev() {
    return this.#rev;
  }

  /** The position for a hello. */
  get position() {
    return { epoch: this.#epoch, rev: this.#rev, session: this.#token };
  }

  /** The position for a request; null while there is no session. */
  get place() {
    return this.#token === null ? null : { session: this.#token, epoch: this.#epoch, rev: this.#rev };
  }

  /** Whether the next update is the complete state of a restarted server. */
  get awaitsSnapshot() {
    return this.#nextEpoch !== null;
  }

  /**
   * @param {Welcome} welcome
   * @returns {{ restarted: boolean, known: boolean }} known: the server still has the page's session
   */
  welcome({ epoch, session }) {
    const restarted = epoch !== this.#epoch;
    const known = !restarted && session === this.#token;
    this.#token = session;
    this.#nextEpoch = restarted ? epoch : null;
    return { restarted, known };
  }

  /**
   * Applies an update. If `apply` throws, the next hello asks for everything: an operation did not fit the page's copy
   * and would fail again.
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
   * Another page has taken over this session. This page becomes a new client, so that the two do not take it from each
   * other repeatedly. It asks for everything, because the private values of the old session are not those of the new
   * one.
   */
  takenOver() {
    this.#token = null;
    this.#rev = 0;
  }
}
