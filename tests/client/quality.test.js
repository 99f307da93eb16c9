// lazy/quality.js, with the small part of a DOM that it needs.

import assert from "node:assert/strict";
import test from "node:test";

const watching = new Map();
globalThis.MutationObserver = class {
  #run;
  constructor(run) {
    this.#run = run;
  }
  observe = (element) => watching.set(element, this.#run);
  disconnect = () => {
    for (const [element, run] of watching) if (run === this.#run) watching.delete(element);
  };
};
const { tell } = await import("../../dash-runtime/client/lazy/quality.js");

class Part {
  attributes = new Map();
  children = [];
  isConnected = true;
  constructor(own = {}) {
    for (const [name, value] of Object.entries(own)) this.attributes.set(name, value);
  }
  getAttribute = (name) => this.attributes.get(name) ?? null;
  hasAttribute = (name) => this.attributes.has(name);
  matches = () => false;
  setAttribute = (name, value) => this.attributes.set(name, value);
  querySelector = (selector) =>
    selector.startsWith("input")
      ? (this.control ?? null)
      : (this.children.find(({ className }) => selector.endsWith(`.${className}`)) ?? null);
  insertBefore = (child) => {
    this.children.push(child);
    child.remove = () => this.children.splice(this.children.indexOf(child), 1);
  };
  querySelectorAll = () => (this.control ? [this.control] : this.children);
}

globalThis.document = { createElement: () => new Part() };

function write(part, name, value) {
  if (value === null) part.attributes.delete(name);
  else part.attributes.set(name, value);
}

function mark(part, bad, refused = null) {
  write(part, "data-bad", bad);
  write(part, "data-refused", refused);
  const parts = new Set([part]);
  tell(parts, () => "Motor", write);
  assert.equal(parts.size, 0);
}
const heard = (part) => ["role", "aria-label", "tabindex"].map((name) => part.getAttribute(name));
const hidden = (part) => ["inert", "aria-hidden"].map((name) => part.getAttribute(name));

test("a readout with a bad value is heard as one thing with the reason, and as it was when the value is good", () => {
  const gauge = new Part();
  const [drawing, icon] = [new Part(), new Part({ "aria-hidden": "true" })];
  gauge.children = [drawing, icon];
  mark(gauge, "unplugged");
  assert.deepEqual(heard(gauge), ["img", "Motor, no value: unplugged", "0"]);
  assert.deepEqual(
    [hidden(drawing), hidden(icon)],
    [
      ["", "true"],
      [null, "true"],
    ],
  );
  mark(gauge, null);
  assert.deepEqual(heard(gauge), [null, null, null]);
  assert.deepEqual(
    [hidden(drawing), hidden(icon)],
    [
      [null, null],
      [null, "true"],
    ],
  );
});

test("a control with a bad value keeps its name and its keys, and its text is the reason", () => {
  const knob = new Part();
  knob.control = new Part({ "aria-valuetext": "12 V" });
  const told = () => ["aria-valuetext", "aria-description"].map((name) => knob.control.getAttribute(name));
  mark(knob, "no answer");
  assert.deepEqual(heard(knob), ["group", "Motor, no value: no answer", null]);
  assert.deepEqual(told(), ["no value: no answer", "no value: no answer"]);
  // The reason changes, and a look draws a newer value.
  mark(knob, "gone");
  knob.control.attributes.set("aria-valuetext", "13 V");
  watching.get(knob)();
  assert.deepEqual(told(), ["no value: gone", "no value: gone"]);
  mark(knob, null);
  assert.deepEqual([...heard(knob), ...told()], [null, null, null, "13 V", null]);
  assert.equal(watching.has(knob), false);
});

test("an element that was removed while its value was bad is not kept", () => {
  const [row, other] = [new Part(), new Part()];
  mark(row, "gone");
  assert.equal(watching.has(row), true);
  row.isConnected = false;
  mark(other, "gone");
  assert.deepEqual([watching.has(row), watching.has(other)], [false, true]);
});

test("what the device has refused is told in words, once", () => {
  const knob = new Part();
  const told = () => knob.children.map((child) => [child.getAttribute("role"), child.textContent]);
  mark(knob, null, "wanted 80, device has 20, refused: too hot");
  assert.deepEqual(told(), [["status", "wanted 80, device has 20, refused: too hot"]]);
  mark(knob, null, "wanted 90, refused: no");
  assert.deepEqual(told(), [["status", "wanted 90, refused: no"]]);
  assert.deepEqual(heard(knob), [null, null, null]);
  mark(knob, null);
  assert.deepEqual(told(), []);
});
