// The numbers of properties in rows must equal the server's, which reads the same cases
// (dash-runtime/src/words/numbers.rs).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cellNumber, templateOf } from "../../dash-runtime/client/numbers.js";

test("properties of rows are numbered as the server numbers them", () => {
  const cases = JSON.parse(readFileSync(new URL("number-cases.json", import.meta.url), "utf8"));
  for (const { template, serial, size, number } of cases) {
    assert.equal(cellNumber(template, serial, size), number);
    assert.equal(templateOf(number, size), template);
  }
});
