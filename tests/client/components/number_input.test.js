import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { DdNumberInput } = await loadComponent("number_input");
const { numberStepped, numberTyped } = await import("../../../dash-runtime/client/number_field.js");

test("what people type for a number is one, and nothing else is", () => {
  const numbers = [
    ["12.5", 12.5],
    [" 12,5 ", 12.5],
    ["-3", -3],
    ["−3", -3],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["+7", 7],
  ];
  for (const [text, number] of numbers) assert.equal(numberTyped(text), number, text);
  for (const text of ["", " ", "-", ".", "1,2,3", "1.2.3", "0x10", "12 V", "Infinity", "NaN", "1e"])
    assert.equal(numberTyped(text), null, text);
});

test("steps add up to the number that a person expects", () => {
  const scale = { min: 0, max: 1, step: 0.1 };
  let value = 0;
  const seen = Array.from({ length: 11 }, () => {
    value = numberStepped(value, 1, scale);
    return value;
  });
  assert.deepEqual(seen, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1], "and stop at the end");
  assert.equal(numberStepped(0.25, -1, scale), 0.15, "from where it is");
  assert.equal(numberStepped(0.3, -10, scale), 0);
  assert.equal(numberStepped(5, 1, { min: 0, max: 100, step: 0 }), 6, "a step of nothing is one");
});

test("fault: a set-point lost its decimals at a whole number", () => {
  const field = new DdNumberInput();
  const texts = [
    [0.1, 5, "5.0"],
    [0.05, 1.5, "1.50"],
    [0.1, 5.125, "5.125"],
    [0.1, -0, "0.0"],
    [10, 20, "20"],
    [0.1, 2.5e-7, "2.5e-7"],
    [0.1, null, ""],
  ];
  for (const [step, value, text] of texts) {
    Object.assign(field, { props: { value, min: 0, max: 100, step, label: "" } });
    assert.equal(field.format(value), text, `${value} in steps of ${step}`);
  }
});

test("fault: a field without an upper limit took no number and stepped to zero", () => {
  const field = new DdNumberInput();
  const sent = [];
  Object.assign(field, {
    props: { value: 5, min: 0, max: null, step: 1, label: "" },
    isConnected: true,
    sendShown: (value) => sent.push(value),
  });
  assert.equal(field.parse("7"), 7);
  assert.equal(field.parse("-1"), undefined);
  const input = Object.assign(new EventTarget(), { value: "5", defaultValue: "5" });
  field.querySelector = (selector) => (selector === "input" ? input : null);
  field.bindField = () => undefined;
  field.mount();
  input.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: "ArrowUp" }));
  assert.deepEqual(sent, [6]);
});
