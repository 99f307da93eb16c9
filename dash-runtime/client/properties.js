// The page's copy of the server's values: its properties, by number and by component.
//
// Invariant: both maps contain the same properties.

import { Echo } from "./commands.js";
import { demand } from "./protocol.js";

/** @import { PropertyStart } from "./protocol.js" */
/** @import { NumberedStart } from "./rows.js" */

/**
 * @typedef {object} Property
 * @property {PropertyStart} start
 * @property {number} number
 * @property {Echo} echo
 * @property {string | null} bad
 * @property {boolean} refused  it is bad because the device has refused it
 * @property {Property[]} twins  the properties that are bound to it
 */

/**
 * @param {NumberedStart} numbered
 * @returns {Property}
 */
export function makeProperty({ start, number }) {
  return { start, number, echo: new Echo(start.value), bad: null, refused: false, twins: [] };
}

export class Properties {
  /** @type {Map<number, Property>} */
  #byNumber = new Map();
  /** @type {Map<string, Property[]>} by component id */
  #byComponent = new Map();

  /** @param {Property} property */
  add(property) {
    const { id } = property.start;
    this.#byNumber.set(property.number, property);
    this.#byComponent.set(id, [...this.of(id), property]);
  }

  /** @param {number} number */
  find(number) {
    return this.#byNumber.get(number);
  }

  /**
   * @param {number} number
   * @throws {Error} if there is none
   */
  get(number) {
    const property = this.#byNumber.get(number);
    demand(property);
    return property;
  }

  /** The properties of a component. @param {string} id */
  of(id) {
    return this.#byComponent.get(id) ?? [];
  }

  all() {
    return this.#byNumber.values();
  }

  /**
   * Removes a component.
   * @param {string} id
   * @returns {Property[]} its properties
   */
  removeComponent(id) {
    const removed = this.of(id);
    for (const { number } of removed) this.#byNumber.delete(number);
    this.#byComponent.delete(id);
    return removed;
  }
}
