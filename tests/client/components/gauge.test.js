import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { gaugeDrawing } = await loadComponent("gauge");

// The tests of dash-components/src/core/gauge.rs read the same table, because the first paint must equal all later
// ones.
test("the gauge is drawn as Rust draws it", () => {
  const cases = JSON.parse(readFileSync(new URL("gauge-cases.json", import.meta.url), "utf8"));
  for (const { props, drawing } of cases)
    assert.deepEqual(gaugeDrawing(props), drawing, JSON.stringify(props));
});

test("the hand ends where the scale does, the number does not", () => {
  const props = { min: 0, max: 100, digits: null, warn_above: null, bad_above: null };
  const full = gaugeDrawing({ ...props, value: 100 });
  const more = gaugeDrawing({ ...props, value: 250 });
  assert.equal(more.hand, full.hand);
  assert.equal(more.text, "250");
  assert.equal(gaugeDrawing({ ...props, value: -5 }).hand, "");
});
