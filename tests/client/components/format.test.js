import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formatNumber } from "../../../dash-runtime/client/format.js";

// The tests of dash-runtime/src/format.rs read the same table, because both must write a number in the same way.
test("numbers are written as Rust writes them", () => {
  const cases = JSON.parse(readFileSync(new URL("format-cases.json", import.meta.url), "utf8"));
  for (const { value, digits, text } of cases) {
    assert.equal(formatNumber(value, digits ?? undefined), text, `${value} with ${digits} decimals`);
  }
});
