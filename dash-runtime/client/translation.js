// A page that goes on with another version of its dashboard: its numbers of properties are not the server's, and the server has
// components that it does not know. Decides whether the page can go on, and translates numbers both ways.
//
// The page keeps its own numbers inside; only what goes out and comes in is translated.

import { cellNumber, templateOf } from "./numbers.js";

/** @import { ComponentPart, PageStart, Table, Update } from "./protocol.js" */

export class Translation {
  #own;
  #others;
  /** @type {Map<number, number>} by the page's number */
  #toServer = new Map();
  /** @type {Map<number, number>} by the server's number */
  #toPage = new Map();
  /** @type {RegExp[]} for the ids of components that the page does not know */
  #foreign;

  /**
   * @param {PageStart} start
   * @param {Table} table  the server's, which has all components of the page
   */
  constructor({ props, components }, { size, components: others }) {
    this.#own = props.length;
    this.#others = size;
    const known = new Map(components.map((component) => [component.id, component]));
    const first = new Map(others.map((component) => [component.id, component.first]));
    for (const [number, { id }] of props.entries()) {
      const other = number - (known.get(id)?.first ?? 0) + (first.get(id) ?? 0);
      this.#toServer.set(number, other);
      this.#toPage.set(other, number);
    }
    const foreign = others.filter(({ id }) => !known.has(id));
    // Of a component in rows, whose own id has the row's serial. Nothing else in an id means something in a pattern.
    this.#foreign = foreign.map(({ id }) => new RegExp(`^${id.replace("*", "\\d+")}$`));
  }

  /**
   * Whether the page can go on: each component that it knows is there, and what the page uses of it has not changed.
   * @param {readonly ComponentPart[]} components  the page's
   * @param {Table} table
   */
  static fits(components, table) {
    const hashes = new Map(table.components.map(({ id, hash }) => [id, hash]));
    return components.every(({ id, hash }) => hashes.get(id) === hash);
  }

  /** Whether it is a component that the page does not know. @param {string} id */
  isForeign(id) {
    return this.#foreign.some((pattern) => pattern.test(id));
  }

  /** @param {number} number  the page's */
  toServer(number) {
    return this.#translate(number, this.#own, this.#toServer, this.#others) ?? number;
  }

  /**
   * An update with the page's numbers, without what is not the page's.
   * @param {Update} update
   * @returns {Update}
   */
  toPage(update) {
    /**
     * @template {{ number: number }} P
     * @param {readonly P[]} parts
     * @returns {P[]}
     */
    const known = (parts) =>
      parts.flatMap((part) => {
        const number = this.#translate(part.number, this.#others, this.#toPage, this.#own);
        return number === undefined ? [] : [{ ...part, number }];
      });
    const { rows, values, edits, streams, quality } = update;
    return {
      ...update,
      rows: known(rows),
      values: known(values),
      edits: known(edits),
      streams: known(streams),
      quality: known(quality),
    };
  }

  /**
   * @param {number} number
   * @param {number} from  how many properties are numbered there
   * @param {ReadonlyMap<number, number>} numbers
   * @param {number} to  and how many here
   */
  #translate(number, from, numbers, to) {
    const template = templateOf(number, from);
    const other = numbers.get(template);
    return other === undefined ? undefined : cellNumber(other, (number - template) / from, to);
  }
}
