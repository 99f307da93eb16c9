import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cutText, formatCount } from "../../../dash-runtime/client/cut.js";
import { decimal } from "../../../dash-runtime/client/decimal.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

// The tests of dash-runtime/src/format.rs read the same table, because both must write a number in the same way.
test("numbers are written as Rust writes them", () => {
  const cases = JSON.parse(readFileSync(new URL("format-cases.json", import.meta.url), "utf8"));
  for (const { value, digits, text } of cases) {
    assert.equal(formatNumber(value, digits ?? undefined), text, `${value} with ${digits} decimals`);
  }
});

test("fault: a very small number had an exponent in an attribute", () => {
  const cases = JSON.parse(readFileSync(new URL("decimal-cases.json", import.meta.url), "utf8"));
  for (const [value, text] of cases) assert.equal(decimal(value), text);
  for (const value of [5e-324, Number.MAX_VALUE, -2.2250738585072014e-308]) {
    assert.match(decimal(value), /^-?\d+(\.\d+)?$/);
    assert.equal(Number(decimal(value)), value);
  }
  assert.deepEqual(["1e21", true].map(decimal), ["1e21", "true"], "only numbers are written anew");
});

test("a text is cut before the caret, in whole characters", () => {
  assert.deepEqual(cutText("abcdef", 6, 6), { text: "abcdef", caret: 6, surplus: 0 });
  assert.deepEqual(cutText("😀😀😀", 6, 3), { text: "😀😀😀", caret: 6, surplus: 0 }, "three characters");
  // "XYZ" was pasted behind "ab" in "abcd".
  assert.deepEqual(cutText("abXYZcd", 5, 5), { text: "abXcd", caret: 3, surplus: 2 });
  assert.deepEqual(cutText("a😀😀😀b", 7, 3), { text: "a😀b", caret: 3, surplus: 2 });
  assert.deepEqual(
    cutText("abcdef", 0, 4),
    { text: "abcd", caret: 4, surplus: 2 },
    "nothing says where it came in",
  );
});

test("a count has groups of three digits", () => {
  assert.deepEqual([1, 999, 1000, 990_000, 1_234_567].map(formatCount), [
    "1",
    "999",
    "1\u00a0000",
    "990\u00a0000",
    "1\u00a0234\u00a0567",
  ]);
});
