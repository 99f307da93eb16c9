import assert from "node:assert/strict";
import { test } from "node:test";

class Part extends EventTarget {
  attributes = new Map();
  textContent = "";
  setAttribute = (name, value) => this.attributes.set(name, value);
  removeAttribute = (name) => this.attributes.delete(name);
}
globalThis.HTMLElement = /** @type {any} */ (Part);
globalThis.Node = /** @type {any} */ (Part);
globalThis.document = /** @type {any} */ ({ hasFocus: () => true });
const { loadComponent } = await import("./elements.js");
const { DdDateRangePicker, daysTyped } = await loadComponent("date_range_picker");

/** Two fields on a page, and what they have sent. */
function picker(value = null) {
  const fields = [0, 1].map(() => Object.assign(new Part(), { value: "", validity: { badInput: false } }));
  const note = new Part();
  const sent = [];
  const element = new DdDateRangePicker();
  element.querySelectorAll = () => fields;
  element.querySelector = () => note;
  element.contains = (part) => fields.includes(part);
  element.props = { value };
  element.send = (_, days) => {
    sent.push(days);
    element.props.value = days;
  };
  element.mount();
  const focus = () => element.dispatchEvent(new Event("focusin"));
  const leave = (relatedTarget = null) =>
    element.dispatchEvent(Object.assign(new Event("focusout"), { relatedTarget }));
  const type = (at, text) => {
    Object.assign(fields[at] ?? {}, { value: text });
    fields[at]?.dispatchEvent(new Event("input"));
  };
  const key = (name) => fields[0]?.dispatchEvent(Object.assign(new Event("keydown"), { key: name }));
  return {
    element,
    fields,
    focus,
    key,
    leave,
    note,
    sent,
    type,
    shown: () => fields.map(({ value }) => value),
  };
}

const WEEK = { from: "2026-11-02", to: "2026-11-08" };

test("two days are one value, or a reason", () => {
  assert.deepEqual(daysTyped("2026-11-02", "2026-11-08", false), { days: WEEK });
  assert.deepEqual(daysTyped("2026-11-02", "2026-11-02", false), {
    days: { from: "2026-11-02", to: "2026-11-02" },
  });
  assert.deepEqual(daysTyped("", "", false), { days: null });
  assert.ok("fault" in daysTyped("2026-11-02", "", false));
  assert.ok("fault" in daysTyped("2026-11-08", "2026-11-02", false));
  assert.ok("fault" in daysTyped("", "", true), "a half-typed field has no text");
});

test("both days are sent together when the focus leaves both fields", () => {
  const { element, fields, focus, leave, sent, type } = picker();
  focus();
  type(0, "2026-11-02");
  leave(fields[1]);
  assert.deepEqual([sent, element.touched], [[], "value"], "the person goes on in the other field");
  type(1, "2026-11-08");
  leave();
  assert.deepEqual([sent, element.touched], [[WEEK], false]);
});

test("Enter sends, Escape gives up", () => {
  const { focus, key, sent, shown, type } = picker(WEEK);
  focus();
  type(1, "2026-11-09");
  key("Enter");
  assert.deepEqual(sent, [{ ...WEEK, to: "2026-11-09" }]);
  type(1, "2026-11-10");
  key("Escape");
  assert.deepEqual(shown(), ["2026-11-02", "2026-11-09"]);
  assert.equal(sent.length, 1);
});

test("a range that cannot be sent is marked, and goes back with a reason when it is left", () => {
  const { fields, focus, leave, note, sent, shown, type } = picker(WEEK);
  focus();
  type(1, "2026-11-01");
  assert.equal(fields[0]?.attributes.get("aria-invalid"), "true");
  assert.equal(note.textContent, "The last day is before the first one");
  leave();
  assert.deepEqual([sent, shown()], [[], [WEEK.from, WEEK.to]]);
  assert.equal(fields[0]?.attributes.has("aria-invalid"), false);
  assert.match(note.textContent, /^Nothing was set: the last day/);
});

test("the days of somebody else do not mix with what is typed", () => {
  const { element, focus, note, shown, type } = picker(WEEK);
  focus();
  type(0, "2026-11-03");
  element.newer("value", { from: "2026-12-01", to: "2026-12-02" });
  assert.equal(note.textContent, "now 2026-12-01 – 2026-12-02");
  element.update("value");
  assert.deepEqual(shown(), ["2026-11-03", WEEK.to]);
});
