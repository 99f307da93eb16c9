// The past of a chart: what a person sees of it, and by which gestures.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document ??= /** @type {any} */ ({
  getElementById: () => null,
  baseURI: "http://localhost/",
  activeElement: null,
});
const { ChartPast } = await import("../../../dash-runtime/client/chart_past.js");
const { pastGestures, spansFor, within } = await import("../../../dash-components/src/core/trend_past.js");

/** A past whose server has a sample in each second up to `newest`. */
async function past(t, newest) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  t.mock.method(globalThis, "fetch", (address) => {
    const query = new URL(address).searchParams;
    const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
    asked.push({ from, to });
    const samples = [];
    for (let at = Math.ceil(from); at < Math.min(to, newest + 1); at++) samples.push([at, [at]]);
    return Promise.resolve({ ok: true, json: () => ({ cell: 0, samples }) });
  });
  const shown = new ChartPast("http://localhost/api/history/x/points", () => undefined);
  const settle = async () => {
    t.mock.timers.tick(1000);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  };
  shown.show({ start: newest - 100, end: newest }, newest, 100);
  await settle();
  return { shown, asked, settle, times: () => [...shown.ring.times.slice(shown.ring.start, shown.ring.end)] };
}

const sample = (t) => ({ t, values: [t] });

test("fault: a page that connected again lost the past that it showed", async (t) => {
  const { shown, asked, settle, times } = await past(t, 1000);
  const before = times();
  assert.equal(before.length, 151);
  // The server tells the newest samples again, and some that are new.
  shown.follow([980, 990, 1000, 1001, 1002].map(sample), true);
  assert.deepEqual(times(), [...before, 1001, 1002], "nothing is lost, nothing is there twice");
  assert.deepEqual(shown.span, { start: 902, end: 1002 });
  // There may have been more meanwhile.
  assert.equal(asked.length, 1);
  await settle();
  assert.equal(asked.length, 2);
});

test("fault: a sample that came late cleared the past that was shown", async (t) => {
  const { shown, times } = await past(t, 1000);
  shown.follow([sample(1001), sample(995.5)], false);
  assert.equal(times().length, 153);
  assert.deepEqual(times().slice(-7), [995, 995.5, 996, 997, 998, 999, 1000, 1001].slice(-7));
  assert.equal(shown.span.end, 1001);
});

test("a span that a person has chosen stays where it is when new samples come", async (t) => {
  const { shown, settle } = await past(t, 1000);
  shown.show({ start: 800, end: 900 }, 1000, 100);
  await settle();
  shown.follow([sample(1001)], false);
  shown.follow([sample(1000), sample(1001)], true);
  assert.deepEqual(shown.span, { start: 800, end: 900 });
});

/** A plot with gestures, and what they did. */
function plot() {
  const did = [];
  const part = Object.assign(new EventTarget(), {
    setPointerCapture: () => undefined,
    getBoundingClientRect: () => ({ left: 0 }),
    clientWidth: 100,
  });
  pastGestures(/** @type {any} */ (part), {
    length: () => 60,
    width: () => 100,
    share: (offset) => offset / 100,
    pan: (seconds) => did.push(["pan", seconds]),
    zoom: (factor, share) => did.push(["zoom", factor, share]),
    leave: () => did.push(["leave"]),
  });
  const pointer = (type, clientX, buttons, pointerId = 1) =>
    part.dispatchEvent(Object.assign(new Event(type), { button: 0, buttons, clientX, pointerId }));
  return { did, pointer };
}

test("a drag moves the span by what it was dragged", () => {
  const { did, pointer } = plot();
  pointer("pointerdown", 50, 1);
  pointer("pointermove", 52, 1);
  assert.deepEqual(did, [], "a hand that trembles");
  pointer("pointermove", 60, 1);
  pointer("pointerup", 60, 0);
  pointer("pointermove", 90, 0);
  assert.deepEqual(did, [["pan", -6]]);
});

test("fault: a chart moved with the pointer after its button was lifted over a menu", () => {
  const { did, pointer } = plot();
  pointer("pointerdown", 50, 1);
  pointer("pointermove", 60, 1);
  // No event tells that the button is up.
  pointer("pointermove", 80, 0);
  pointer("pointermove", 90, 1);
  assert.deepEqual(did, [["pan", -6]]);
});

test("two fingers zoom around the one that does not move", () => {
  const { did, pointer } = plot();
  pointer("pointerdown", 40, 1, 1);
  pointer("pointerdown", 60, 1, 2);
  pointer("pointermove", 80, 1, 2);
  assert.deepEqual(did, [["zoom", 0.5, 0.4]]);
});

test("fault: a chart could be zoomed out to years in which nothing was measured", () => {
  const history = { first: 1_000, newest: 11_000, window: 60 };
  // As far as it reaches, with 2 % more.
  assert.deepEqual(within({ start: -1e9, end: 11_000 }, history), { start: 800, end: 11_000 });
  assert.deepEqual(within({ start: -1e9, end: 5_000 }, history), { start: 800, end: 11_000 });
  // Pan stops at the beginning and keeps the length.
  assert.deepEqual(within({ start: 0, end: 500 }, history), { start: 800, end: 1_300 });
  assert.deepEqual(within({ start: 10_800, end: 11_300 }, history), { start: 10_500, end: 11_000 });
  assert.deepEqual(within({ start: 4_000, end: 5_000 }, history), { start: 4_000, end: 5_000 });
  // What is shown live may be longer than the history.
  const young = { first: 10_990, newest: 11_000, window: 60 };
  assert.deepEqual(within({ start: 0, end: 11_000 }, young), { start: 10_940, end: 11_000 });
});

test("there are buttons for the spans that fit the history and the width", () => {
  const day = 86_400;
  assert.deepEqual(spansFor(60, 40 * day, 9), ["5 min", "15 min", "1 h", "6 h", "24 h", "7 d", "30 d"]);
  assert.deepEqual(spansFor(3_600, 2 * day, 9), ["6 h", "24 h"]);
  assert.deepEqual(spansFor(60, 400 * day, 4), ["1 h", "24 h", "7 d", "30 d"]);
  assert.deepEqual(spansFor(60, 100, 9), []);
});
