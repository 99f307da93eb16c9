import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { arrowOf, DdMap, inPlane, roundedTo } = await loadComponent("map");

const PLANE = {
  box: { left: 100, right: 300, top: 20, bottom: 120, unit: 2 },
  x: { min: -10, max: 10, step: 5 },
  y: { min: 0, max: 10, step: 5 },
};

const near = (points, wanted) =>
  points.flat().forEach((value, at) => {
    assert.ok(Math.abs(value - wanted.flat()[at]) < 1e-9, `${points} is not ${wanted}`);
  });

test("a place on the canvas is one in the plane, with y up", () => {
  assert.deepEqual(inPlane(PLANE, 100, 120), [-10, 0]);
  assert.deepEqual(inPlane(PLANE, 300, 20), [10, 10]);
  assert.deepEqual(inPlane(PLANE, 200, 70), [0, 5]);
  for (const [across, down] of [
    [99, 70],
    [301, 70],
    [200, 19],
    [200, 121],
  ])
    assert.equal(inPlane(PLANE, across, down), null, "beside the plot is no place");
});

test("an arrow looks up for 0 degrees, and to the right for 90", () => {
  near([arrowOf(0)[0]], [[0, -1]]);
  near([arrowOf(90)[0]], [[1, 0]]);
  near([arrowOf(180)[0]], [[0, 1]]);
  near([arrowOf(-90)[0]], [[-1, 0]]);
  near(arrowOf(405), arrowOf(45));
});

test("a place has as many digits as a pixel is wide", () => {
  assert.equal(roundedTo(1.23456, 0.05), 1.23);
  assert.equal(roundedTo(-1234.56, 3), -1235);
  assert.equal(roundedTo(1.23456, 1), 1);
  assert.equal(roundedTo(0.1 + 0.2, 1e-30), 0.3);
});

/** A map, and what it has sent. */
function map(props) {
  globalThis.devicePixelRatio = 1;
  const plot = Object.assign(new EventTarget(), { toggleAttribute: () => undefined });
  const sent = [];
  const element = new DdMap();
  Object.assign(element, {
    querySelector: (selector) => (selector === ".dd-map-plot" ? plot : null),
    props: { tracks: [], poses: [], fences: [], unit: "m", clickable: true, disabled: false, ...props },
    send: (...what) => sent.push(what),
    request: () => undefined,
    restyle: () => undefined,
  });
  element.mount();
  const tell = (type, more) =>
    plot.dispatchEvent(
      Object.assign(new Event(type, { cancelable: true }), { clientX: 0, clientY: 0, ...more }),
    );
  return { element, sent, tell };
}

test("a map that has not been drawn, or is not clickable, or is disabled sends nothing", () => {
  for (const props of [{}, { clickable: false }, { disabled: true }]) {
    const { sent, tell } = map(props);
    tell("pointerdown", { offsetX: 10, offsetY: 10 });
    tell("click", {});
    tell("keydown", { key: "Enter", repeat: false });
    assert.deepEqual(sent, []);
  }
});
