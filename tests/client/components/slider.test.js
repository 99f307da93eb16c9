import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { sliderDigits, sliderLogShare, sliderLogValue, sliderShare, sliderStep } =
  await loadComponent("slider");

test("a slider without a step gets a fine one", () => {
  const steps = [
    [0, 100, 1],
    [0, 1, 0.01],
    [0, 255, 1],
    [-1, 1, 0.01],
    [0, 5000, 10],
    [0, 0, 1],
    [5, 1, 1],
  ];
  for (const [min, max, step] of steps) assert.equal(sliderStep(min, max, null), step, `${min} to ${max}`);
  assert.equal(sliderStep(0, 100, 2.5), 2.5);
});

test("a set-point has the decimals of its step and its start", () => {
  assert.equal(sliderDigits(0, 1), 0);
  assert.equal(sliderDigits(0, 0.25), 2);
  assert.equal(sliderDigits(0.5, 1), 1);
  assert.equal(sliderDigits(-0.1, 0.3), 1);
  assert.equal(sliderDigits(0, 1 / 3), 6);
});

test("a value is somewhere on the track", () => {
  assert.equal(sliderShare(25, 0, 100), 0.25);
  assert.equal(sliderShare(-5, 0, 100), 0);
  assert.equal(sliderShare(500, 0, 100), 1);
  assert.equal(sliderShare(Number.NaN, 0, 100), 0);
  assert.equal(sliderShare(1, 1, 1), 0);
});

test("on a logarithmic scale equal distances are equal factors", () => {
  const scale = { min: 10, max: 1000 };
  assert.equal(sliderLogValue(0, scale), 10);
  assert.equal(sliderLogValue(500, scale), 100);
  assert.equal(sliderLogValue(1000, scale), 1000);
  assert.equal(sliderLogValue(250, scale), 31.6);
  assert.ok(Math.abs(sliderLogShare(100, scale) - 0.5) < 1e-12);
  // What a step stands for is the step that it is drawn at.
  for (let step = 0; step <= 1000; step++)
    assert.ok(Math.abs(sliderLogShare(sliderLogValue(step, scale), scale) * 1000 - step) < 2, String(step));
});
