// The rows of lists, which come and go while the page is open, and their properties. A list describes the properties of
// a row once, as templates. Each row has its own property for each template, numbered by the row's serial. Pure: the
// elements are in rows_element.js.

import { cellNumber } from "./numbers.js";
import { demand } from "./protocol.js";

/** @import { PageStart, PropertyStart, RowsPart } from "./protocol.js" */
/** @import { TreeNode } from "./tree.js" */

/**
 * @typedef {{ number: number, start: PropertyStart }} NumberedStart
 *
 * @typedef {object} RowList
 * @property {string} id
 * @property {NumberedStart[]} templates
 * @property {ReadonlyMap<number, string>} keys  the keys of its rows, by serial, in the order of the rows
 *
 * @typedef {{ key: string, tree: TreeNode[] }} FreshRow  a row that must be built
 *
 * @typedef {object} Turnover  the change of a list's rows
 * @property {RowList} list
 * @property {ReadonlyMap<number, string>} keys  the new keys
 * @property {Set<string>} gone  ids of the removed components
 * @property {NumberedStart[]} come  the new properties
 * @property {Map<number, FreshRow>} fresh  the rows to build, by serial
 */

export class RowLists {
  #size;
  /** @type {Map<number, RowList>} by the number of the property with the rows' keys */
  #lists = new Map();
  /** All properties at the start. */
  properties;

  /** @param {PageStart} start */
  constructor({ props, lists, cells }) {
    this.#size = props.length;
    this.properties = props.map((start, number) => ({ number, start }));
    const values = new Map(cells.map(({ number, value }) => [number, value]));
    for (const { number, serials } of lists) {
      const id = props[number]?.id ?? "";
      /** @type {any} */
      const known = props[number]?.value;
      const keys = new Map(serials.map((serial, at) => [serial, keyText(known[at])]));
      const templates = this.properties.filter(({ start }) => `${start.id}-`.startsWith(`${id}-*-`));
      const list = { id, templates, keys };
      this.#lists.set(number, list);
      this.properties.push(...this.#propertiesOf(list, serials, values));
    }
  }

  /**
   * Computes the changes of the lists. Nothing is changed yet.
   * @param {RowsPart[]} parts
   * @param {boolean} snapshot  from a restarted server, which numbers its rows from the start. An existing row is the
   *   same one only if its key is the same.
   * @returns {Turnover[]}
   * @throws {Error} if a row is unknown and its content is missing
   */
  turn(parts, snapshot) {
    return parts.map(({ number, serials, made }) => {
      const list = this.#lists.get(number);
      demand(list);
      const given = new Map(made.map((row) => [row.serial, row]));
      /** @type {Map<number, string>} */
      const keys = new Map();
      /** @type {Turnover["fresh"]} */
      const fresh = new Map();
      for (const serial of serials) {
        const row = given.get(serial);
        const known = list.keys.get(serial);
        const stays = known !== undefined && (!snapshot || known === row?.key);
        demand((stays || row) && !keys.has(serial));
        keys.set(serial, row?.key ?? known ?? "");
        if (row && !stays) fresh.set(serial, row);
      }
      const gone = [...list.keys.keys()].filter((serial) => !keys.has(serial) || fresh.has(serial));
      return {
        list,
        keys,
        gone: new Set(this.#propertiesOf(list, gone).map(({ start }) => start.id)),
        come: this.#propertiesOf(list, fresh.keys()),
        fresh,
      };
    });
  }

  /**
   * @param {RowList} list
   * @param {Iterable<number>} serials
   * @param {ReadonlyMap<number, unknown>} values
   * @returns {NumberedStart[]}
   */
  #propertiesOf({ templates }, serials, values = new Map()) {
    return [...serials].flatMap((serial) =>
      templates.map(({ start, number: template }) => {
        const number = cellNumber(template, serial, this.#size);
        const id = start.id.replace("*", String(serial));
        return { number, start: { ...start, id, value: values.get(number) ?? null } };
      }),
    );
  }
}

/**
 * A key as it is written in the page.
 * @param {unknown} key
 */
function keyText(key) {
  return typeof key === "string" ? key : JSON.stringify(key);
}

/**
 * Finds the largest set of rows that can stay in place while the others are moved around them.
 * @param {readonly number[]} places  the rows' new places, in the order in which they stand now; no two are the same
 * @param {readonly number[]} places  the rows' new places, in their current order; no two are equal
 * @param {number} held  a place that must not move, if it is among them
 * @returns {Set<number>} the new places of the rows that stay
 */
export function restingPlaces(places, held) {
  const heldAt = places.indexOf(held);
  const free = heldAt < 0 ? places : places.filter((place, at) => place < held === at < heldAt);
  // For each length, the rising sequence with the lowest end, by its last place. `before`: the predecessor of a place
  // in its sequence.
  /** @type {any[]} */
  const ends = [];
  const before = new Map();
  for (const place of free) {
    let low = 0;
    for (let high = ends.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (ends[middle] < place) low = middle + 1;
      else high = middle;
    }
    before.set(place, ends[low - 1]);
    ends[low] = place;
  }
  const resting = new Set();
  for (let place = ends.at(-1); place !== undefined; place = before.get(place)) resting.add(place);
  return resting;
}
