// A press on what the layout has just moved. In a browser: tests/browser/gestures.rs.

import assert from "node:assert/strict";
import test from "node:test";

globalThis.Element = class {
  id = "go";
  textContent = "Go";
  attributes = new Set();
  hasAttribute = (name) => this.attributes.has(name);
  closest = () => this;
  contains = (other) => other === this;
};
const labels = { watched: null, change: () => undefined };
let now = 0;
Object.defineProperty(globalThis, "performance", { value: { now: () => now } });
globalThis.MutationObserver = /** @type {any} */ (
  class {
    constructor(run) {
      labels.change = run;
    }
    disconnect() {
      labels.watched = null;
    }
    observe(control) {
      labels.watched = control;
    }
  }
);
const { Aim } = await import("../../dash-runtime/client/aim.js");

function setUp() {
  const listeners = new Map();
  const page = { dropped: 0, shift: null };
  const document = { addEventListener: (type, run) => listeners.set(type, run) };
  new Aim(document, {
    onShift: (listen) => {
      page.shift = listen;
    },
    dropped: () => {
      page.dropped += 1;
    },
  });
  const target = new Element();
  const press = (pointerType, timeStamp) => {
    const at = { clientX: 10, clientY: 10 };
    listeners.get("pointerdown")({ target, pointerType, timeStamp, ...at, preventDefault: () => undefined });
    return page.dropped;
  };
  return { page, press, target };
}

test("a move of the layout counts by the clock of events, whenever the page's script began", () => {
  const { page, press, target } = setUp();
  // The page took 9 s to load. Its own clock began then, but the browser's reports do not know it.
  page.shift([{ node: target, at: 9_000 }]);
  assert.equal(press("touch", 9_300), 1, "too soon to have seen it");
  assert.equal(press("touch", 9_450), 1, "late enough");
});

test("a stop acts in any case, also when the layout has just moved it", () => {
  const { page, press, target } = setUp();
  target.attributes.add("data-at-once");
  page.shift([{ node: target, at: 1_000 }]);
  assert.equal(press("touch", 1_100), 0);
});

test("fault: a press on a button whose text had changed long before was dropped", () => {
  const { press, target } = setUp();
  assert.equal(press("mouse", 1_000), 0);
  assert.equal(labels.watched, target);
  target.textContent = "Arm";
  now = 2_000;
  labels.change();
  assert.equal(press("mouse", 2_300), 1, "too soon to have seen it");
  assert.equal(press("mouse", 2_500), 1, "late enough");
});
