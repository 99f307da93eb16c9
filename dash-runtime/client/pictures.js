// Pictures over the page's own connection. An element asks for the next picture of its property when it has drawn the
// last one, so at most one is on its way, and frames with values and outcomes are never behind more than that. A page
// without a socket fetches the pictures that the values name.

import { extras } from "./extras.js";

/** @import { Connection } from "./connection.js" */
/** @import { Component } from "./element.js" */

/**
 * @typedef {object} Arrived  a picture
 * @property {string} id
 * @property {Blob} file
 * @property {number | null} age  time since it was made, in milliseconds: at least this. Null if that is not known
 *
 * @typedef {object} Feed  the pictures of one element
 * @property {number} number  of the property
 * @property {(picture: Arrived) => void} take
 * @property {string | null} has  the picture that the element has drawn
 * @property {string | null} told  the newest picture, as the value of the property names it
 * @property {boolean} wants  whether the element takes another picture
 * @property {boolean} loads  whether a picture is being fetched
 *
 * @typedef {[
 *   connection: Pick<Connection, "transport" | "send">,
 *   numberOf: (p: number) => number,
 *   now: () => number | null,
 *   isCurrent: () => boolean
 * ]} PictureLink  the connection, as the pictures see it; the number of a property at the server; the server's clock;
 *   whether the page is connected and has the values that it missed, so that it knows the newest picture
 */

/** The byte in front of a part that others follow: "+". Before the last part is "=". */
const MORE = 0x2b;
const NEWLINE = 0x0a;
/** The delay before a picture that could not be fetched is tried again, in milliseconds. */
const AGAIN = 1_000;

export class Pictures {
  /** @type {WeakMap<Component, Feed>} */
  #feeds = new WeakMap();
  /** The elements with pictures that are on the page, or were when the last picture came. @type {Set<Component>} */
  #attached = new Set();
  /** @type {PictureLink | null} */
  #link = null;
  /** By property: the last picture that has come over this connection. @type {Map<number, string>} */
  #got = new Map();
  /** The parts of a picture that has not arrived completely. @type {Uint8Array<ArrayBuffer>[]} */
  #parts = [];
  #fetch;

  /** @param {(id: string) => Promise<Blob>} fetchPicture */
  constructor(fetchPicture) {
    this.#fetch = fetchPicture;
  }

  /** @param {PictureLink} link */
  connect(...link) {
    this.#link = link;
    return this;
  }

  /**
   * The element shows the pictures of its first property from now on.
   * @param {Component} element
   * @param {(picture: Arrived) => void} take  called for each picture that the element has asked for
   */
  open(element, take) {
    this.#feeds.set(element, {
      number: Number.NaN,
      take,
      has: null,
      told: null,
      wants: false,
      loads: false,
    });
  }

  /**
   * @param {Component} element
   * @param {number} number  of the element's first property
   */
  attached(element, number) {
    const feed = this.#feeds.get(element);
    if (!feed) return;
    feed.number = number;
    this.#attached.add(element);
    this.#ask(feed);
  }

  /** The feeds of the elements that are on the page. */
  #live() {
    for (const element of this.#attached) if (!element.isConnected) this.#attached.delete(element);
    return [...this.#attached].map((element) => /** @type {Feed} */ (this.#feeds.get(element)));
  }

  /**
   * The element can take the next picture.
   * @param {Component} element
   * @param {string | null} has  the one that it has drawn
   */
  want(element, has) {
    const feed = this.#feeds.get(element);
    if (!feed) return;
    Object.assign(feed, { has, wants: true });
    this.#ask(feed);
  }

  /**
   * The newest picture has this name.
   * @param {Component} element
   * @param {string | null} id
   */
  tell(element, id) {
    const feed = this.#feeds.get(element);
    if (!feed) return;
    feed.told = id;
    if (this.#link?.[0].transport === "stream") this.#ask(feed);
  }

  /** There is a new connection, and the page is current. What was on its way over the last one is lost. */
  caughtUp() {
    this.#parts = [];
    this.#got.clear();
    for (const feed of this.#live()) this.#ask(feed);
  }

  /** @param {Feed} feed */
  #ask(feed) {
    if (!this.#link || !feed.wants || Number.isNaN(feed.number)) return;
    const [connection, numberOf, , isCurrent] = this.#link;
    if (!isCurrent()) return;
    if (connection.transport === "stream") {
      this.#load(feed);
      return;
    }
    const p = numberOf(feed.number);
    const has = feed.has ?? undefined;
    const got = this.#got.get(p);
    // The element may not be the one that the last picture was for.
    connection.send(JSON.stringify({ t: "picture", p, has, got: got === has ? undefined : got }));
  }

  /**
   * Fetches the newest picture, one at a time.
   * @param {Feed} feed
   */
  async #load(feed) {
    const { told } = feed;
    if (feed.loads || told === null || told === feed.has) return;
    feed.loads = true;
    try {
      const file = await this.#fetch(told);
      feed.loads = false;
      this.#give(feed, { id: told, file, age: null });
    } catch {
      // It may be gone because a newer one came. The element waits for it as for any other.
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      feed.loads = false;
      // Of an element that has left the page, the picture stays gone.
      if (this.#live().includes(feed)) this.#ask(feed);
    }
  }

  /**
   * @param {Feed} feed
   * @param {Arrived} picture
   */
  #give(feed, picture) {
    if (!feed.wants) return;
    feed.wants = false;
    feed.take(picture);
  }

  /**
   * Takes a message. Returns whether it is a picture or a part of one.
   * @param {unknown} message
   */
  take(message) {
    if (!(message instanceof ArrayBuffer)) return false;
    const bytes = new Uint8Array(message);
    this.#parts.push(bytes.subarray(1));
    if (bytes[0] !== MORE) this.#complete();
    return true;
  }

  #complete() {
    const [first = new Uint8Array(), ...rest] = this.#parts;
    this.#parts = [];
    // The line is shorter than a part.
    const end = first.indexOf(NEWLINE);
    const { p, id, type, made } = JSON.parse(new TextDecoder().decode(first.subarray(0, end)));
    const file = new Blob([first.subarray(end + 1), ...rest], { type });
    if (!this.#link) return;
    const [, numberOf, serverTime] = this.#link;
    const now = serverTime();
    const age = now === null ? null : Math.max(0, now - made);
    this.#got.set(p, id);
    const feed = this.#live().find(({ number }) => numberOf(number) === p);
    if (feed) this.#give(feed, { id, file, age });
  }
}

/**
 * The address is relative to this script, so it is right wherever the dashboard is mounted.
 * @param {string} id
 */
async function fetchPicture(id) {
  const answer = await fetch(new URL(`../picture/${id}`, import.meta.url), { cache: "no-store" });
  if (!answer.ok) throw new Error(`the picture is gone (${answer.status})`);
  return answer.blob();
}

/** The pictures of this page. */
export const pictures = new Pictures(fetchPicture);

extras.pictures = (...link) => pictures.connect(...link);

const { attached } = extras;
extras.attached = (element, first) => {
  attached?.(element, first);
  pictures.attached(element, first);
};
