import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { cameraRate, cameraWords } = await loadComponent("camera");

test("the rate counts the pictures of the last two seconds", () => {
  const times = Array.from({ length: 100 }, (_, at) => at * 40);
  assert.equal(cameraRate(times, times.at(-1)), 25);
  assert.equal(cameraRate([0, 3_900], 4_000), null, "one picture has no rate");
  assert.equal(cameraRate([], 0), null);
  assert.equal(cameraRate([10, 10], 10), null);
});

test("rate and delay are short", () => {
  assert.equal(cameraWords(24.96, 83.7), "25/s · 84 ms");
  assert.equal(cameraWords(9.96, 1_240), "10/s · 1.2 s");
  assert.equal(cameraWords(0.5, null), "0.5/s");
  assert.equal(cameraWords(null, null), "");
});
