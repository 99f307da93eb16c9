import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

process.env.TZ = "UTC";
const { TrendRing, trendAxis, trendThin, trendTicks, trendTime, trendTimeStep } =
  await loadComponent("trend");

/** @param {any} ring */
function contents(ring) {
  return [...ring.times.slice(ring.start, ring.end)];
}

test("a ring keeps the last samples in order", () => {
  const ring = new TrendRing(2, 4);
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
  const ring = new TrendRing(2, 4);
  ring.push({ t: 0, values: [] });
  ring.push({ t: 1, values: [1, 2, 3] });
  assert.ok(Number.isNaN(ring.values[1][ring.start]));
  assert.equal(ring.values[1][ring.start + 1], 2);
});

test("a clock that is set back starts the chart anew, a little disorder does not", () => {
  const ring = new TrendRing(1, 8);
  for (const t of [100, 101, 100.9, 102]) ring.push({ t, values: [1] });
  assert.deepEqual(contents(ring), [100, 101, 101, 102]);
  ring.push({ t: 50, values: [1] });
  assert.deepEqual(contents(ring), [50]);
});

test("a time is found among the samples", () => {
  const ring = new TrendRing(1, 4);
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
  const count = trendThin(
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
  assert.deepEqual(trendAxis(3, 97, null, null, 5), { min: 0, max: 100, step: 20 });
  assert.deepEqual(trendAxis(12.1, 12.9, null, null, 5), { min: 12, max: 13, step: 0.2 });
  const axis = trendAxis(-7, 42, null, null, 4);
  assert.ok(axis.min <= -7 && axis.max >= 42);
});

test("an axis keeps the ends that were given", () => {
  const given = trendAxis(3, 200, 0, 100, 5);
  assert.deepEqual([given.min, given.max], [0, 100]);
  assert.equal(trendAxis(3, 17, 0, null, 5).min, 0);
  assert.equal(trendAxis(3, 17, null, 20, 5).max, 20);
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
    const axis = trendAxis(low, high, min, max, 5);
    const name = JSON.stringify([low, high, min, max, axis]);
    assert.ok(Number.isFinite(axis.min) && axis.max > axis.min && axis.step > 0, name);
    assert.ok(trendTicks(axis).length <= 101, name);
  }
});

test("ticks are multiples of the step within the axis", () => {
  assert.deepEqual(trendTicks({ min: 0, max: 100, step: 20 }), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(trendTicks({ min: 5, max: 42, step: 10 }), [10, 20, 30, 40]);
});

test("labels of the time axis stand at round times", () => {
  assert.equal(trendTimeStep(60, 6), 10);
  assert.equal(trendTimeStep(60, 5), 15);
  assert.equal(trendTimeStep(3600, 6), 600);
  assert.equal(trendTimeStep(0.02, 5), 0.005);
  assert.equal(trendTimeStep(86_400 * 30, 10), 86_400 * 3);
});

test("a time is as fine as its axis", () => {
  const t = Date.UTC(2026, 0, 2, 11, 59, 59, 960) / 1000;
  assert.equal(trendTime(t, 0.01), "11:59:59.96");
  assert.equal(trendTime(t, 0.1), "12:00:00.0");
  assert.equal(trendTime(t, 10), "12:00:00");
  assert.equal(trendTime(Date.UTC(2026, 0, 2, 11, 5) / 1000, 60), "11:05");
  assert.equal(trendTime(Date.UTC(2026, 0, 2) / 1000, 86_400), "01-02");
});

test("samples stay when the series change, as on a page that is loaded later", () => {
  const ring = new TrendRing(1, 10);
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
