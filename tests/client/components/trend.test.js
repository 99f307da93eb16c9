import assert from "node:assert/strict";
import { test } from "node:test";
import { gapsIn, thinLine } from "../../../dash-runtime/client/chart_line.js";
import { ChartRing } from "../../../dash-runtime/client/chart_ring.js";
import { valueAxis, valueTicks } from "../../../dash-runtime/client/chart_scale.js";
import { sampleTime, timeStep, timeText, timeTicks } from "../../../dash-runtime/client/chart_time.js";

process.env.TZ = "UTC";

/** @param {any} ring */
function contents(ring) {
  return [...ring.times.slice(ring.start, ring.end)];
}

test("a ring keeps the last samples in order", () => {
  const ring = new ChartRing(2, 4);
  for (let t = 0; t < 23; t++) {
    ring.push({ t, values: [t, null] });
    const first = Math.max(0, t - 3);
    assert.deepEqual(
      contents(ring),
      Array.from({ length: t - first + 1 }, (_, index) => first + index),
    );
  }
  assert.deepEqual([...ring.values[0].slice(ring.start, ring.end)], [19, 20, 21, 22]);
  assert.ok([...ring.values[1].slice(ring.start, ring.end)].every(Number.isNaN));
});

test("a sample with too few values has gaps, one with too many is cut", () => {
  const ring = new ChartRing(2, 4);
  ring.push({ t: 0, values: [] });
  ring.push({ t: 1, values: [1, 2, 3] });
  assert.ok(Number.isNaN(ring.values[1][ring.start]));
  assert.equal(ring.values[1][ring.start + 1], 2);
});

/** A ring with these samples, whose values are their numbers. */
function ringOf(capacity, ...times) {
  const ring = new ChartRing(1, capacity);
  times.forEach((t, number) => {
    ring.push({ t, values: [number] });
  });
  return ring;
}

test("fault: a sample that came more than a second late cleared the chart", () => {
  const ring = ringOf(8, 100, 101, 110, 104, 103, 111, 90);
  assert.deepEqual(contents(ring), [90, 100, 101, 103, 104, 110, 111]);
  assert.deepEqual([...ring.values[0].slice(ring.start, ring.end)], [6, 0, 1, 4, 3, 2, 5]);
  // A full ring has no room for one that is older than all others, and loses its oldest for another one.
  for (const t of [112, 113, 80, 105]) ring.push({ t, values: [1] });
  assert.deepEqual(contents(ring), [101, 103, 104, 105, 110, 111, 112, 113]);
});

test("late samples find their places, whatever is late", () => {
  for (let seed = 1; seed < 50; seed++) {
    let state = seed;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const times = Array.from({ length: 60 }, (_, at) => at + 9 * random());
    const ring = ringOf(64, ...times);
    assert.deepEqual(
      contents(ring),
      times.toSorted((a, b) => a - b),
    );
  }
});

test("a clock that is set back does not stop the chart", () => {
  // By more than the chart has.
  const far = ringOf(8, 100, 101, 102, 50, 51, 52, 53);
  assert.deepEqual(contents(far), [50, 51, 52, 53]);
  // By less: the samples of the new time go on from the place of the clock.
  const near = ringOf(200, ...Array.from({ length: 100 }, (_, at) => 1000 + at));
  for (let at = 0; at < 100; at++) near.push({ t: 1050.5 + at / 100, values: [1] });
  assert.equal(near.newest, 1051.49);
  // From the future: at once.
  const now = Date.now() / 1000;
  const future = ringOf(8, now + 3600, now + 3601, now, now + 0.1);
  assert.deepEqual(contents(future), [now, now + 0.1]);
});

test("a time is found among the samples", () => {
  const ring = new ChartRing(1, 4);
  for (let t = 0; t < 9; t++) ring.push({ t, values: [t] });
  assert.equal(ring.find(0), ring.start);
  assert.equal(ring.times[ring.find(6)], 6);
  assert.equal(ring.times[ring.find(6.5)], 7);
  assert.equal(ring.find(99), ring.end);
});

/**
 * @param {number[]} values
 * @param {number} perColumn
 */
function thin(values, perColumn) {
  const times = Float64Array.from(values, (_, index) => index);
  const out = new Int32Array(4 * values.length + 4);
  const count = thinLine(
    times,
    Float64Array.from(values),
    0,
    values.length,
    (/** @type {number} */ t) => Math.floor(t / perColumn),
    out,
  );
  return [...out.slice(0, count)];
}

test("what fits the pixels is drawn as it is", () => {
  assert.deepEqual(thin([3, 1, 2], 1), [0, 1, 2]);
  assert.deepEqual(thin([], 1), []);
});

test("a column keeps its lowest and its highest value, in their order", () => {
  assert.deepEqual(thin([5, 9, 1, 5, 2, 2, 2, 2], 4), [1, 2, 4]);
  assert.deepEqual(thin([1, 9, 5, 5], 4), [0, 1]);
});

test("a peak of one sample is never lost", () => {
  const values = Array.from({ length: 2000 }, () => 0);
  values[1234] = 100;
  values[777] = -100;
  const kept = thin(values, 50);
  assert.ok(kept.includes(1234) && kept.includes(777));
  assert.ok(kept.length <= 2 * 40);
});

test("a missing value interrupts the line once", () => {
  const gap = Number.NaN;
  assert.deepEqual(thin([gap, 1, 2, gap, gap, 3, gap], 1), [1, 2, -1, 5, -1]);
  assert.deepEqual(thin([1, gap, 2], 10), [0, -1, 2]);
});

test("an axis ends at round values around what is in view", () => {
  assert.deepEqual(valueAxis(3, 97, null, null, 5), { min: 0, max: 100, step: 20 });
  assert.deepEqual(valueAxis(12.1, 12.9, null, null, 5), { min: 12, max: 13, step: 0.2 });
  const axis = valueAxis(-7, 42, null, null, 4);
  assert.ok(axis.min <= -7 && axis.max >= 42);
});

test("an axis keeps the ends that were given", () => {
  const given = valueAxis(3, 200, 0, 100, 5);
  assert.deepEqual([given.min, given.max], [0, 100]);
  assert.equal(valueAxis(3, 17, 0, null, 5).min, 0);
  assert.equal(valueAxis(3, 17, null, 20, 5).max, 20);
});

test("there is an axis for a flat line, for nothing and for nonsense", () => {
  const none = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const cases = [
    [5, 5, null, null],
    [0, 0, null, null],
    [-3, -3, null, null],
    [...none, null, null],
    [...none, 10, null],
    [...none, null, -10],
    [50, 60, null, 20],
    [50, 60, 100, null],
    [50, 60, 10, 10],
    [1, 2, 9, 3],
  ];
  for (const [low, high, min, max] of cases) {
    const axis = valueAxis(low, high, min, max, 5);
    const name = JSON.stringify([low, high, min, max, axis]);
    assert.ok(Number.isFinite(axis.min) && axis.max > axis.min && axis.step > 0, name);
    assert.ok(valueTicks(axis).length <= 101, name);
  }
});

test("ticks are multiples of the step within the axis", () => {
  assert.deepEqual(valueTicks({ min: 0, max: 100, step: 20 }), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(valueTicks({ min: 5, max: 42, step: 10 }), [10, 20, 30, 40]);
});

test("labels of the time axis stand at round times", () => {
  assert.equal(timeStep(60, 6), 10);
  assert.equal(timeStep(60, 5), 15);
  assert.equal(timeStep(3600, 6), 600);
  assert.equal(timeStep(0.02, 5), 0.005);
  assert.equal(timeStep(86_400 * 30, 10), 86_400 * 3);
});

test("a time is as fine as its axis", () => {
  const t = Date.UTC(2026, 0, 2, 11, 59, 59, 960) / 1000;
  assert.equal(timeText(t, 0.01), "11:59:59.96");
  assert.equal(timeText(t, 0.1), "12:00:00.0");
  assert.equal(timeText(t, 10), "12:00:00");
  assert.equal(timeText(Date.UTC(2026, 0, 2, 11, 5) / 1000, 60), "11:05");
  assert.equal(timeText(Date.UTC(2026, 0, 2) / 1000, 86_400), "2 Jan");
});

test("samples stay when the series change, as on a page that is loaded later", () => {
  const ring = new ChartRing(1, 10);
  for (const t of [1, 2, 3]) ring.push({ t, values: [10 * t, 100 * t] });
  const shown = () => ring.values.map((column) => [...column.slice(ring.start, ring.end)]);
  assert.deepEqual(shown(), [[10, 20, 30]]);
  ring.show(3);
  assert.deepEqual(shown(), [
    [10, 20, 30],
    [100, 200, 300],
    [Number.NaN, Number.NaN, Number.NaN],
  ]);
  ring.show(1);
  assert.deepEqual(shown(), [[10, 20, 30]]);
  assert.deepEqual(contents(ring), [1, 2, 3]);
});

/**
 * Labels of a time axis in a time zone.
 * @param {string} zone
 * @param {string} start
 * @param {string} end
 * @param {number} step
 */
function labels(zone, start, end, step) {
  process.env.TZ = zone;
  const [from, to] = [start, end].map((text) => Date.parse(text) / 1000);
  const ticks = timeTicks(from, to, step, to);
  process.env.TZ = "UTC";
  return ticks.map(({ t, text }) => [text, new Date(t * 1000).toISOString().slice(5, 16)]);
}

test("in the week after the clocks changed a chart had the wrong days", () => {
  // In Berlin, 02:00 on 29 March became 03:00.
  assert.deepEqual(labels("Europe/Berlin", "2026-03-26T00:00Z", "2026-03-30T23:00Z", 86_400), [
    ["27 Mar", "03-26T23:00"],
    ["28 Mar", "03-27T23:00"],
    ["29 Mar", "03-28T23:00"],
    ["30 Mar", "03-29T22:00"],
    ["31 Mar", "03-30T22:00"],
  ]);
  assert.deepEqual(labels("Europe/Berlin", "2026-03-28T12:00Z", "2026-03-30T12:00Z", 43_200), [
    ["29 Mar", "03-28T23:00"],
    ["12:00", "03-29T10:00"],
    ["30 Mar", "03-29T22:00"],
    ["12:00", "03-30T10:00"],
  ]);
  assert.deepEqual(labels("Europe/Berlin", "2026-03-28T22:30Z", "2026-03-29T04:00Z", 3600), [
    ["29 Mar", "03-28T23:00"],
    ["01:00", "03-29T00:00"],
    ["03:00", "03-29T01:00"],
    ["04:00", "03-29T02:00"],
    ["05:00", "03-29T03:00"],
    ["06:00", "03-29T04:00"],
  ]);
  // In autumn a day has 25 hours.
  assert.deepEqual(labels("Europe/Berlin", "2026-10-24T20:00Z", "2026-10-26T12:00Z", 43_200), [
    ["25 Oct", "10-24T22:00"],
    ["12:00", "10-25T11:00"],
    ["26 Oct", "10-25T23:00"],
    ["12:00", "10-26T11:00"],
  ]);
  // An offset of a part of an hour.
  assert.deepEqual(labels("Asia/Kolkata", "2026-03-28T18:00Z", "2026-03-28T20:00Z", 3600), [
    ["29 Mar", "03-28T18:30"],
    ["01:00", "03-28T19:30"],
  ]);
});

test("fault: an hour had no labels, or those of the hour before, when the clocks went back", () => {
  // In Berlin, 03:00 on 25 October became 02:00.
  const autumn = (/** @type {number} */ step) =>
    labels("Europe/Berlin", "2026-10-24T23:30Z", "2026-10-25T02:30Z", step);
  assert.deepEqual(autumn(3600), [
    ["02:00", "10-25T00:00"],
    ["02:00\u00a0+01", "10-25T01:00"],
    ["03:00", "10-25T02:00"],
  ]);
  // At each distance that is not longer than the hour, no label is there twice and no two are further apart.
  for (const step of [60, 300, 600, 900, 1800, 3600]) {
    const all = autumn(step);
    assert.equal(new Set(all.map(([text]) => text)).size, all.length, `at ${step} s`);
    const times = all.map(([, time]) => Date.parse(`2026-${time}Z`) / 1000);
    assert.ok(
      times.every((time, at) => at === 0 || time - times[at - 1] === step),
      `at ${step} s`,
    );
  }
  // Labels that are further apart keep their distance.
  assert.deepEqual(labels("Europe/Berlin", "2026-10-24T21:30Z", "2026-10-25T06:00Z", 10_800), [
    ["25\u00a0Oct", "10-24T22:00"],
    ["03:00", "10-25T02:00"],
    ["06:00", "10-25T05:00"],
  ]);
  // A midnight that comes twice begins one day, and clocks may go back by half an hour.
  const texts = (/** @type {string} */ zone, /** @type {string} */ start, /** @type {string} */ end) =>
    labels(zone, start, end, 1800).map(([text]) => text.replace("\u00a0", " "));
  assert.deepEqual(texts("America/Havana", "2026-11-01T03:30Z", "2026-11-01T06:00Z"), [
    "23:30",
    "1 Nov",
    "00:30",
    "00:00 -05",
    "00:30 -05",
    "01:00",
  ]);
  assert.deepEqual(texts("Australia/Lord_Howe", "2026-04-04T14:30Z", "2026-04-04T16:00Z"), [
    "01:30",
    "01:30 +10:30",
    "02:00",
    "02:30",
  ]);
  // The sample under the pointer says which of both times it is.
  process.env.TZ = "Europe/Berlin";
  const [first, second] = ["2026-10-25T00:30Z", "2026-10-25T01:30Z"].map((time) => Date.parse(time) / 1000);
  assert.deepEqual(
    [sampleTime(first, 60, first), sampleTime(second, 60, second)],
    ["02:30:00.0", "02:30:00.0\u00a0+01"],
  );
  process.env.TZ = "UTC";
});

test("in spring no label is in the hour that the clocks leave out, and none is missing beside it", () => {
  for (const step of [60, 300, 600, 900, 1800, 3600]) {
    const all = labels("Europe/Berlin", "2026-03-28T23:30Z", "2026-03-29T03:30Z", step);
    assert.ok(
      all.every(([text]) => !text.startsWith("02:")),
      `at ${step} s`,
    );
    const times = all.map(([, time]) => Date.parse(`2026-${time}Z`) / 1000);
    assert.ok(
      times.every((time, at) => at === 0 || time - times[at - 1] === step),
      `at ${step} s`,
    );
  }
});

test("there was no date anywhere on a week", () => {
  const week = labels("UTC", "2026-03-02T07:00Z", "2026-03-09T07:00Z", 43_200).map(([text]) => text);
  assert.deepEqual(week.slice(0, 4), ["2 Mar 12:00", "3 Mar", "12:00", "4 Mar"]);
  const now = Date.parse("2026-03-09T07:00Z") / 1000;
  assert.equal(sampleTime(now - 300_000.25, 604_800, now), "5 Mar 19:40:00");
  // A minute of today needs no date. A minute of yesterday does.
  assert.equal(sampleTime(now - 1.25, 60, now), "06:59:58.8");
  assert.equal(sampleTime(now - 86_400, 60, now), "8 Mar 07:00:00.0");
  assert.deepEqual(
    labels("UTC", "2026-03-02T07:00Z", "2026-03-02T07:01Z", 30).map(([text]) => text),
    ["07:00:00", "07:00:30", "07:01:00"],
  );
});

test("labels of days do not jump while the axis moves, and the axis may be of any length", () => {
  const days = (/** @type {string} */ start) => labels("UTC", start, "2026-03-30T00:00Z", 3 * 86_400);
  const [all, fewer] = [days("2026-03-01T00:00Z"), days("2026-03-03T05:00Z")];
  assert.deepEqual(fewer, all.slice(all.length - fewer.length));
  assert.ok(timeTicks(0, 1e15, timeStep(1e15, 10), 0).length <= 11);
  assert.deepEqual(timeTicks(Number.NaN, Number.NaN, 86_400, 0), []);
});

test("where nothing was measured a line was drawn", () => {
  const ring = new ChartRing(1, 2000);
  for (let t = 0; t < 1200; t += 2) if (t < 300 || t > 900) ring.push({ t, values: [1] });
  assert.equal(ring.usualGap(), 10);
  assert.deepEqual(gapsIn(ring.times, ring.start, ring.end, ring.usualGap()), [[298, 902]]);
  const out = new Int32Array(8000);
  const count = thinLine(ring.times, ring.values[0], ring.start, ring.end, (t) => t, out, ring.usualGap());
  const drawn = [...out.slice(0, count)];
  assert.deepEqual(drawn.filter((at) => at < 0).length, 1);
  assert.deepEqual(ring.times[drawn[drawn.indexOf(-1) - 1]], 298);
});

test("a source that was not watched for a while leaves a gap, also if it has measured little before", () => {
  const ring = new ChartRing(1, 2000);
  for (const t of [0, 0.2, 0.4, 0.6, 24, 24.2]) ring.push({ t, values: [1] });
  assert.ok(ring.usualGap() < 2, `${ring.usualGap()}`);
});

test("values that are recorded when they change have no gaps", () => {
  const ring = new ChartRing(1, 2000);
  for (const t of [0, 0.1, 5, 5.1, 60, 61, 61.5, 200, 300, 301]) ring.push({ t, values: [1] });
  assert.equal(ring.usualGap(), Number.POSITIVE_INFINITY);
  const few = new ChartRing(1, 2000);
  for (const t of [0, 1, 100]) few.push({ t, values: [1] });
  assert.equal(few.usualGap(), Number.POSITIVE_INFINITY, "nobody knows what is usual");
});

test("fault: nothing said that a date was of another year", () => {
  const now = Date.parse("2026-01-20T12:00:00Z") / 1000;
  const texts = (start, end, step) =>
    timeTicks(Date.parse(start) / 1000, Date.parse(end) / 1000, step, now).map(({ text }) => text);
  // Over the end of the year.
  const over = texts("2025-12-29T12:00:00Z", "2026-01-03T12:00:00Z", 86_400);
  assert.deepEqual(over.slice(0, 2), ["30\u00a0Dec\u00a02025", "31\u00a0Dec\u00a02025"]);
  assert.deepEqual(over.slice(-2), ["2\u00a0Jan", "3\u00a0Jan"]);
  // Within another year, by hours. The first label has the date.
  assert.match(texts("2025-01-20T10:30:00Z", "2025-01-20T14:30:00Z", 3600)[0], /^20\u00a0Jan\u00a02025 /);
  // The same day a year ago is not today.
  assert.match(sampleTime(now - 365 * 86_400, 60, now), /^20\u00a0Jan\u00a02025 /);
  assert.doesNotMatch(sampleTime(now, 60, now), /Jan/);
});
