import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeTime } from "../support/fakes.js";
import { loadComponent } from "./elements.js";

const time = new FakeTime();
globalThis.setTimeout = /** @type {any} */ ((run, wait) => time.after(wait, run));
globalThis.clearTimeout = /** @type {any} */ ((timer) => time.cancel(timer));
const { DdPad, padStepped } = await loadComponent("pad");

/** A pad on a page, 228 pixels wide, so that a unit of its drawing is one pixel. */
function pad(more = {}) {
  const face = Object.assign(new EventTarget(), {
    setPointerCapture: () => undefined,
    getBoundingClientRect: () => ({ width: 228 }),
  });
  const controls = [0, 1].map(() =>
    Object.assign(new EventTarget(), { value: "50", focus: () => undefined }),
  );
  for (const control of controls)
    Object.defineProperty(control, "valueAsNumber", { get: () => Number(control.value) });
  const sent = [];
  const element = new DdPad();
  element.querySelector = () => face;
  element.querySelectorAll = () => controls;
  const area = { x: { low: -100, high: 100 }, y: { low: 0, high: 50 } };
  element.props = { value: { x: 0, y: 10 }, area, step: 1, disabled: false, ...more };
  element.send = (_, value) => {
    sent.push([value.x, value.y]);
    element.props.value = value;
  };
  element.mount();
  const pointer = (type, x, y, more = {}) => {
    const about = { pointerId: 1, button: 0, clientX: x, clientY: y, shiftKey: false, ...more };
    face.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), about));
  };
  const key = (name, more = {}) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), {
      key: name,
      shiftKey: false,
      ...more,
    });
    controls[0]?.dispatchEvent(event);
    return event;
  };
  return { element, controls, face, key, pointer, sent };
}

test("the ring moves as far as the pointer, and a press alone moves nothing", () => {
  const { element, pointer, sent } = pad();
  pointer("pointerdown", 30, 30);
  pointer("pointermove", 31, 31);
  pointer("pointerup", 31, 31);
  assert.deepEqual(sent, []);
  pointer("pointerdown", 30, 30);
  assert.equal(element.touched, "value");
  pointer("pointermove", 80, 10);
  assert.deepEqual(sent, [[50, 15]], "50 of 200 pixels of 200 units, and 20 of 200 pixels of 50 units");
  pointer("pointermove", 30, 30);
  assert.deepEqual(sent.at(-1), [0, 10], "and back");
  pointer("pointerup", 30, 30);
  assert.equal(element.touched, false);
});

test("it stops at its edges, and follows at once when the pointer comes back", () => {
  const { pointer, sent } = pad();
  pointer("pointerdown", 0, 0);
  pointer("pointermove", 900, -900);
  assert.deepEqual(sent.at(-1), [100, 50]);
  pointer("pointermove", 890, -880);
  assert.deepEqual(sent.at(-1), [90, 45]);
});

test("with Shift the pointer moves it a tenth as far", () => {
  const { pointer, sent } = pad({ step: 0.5 });
  pointer("pointerdown", 0, 0);
  pointer("pointermove", 50, 0, { shiftKey: true });
  assert.deepEqual(sent, [[5, 10]]);
});

test("another finger, another button and a press that the page has dropped move nothing", () => {
  const { face, pointer, sent } = pad();
  pointer("pointerdown", 0, 0, { button: 2 });
  pointer("pointermove", 50, 0);
  pointer("pointerdown", 0, 0);
  pointer("pointermove", 50, 0, { pointerId: 2 });
  pointer("pointerup", 0, 0);
  const dropped = Object.assign(new Event("pointerdown", { cancelable: true }), { pointerId: 1, button: 0 });
  dropped.preventDefault();
  face.dispatchEvent(dropped);
  pointer("pointermove", 50, 0);
  assert.deepEqual(sent, []);
});

test("keys move it by steps, and Home and a double click put it into the centre", () => {
  const { element, face, key, sent } = pad();
  for (const name of ["ArrowRight", "ArrowUp", "PageUp"]) assert.ok(key(name).defaultPrevented, name);
  key("ArrowLeft", { shiftKey: true });
  assert.deepEqual(sent, [
    [1, 10],
    [1, 11],
    [1, 21],
    [-9, 21],
  ]);
  assert.equal(element.touched, "value", "the next key continues the movement");
  key("Home");
  assert.deepEqual(sent.at(-1), [0, 25]);
  key("ArrowDown");
  face.dispatchEvent(new Event("dblclick"));
  assert.deepEqual(sent.at(-1), [0, 25]);
  assert.ok(!key("Tab").defaultPrevented);
  assert.ok(!key("ArrowUp", { ctrlKey: true }).defaultPrevented);
});

test("a screen reader moves one axis", () => {
  const { controls, sent } = pad();
  assert.deepEqual(
    controls.map(({ value }) => value),
    ["0", "10"],
  );
  Object.assign(controls[1] ?? {}, { value: "12" });
  controls[1]?.dispatchEvent(new Event("input"));
  assert.deepEqual(sent, [[0, 12]]);
});

test("a pad that is disabled stays where it is", () => {
  const { face, key, pointer, sent } = pad({ disabled: true });
  pointer("pointerdown", 0, 0);
  pointer("pointermove", 50, 0);
  key("ArrowRight");
  face.dispatchEvent(new Event("dblclick"));
  assert.deepEqual(sent, []);
});

test("set-points lie on steps from the lower end", () => {
  assert.equal(padStepped(0.34, { low: 0, high: 1 }, 0.1), 0.3);
  assert.equal(padStepped(7, { low: 1, high: 10 }, 4), 9);
  assert.equal(padStepped(99, { low: 0, high: 10 }, 4), 10, "the end itself is in reach");
  assert.equal(padStepped(0.123, { low: 0, high: 1 }, null), 0.12);
  assert.equal(padStepped(3, { low: 5, high: 5 }, null), 5, "an axis without a length");
});
