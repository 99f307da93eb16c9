import assert from "node:assert/strict";
import test from "node:test";
import { formatTick } from "../../dash-runtime/client/chart_scale.js";
import { formatAge, formatNumber, NO_VALUE } from "../../dash-runtime/client/format.js";
import { tickStep } from "../../dash-runtime/client/ticks.js";

test("no value is a dash", () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, "7"]) {
    assert.equal(formatNumber(value, 2), NO_VALUE);
  }
});

test("numbers with and without a number of decimals", () => {
  assert.equal(formatNumber(40), "40");
  assert.equal(formatNumber(0.1 + 0.2), "0.3");
  assert.equal(formatNumber(1234.5678), "1234.57");
  assert.equal(formatNumber(-12.345, 1), "-12.3");
  assert.equal(formatNumber(5, 2), "5.00");
  assert.equal(formatNumber(-0.001, 2), "0.00", "no minus before nothing");
  assert.equal(formatNumber(-0), "0");
});

test("ticks of one axis look alike", () => {
  const labels = (from, to, step) => {
    const out = [];
    const most = Math.max(Math.abs(from), Math.abs(to));
    for (let index = 0; from + index * step <= to + step / 1e6; index++) {
      out.push(formatTick(from + index * step, step, most));
    }
    return out;
  };
  assert.deepEqual(labels(0, 1, 0.25), ["0.00", "0.25", "0.50", "0.75", "1.00"]);
  assert.deepEqual(labels(-20, 20, 20), ["-20", "0", "20"]);
  assert.deepEqual(labels(0, 20000, 5000), ["0", "5k", "10k", "15k", "20k"]);
  assert.deepEqual(labels(0, 0.0004, 0.0002), ["0", "200µ", "400µ"]);
  assert.deepEqual(labels(1000, 1001, 0.5), ["1000.0", "1000.5", "1001.0"]);
});

test("steps are round and few enough", () => {
  assert.equal(tickStep(100, 5), 20);
  assert.equal(tickStep(1, 4), 0.5);
  assert.equal(tickStep(7, 5), 2);
  assert.equal(tickStep(60_000, 5), 20_000);
  assert.equal(tickStep(0, 5), 1);
});

test("ages", () => {
  assert.equal(formatAge(-5), "0 s");
  assert.equal(formatAge(12_999), "12 s");
  assert.equal(formatAge(180_000), "3 min");
  assert.equal(formatAge(8_000_000), "2 h");
});
