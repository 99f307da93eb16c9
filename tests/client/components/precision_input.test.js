import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { DdPrecisionInput, precise, preciseStepped, preciseTyped } = await loadComponent("precision_input");

// The test of dash-components/src/core/precision_input.rs reads the same table.
test("numbers have their significant digits, as in the look", () => {
  const cases = JSON.parse(readFileSync(new URL("precision-cases.json", import.meta.url), "utf8"));
  for (const [value, digits, scientific, text] of cases) {
    assert.equal(precise(value, digits, scientific), text, `${value} with ${digits} digits`);
  }
});

test("what people write on resistors and in programs is a number", () => {
  const numbers = [
    ["4700", 4700],
    ["4.7k", 4700],
    ["4,7 k", 4700],
    ["4k7", 4700],
    ["4k7Ω", 4700],
    ["4.7 kΩ", 4700],
    ["4.7e3", 4700],
    ["-330n", -330e-9],
    ["1.5µ", 1.5e-6],
    ["1.5u", 1.5e-6],
    ["1.5μ", 1.5e-6],
    ["2M2", 2.2e6],
    [".5m", 5e-4],
    ["7", 7],
    ["5.", 5],
  ];
  for (const [text, number] of numbers) assert.equal(preciseTyped(text, "Ω"), number, text);
  for (const text of ["", "k", "-", ".", "4k7k", "4.7k2", "4k7e3", "4kk", "12 V", "0x10", "1e", "Infinity"])
    assert.equal(preciseTyped(text, "Ω"), null, text);
});

test("what the field shows is read as the same number, also if the unit looks like a prefix", () => {
  for (const value of [0, 5e-3, 4700, -1.25e-3, 999.96, 1e18, 2e-16, 330e-9]) {
    for (const unit of ["", "m", "Ω", "T", "mm"]) {
      const shown = precise(value, 4, false);
      assert.equal(preciseTyped(shown, unit), Number(value.toPrecision(4)), `${shown} ${unit}`);
    }
  }
  assert.equal(preciseTyped("5mm", "m"), 5e-3);
  assert.equal(preciseTyped("5 mm", "mm"), 5);
});

test("a step changes the last significant digit", () => {
  const scale = { digits: 4, min: 0, max: 1e6 };
  assert.equal(preciseStepped(4700, 1, scale), 4701);
  assert.equal(preciseStepped(330e-9, -10, scale), 329e-9);
  assert.equal(preciseStepped(1000, -1, scale), 999);
  assert.equal(preciseStepped(999.9, 1, scale), 1000);
  assert.equal(preciseStepped(0, 1, scale), 1000, "from zero by the step of the largest number");
  assert.equal(preciseStepped(1e6, 1, scale), 1e6);
  assert.equal(
    preciseStepped(0, 1, { digits: 4, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }),
    0.001,
  );
});

test("what is typed is rounded to the digits, and refused outside of the range", () => {
  const field = new DdPrecisionInput();
  Object.assign(field, { props: { value: 5, min: 1, max: 1e4, digits: 3, scientific: false, unit: "Hz" } });
  assert.equal(field.parse("1234.6"), 1230);
  assert.equal(field.parse("9.996k"), 10_000);
  assert.equal(field.parse("11k"), undefined);
  assert.equal(field.parse("0.5"), undefined);
  assert.equal(field.doubt("1.000"), null, "the field shows numbers so");
  assert.equal(field.doubt("1,000"), "1");
});
