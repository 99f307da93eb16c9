// The past of a log: asked for page by page, nothing lost and nothing twice.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document ??= /** @type {any} */ ({
  getElementById: () => ({ textContent: JSON.stringify({ histories: [["log", "lines"]] }) }),
  baseURI: "http://localhost/board/",
});
const { RecordPast } = await import("../../dash-runtime/client/record_past.js");
const { extras } = await import("../../dash-runtime/client/extras.js");

/** A server with these records, as history.rs answers, and what was asked. @param {any} t @param {any[]} records */
function server(t, records) {
  /** @type {string[]} */
  const asked = [];
  const places = records.map((record, at) => ({ record, micros: Math.round(record.time * 1e6), at }));
  t.mock.method(globalThis, "fetch", (/** @type {string} */ address) => {
    const url = new URL(address);
    asked.push(url.pathname + url.search);
    const query = url.searchParams;
    const to = query.has("to") ? Math.round(Number(query.get("to")) * 1e6) : Infinity;
    const before = query.has("before") ? Number(query.get("before")) : Infinity;
    const fit = places.filter(({ micros, at }) => micros < to && at < before);
    const page = fit.slice(-Number(query.get("points")));
    const next = page.length < fit.length ? String(page[0]?.at) : null;
    return Promise.resolve({
      ok: true,
      json: () => ({ records: page.map(({ record }) => [record.time, record]), next }),
    });
  });
  return asked;
}

const many = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, at) => ({ time: 1.7e9 + Math.floor(at / 3) / 1e6, text: `${at}` }));

test("a person goes back to the first record, page by page", async (t) => {
  const all = many(1_000);
  // Records of one microsecond are on both sides of what the page has.
  let here = all.slice(-499);
  const asked = server(t, all);
  const past = extras.records?.("log");
  assert.ok(past);
  assert.equal(extras.records?.("other"), null);
  for (let page = 0; page < 4; page++) here = [...(await past.older(here)), ...here];
  assert.deepEqual(here, all);
  assert.equal(asked.length, 3, "of 200 each, and nothing when there is nothing older");
  assert.ok(
    asked.every((path) => path.startsWith("/board/api/history/log/lines?points=200&")),
    `${asked}`,
  );
});

test("a record that came late and equal ones are there once", async (t) => {
  const late = { time: 1.7e9 + 1, text: "late" };
  const same = { time: 1.7e9 + 5, text: "same" };
  const all = [{ time: 1.7e9, text: "first" }, late, { time: 1.7e9 + 2, text: "old" }, same, same, same];
  // The page has two of the equal ones, and the late one behind them.
  const here = [same, same, late];
  server(t, all);
  const older = await new RecordPast("http://localhost/x").older(here);
  assert.deepEqual(
    older.map(({ text }) => text),
    ["first", "old", "same"],
  );
});

test("it asks once at a time, and what comes after the person has left is not shown", async (t) => {
  const asked = server(t, many(900));
  const past = new RecordPast("http://localhost/x");
  const here = many(900).slice(-10);
  const [first, second] = [past.older(here), past.older(here)];
  assert.deepEqual(await second, []);
  assert.equal((await first).length, 199, "one of its microsecond is in the answer");
  const gone = past.older(here);
  past.leave();
  assert.deepEqual(await gone, []);
  assert.equal((await past.older(here)).length, 199, "from the begin again");
  assert.equal(asked.length, 3);
});

test("why the past is not shown", async (t) => {
  t.mock.method(globalThis, "fetch", () =>
    Promise.resolve({ ok: false, json: () => ({ why: "no such history" }) }),
  );
  const past = new RecordPast("http://localhost/x");
  assert.deepEqual(await past.older([]), []);
  assert.equal(past.fault, "no such history");
  past.leave();
  assert.equal(past.fault, "");
});
