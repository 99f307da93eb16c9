import assert from "node:assert/strict";
import { test } from "node:test";
import { logShare } from "../../../dash-runtime/client/scale.js";
import { loadComponent } from "./elements.js";

const { sliderLogValue } = await loadComponent("slider");

test("on a logarithmic scale equal distances are equal factors", () => {
  const scale = { min: 10, max: 1000 };
  assert.equal(sliderLogValue(0, scale), 10);
  assert.equal(sliderLogValue(500, scale), 100);
  assert.equal(sliderLogValue(1000, scale), 1000);
  assert.equal(sliderLogValue(250, scale), 31.6);
  // What a step stands for is the step that it is drawn at.
  for (let step = 0; step <= 1000; step++) {
    const drawn = logShare(sliderLogValue(step, scale), scale.min, scale.max) * 1000;
    assert.ok(Math.abs(drawn - step) < 2, String(step));
  }
});
