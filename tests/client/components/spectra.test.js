// Spectra: frequencies, peaks, and rows over time.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  frequencyAt,
  frequencyText,
  highest,
  holdPeaks,
  levelNear,
  levelsOf,
} from "../../../dash-runtime/client/chart_sweep.js";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { spectrumAxis } = await import("../../../dash-components/src/core/spectrum.js");
const { waterfallMatrix, waterfallTimes } = await import("../../../dash-components/src/core/waterfall.js");

const band = { from: 100, to: 300 };

test("the first and the last level have the frequencies of the ends", () => {
  assert.deepEqual(
    [0, 1, 4].map((at) => frequencyAt(band, at, 5)),
    [100, 150, 300],
  );
  assert.equal(frequencyAt(band, 0, 1), 100);
  for (const at of [0, 1, 2, 3, 4]) assert.equal(levelNear(band, frequencyAt(band, at, 5), 5), at);
  assert.equal(levelNear(band, 170, 5), 1);
  assert.equal(levelNear({ from: 5, to: 5 }, 5, 5), 0);
});

test("a frequency has as many decimals as tell it from its neighbours", () => {
  assert.equal(frequencyText({ from: 0, to: 24_000 }, 21, 512), "986");
  assert.equal(frequencyText({ from: 0, to: 1 }, 1, 11), "0.1");
  assert.equal(frequencyText({ from: 88, to: 108 }, 1, 401), "88.05");
  assert.equal(frequencyText({ from: 5, to: 5 }, 0, 3), "5");
});

const absent = Number.NaN;

test("the highest level is found among absent ones", () => {
  assert.equal(highest(Float64Array.of(absent, -80, -20, -50, absent)), 2);
  assert.equal(highest(Float64Array.of(absent)), -1);
  assert.equal(highest(new Float64Array()), -1);
});

test("peaks are held, also after a level was absent", () => {
  let held = holdPeaks(new Float64Array(), Float64Array.of(-80, absent, -20));
  held = holdPeaks(held, Float64Array.of(-90, -50, absent));
  held = holdPeaks(held, Float64Array.of(-70, absent, -30));
  assert.deepEqual([...held], [-70, -50, -20]);
  // Another number of levels begins anew, and the levels themselves are not changed.
  const levels = Float64Array.of(-1, -2);
  held = holdPeaks(held, levels);
  holdPeaks(held, Float64Array.of(0, 0));
  assert.deepEqual([...levels], [-1, -2]);
});

test("an absent level is no zero", () => {
  assert.deepEqual([...levelsOf({ t: 0, levels: [null, 0, -3.5] })], [absent, 0, -3.5]);
});

test("a logarithmic frequency axis begins at the first level above zero", () => {
  const axis = spectrumAxis({ from: 0, to: 24_000, log: true }, 513, 600);
  assert.deepEqual([axis.log, axis.min, axis.max], [true, 46.875, 24_000]);
  const above = spectrumAxis({ from: 20, to: 20_000, log: true }, 513, 600);
  assert.deepEqual([above.log, above.min], [true, 20]);
  // Where a logarithm has no place, the axis is linear.
  assert.equal(spectrumAxis({ from: -2, to: 0, log: true }, 3, 600).log, undefined);
  // An axis does not change its kind while there are no levels.
  const { log, min } = spectrumAxis({ from: 0, to: 1, log: true }, 0, 600);
  assert.deepEqual([log, min], [true, 0.001]);
  assert.equal(spectrumAxis({ from: -10, to: 10, log: true }, 5, 600).min, 5);
  const wrong = spectrumAxis({ from: 5, to: 5, log: false }, 3, 600);
  assert.ok(wrong.max > wrong.min);
});

test("fault: the time axis of a waterfall was not at round times", () => {
  // Two rows a second, from 12:00:03.2 on.
  const start = new Date(2026, 5, 1, 12, 0, 3, 200).getTime() / 1000;
  const rows = Array.from({ length: 120 }, (_, at) => ({ t: start + at / 2 }));
  const times = waterfallTimes(rows, 6);
  assert.deepEqual(
    times.map(({ text }) => text),
    ["12:00:10", "12:00:20", "12:00:30", "12:00:40", "12:00:50", "12:01:00"],
  );
  // The newest row is from 12:01:02.7, and its middle is half a row below the top.
  assert.ok(Math.abs((times.at(-1)?.row ?? 0) - (2.7 * 2 + 0.5)) < 1e-6, JSON.stringify(times));
  assert.ok(Math.abs((times[0]?.row ?? 0) - (52.7 * 2 + 0.5)) < 1e-6, JSON.stringify(times));
  // The distance of the labels is that of a full plot, also while the first rows come.
  assert.deepEqual(
    waterfallTimes(rows.slice(0, 16), 6).map(({ text }) => text),
    ["12:00:10"],
  );
  // Nobody looked for a month: no labels for times without rows, and none upon another one.
  const later = rows.map(({ t }) => ({ t: t + 30 * 86_400 + 1 }));
  const gap = waterfallTimes([...rows.slice(0, 60), ...later.slice(0, 60)], 6);
  assert.deepEqual(
    gap.map(({ text }) => text),
    ["1\u00a0Jun 12:00:10", "12:00:20", "12:00:30", "12:00:10", "12:00:20", "12:00:30"],
  );
  assert.ok(
    gap.every(({ row }, at) => at === 0 || (gap[at - 1]?.row ?? 0) - row > 10),
    JSON.stringify(gap),
  );
  assert.deepEqual([waterfallTimes([], 6), waterfallTimes(rows.slice(0, 1), 6)], [[], []]);
});

test("the newest row is at the top and says how many levels there are", () => {
  const { columns, rows, numbers } = waterfallMatrix([
    { t: 1, levels: [-1, -2, -3] },
    { t: 2, levels: [-4] },
    { t: 3, levels: [-5, null] },
  ]);
  assert.deepEqual([columns, rows], [2, 3]);
  assert.deepEqual([...numbers], [-5, absent, -4, absent, -1, -2]);
  assert.equal(waterfallMatrix([]).numbers.length, 0);
});
