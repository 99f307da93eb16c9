// Where a key leads in a tree (WAI-ARIA, pattern "tree").

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { step } = await import("../../dash-runtime/client/tree_view.js");

/** The visible lines: an open arm with a closed hand in it, and a base without parts. */
const lines = [
  { level: 1, expanded: true },
  { level: 2, expanded: null },
  { level: 2, expanded: false },
  { level: 1, expanded: null },
];

test("up, down and the ends stay within the visible lines", () => {
  assert.deepEqual(step(lines, 0, "next"), { at: 1 });
  assert.deepEqual(step(lines, 3, "next"), { at: 3 });
  assert.deepEqual(step(lines, 0, "previous"), { at: 0 });
  assert.deepEqual(step(lines, 2, "first"), { at: 0 });
  assert.deepEqual(step(lines, 0, "last"), { at: 3 });
});

test("inwards opens, and then goes to the first line inside", () => {
  assert.deepEqual(step(lines, 2, "in"), { at: 2, open: true });
  assert.deepEqual(step(lines, 0, "in"), { at: 1 });
  assert.deepEqual(step(lines, 3, "in"), { at: 3 });
});

test("outwards closes, and then goes to the line around it", () => {
  assert.deepEqual(step(lines, 0, "out"), { at: 0, open: false });
  assert.deepEqual(step(lines, 2, "out"), { at: 0 });
  assert.deepEqual(step(lines, 3, "out"), { at: 3 });
});

test("without an active line each key leads to an end, and without lines to nothing", () => {
  for (const way of /** @type {const} */ (["next", "previous", "first", "in", "out"])) {
    assert.deepEqual(step(lines, -1, way), { at: 0 });
    assert.deepEqual(step([], -1, way), { at: -1 });
  }
  assert.deepEqual(step(lines, -1, "last"), { at: 3 });
  assert.deepEqual(step([], -1, "last"), { at: -1 });
});
