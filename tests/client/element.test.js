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
  matches = () => this.hasAttribute("data-bad") || this.hasAttribute("data-refused");
  querySelectorAll = () => [];
  children = [];
  querySelector = (selector) =>
    this.children.find((child) => selector.endsWith(`.${child.className}`)) ?? null;
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

test("what the device has refused is on the element for the module that says it, and not in its title", () => {
  const knob = element("knob");
  const told = "wanted 80, device has 20, refused: too hot";
  const failed = { outcome: "failed", text: "too hot" };
  const marked = () => ["data-refused", "title"].map((name) => knob.getAttribute(name));
  markElement(knob, { pending: false, failed, bad: null, refused: told });
  assert.deepEqual(marked(), [told, "failed: too hot"]);
  markElement(knob, { pending: false, failed: null, bad: null, refused: null });
  assert.deepEqual(marked(), [null, null]);
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
