// Gates: components that decide whether others may be changed now (a control, a stop, an interlock). The server refuses
// what a gate does not let pass. Here the reason is drawn on what is under it.

import { extras } from "./extras.js";
import { templateOf } from "./numbers.js";

/** @import { Component } from "./element.js" */
/** @import { Page } from "./page.js" */

/** The reasons of the gates that are closed, by the ids of the gates. @type {Map<string, string>} */
const closed = new Map();

/**
 * The components on the page, each with the number of its first property, and some that have left it.
 * @type {Map<Component, number>}
 */
const attached = new Map();
/** From this number of components on, those that have left the page are looked for. */
let many = 256;

/**
 * The ids of the gates, each with the numbers of the first properties of the components under it.
 * @type {[gate: string, ...under: number[]][]}
 */
const gates = JSON.parse(document.getElementById("dd-state")?.textContent || "{}").gates ?? [];

/** @type {Page | null} */
let page = null;
/** The number of properties without those of rows; see numbers.js. */
let size = 0;

/**
 * The gate is closed for this reason, or open.
 * @param {Component} gate
 * @param {string | null} reason
 */
export function closeGate(gate, reason) {
  if (reason === null) closed.delete(gate.id);
  else closed.set(gate.id, reason);
  sweep();
  for (const element of attached.keys()) draw(element);
}

/** Forgets the components that have left the page. One that comes back is attached again. */
function sweep() {
  for (const element of attached.keys()) if (!element.isConnected) attached.delete(element);
  many = Math.max(256, 2 * attached.size);
}

/**
 * The buttons of a gate name what they do now.
 * @template {string} Act
 * @param {Component} gate
 * @param {readonly Act[]} acts  what they can do
 * @param {(act: Act, button: HTMLButtonElement) => void} run
 */
export function onAct(gate, acts, run) {
  for (const button of gate.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      const act = acts.find((name) => name === button.dataset.act);
      if (act) run(act, button);
    });
  }
}

/** @param {Component} element */
function draw(element) {
  const first = attached.get(element);
  if (!page || first === undefined) return;
  const template = templateOf(first, size);
  const above = gates.filter(([, ...under]) => under.includes(template));
  if (above.length === 0) return;
  const reason = above.map(([gate]) => closed.get(gate)).find((one) => one !== undefined) ?? "";
  if (element.dataset.gated === reason) return;
  element.dataset.gated = reason;
  page.lock(element, reason !== "");
}

extras.attached = (element, first) => {
  // A list may get new rows for days without a change of a gate.
  if (attached.size >= many) sweep();
  attached.set(element, first);
  draw(element);
};

extras.starts.push((start, itself) => {
  [page, size] = [itself, start.props.length];
  for (const element of attached.keys()) draw(element);
});
