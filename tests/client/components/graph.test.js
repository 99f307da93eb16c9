// Figures: the points that are added, what the page's theme gives, and what the events have.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axesOf,
  pointsOf,
  Readings,
  readingsOf,
  readingWords,
  selectionOf,
} from "../../../dash-runtime/client/chart_figure.js";
import { loadComponent } from "./elements.js";

globalThis.SVGElement ??= /** @type {any} */ (class {});
const { configFor, drawable, GrownTraces, layoutFor, templateOf } = await loadComponent("graph");

const more = (trace, x, y, restart = false) => ({ trace, x, y, restart });

/** The traces of a figure with the points that were added to them. */
function withPoints(data, items, keep, ring) {
  const grown = new GrownTraces(ring);
  grown.over(data);
  grown.add(items);
  return grown.traces(keep);
}

/** A list that counts how many of its cells are read. */
function counted(cells) {
  const count = { reads: 0 };
  const list = new Proxy(cells, {
    get(target, key, receiver) {
      if (typeof key === "string" && /^\d+$/.test(key)) count.reads++;
      return Reflect.get(target, key, receiver);
    },
  });
  return { list, count };
}

test("points are drawn after those of the figure, and the newest stay", () => {
  const data = [
    { name: "a", x: [1, 2], y: [10, 20] },
    { x: ["p"], y: [5] },
  ];
  const items = [more(0, [3], [30]), more(0, [4, 5], [40, null])];
  assert.deepEqual(withPoints(data, items, 100)[0], {
    name: "a",
    x: [1, 2, 3, 4, 5],
    y: [10, 20, 30, 40, null],
  });
  assert.deepEqual(withPoints(data, items, 2)[0].x, [4, 5]);
  assert.deepEqual(withPoints(data, items, 0)[0].x, [5]);
  // Another trace keeps all of its points, and nothing that the page has got is changed.
  assert.deepEqual(withPoints(data, items, 1)[1], data[1]);
  assert.deepEqual(data[0].x, [1, 2]);
});

test("traces that need compiled code are drawn without it or not at all", () => {
  const { traces, lost } = drawable([
    { y: [1] },
    { type: "scattergl", y: [2] },
    { type: "splom" },
    { type: "scattermap" },
  ]);
  assert.deepEqual(traces.slice(0, 2), [
    { type: "scatter", y: [1] },
    { type: "scatter", y: [2] },
  ]);
  // The others keep their places.
  assert.deepEqual(
    traces.map(({ visible }) => visible),
    [undefined, undefined, false, false],
  );
  assert.deepEqual(lost, ["splom", "scattermap"]);
  assert.deepEqual(drawable([{ type: "surface" }, { type: "scattergeo" }]).lost, []);
});

test("fault: a trace that is no object stopped the whole figure", () => {
  assert.deepEqual(drawable([null, { y: [1] }]).traces, [{ type: "scatter" }, { type: "scatter", y: [1] }]);
});

test("a restart removes all points before it", () => {
  const data = [{ x: [1, 2], y: [10, 20] }];
  const items = [more(0, [3], [30]), more(0, [0], [0], true), more(0, [1], [1])];
  assert.deepEqual(withPoints(data, items, 10), [{ x: [0, 1], y: [0, 1] }]);
});

test("points of a trace that is not there are not drawn, and a missing y is a gap", () => {
  assert.deepEqual(withPoints([], [more(3, [1], [1])], 10), []);
  assert.deepEqual(withPoints([{}], [more(0, [1, 2], [1])], 10), [{ x: [1, 2], y: [1, null] }]);
  assert.deepEqual(withPoints([{ y: [7, 8] }], [more(0, [2], [9])], 10), [{ x: [0, 1, 2], y: [7, 8, 9] }]);
});

test("fault: each drawing copied the whole figure, though only the end of a trace had grown", () => {
  const long = counted(Array.from({ length: 100_000 }, (_, at) => at));
  const other = counted(Array.from({ length: 100_000 }, (_, at) => at));
  const data = [
    { name: "grows", x: long.list, y: long.list, line: { width: 1 } },
    { name: "stays", y: other.list, error_y: { array: other.list } },
  ];
  const grown = new GrownTraces();
  grown.over(drawable(data).traces);
  grown.add([more(0, [-1], [-1])]);
  const before = grown.traces(1000);
  assert.equal(before[0].x.length, 1000);
  // Only the points that are still shown are read, and those of the other trace are not.
  assert.ok(long.count.reads <= 2000, `${long.count.reads} cells were read`);
  long.count.reads = 0;
  const after = [];
  for (let at = 0; at < 5000; at++) {
    grown.add([more(0, [at], [at])]);
    if (at % 100 === 0) after.push(grown.traces(1000));
  }
  assert.deepEqual(after.at(-1)[0].x.slice(-2), [4899, 4900]);
  assert.ok(long.count.reads <= 50 * 2000, `${long.count.reads} cells were read in 50 drawings`);
  // The first cell of each list says whether it is one of objects.
  assert.ok(other.count.reads <= 2 * 51, `${other.count.reads} cells of the other trace were read`);
  // plotly.js takes the same list for the same points.
  assert.equal(after[0][1].y, other.list);
  assert.equal(after[0][1].error_y.array, other.list);
  const [one, two] = [grown.traces(1000), grown.traces(1000)];
  assert.equal(one[0].x, two[0].x);
  // It writes into what it gets, and nothing of that is the figure's.
  one[0].line.width = 9;
  one[1].visible = "legendonly";
  assert.equal(two[0].line.width, 1);
  assert.deepEqual(
    [data[0].line.width, data[1].visible, grown.traces(1)[1].visible],
    [1, undefined, undefined],
  );
});

test("points that were added one after the other are those of a page that is opened later", () => {
  // A small generator of random numbers with a fixed start.
  let seed = 9;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const figures = [
    [{ x: [1, 2], y: [3, 4] }, { y: [5, 6, 7] }, {}],
    [
      { x: ["a"], y: ["b"] },
      { x: [1, 2, 3], y: [1] },
    ],
    [],
  ];
  for (let round = 0; round < 300; round++) {
    const ring = 1 + random(8);
    const grown = new GrownTraces(ring);
    const all = [];
    let data = figures[0];
    grown.over(data);
    for (let at = 0; at < 30; at++) {
      const cells = Array.from({ length: random(4) }, () => random(100));
      const item = more(random(4), cells, cells.slice(random(2)), random(6) === 0);
      all.push(item);
      grown.add([item]);
      if (random(10) === 0) {
        data = figures[random(3)];
        grown.over(data);
      }
      const keep = 1 + random(12);
      // The server keeps as many items for it.
      assert.deepEqual(grown.traces(keep), withPoints(data, all.slice(-ring), keep, ring), `round ${round}`);
    }
    grown.reset();
    assert.deepEqual(grown.traces(5), withPoints(data, [], 5), `round ${round}`);
  }
});

test("points of a trace that is not there are drawn when a figure has it", () => {
  const grown = new GrownTraces();
  grown.over([]);
  grown.add([more(0, [1], [2])]);
  assert.deepEqual(grown.traces(5), []);
  grown.over([{ x: [0], y: [0] }]);
  assert.deepEqual(grown.traces(5), [{ x: [0, 1], y: [0, 2] }]);
});

const look = {
  text: "#111",
  muted: "#222",
  line: "#333",
  ground: "#fff",
  font: "Inter",
  series: ["#a", "#b"],
};
const place = { look, width: 400, height: 300, touch: false, calm: false };

test("the theme is below what the figure says itself", () => {
  const given = { paper_bgcolor: "red", margin: { l: 1 }, width: 9, transition: { duration: 500 } };
  const layout = layoutFor(given, place);
  assert.equal(layout.template.layout.paper_bgcolor, look.ground);
  assert.deepEqual(layout.template.layout.colorway, look.series);
  assert.deepEqual([layout.paper_bgcolor, layout.margin], ["red", { l: 1 }]);
  // The size is that of its place on the page.
  assert.deepEqual([layout.width, layout.height, layout.autosize], [400, 300, false]);
  assert.equal(layout.transition.duration, 500);
  assert.equal(layoutFor({ template: { layout: {} } }, place).template.layout.colorway, undefined);
  // plotly.js writes into the layout.
  layout.margin.l = 5;
  assert.equal(given.margin.l, 1);
});

test("a viewer's zoom stays, and a finger scrolls the page", () => {
  assert.equal(layoutFor({}, place).uirevision, "page");
  assert.equal(layoutFor({ uirevision: 7 }, place).uirevision, 7);
  assert.equal(layoutFor({}, place).dragmode, undefined);
  assert.equal(layoutFor({}, { ...place, touch: true }).dragmode, false);
  assert.equal(layoutFor({ dragmode: "pan" }, { ...place, touch: true }).dragmode, "pan");
});

test("nothing moves for those who want no motion", () => {
  assert.equal(layoutFor({ transition: { duration: 500 } }, { ...place, calm: true }).transition, undefined);
});

test("there is room for a title if there is one", () => {
  const top = (layout) => layoutFor(layout, place).margin.t;
  assert.ok(top({ title: { text: "a" } }) > top({}));
  assert.equal(top({ title: "a" }), top({ title: { text: "a" } }));
  assert.equal(top({ title: { text: "" } }), top({}));
});

test("what the page's policy forbids is switched off", () => {
  const config = configFor({
    displaylogo: true,
    showTips: true,
    scrollZoom: true,
    modeBarButtonsToRemove: ["pan2d"],
  });
  assert.deepEqual([config.displaylogo, config.showTips, config.scrollZoom], [false, false, true]);
  assert.deepEqual(config.modeBarButtonsToRemove.slice(0, 2), ["pan2d", "toImage"]);
  assert.deepEqual(
    [false, true].map((touch) => configFor({}, touch).displayModeBar),
    [undefined, false],
  );
});

test("the colours of numbers are those of the other charts", () => {
  const scale = templateOf(look).layout.colorscale.sequential;
  assert.equal(scale.length, 5);
  assert.match(scale[0][1], /^rgb\(\d+,\d+,\d+\)$/);
});

test("an event has what was clicked as numbers and texts", () => {
  const points = [
    { curveNumber: 1, pointNumber: 4, x: 2.5, y: "b", data: { name: "Gain" }, fullData: {} },
    { curveNumber: 0, pointNumber: [3, 4], x: Number.NaN, y: new Date(), z: 7, data: {} },
    { curveNumber: 0, pointNumber: 2, label: "Heat", value: 55, data: {} },
  ];
  assert.deepEqual(pointsOf(points), [
    { trace: 1, index: 4, name: "Gain", x: 2.5, y: "b", value: null, label: "" },
    { trace: 0, index: null, name: "", x: null, y: null, value: 7, label: "" },
    { trace: 0, index: 2, name: "", x: null, y: null, value: 55, label: "Heat" },
  ]);
});

test("a selection says how many points there are beyond those that it has", () => {
  const point = { curveNumber: 0, pointNumber: 1, x: 1, y: 1, data: { name: "x".repeat(999) } };
  const { points, count, axes } = selectionOf({
    points: new Array(1234).fill(point),
    range: { x: [1, 2], y2: ["a", "b"] },
  });
  assert.deepEqual([points.length, count, points[0].name.length], [200, 1234, 200]);
  assert.deepEqual(axes, [
    { axis: "xaxis", from: 1, to: 2, automatic: false },
    { axis: "yaxis2", from: "a", to: "b", automatic: false },
  ]);
  assert.deepEqual(selectionOf(undefined), { points: [], count: 0, axes: [] });
});

test("a relayout says which axes show what", () => {
  const change = { "xaxis.range[0]": 1, "xaxis.range[1]": 2.5, "yaxis2.autorange": true, dragmode: "pan" };
  assert.deepEqual(axesOf(change), [
    { axis: "xaxis", from: 1, to: 2.5, automatic: false },
    { axis: "yaxis2", from: null, to: null, automatic: true },
  ]);
  assert.deepEqual(axesOf({ "xaxis.range": ["2026-01-01", "2026-02-01"], "scene.camera": {} }), [
    { axis: "xaxis", from: "2026-01-01", to: "2026-02-01", automatic: false },
  ]);
  assert.deepEqual(axesOf({ "legend.x": 1 }), []);
});

test("the keys read points, parts and cells, and skip what is not drawn", () => {
  const words = (trace, number = 0) =>
    readingsOf(trace).map((reading) => readingWords(trace, number, reading));
  assert.deepEqual(words({ name: "<b>a</b><br>b", x: [1, null, 3], y: [1.5, 2, 3] }), [
    "a b: 1, 1.5",
    "a b: 3, 3",
  ]);
  assert.deepEqual(words({ y: [7] }, 2), ["trace 2: 0, 7"]);
  assert.deepEqual(words({ labels: ["p", "q"], values: [1, 2] }), ["trace 0: p, 1", "trace 0: q, 2"]);
  assert.deepEqual(words({ x: ["l", "r"], z: [[1, null]] }), ["trace 0: l, 0, 1"]);
  assert.deepEqual(words({ theta: [90], r: [2] }), ["trace 0: 90, 2"]);
  assert.deepEqual(words({ type: "indicator", value: 5 }), ["trace 0: 5"]);
  assert.deepEqual(words({}), []);
});

test("the index of a point that is read is its place in the trace", () => {
  assert.deepEqual(
    readingsOf({ x: [1, null, 3], y: [1, 2, 3] }).map(({ index }) => index),
    [0, 2],
  );
});

test("keys go along a trace to its ends and to the next one that is shown", () => {
  const traces = [{ y: [1, 2, 3] }, { y: [9], visible: "legendonly" }, { y: [] }, { y: [4, 5] }];
  const first = { trace: 0, at: 0 };
  const readings = new Readings();
  const next = (...given) => readings.next(traces, ...given);
  assert.deepEqual(next(null, 1, 0), first);
  assert.deepEqual(next(first, 1, 0), { trace: 0, at: 1 });
  assert.deepEqual(next(first, Number.POSITIVE_INFINITY, 0), { trace: 0, at: 2 });
  assert.deepEqual(next({ trace: 0, at: 2 }, Number.NEGATIVE_INFINITY, 0), first);
  assert.deepEqual(next({ trace: 0, at: 2 }, 0, -1), { trace: 3, at: 0 });
  assert.deepEqual(next({ trace: 3, at: 1 }, 0, -1), first);
  assert.deepEqual(readings.next([{ y: [1] }], first, 0, 1), first);
  assert.equal(readings.next([], null, 1, 0), null);
  // The trace that is read has been switched off.
  assert.deepEqual(next({ trace: 1, at: 0 }, 1, 0), first);
});

test("fault: each key built the readings of all traces again", () => {
  const [x, y] = [counted([1, 2, 3, 4]), counted([5, 6, 7, 8])];
  const other = counted([1, 2]);
  const traces = [{ x: x.list, y: y.list }, { y: other.list }];
  const readings = new Readings();
  let place = readings.next(traces, null, 1, 0);
  assert.equal(readings.at(traces, place)?.words.join(), "1,5");
  place = readings.next(traces, readings.next(traces, place, 0, 1), 0, 1);
  const reads = () => x.count.reads + y.count.reads + other.count.reads;
  const once = reads();
  for (let at = 0; at < 50; at++) {
    // plotly.js is given other traces with the same lists at each drawing.
    const drawn = traces.map((trace) => ({ ...trace }));
    place = readings.next(drawn, place, at % 2 === 0 ? 1 : -1, 0);
    place = readings.next(drawn, place, 0, 1);
    assert.ok(readings.at(drawn, place));
  }
  assert.equal(reads(), once);
  // What has grown is read again, and only that.
  const grown = [{ x: [1, 2, 3, 4, 9], y: [5, 6, 7, 8, 9] }, traces[1]];
  const end = readings.next(grown, { trace: 0, at: 0 }, Number.POSITIVE_INFINITY, 0);
  assert.equal(readings.at(grown, end)?.words.join(), "9,9");
  assert.equal(reads(), once);
});

test("a point that is not there any more is not read", () => {
  const readings = new Readings();
  assert.equal(readings.at([], { trace: 0, at: 0 }), null);
  assert.equal(readings.at([{ y: [1] }], { trace: 0, at: 1 }), null);
  assert.equal(readings.at([{ y: [1] }], null), null);
});
