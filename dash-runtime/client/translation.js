// A page that continues with another version of its dashboard. The server then has other property numbers, and
// components that the page does not know. This module decides whether the page can continue, and translates the numbers
// in both directions.
//
// Inside, the page keeps its own numbers. Only outgoing and incoming frames are translated.

import { cellNumber, templateOf } from "./numbers.js";

/** @import { ComponentPart, PageStart, Table, Update } from "./protocol.js" */

export class Translation {
  #own;
  #others;
  /** @type {Map<number, number>} by the page's number */
  #toServer = new Map();
  /** @type {Map<number, number>} by the server's number */
  #toPage = new Map();
  /** @type {RegExp[]} match the ids of components that the page does not know */
  #foreign;

  /**
   * @param {PageStart} start
   * @param {Table} table  the server's table, which has all components of the page
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
    // The `*` is the row's serial in the id of a component in rows. No other character of an id has a meaning in a
    // regular expression.
    this.#foreign = foreign.map(({ id }) => new RegExp(`^${id.replace("*", "\\d+")}$`));
  }

  /**
   * Whether the page can continue: the server has each of its components, and the parts that the page uses have not
   * changed.
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
   * The update with the page's numbers, without parts that the page does not have.
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
   * @param {number} from  the number of properties on the source side
   * @param {ReadonlyMap<number, number>} numbers
   * @param {number} to  the number of properties on the target side
   */
  #translate(number, from, numbers, to) {
    const template = templateOf(number, from);
    const other = numbers.get(template);
    return other === undefined ? undefined : cellNumber(other, (number - template) / from, to);
  }
}
