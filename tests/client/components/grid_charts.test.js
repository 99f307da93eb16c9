// Histograms and heat maps: axes, words, colours, and how many cells become few pixels.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { axisLabels } from "../../../dash-runtime/client/chart_axis.js";
import { extremes, matrixOf, paint, reduced } from "../../../dash-runtime/client/chart_cells.js";
import { colourAt, colourTable, DARK, LIGHT } from "../../../dash-runtime/client/chart_colours.js";
import { shareOf, valueAt, valueTicks } from "../../../dash-runtime/client/chart_scale.js";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
globalThis.document ??= /** @type {any} */ ({ baseURI: "http://host/", getElementById: () => null });
const { histogramAxes, histogramWords } = await import("../../../dash-components/src/core/histogram.js");
const { heatmapEnds } = await import("../../../dash-components/src/core/heatmap.js");

const bins = { edges: [0, 1, 2, 4], counts: [2, 0, 6], below: 1, above: 0, missing: 3 };

test("the labels of counts are whole numbers", () => {
  const { x, y } = histogramAxes({ ...bins, counts: [1, 0, 2] }, 600, 340);
  assert.deepEqual([x.min, x.max, y.min, y.max, y.step], [0, 4, 0, 2, 1]);
  assert.deepEqual(axisLabels(y, ""), ["0", "1", "2"]);
  const none = histogramAxes({ edges: [], counts: [], below: 0, above: 0, missing: 0 }, 600, 340);
  assert.deepEqual([none.x.min, none.x.max, none.y.max], [0, 1, 1]);
});

test("the words of a histogram count also what is beside its bins", () => {
  assert.equal(histogramWords(bins, null, "V"), "9 values, 1 below, 3 not a number");
  assert.equal(histogramWords(bins, 2, "V"), "2 to 4\u00a0V: 6 of 9 (66.7\u00a0%)");
  const one = { edges: [0, 1], counts: [1], below: 0, above: 0, missing: 0 };
  assert.equal(histogramWords(one, null, ""), "1 value");
  assert.equal(histogramWords({ ...one, counts: [0] }, 0, ""), "0 to 1: 0 of 0 (0.0\u00a0%)");
});

test("ends of an axis in the wrong order count as missing", () => {
  assert.deepEqual(heatmapEnds(0, null, 8), { min: 0, max: 8 });
  assert.deepEqual(heatmapEnds(2, 1, 8), { min: 2, max: 10 });
  assert.deepEqual(heatmapEnds(2, 3, 8), { min: 2, max: 3 });
});

/** The place of a colour in Oklab, computed back from what the screen shows. @param {readonly number[]} rgb */
function oklab(rgb) {
  const [r = 0, g = 0, b = 0] = rgb.map((byte) => {
    const coded = byte / 255;
    return coded <= 0.04045 ? coded / 12.92 : ((coded + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

test("equal steps of a number look equally large, and are lighter each time", () => {
  const points = Array.from({ length: 33 }, (_, at) => oklab(colourAt(at / 32)));
  const steps = points.slice(1).map((point, at) => {
    const before = /** @type {number[]} */ (points[at]);
    return {
      lighter: /** @type {number} */ (point[0]) - /** @type {number} */ (before[0]),
      apart: Math.hypot(...point.map((part, axis) => part - /** @type {number} */ (before[axis]))),
    };
  });
  const usual = steps.reduce((sum, { apart }) => sum + apart, 0) / steps.length;
  for (const { lighter, apart } of steps) {
    // A step is a little uneven because a screen has 256 levels.
    assert.ok(Math.abs(apart / usual - 1) < 0.15, `${apart} of ${usual}`);
    // Without seeing hues, the order stays.
    assert.ok(lighter > 0.012, String(lighter));
  }
  assert.ok(new Set(colourTable()).size > 240);
});

test("the bytes of the server are a grid, and others are none", () => {
  const bytes = new ArrayBuffer(8 + 4 * 6);
  const view = new DataView(bytes);
  view.setUint32(0, 3, true);
  view.setUint32(4, 2, true);
  view.setFloat32(8 + 4 * 5, 1.5, true);
  const matrix = matrixOf(bytes);
  assert.deepEqual([matrix?.columns, matrix?.rows, matrix?.numbers[5]], [3, 2, 1.5]);
  view.setUint32(0, 4, true);
  assert.equal(matrixOf(bytes), null);
  assert.equal(matrixOf(new ArrayBuffer(3)), null);
});

const absent = Number.NaN;

test("the ends of a scale are numbers, also among absent and infinite ones", () => {
  const ends = extremes(Float32Array.of(absent, 2, Number.POSITIVE_INFINITY, -1, Number.NEGATIVE_INFINITY));
  assert.deepEqual(ends, { low: -1, high: 2 });
  const { low, high } = extremes(Float32Array.of(absent));
  assert.ok(low > high);
});

test("a peak of one cell is not lost when there are more cells than pixels", () => {
  const [columns, rows] = [512, 500];
  const numbers = new Float32Array(columns * rows);
  numbers[321 * columns + 77] = 9;
  const small = reduced({ columns, rows, numbers }, 300, 200);
  assert.deepEqual([small.columns, small.rows], [300, 200]);
  assert.deepEqual(
    [...small.numbers.entries()].filter(([, number]) => number === 9).map(([at]) => at),
    [Math.floor((321 * 200) / 500) * 300 + Math.floor((77 * 300) / 512)],
  );
  // Negative numbers: the largest one is the one that is nearest to zero.
  const negative = reduced({ columns: 2, rows: 1, numbers: Float32Array.of(-5, -3) }, 1, 1);
  assert.equal(negative.numbers[0], -3);
  // Absent only if all are.
  const some = reduced({ columns: 4, rows: 1, numbers: Float32Array.of(absent, -1, absent, absent) }, 2, 1);
  assert.deepEqual([...some.numbers], [-1, absent]);
  // Fewer cells than pixels stay as they are.
  const few = Float32Array.of(1, 2);
  assert.equal(reduced({ columns: 2, rows: 1, numbers: few }, 10, 10).numbers, few);
});

test("numbers beyond the scale have its last colours, and absent ones none", () => {
  const colours = Uint32Array.of(10, 20, 30);
  const pixels = new Uint32Array(5);
  paint(Float32Array.of(-5, 0, 0.5, 7, absent), 0, 1, colours, pixels);
  assert.deepEqual([...pixels], [10, 10, 20, 30, 0]);
  // All numbers are equal.
  paint(Float32Array.of(4, 4), 4, 4, colours, pixels);
  assert.deepEqual([...pixels.slice(0, 2)], [20, 20]);
});

test("on a logarithmic axis equal factors have equal distances", () => {
  const axis = { min: 20, max: 20_000, step: 0, log: true };
  assert.ok(Math.abs(shareOf(axis, 200) - 1 / 3) < 1e-12);
  assert.ok(Math.abs(valueAt(axis, 2 / 3) - 2000) < 1e-6);
  assert.deepEqual(axisLabels(axis, "Hz"), [
    "20",
    "50",
    "100",
    "200",
    "500",
    "1000",
    "2000",
    "5000",
    "10k",
    "20k\u00a0Hz",
  ]);
  assert.deepEqual(
    valueTicks({ min: 1e-5, max: 10, step: 0, log: true }),
    [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10],
  );
});

test("the legend of a scale has the colours of the chart", () => {
  const css = readFileSync(new URL("../../../dash-components/src/core/chart.css", import.meta.url), "utf8");
  const ends = [...css.matchAll(/oklab\(([-\d. ]+)\)/g)].map(([, numbers]) =>
    String(numbers).split(" ").map(Number),
  );
  assert.deepEqual(ends, [DARK, LIGHT]);
});
