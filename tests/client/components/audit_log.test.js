import assert from "node:assert/strict";
import { test } from "node:test";
import { timeOf } from "../../../dash-runtime/client/day_time.js";
import { loadComponent } from "./elements.js";

const { changeOf, outcomeOf, tooMany } = await loadComponent("audit_log");

test("a change is said with the values before and after", () => {
  const change = (old, wanted, hidden = false) => changeOf({ old, new: wanted, hidden });
  assert.equal(change("1.5", "2"), "1.5 → 2");
  assert.equal(change('"a"', '"b \\"c\\""'), 'a → b "c"', "texts without their quotation marks");
  assert.equal(change("[0,0]", "[0.5,1]"), "[0,0] → [0.5,1]");
  assert.equal(change(null, "4"), "4", "refused: the value before is not recorded");
  assert.equal(change(null, "null"), "null");
  assert.equal(change(null, null, true), "changed");
  assert.equal(change('"long', '"lon…'), '"long → "lon…', "what was cut is no JSON");
});

test("an outcome says why, and how often it was refused", () => {
  assert.equal(outcomeOf({ outcome: "applied", why: null, times: 1 }), "applied");
  assert.equal(outcomeOf({ outcome: "failed", why: "blocked", times: 1 }), "failed: blocked");
  assert.equal(outcomeOf({ outcome: "refused", why: "no", times: 57 }), "refused 57 times: no");
  assert.equal(outcomeOf({ outcome: "refused", why: null, times: 2 }), "refused 2 times");
});

test("the time of another day has the day", () => {
  const now = new Date(2026, 10, 26, 12, 0, 0);
  const at = (day, hour) => new Date(2026, 10, day, hour, 5, 9).getTime() / 1000;
  assert.equal(timeOf(at(26, 9), now), "09:05:09");
  assert.equal(timeOf(at(25, 23), now), "2026-11-25 23:05:09");
});

test("fault: one user pushed the records of all others out of an open page", () => {
  const of = (user, count) => Array.from({ length: count }, (_, at) => ({ user, at }));
  // The newest first.
  const rows = [...of("ada", 40), ...of("bob", 3)];
  assert.deepEqual(tooMany(rows, 50), []);
  const out = tooMany(rows, 8);
  assert.deepEqual(
    out.filter(({ user }) => user === "bob"),
    [],
  );
  assert.equal(out.length, 35);
  assert.ok(!out.includes(rows[0]) && out.includes(rows[39]), "the newest stay");
  // Of two who have as many, the oldest record goes.
  assert.deepEqual(tooMany([...of("ada", 2), ...of("bob", 2)], 3), [{ user: "bob", at: 1 }]);
});
