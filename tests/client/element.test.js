// element.js, with the small part of a DOM that it needs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

globalThis.HTMLElement = class {
  id = "";
  #attributes = new Map();
  getAttribute = (name) => this.#attributes.get(name) ?? null;
  hasAttribute = (name) => this.#attributes.has(name);
  setAttribute = (name, value) => this.#attributes.set(name, value);
  removeAttribute = (name) => this.#attributes.delete(name);
  toggleAttribute = (name, on) => (on ? this.setAttribute(name, "") : this.removeAttribute(name));
  querySelectorAll = () => [];
  matches = () => false;
  children = [];
  querySelector = (selector) =>
    this.children.find((child) => selector.endsWith(`.${child.className}`)) ?? null;
  insertBefore = (child) => {
    this.children.push(child);
    child.remove = () => this.children.splice(this.children.indexOf(child), 1);
  };
};
globalThis.document = { createElement: () => new globalThis.HTMLElement() };
const registry = new Map();
globalThis.customElements = {
  get: (tag) => registry.get(tag),
  define: (tag, element) => registry.set(tag, element),
};
const { Component, define, hostElements, labelOf, markElement, nameControl, wordsOf } = await import(
  "../../dash-runtime/client/element.js"
);

const calls = [];
const host = {
  attach: (element) => calls.push(["attach", element.id]),
  detach: (element) => calls.push(["detach", element.id]),
  send: (element, name, value) => calls.push(["send", element.id, name, value]),
  release: (element) => calls.push(["release", element.id]),
};

function element(id) {
  const made = new Component();
  made.id = id;
  return made;
}

test("elements that were there before the page was ready are handed over, later ones come by themselves", () => {
  const [early, gone, late] = ["early", "gone", "late"].map(element);
  early.connectedCallback();
  gone.connectedCallback();
  gone.disconnectedCallback();
  early.send("value", 1);
  assert.deepEqual(calls, [], "nobody is there yet");
  hostElements(host);
  late.connectedCallback();
  late.send("value", 2);
  late.disconnectedCallback();
  assert.deepEqual(calls.splice(0), [
    ["attach", "early"],
    ["attach", "late"],
    ["send", "late", "value", 2],
    ["detach", "late"],
  ]);
});

test("letting go is told once", () => {
  const knob = element("knob");
  knob.touched = false;
  knob.touched = true;
  knob.touched = true;
  assert.deepEqual(calls.splice(0), []);
  knob.touched = false;
  knob.touched = false;
  knob.touched = "value";
  knob.touched = false;
  assert.deepEqual(calls.splice(0), [
    ["release", "knob"],
    ["release", "knob"],
  ]);
});

test("a tag is defined once", () => {
  define("dd-a", Component);
  define("dd-a", class extends Component {});
  assert.equal(registry.get("dd-a"), Component);
});

test("marks are attributes, and the element's own title comes back", () => {
  const button = element("button");
  button.setAttribute("title", "Takes a picture");
  const marked = () =>
    ["data-pending", "aria-busy", "data-failed", "data-bad", "title"].map((name) =>
      button.getAttribute(name),
    );
  markElement(button, { pending: true, failed: null, bad: null, refused: null });
  assert.deepEqual(marked(), ["", "true", null, null, "Takes a picture"]);
  markElement(button, {
    pending: false,
    failed: { outcome: "refused", text: "no" },
    bad: "unplugged",
    refused: null,
  });
  assert.deepEqual(marked(), [null, null, "refused", "unplugged", "refused: no"]);
  markElement(button, { pending: false, failed: null, bad: null, refused: null });
  assert.deepEqual(marked(), [null, null, null, null, "Takes a picture"]);
});

test("what the device has refused is told in words, once", () => {
  const knob = element("knob");
  const told = "wanted 80, device has 20, refused: too hot";
  const failed = { outcome: "failed", text: "too hot" };
  markElement(knob, { pending: false, failed, bad: null, refused: told });
  assert.deepEqual([knob.getAttribute("data-refused"), knob.getAttribute("title")], ["", told]);
  assert.deepEqual(
    knob.children.map((child) => child.textContent),
    [told],
  );
  markElement(knob, { pending: false, failed: null, bad: null, refused: "wanted 90, refused: no" });
  assert.deepEqual(
    knob.children.map((child) => child.textContent),
    ["wanted 90, refused: no"],
  );
  markElement(knob, { pending: false, failed: null, bad: null, refused: null });
  assert.deepEqual([knob.children.length, knob.getAttribute("title")], [0, null]);
});

test("a bad value is heard with its reason instead of the old value, which comes back", () => {
  const gauge = element("left-motor");
  const heard = () => ["role", "aria-label", "tabindex", "data-bad"].map((name) => gauge.getAttribute(name));
  const mark = (bad) => markElement(gauge, { pending: false, failed: null, bad, refused: null });
  mark("unplugged");
  assert.deepEqual(heard(), ["img", "left motor, no value: unplugged", "0", "unplugged"]);
  gauge.props = { label: "Motor" };
  const control = element("");
  control.setAttribute("aria-valuetext", "12 V");
  gauge.querySelector = (selector) => (selector.startsWith("input") ? control : null);
  gauge.querySelectorAll = () => [control];
  mark("no answer");
  assert.deepEqual(heard(), ["group", "Motor, no value: no answer", null, "no answer"]);
  const told = () => ["aria-valuetext", "aria-description"].map((name) => control.getAttribute(name));
  assert.deepEqual(told(), ["no value: no answer", "no value: no answer"]);
  // The reason changes, and a look draws a newer value.
  mark("gone");
  control.setAttribute("aria-valuetext", "13 V");
  mark("gone");
  assert.deepEqual(told(), ["no value: gone", "no value: gone"]);
  mark(null);
  assert.deepEqual([...heard(), ...told()], [null, null, null, null, "13 V", null]);
});

test("without a label a component is called by the words of its id, as the server does", () => {
  const cases = JSON.parse(readFileSync(new URL("words-cases.json", import.meta.url), "utf8"));
  for (const [id, words] of cases) assert.equal(wordsOf(element(id)), words);
  const knob = element("left-motor");
  knob.querySelector = () => null;
  assert.equal(labelOf(knob), "left motor");
});

test("a control whose label goes is called by the words of its id again", () => {
  const knob = element("left-motor");
  const control = element("");
  nameControl(knob, control, "");
  assert.equal(control.getAttribute("aria-label"), "left motor");
  nameControl(knob, control, "Speed");
  assert.equal(control.getAttribute("aria-label"), null);
});
