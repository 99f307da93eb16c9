// The curve of a sparkline, and the keys of a shortcut.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { sparkPaths } = await import("../../dash-components/src/core/sparkline.js");
const { isShortcut } = await import("../../dash-components/src/core/shortcut.js");

test("the newest value of a sparkline is at the right edge, and a gap is a gap", () => {
  assert.deepEqual(sparkPaths([0, 10], 2, null, null), {
    line: "M0.00 30.00L100.00 2.00",
    area: "M0.00 30.00L100.00 2.00L100.00 32L0.00 32Z",
  });
  assert.equal(sparkPaths([5], 11, 0, 10).line, "M100.00 16.00");
  assert.equal(sparkPaths([0, null, 10], 3, null, null).line, "M0.00 30.00M100.00 2.00");
  assert.equal(sparkPaths([0, null, 10], 3, null, null).area.match(/Z/g)?.length, 2);
  // Equal values are in the middle, and values beyond the edges are at them.
  assert.equal(sparkPaths([7, 7], 2, null, null).line, "M0.00 16.00L100.00 16.00");
  assert.equal(sparkPaths([-99, 99], 2, 0, 1).line, "M0.00 30.00L100.00 2.00");
  assert.deepEqual(sparkPaths([], 60, null, null), { line: "", area: "" });
});

test("a shortcut is exactly its keys", () => {
  const press = (/** @type {string} */ key, /** @type {string[]} */ ...held) => ({
    key,
    ctrlKey: held.includes("Ctrl"),
    altKey: held.includes("Alt"),
    shiftKey: held.includes("Shift"),
    metaKey: held.includes("Meta"),
  });
  assert.ok(isShortcut("Ctrl+s", press("s", "Ctrl")));
  assert.ok(isShortcut("ctrl + S", press("s", "Ctrl")));
  assert.ok(isShortcut("?", press("?", "Shift")) && isShortcut("Ctrl++", press("+", "Ctrl")));
  assert.ok(isShortcut("Shift+ArrowUp", press("ArrowUp", "Shift")));
  for (const [keys, event] of /** @type {const} */ ([
    ["", press("")],
    ["s", press("s", "Ctrl")],
    ["Ctrl+s", press("s")],
    ["Ctrl+s", press("s", "Ctrl", "Alt")],
    ["ArrowUp", press("ArrowUp", "Shift")],
    ["n", press("m")],
  ]))
    assert.ok(!isShortcut(keys, event), keys);
});
