// The parts of a trend beside its lines: limits, markers, and files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addMarker, drawMarkers, MARKER_ROOM, markersIn } from "../../../dash-runtime/client/chart_events.js";
import {
  csvField,
  csvOfHistory,
  csvOfSamples,
  fileName,
  isoTime,
} from "../../../dash-runtime/client/chart_export.js";
import { drawLimits, zoneOf, zonesOf } from "../../../dash-runtime/client/chart_limits.js";
import { ChartRing } from "../../../dash-runtime/client/chart_ring.js";

const NONE = { warn_above: null, bad_above: null, warn_below: null, bad_below: null };
const BOX = { left: 0, right: 400, top: 20, bottom: 220, unit: 1 };
const PALETTE = /** @type {any} */ ({ tones: {}, ground: "", cursor: "", text: "" });

/** A canvas that keeps what is written, with letters of ten pixels. */
function paper() {
  const texts = /** @type {{ text: string, x: number, y: number }[]} */ ([]);
  const nothing = () => undefined;
  const context = new Proxy(
    {
      texts,
      fillText: (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) =>
        texts.push({ text, x, y }),
      measureText: (/** @type {string} */ text) => ({ width: 10 * text.length }),
    },
    { get: (target, name) => Reflect.get(target, name) ?? nothing },
  );
  return /** @type {any} */ (context);
}

test("the zones of a trend are those of the other readouts", () => {
  const limits = { warn_above: 70, bad_above: 80, warn_below: 10, bad_below: 5 };
  const zones = [
    [4.9, "bad"],
    [5, "warn"],
    [10, null],
    [70, null],
    [70.1, "warn"],
    [80, "warn"],
    [80.1, "bad"],
  ];
  for (const [value, zone] of zones) assert.equal(zoneOf(Number(value), limits), zone, String(value));
  for (const none of [null, undefined, Number.NaN]) assert.equal(zoneOf(none, limits), null);
  // A limit of zero is a limit.
  assert.equal(zoneOf(1, { ...NONE, bad_above: 0 }), "bad");
  assert.equal(zoneOf(1, NONE), null);
});

test("a warning ends where the alarm begins, and one beyond the alarm is hidden", () => {
  const far = Number.POSITIVE_INFINITY;
  assert.deepEqual(zonesOf({ ...NONE, warn_above: 70, bad_above: 80 }), [
    { from: 70, to: 80, tone: "warn" },
    { from: 80, to: far, tone: "bad" },
  ]);
  assert.deepEqual(zonesOf({ ...NONE, warn_above: 90, bad_above: 80 }), [{ from: 80, to: far, tone: "bad" }]);
  assert.deepEqual(zonesOf({ ...NONE, warn_below: 10 }), [{ from: -far, to: 10, tone: "warn" }]);
  assert.deepEqual(zonesOf(NONE), []);
});

const AXIS = { min: 0, max: 100, step: 20 };
/** Limits as a chart has them for all series, or with the name and the colour of one. */
const drawn = (limits, suffix = "", name = "", colour = null) => ({
  limits: { ...NONE, ...limits },
  axis: AXIS,
  suffix,
  name,
  colour,
});

test("the line of a limit has its words, inside of its zone if they fit", () => {
  const context = paper();
  drawLimits(context, BOX, PALETTE, [drawn({ warn_above: 50, bad_below: 10, bad_above: 120 }, " V")]);
  assert.deepEqual(
    context.texts.map((/** @type {any} */ { text }) => text),
    ["alarm below 10 V", "warning above 50 V"],
    "a limit beyond the axis is not drawn",
  );
  const [below, above] = context.texts;
  // 10 is at 200 px, 50 at 120 px.
  assert.ok(below.y > 200 && above.y < 120);
  // At the upper end there is no room in the zone.
  const top = paper();
  drawLimits(top, BOX, PALETTE, [drawn({ bad_above: 99 })]);
  assert.ok(top.texts[0].y > 22);
});

test("words of limits that are close together stand beside each other, the more important one first", () => {
  const limits = [drawn({ warn_above: 50, bad_above: 51 })];
  const context = paper();
  drawLimits(context, BOX, PALETTE, limits);
  const [alarm, warning] = context.texts;
  assert.deepEqual([alarm.text, warning.text], ["alarm above 51", "warning above 50"]);
  assert.ok(warning.x > alarm.x + 140, "they do not cover each other");
  const narrow = paper();
  drawLimits(narrow, { ...BOX, right: 200 }, PALETTE, limits);
  // Without room beside each other they are above each other.
  const [first, second] = narrow.texts;
  assert.deepEqual([first.text, second.text], ["alarm above 51", "warning above 50"]);
  assert.ok(Math.abs(first.y - second.y) >= 15 && second.x === first.x);
});

test("fault: nobody could say which series of a chart a limit was of", () => {
  const context = paper();
  const lines = /** @type {string[]} */ ([]);
  context.stroke = () => lines.push(context.strokeStyle);
  const palette = { ...PALETTE, tones: { bad: "red", warn: "amber" } };
  drawLimits(context, BOX, palette, [
    drawn({ bad_above: 90 }),
    drawn({ bad_above: 40 }, " °C", "Temperature: ", "blue"),
    { ...drawn({ warn_below: 6.8 }, "", "pH: ", "green"), axis: { min: 6, max: 8, step: 1 } },
  ]);
  assert.deepEqual(
    context.texts.map((/** @type {any} */ { text }) => text),
    ["alarm above 90", "Temperature: alarm above 40 °C", "pH: warning below 6.8"],
  );
  assert.deepEqual(lines, ["red", "blue", "green"]);
  // Each on the axis of its series.
  const [, hot, acid] = context.texts;
  assert.ok(hot.y < 140 && acid.y > 140, "40 of 100 and 6.8 of 6 to 8 are both at 140 px");
});

const marker = (/** @type {number} */ t, text = `m${t}`) => ({ t, text, tone: "neutral" });

test("markers are in the order of their times, and the oldest one goes", () => {
  const markers = /** @type {any[]} */ ([]);
  for (const t of [5, 3, 9, 4]) addMarker(markers, marker(t), 3);
  assert.deepEqual(
    markers.map(({ t }) => t),
    [4, 5, 9],
  );
  assert.deepEqual(
    markersIn(markers, 4.5, 9).map(({ t }) => t),
    [5, 9],
  );
});

test("the texts of markers never overlap, the newest has room first, and one that is read is always there", () => {
  const view = { box: BOX, start: 0, end: 400 };
  // 12 letters are 120 px.
  const markers = [100, 150, 300, 390].map((t) => marker(t, "abcdefghijkl"));
  const context = paper();
  drawMarkers(context, view, PALETTE, markers, []);
  const spans = context.texts.map((/** @type {any} */ { x }) => [x, x + 120]).reverse();
  assert.ok(spans.length >= 2);
  for (const [at, [from]] of spans.entries()) assert.ok(at === 0 || from >= spans[at - 1][1], `${spans}`);
  for (const [from, to] of spans) assert.ok(from >= 0 && to <= 400);
  assert.ok(context.texts.every((/** @type {any} */ { y }) => y > 20 - MARKER_ROOM && y < 20));
  const read = paper();
  drawMarkers(read, view, PALETTE, markers, markers);
  assert.equal(read.texts.length, 4);
});

test("a long text of a marker is cut", () => {
  const context = paper();
  drawMarkers(context, { box: BOX, start: 0, end: 400 }, PALETTE, [marker(10, "x".repeat(60))], []);
  assert.equal(context.texts[0].text, `${"x".repeat(15)}…`);
});

test("times in a file are ISO 8601 in UTC, with microseconds", () => {
  assert.equal(isoTime(0), "1970-01-01T00:00:00.000000Z");
  assert.equal(isoTime(1_753_000_000.25), "2025-07-20T08:26:40.250000Z");
  assert.equal(isoTime(1.999_999_9), "1970-01-01T00:00:02.000000Z");
  assert.equal(isoTime(-0.5), "1969-12-31T23:59:59.500000Z");
});

test("a field of a table is quoted only where it must be", () => {
  for (const [text, field] of [
    ["a b", "a b"],
    ['a "b"', '"a ""b"""'],
    ["a,b", '"a,b"'],
    ["a\nb", '"a\nb"'],
    ["", ""],
  ])
    assert.equal(csvField(String(text)), field);
});

test("the values of a file are those of the span, and a missing one is empty", () => {
  const ring = new ChartRing(2, 8);
  for (const [t, ...values] of [
    [9, 0, 0],
    [10, 1, null],
    [11, 0.1 + 0.2, Number.NaN],
    [12, -3, 4e-9],
    [13, 0, 0],
  ])
    ring.push({ t: Number(t), values });
  const lines = csvOfSamples(["a", "b, c"], ring, 10, 12, []).split("\r\n");
  assert.deepEqual(lines, [
    'time,a,"b, c"',
    "1970-01-01T00:00:10.000000Z,1,",
    "1970-01-01T00:00:11.000000Z,0.30000000000000004,",
    "1970-01-01T00:00:12.000000Z,-3,4e-9",
    "",
  ]);
});

test("what happened is in the file at its time", () => {
  const ring = new ChartRing(1, 8);
  for (const t of [10, 11]) ring.push({ t, values: [t] });
  const events = [marker(9.5, "on"), marker(10.5, 'say "x"'), marker(12, "off")];
  assert.deepEqual(csvOfSamples(["a"], ring, 9, 12, events).split("\r\n"), [
    "time,a,event",
    "1970-01-01T00:00:09.500000Z,,on",
    "1970-01-01T00:00:10.000000Z,10,",
    '1970-01-01T00:00:10.500000Z,,"say ""x"""',
    "1970-01-01T00:00:11.000000Z,11,",
    "1970-01-01T00:00:12.000000Z,,off",
    "",
  ]);
});

test("a file of a kept history has its samples, or the extremes of its cells", () => {
  const samples = csvOfHistory(["a", "b"], { cell: 0, samples: [[1, [2, null]]] });
  assert.equal(samples, "time,a,b\r\n1970-01-01T00:00:01.000000Z,2,\r\n");
  const cells = csvOfHistory(["a", "b"], { cell: 60, cells: [[1, 59, 3, [[-1, 4, 2, 0, 1], null]]] });
  assert.equal(
    cells,
    "time,until,count,a min,a max,a mean,b min,b max,b mean\r\n" +
      "1970-01-01T00:00:01.000000Z,1970-01-01T00:00:59.000000Z,3,-1,4,2,,,\r\n",
  );
});

test("the name of a file has nothing that a file system does not take", () => {
  assert.equal(fileName("Tür / CPU: 1", 0, "csv"), "Tür-CPU-1-1970-01-01T00-00-00.csv");
});
