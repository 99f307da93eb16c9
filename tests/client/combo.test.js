// The options of a field that is searched: which ones are found, and which of them are drawn.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { matching, plain, visible } = await import("../../dash-runtime/client/combo.js");

const options = ["Voltage of pump 1", "Current of pump 1", "Größe", "İzmir", "pump 2 voltage"].map(
  (label) => ({
    value: label,
    label,
  }),
);
/** @param {string} typed */
const found = (typed) => matching(options, typed).map((at) => options[at]?.label);

test("words are found anywhere, in any order, without case and accents", () => {
  assert.deepEqual(
    found(""),
    options.map(({ label }) => label),
  );
  assert.deepEqual(
    found("  "),
    options.map(({ label }) => label),
  );
  assert.deepEqual(found("PUMP vol"), ["Voltage of pump 1", "pump 2 voltage"]);
  assert.deepEqual(found("große"), ["Größe"]);
  assert.deepEqual(found("izmir"), ["İzmir"]);
  assert.deepEqual(found("1 volt"), ["Voltage of pump 1"]);
  assert.deepEqual(found("nothing"), []);
  assert.equal(plain("ÀÉ"), "ae");
});

test("a text with characters of patterns is only a text", () => {
  const strange = [".*", "a|b", "<b>", "(", "\\"].map((label) => ({ value: label, label }));
  for (const [at, { label }] of strange.entries()) assert.deepEqual(matching(strange, label), [at]);
});

test("only options near the visible ones are drawn, at any place and with any number of them", () => {
  for (const count of [0, 1, 5, 10_000]) {
    for (const top of [0, 17, 36 * 4000, 36 * 20_000]) {
      const { from, to } = visible({ top, height: 320, row: 36, count });
      assert.ok(0 <= from && from <= to && to <= count, `${count} ${top}: ${from} ${to}`);
      assert.ok(to - from <= 320 / 36 + 2 * 6 + 2, `${to - from}`);
    }
  }
  assert.deepEqual(visible({ top: 0, height: 320, row: 36, count: 10_000 }), { from: 0, to: 15 });
  const end = visible({ top: 36 * 10_000 - 320, height: 320, row: 36, count: 10_000 });
  assert.equal(end.to, 10_000);
});

test("ten thousand options are searched within a frame", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => ({ value: `${n}`, label: `Signal ${n}` }));
  const texts = new Map(many.map((choice) => [choice, plain(choice.label)]));
  const least = Math.min(
    ...Array.from({ length: 5 }, () => {
      const start = performance.now();
      assert.equal(matching(many, "signal 99", (choice) => texts.get(choice) ?? "").length, 280);
      return performance.now() - start;
    }),
  );
  assert.ok(least < 16, `${least} ms`);
});
