import assert from "node:assert/strict";
import { test } from "node:test";

class Part extends EventTarget {
  attributes = new Map();
  children = [];
  dataset = {};
  setAttribute = (name, value) => this.attributes.set(name, value);
  append = (...parts) => this.children.push(...parts);
  contains = () => true;
  focus = () => undefined;
  remove = () => undefined;
  querySelector = () => this.children.find((part) => part.focus);
}
globalThis.HTMLElement = /** @type {any} */ (Part);
globalThis.document = /** @type {any} */ ({ createElement: () => new Part(), hasFocus: () => true });
globalThis.addEventListener = () => undefined;
const { loadComponent } = await import("./elements.js");
const { DdPowerButton } = await loadComponent("power_button");

function button(props) {
  const disc = new Part();
  const sent = [];
  const element = new DdPowerButton();
  Object.assign(element, {
    querySelector: () => disc,
    props,
    id: "output",
    append: (box) => boxes.push(box),
  });
  const boxes = [];
  element.send = (_, on) => {
    sent.push(on);
    element.props.on = on;
  };
  element.mount();
  const press = (part = disc) => part.dispatchEvent(new Event("click"));
  /** The answers of the question that is open: the harmless one, and the act. */
  const answers = () => boxes.at(-1)?.children.slice(1) ?? [];
  return { answers, boxes, element, press, sent };
}

test("a press asks for the other state", () => {
  const { press, sent } = button({ on: false, reported: null, confirm_on: "", confirm_off: "" });
  press();
  press();
  assert.deepEqual(sent, [true, false]);
});

test("a press during the way takes back what was asked for", () => {
  const { press, sent } = button({ on: true, reported: false, confirm_on: "Sure?", confirm_off: "" });
  press();
  assert.deepEqual(sent, [false]);
});

test("with a question, only the answer switches, and it switches to what was asked", () => {
  const { answers, boxes, element, press, sent } = button({
    on: false,
    reported: false,
    confirm_on: "Sure?",
  });
  press();
  press();
  assert.deepEqual([boxes.length, sent], [1, []], "a double click is no answer");
  element.update("reported");
  press(answers()[1]);
  assert.deepEqual(sent, [true]);
  press();
  assert.deepEqual(sent, [true, false], "off needs no question here");
  press();
  press(answers()[0]);
  assert.deepEqual(sent, [true, false], "cancelled");
});

test("a question about a state that somebody else has changed is closed", () => {
  const { answers, element, press, sent } = button({ on: false, reported: null, confirm_on: "Sure?" });
  press();
  element.props.on = true;
  element.update("on");
  press();
  assert.deepEqual(sent, [false], "the next press is about the state of now");
  assert.equal(answers().length, 2);
});
