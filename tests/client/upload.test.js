// What an upload refuses before it begins, and how it writes sizes.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { refusalOf, sizeOf } = await import("../../dash-components/src/core/upload.js");

test("a file that is too large or of another kind is not sent", () => {
  const bounds = { max_bytes: 2000, accept: " .csv, .TXT" };
  assert.equal(refusalOf({ name: "A.CSV", size: 2000 }, bounds), null);
  assert.equal(refusalOf({ name: "a.csv", size: 2001 }, bounds), "larger than 2.0 kB");
  assert.equal(refusalOf({ name: "a.csv.exe", size: 1 }, bounds), "only .csv, .txt");
  assert.equal(refusalOf({ name: "a.exe", size: 1 }, { ...bounds, accept: "" }), null);
});

test("a size has two digits or more, and its unit", () => {
  const sizes = [0, 999, 1000, 1234, 56_789, 10_000_000, 2.5e9, 7e13];
  assert.deepEqual(sizes.map(sizeOf), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.2 kB",
    "57 kB",
    "10 MB",
    "2.5 GB",
    "70000 GB",
  ]);
});
