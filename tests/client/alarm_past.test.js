// What has happened to alarms: the newest first, older ones page by page, and never more than have room.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document ??= /** @type {any} */ ({
  getElementById: () => null,
  baseURI: "http://localhost/board/",
});
const { AlarmEvents, wordsOf } = await import("../../dash-runtime/client/alarm_past.js");
const { RecordPast } = await import("../../dash-runtime/client/record_past.js");

/** @param {number} count  @returns {any[]} */
const many = (count) =>
  Array.from({ length: count }, (_, at) => ({
    time: 1.7e9 + at,
    change: "raised",
    text: `${at}`,
    number: at,
  }));

/** A server with these events. @param {any} t @param {any[]} events */
function server(t, events) {
  let asked = 0;
  t.mock.method(globalThis, "fetch", (/** @type {string} */ address) => {
    asked += 1;
    const query = new URL(address).searchParams;
    const to = Number(query.get("to") ?? Infinity);
    const before = Number(query.get("before") ?? Infinity);
    const fit = events.filter(({ time, number }) => time < to && number < before);
    const page = fit.slice(-Number(query.get("points")));
    const next = page.length < fit.length ? String(page[0].number) : null;
    return Promise.resolve({
      ok: true,
      json: () => ({ records: page.map((event) => [event.time, event]), next }),
    });
  });
  return () => asked;
}

test("a person goes back to the first event, and none is there twice", async (t) => {
  const all = many(450);
  server(t, all);
  const events = new AlarmEvents(new RecordPast("http://localhost/x"));
  events.add(all.slice(-20), true);
  assert.ok(events.hasOlder);
  for (let page = 0; page < 3; page += 1) await events.older();
  assert.deepEqual(events.all, all);
  assert.ok(!events.hasOlder);
});

test("the document has a bounded number of events, and asks for no more than have room", async (t) => {
  const all = many(3_000);
  const asked = server(t, all);
  const events = new AlarmEvents(new RecordPast("http://localhost/x"));
  events.add(all.slice(-20), true);
  for (let page = 0; page < 20; page += 1) await events.older();
  assert.deepEqual([events.all.length, events.hasOlder, asked()], [1_000, false, 5]);
  assert.deepEqual(events.all, all.slice(-1_000));
  // New ones come while somebody reads the past: the oldest go, and are asked for again.
  const next = { time: 1.7e9 + 3_000, change: "cleared", text: "new", number: 3_000 };
  events.add([/** @type {any} */ (next)], false);
  assert.deepEqual([events.all.length, events.all[0].text, events.all.at(-1)?.text], [1_000, "2001", "new"]);
  // After a lost connection the page gets the newest ones anew.
  events.add(all.slice(-20), true);
  assert.deepEqual([events.all.length, events.hasOlder], [20, true]);
});

test("an event says what happened, who did it, and to what", () => {
  const event = { time: 0, number: 1, text: "Too hot: 81.5 °C", detail: "limit 80 °C" };
  assert.deepEqual(wordsOf({ ...event, change: "raised" }), ["Raised", "Too hot: 81.5 °C (limit 80 °C)"]);
  assert.deepEqual(wordsOf({ ...event, detail: undefined, change: "acknowledged", by: "ada" }), [
    "Acknowledged by ada",
    "Too hot: 81.5 °C",
  ]);
  assert.equal(wordsOf({ ...event, change: "of a later version" })[0], "of a later version");
});
