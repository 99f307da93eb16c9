import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { progressWords } = await loadComponent("progress");

test("a bar says its share, or with a unit its amount", () => {
  assert.equal(progressWords({ value: 1, max: 3, unit: "", digits: null }), "33\u00a0%");
  assert.equal(progressWords({ value: 1, max: 3, unit: "", digits: 1 }), "33.3\u00a0%");
  assert.equal(progressWords({ value: 12.42, max: 31.2, unit: "GiB", digits: 1 }), "12.4 / 31.2\u00a0GiB");
  assert.equal(progressWords({ value: null, max: 3, unit: "", digits: null }), "");
});
