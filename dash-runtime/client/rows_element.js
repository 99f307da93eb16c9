// The elements of a list of rows.

import { Component, define } from "./element.js";
import { markLinks } from "./routing.js";
import { restingPlaces } from "./rows.js";
import { showTree } from "./tree.js";

/** @import { FreshRow } from "./rows.js" */

/** `<dd-rows>`: a list of `<dd-row>`, each with its serial as `data-row` and its key as `data-key`. */
export class RowsElement extends Component {
  /**
   * Sets the rows and their order. Existing rows are not rebuilt, and they are moved only if necessary. So a field in
   * them keeps its typed text and the focus.
   * @param {readonly number[]} serials
   * @param {ReadonlyMap<number, FreshRow>} fresh  the rows to build, also if a row with the same serial exists
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
  // If the browser can move an element without removing it, a gesture, a picture and the scroll position in it are
  // kept.
  if (row.isConnected && "moveBefore" in parent) parent.moveBefore(row, before);
  else parent.insertBefore(row, before);
}

define("dd-rows", RowsElement);
