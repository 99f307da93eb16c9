import assert from "node:assert/strict";
import test from "node:test";
import { FakeTime } from "./support/fakes.js";

const time = new FakeTime();
globalThis.setTimeout = /** @type {any} */ ((run, wait) => time.after(wait, run));
const printing = new EventTarget();
globalThis.addEventListener = /** @type {any} */ (printing.addEventListener.bind(printing));

/** What the browser says of the elements that are watched. */
let watcher;
globalThis.IntersectionObserver = /** @type {any} */ (
  class {
    watched = new Set();
    constructor(tell, options) {
      watcher = this;
      this.options = options;
      this.say = (element, isIntersecting) => {
        if (this.watched.has(element)) tell([{ target: element, isIntersecting }]);
      };
    }
    observe(element) {
      this.watched.add(element);
    }
    unobserve(element) {
      this.watched.delete(element);
    }
  }
);
const { UnseenLook } = await import("../../dash-runtime/client/unseen.js");

/** Looks with what each has drawn, oldest first. */
function looks(count) {
  const drawn = [];
  const all = Array.from({ length: count }, (_, at) => {
    const element = Object.assign(new EventTarget(), { marked: false, matches: () => element.marked });
    const look = new UnseenLook(element, { draw: (name) => drawn.push(`${at} ${name}`) });
    const skip = (skipped) =>
      element.dispatchEvent(Object.assign(new Event("contentvisibilityautostatechange"), { skipped }));
    return { element, look, skip };
  });
  return { all, drawn, take: () => drawn.splice(0) };
}

test("what is on the screen is drawn at once", () => {
  const { all, take } = looks(1);
  all[0].look.draw("");
  all[0].look.draw("value");
  assert.deepEqual(take(), ["0 ", "0 value"]);
});

test("what is off the screen is drawn within three seconds, and each property once", () => {
  const { all, take } = looks(75);
  for (const { look, skip } of all) {
    skip(true);
    for (const name of ["value", "label", "value"]) look.draw(name);
  }
  assert.deepEqual(take(), []);
  time.advance(100);
  assert.deepEqual(take(), ["0 value", "0 label", "1 value", "1 label", "2 value", "2 label"]);
  time.advance(2_900);
  assert.equal(take().length, 144);
  time.advance(10_000);
  assert.deepEqual(take(), [], "nothing is drawn twice");
});

test("a change at each tick is drawn every three seconds, by turns", () => {
  const { all, take } = looks(300);
  for (const { skip } of all) skip(true);
  const counts = new Map();
  for (let tick = 0; tick < 150; tick += 1) {
    for (const { look } of all) look.draw("value");
    time.advance(100);
    for (const one of take()) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  assert.equal(counts.size, 300);
  assert.ok(
    [...counts.values()].every((count) => count === 5),
    `${[...counts.values()]}`,
  );
  time.advance(4_000);
});

test("what comes near the screen is drawn before it is seen", () => {
  const { all, take } = looks(2);
  const [{ element, look, skip }] = all;
  skip(true);
  look.draw("value");
  skip(false);
  assert.deepEqual(take(), ["0 value"]);
  watcher.say(element, true);
  look.draw("value");
  assert.deepEqual(take(), ["0 value"]);
  time.advance(4_000);
  assert.deepEqual(take(), []);
});

test("fault: what the browser lays out around the screen cost as much as what is seen", () => {
  const { all, take } = looks(3);
  const [seen, near, skipped] = all;
  // A browser lays out more than a screen above and below.
  watcher.say(seen.element, true);
  watcher.say(near.element, false);
  skipped.skip(true);
  for (const { look } of all) look.draw("value");
  assert.deepEqual(take(), ["0 value"]);
  time.advance(3_000);
  assert.deepEqual(take().sort(), ["1 value", "2 value"], "within three seconds");
  near.look.draw("value");
  watcher.say(near.element, true);
  assert.deepEqual(take(), ["1 value"], "it is there when it is seen");
  assert.ok(parseInt(watcher.options.rootMargin, 10) > 0, "a scroll does not show what is old");
});

test("what the browser skips is not watched, because each watched element costs time in each frame", () => {
  const { all, take } = looks(1);
  const [{ element, look, skip }] = all;
  assert.ok(watcher.watched.has(element));
  skip(true);
  assert.ok(!watcher.watched.has(element));
  skip(false);
  assert.ok(watcher.watched.has(element));
  look.draw("value");
  assert.deepEqual(take(), [], "the browser has not said yet whether it is seen");
  watcher.say(element, true);
  assert.deepEqual(take(), ["0 value"]);
});

test("a component inside of another one has its own events", () => {
  const { all, take } = looks(1);
  const [{ element, look }] = all;
  const inner = Object.assign(new Event("contentvisibilityautostatechange"), { skipped: true });
  Object.defineProperty(inner, "target", { value: {} });
  element.dispatchEvent(inner);
  look.draw("value");
  assert.deepEqual(take(), ["0 value"]);
});

test("whether there is a mark is asked once, and not at each change", () => {
  const { all, take } = looks(1);
  const [{ element, look, skip }] = all;
  skip(true);
  let asked = 0;
  element.matches = () => {
    asked += 1;
    return false;
  };
  for (let change = 0; change < 10; change += 1) look.draw("value");
  assert.equal(asked, 1);
  time.advance(4_000);
  assert.deepEqual(take(), ["0 value"]);
});

test("what has a mark is drawn at once, and so is what is printed", () => {
  const { all, take } = looks(2);
  for (const { skip } of all) skip(true);
  all[0].element.marked = true;
  for (const { look } of all) look.draw("value");
  assert.deepEqual(take(), ["0 value"]);
  printing.dispatchEvent(new Event("beforeprint"));
  assert.deepEqual(take(), ["1 value"]);
});
