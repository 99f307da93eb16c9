import assert from "node:assert/strict";
import { test } from "node:test";
import { axisLabels } from "../../../dash-runtime/client/chart_axis.js";
import {
  isPoint,
  nearestPoint,
  nextPoint,
  planeAxes,
  squarePlane,
} from "../../../dash-runtime/client/chart_plane.js";

const FREE = { min: null, max: null };
const curve = (...points) => ({ points, dots: false });

test("the axes reach around all points, and not around those without a number", () => {
  const curves = [curve([0, 1], [null, 1e9], [8, 3]), curve([-2, Number.NaN], [3, -7])];
  const { x, y } = planeAxes(curves, FREE, FREE, 600, 340);
  assert.deepEqual([x.min, x.max], [0, 8]);
  assert.deepEqual([y.min, y.max], [-7, 3]);
  const given = planeAxes(curves, { min: -10, max: 10 }, { min: null, max: 100 }, 600, 340);
  assert.deepEqual([given.x.min, given.x.max, given.y.max], [-10, 10, 100]);
});

test("a plane without points has axes", () => {
  const { x, y } = planeAxes([], FREE, FREE, 600, 340);
  assert.deepEqual([x.min, x.max, y.min, y.max], [0, 1, 0, 1]);
});

test("in a square plane a step has the same length in both directions", () => {
  const axes = planeAxes([curve([0, 0], [10, 2])], FREE, FREE, 500, 500);
  for (const [width, height] of [
    [500, 500],
    [800, 200],
    [100, 600],
  ]) {
    const { x, y } = squarePlane(axes, width, height);
    const [across, up] = [width / (x.max - x.min), height / (y.max - y.min)];
    assert.ok(Math.abs(across - up) < 1e-9 * across);
    assert.ok(x.min <= 0 && x.max >= 10 && y.min <= 0 && y.max >= 2, "nothing is cut off");
    assert.equal(x.step, y.step);
  }
});

test("the pointer reads the nearest point that is in the plot", () => {
  const box = { left: 0, right: 100, top: 0, bottom: 100, unit: 1 };
  const axis = { min: 0, max: 10, step: 1 };
  const plane = { box, x: axis, y: axis };
  const curves = [curve([1, 1], [null, 5], [50, 5]), curve([9, 9])];
  assert.deepEqual(nearestPoint(plane, curves, 12, 88), { curve: 0, at: 0 });
  assert.deepEqual(nearestPoint(plane, curves, 99, 50), { curve: 1, at: 0 }, "the one at x = 50 is outside");
  assert.equal(nearestPoint(plane, [curve([50, 5])], 99, 50), null);
});

test("the arrow keys skip points without a number, and stay at the ends", () => {
  const curves = [curve([0, 0], [1, null], [null, 2], [3, 3], [4, 4])];
  const from = (at, by) => nextPoint(curves, { curve: 0, at }, by).at;
  assert.deepEqual([from(0, 1), from(3, -1), from(4, 1), from(0, -1)], [3, 0, 4, 0]);
  assert.deepEqual([from(0, Number.POSITIVE_INFINITY), from(4, Number.NEGATIVE_INFINITY)], [4, 0]);
  assert.deepEqual([from(-1, 1), from(0, 10)], [0, 4]);
});

test("what is not a pair of finite numbers is no point", () => {
  const cases = [[0, 0], [1, null], [null, 1], [Number.NaN, 1], [1, Number.POSITIVE_INFINITY], undefined];
  assert.deepEqual(cases.map(isPoint), [true, false, false, false, false, false]);
});

test("the last label of an axis has the unit", () => {
  assert.deepEqual(axisLabels({ min: 0, max: 2, step: 1 }, "V"), ["0", "1", "2\u00a0V"]);
  assert.deepEqual(axisLabels({ min: 0, max: 20, step: 10 }, "°"), ["0", "10", "20°"]);
  assert.deepEqual(axisLabels({ min: 0, max: 20_000, step: 10_000 }, "Hz").at(-1), "20k\u00a0Hz");
});
