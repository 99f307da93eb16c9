import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeTime } from "../support/fakes.js";

class Part extends EventTarget {
  attributes = new Map();
  textContent = "";
  setAttribute = (name, value) => this.attributes.set(name, value);
  removeAttribute = (name) => this.attributes.delete(name);
  toggleAttribute = (name, on) => (on ? this.setAttribute(name, "") : this.removeAttribute(name));
}

const time = new FakeTime();
globalThis.setTimeout = /** @type {any} */ ((run, wait) => time.after(wait, run));
globalThis.clearTimeout = /** @type {any} */ ((timer) => time.cancel(timer));
globalThis.HTMLElement = /** @type {any} */ (Part);
globalThis.Element = /** @type {any} */ (Part);
const { loadComponent } = await import("./elements.js");
const { DdKeypad, keypadTyped } = await loadComponent("keypad");

/** Keys on a page, and what they have sent. */
function keypad(more = {}) {
  const parts = {
    ".dd-keypad-number": new Part(),
    ".dd-keypad-text": new Part(),
    ".dd-keypad-note": new Part(),
  };
  const sent = [];
  const element = new DdKeypad();
  element.querySelector = (selector) => parts[selector] ?? null;
  element.props = { value: 11.5, min: -5, max: 30, decimals: 2, unit: "V", disabled: false, ...more };
  element.send = (_, value) => {
    sent.push(value);
    element.props.value = value;
  };
  element.mount();
  const press = (...keys) => {
    for (const key of keys) {
      const button = Object.assign(new Part(), { dataset: { key }, closest: () => button });
      element.dispatchEvent(Object.defineProperty(new Event("click"), "target", { value: button }));
    }
  };
  const key = (name, more = {}) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), {
      key: name,
      repeat: false,
      ...more,
    });
    Object.defineProperty(event, "target", { value: Object.assign(new Part(), { closest: () => null }) });
    element.dispatchEvent(event);
    return event;
  };
  return {
    element,
    key,
    press,
    sent,
    number: parts[".dd-keypad-number"],
    text: () => parts[".dd-keypad-text"].textContent,
    note: () => parts[".dd-keypad-note"].textContent,
  };
}

test("keys make a number, and no text that is none", () => {
  const rules = { decimals: 2, signed: true };
  const after = (...keys) => keys.reduce((text, key) => keypadTyped(text, key, rules), null);
  assert.equal(after("1", "2", ".", "5"), "12.5");
  assert.equal(after("0", "0", "7"), "7", "no zero before a digit");
  assert.equal(after("."), "0.");
  assert.equal(after("1", ".", ".", "2"), "1.2");
  assert.equal(after("1", ".", "2", "3", "4"), "1.23", "no more decimals than the value has");
  assert.equal(after("5", "sign"), "-5");
  assert.equal(after("sign", "5", "sign"), "5");
  assert.equal(after("sign", "sign"), null);
  assert.equal(after("1", "2", "back"), "1");
  assert.equal(after("1", "back", "back"), null);
  assert.equal(after("1", "2", "clear"), null);
  assert.equal(keypadTyped("5", "sign", { decimals: 0, signed: false }), "5");
  assert.equal(keypadTyped("5", ".", { decimals: 0, signed: false }), "5");
  assert.equal(after(..."12345678901234567890"), "1234567890123456");
});

test("a number leaves the page only with Enter", () => {
  const { element, press, sent, text, note, number } = keypad();
  press("2", "4");
  assert.deepEqual([sent, text(), note()], [[], "24", "now 11.5\u00a0V"]);
  assert.equal(element.touched, "value", "nobody else changes it meanwhile");
  assert.equal(number.attributes.get("aria-valuetext"), "24\u00a0V");
  press("enter");
  assert.deepEqual([sent, text(), note()], [[24], "24", ""]);
  assert.equal(element.touched, false);
  press("enter");
  assert.deepEqual(sent, [24], "nothing is typed");
});

test("a number outside of the range stays to be corrected", () => {
  const { press, sent, text, note, number } = keypad();
  press("4", "2", "enter");
  assert.deepEqual([sent, text(), note()], [[], "42", "Only -5\u00a0V to 30\u00a0V"]);
  assert.equal(number.attributes.get("aria-invalid"), "true");
  press("back");
  assert.equal(number.attributes.has("aria-invalid"), false);
  press("enter");
  assert.deepEqual(sent, [4]);
  press("sign", "enter");
  assert.deepEqual([sent, text()], [[4], "-"], "a sign alone is no number");
});

test("a keyboard types on it, too", () => {
  const { key, sent, text } = keypad();
  for (const name of ["-", "4", ",", "5"]) assert.ok(key(name).defaultPrevented, name);
  assert.equal(text(), "-4.5");
  key("Enter", { repeat: true });
  assert.deepEqual(sent, [], "a key that is held down");
  key("Enter");
  assert.deepEqual(sent, [-4.5]);
  assert.ok(!key("Escape").defaultPrevented, "a dialog around it closes");
  assert.ok(!key("a").defaultPrevented);
  assert.ok(!key("5", { ctrlKey: true }).defaultPrevented);
  key("7");
  key("Escape");
  assert.equal(text(), "-4.5", "what is so stands there again");
});

test("what is typed is forgotten when its author has gone away", () => {
  const { element, press, sent, text, note } = keypad();
  press("2");
  time.advance(29_000);
  press("5");
  time.advance(29_000);
  assert.equal(text(), "25");
  time.advance(2_000);
  assert.deepEqual([sent, text(), note(), element.touched], [[], "11.5", "Nothing was sent", false]);
});

test("the value that somebody else sets meanwhile is told and not mixed in", () => {
  const { element, press, text, note } = keypad();
  press("2");
  element.newer("value", 7);
  press("5");
  assert.deepEqual([text(), note()], ["25", "now 7\u00a0V"]);
});

test("a keypad that is disabled takes no key, and drops what was typed", () => {
  const { element, press, key, sent, text } = keypad();
  press("2");
  element.props.disabled = true;
  element.update("disabled", true);
  assert.equal(text(), "11.5");
  press("2", "enter");
  key("2");
  assert.deepEqual([sent, text()], [[], "11.5"]);
});
