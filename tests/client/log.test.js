// The lines of a log: the limit, the filter, and what has gone.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { Lines, momentOf } = await import("../../dash-components/src/core/log.js");

/** @type {(text: string, level?: any) => any} */
const line = (text, level = "info") => ({ time: 0, level, text });
/** @type {(count: number, from?: number) => any[]} */
const many = (count, from = 0) => Array.from({ length: count }, (_, at) => line(`line ${from + at}`));

test("a log keeps the newest lines and no others", () => {
  const lines = new Lines();
  for (let at = 0; at < 3000; at += 1) {
    lines.add(many(1, at), 1000);
    assert.ok(lines.count <= 1000, `${lines.count}`);
  }
  assert.equal(lines.shown.at(-1)?.text, "line 2999");
  lines.add(many(250_000), 100_000);
  assert.equal(lines.count, 100_000);
  assert.equal(lines.shown[0]?.text, "line 150000");
});

test("the filter is about the level and the text, also of lines that come later", () => {
  const lines = new Lines();
  lines.add([line("Pump on"), line("no answer", "error"), line("x", "debug")], 100);
  lines.filter("info", " PUMP ");
  assert.deepEqual(
    lines.shown.map(({ text }) => text),
    ["Pump on"],
  );
  lines.add([line("pump off"), line("pump", "debug")], 100);
  assert.deepEqual(
    lines.shown.map(({ text }) => text),
    ["Pump on", "pump off"],
  );
  lines.filter("error", "");
  assert.deepEqual(
    lines.shown.map(({ text }) => text),
    ["no answer"],
  );
});

test("add tells how many shown lines have gone", () => {
  const lines = new Lines();
  lines.filter("info", "7");
  lines.add(many(100), 100);
  // Of the first fifty, five end with a seven: 7, 17, 27, 37, 47.
  assert.equal(lines.add(many(50, 200), 100), 5);
  lines.clear();
  assert.equal(lines.count, 0);
});

test("older lines come before the others, as long as there is room, and the newest stay", () => {
  const lines = new Lines();
  lines.filter("info", "");
  lines.add(many(100, 500), 100);
  assert.equal(lines.addBefore([...many(79, 420), line("x", "debug"), line("line 499")], 200), 80);
  assert.deepEqual(
    [lines.all[0]?.text, lines.shown[79]?.text, lines.shown[80]?.text, lines.count],
    ["line 420", "line 499", "line 500", 181],
  );
  assert.equal(lines.addBefore(many(100, 320), 200), 19, "the newest of them");
  assert.equal(lines.all[0]?.text, "line 401");
  assert.equal(lines.addBefore(many(5), 200), 0);
  assert.equal(lines.add([], 100), 99, "and without the past there are as many as before");
  assert.equal(lines.shown[0]?.text, "line 500");
});

test("a moment has milliseconds", () => {
  assert.match(momentOf(1_700_000_000.0456), /^\d\d:\d\d:20\.045$/);
});
