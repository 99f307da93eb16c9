// The elements of a list of rows.

import { Component, define } from "./element.js";
import { markLinks } from "./routing.js";
import { restingPlaces } from "./rows.js";
import { showTree } from "./tree.js";

/** @import { FreshRow } from "./rows.js" */

/** `<dd-rows>`: a list of `<dd-row>`, each with its serial as `data-row` and what it is known by as `data-key`. */
export class RowsElement extends Component {
  /**
   * Makes the rows be these, in this order. What stays is not built anew, and moved only if it must be: a field in it keeps what is
   * typed, and the one that has the focus keeps that, too.
   * @param {readonly number[]} serials
   * @param {ReadonlyMap<number, FreshRow>} fresh  those to be built, also where one of the same serial is there
   */
  arrange(serials, fresh) {
    const places = new Map(serials.map((serial, place) => [serial, place]));
    /** @type {Map<number, Element>} */
    const kept = new Map();
    const standing = [];
    let held = -1;
    for (const row of [...this.children]) {
      const serial = Number(row.getAttribute("data-row"));
      const place = places.get(serial);
      if (place === undefined || fresh.has(serial)) {
        row.remove();
        continue;
      }
      kept.set(serial, row);
      standing.push(place);
      if (row.contains(document.activeElement)) held = place;
    }
    const resting = restingPlaces(standing, held);
    /** @type {Element | null} */
    let next = null;
    for (const [serial, place] of [...places].reverse()) {
      const made = fresh.get(serial);
      const row = made ? buildRow(serial, made) : kept.get(serial);
      if (!row) continue;
      if (!resting.has(place)) moveRow(this, row, next);
      next = row;
    }
    if (fresh.size > 0) markLinks();
  }
}

/**
 * @param {number} serial
 * @param {FreshRow} row
 */
function buildRow(serial, { key, tree }) {
  const row = document.createElement("dd-row");
  row.setAttribute("data-row", String(serial));
  row.setAttribute("data-key", key);
  showTree(row, tree);
  return row;
}

/**
 * @param {Element} parent
 * @param {Element} row
 * @param {Element | null} before
 */
function moveRow(parent, row, before) {
  // Where the browser can move an element without taking it out, what is in it goes on: a gesture, a picture, a scroll position.
  if (row.isConnected && "moveBefore" in parent) parent.moveBefore(row, before);
  else parent.insertBefore(row, before);
}

define("dd-rows", RowsElement);
