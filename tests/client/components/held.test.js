// Controls that act only while they are held: a joystick and a button, with a person's keys and pointer.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { FakeTime } from "../support/fakes.js";
import { loadComponent } from "./elements.js";

const time = new FakeTime();
globalThis.setTimeout = /** @type {any} */ ((run, wait) => time.after(wait, run));
globalThis.clearTimeout = /** @type {any} */ ((timer) => time.cancel(timer));
Object.defineProperty(globalThis, "performance", { value: { now: () => time.now }, configurable: true });
Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.removeEventListener = page.removeEventListener.bind(page);
globalThis.document = /** @type {any} */ (Object.assign(new EventTarget(), { hidden: false }));

const { DdJoystick } = await loadComponent("joystick");
const { DdHoldButton } = await loadComponent("hold_button");

/** The part of the control that is pressed. */
function control() {
  const part = Object.assign(new EventTarget(), {
    focus: () => undefined,
    setPointerCapture: () => undefined,
    matches: () => false,
    setAttribute: () => undefined,
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 200, height: 200 }),
  });
  const tell = (type, more) => part.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), more));
  return {
    part,
    /** Any of ctrl, alt, meta is down if `more` says so. */
    key: (type, code, more = {}) =>
      tell(type, { code, key: "", ctrlKey: false, altKey: false, metaKey: false, repeat: false, ...more }),
    pointer: (type, x, y) => tell(type, { pointerId: 1, isPrimary: true, button: 0, clientX: x, clientY: y }),
    /** The focus goes elsewhere. */
    blur: () => tell("blur", {}),
  };
}

/** What leaves the page after a test. @type {{ disconnectedCallback: () => void }[]} */
const placed = [];
afterEach(() => {
  for (const element of placed.splice(0)) element.disconnectedCallback();
});

/** A joystick on a page, and what it has sent. */
function joystick() {
  const pad = control();
  const sent = [];
  const element = new DdJoystick();
  placed.push(element);
  Object.assign(element, {
    querySelector: (selector) => (selector === ".dd-joystick-pad" ? pad.part : null),
    props: { dead_zone: 0.05, disabled: false },
    send: (_, value) => sent.push(value),
  });
  element.mount();
  return { ...pad, element, sent };
}

function holdButton() {
  const button = control();
  const sent = [];
  const element = new DdHoldButton();
  Object.assign(element, {
    querySelector: () => button.part,
    props: {},
    send: (_, value) => sent.push(value),
  });
  element.mount();
  return { ...button, element, sent };
}

test("a joystick has a curve, and its whole way is the same with each", () => {
  for (const [curve, half] of [
    [undefined, 0.5],
    [1, 0.5],
    [2, 0.25],
    [3, 0.125],
    // Out of its range, or no number.
    [0, 0.5],
    [99, 0.0625],
    [Number.NaN, 0.5],
  ]) {
    const { pointer, element, sent } = joystick();
    Object.assign(element.props, { dead_zone: 0, curve });
    // A reach of 64 % of the way to the rim is the whole way.
    pointer("pointerdown", 132, 68);
    time.advance(60);
    pointer("pointermove", 164, 164);
    time.advance(60);
    // Three digits are sent.
    for (const part of sent[0]) assert.ok(Math.abs(part - half) < 0.001, `${part} with the curve ${curve}`);
    assert.deepEqual(sent[1], [1, -1], `curve ${curve}`);
  }
});

test("a joystick sends at most as many positions a second as its rate says, and the newest one in any case", () => {
  for (const [rate, count] of [
    [undefined, 20],
    [20, 20],
    [5, 5],
    [60, 60],
    [0, 1],
    [1000, 60],
  ]) {
    const { pointer, element, sent } = joystick();
    Object.assign(element.props, { rate });
    pointer("pointerdown", 100, 100);
    const begun = sent.length;
    for (let ms = 0; ms < 1000; ms += 5) {
      pointer("pointermove", 100 + (ms % 60), 90);
      time.advance(5);
    }
    const during = sent.length - begun;
    assert.ok(during >= count - 2 && during <= count + 1, `${during} positions at a rate of ${rate}`);
    pointer("pointermove", 164, 100);
    time.advance(1000);
    assert.deepEqual(sent.at(-1), [1, 0], `rate ${rate}`);
  }
});

test("a joystick follows the keys that are down", () => {
  const { key, sent } = joystick();
  key("keydown", "KeyW");
  time.advance(60);
  key("keydown", "KeyD");
  time.advance(60);
  key("keyup", "KeyW");
  time.advance(60);
  key("keyup", "KeyD");
  assert.deepEqual(sent, [
    [0, 1],
    [1, 1],
    [1, 0],
    [0, 0],
  ]);
});

for (const modifier of ["ctrl", "alt", "meta"]) {
  test(`fault: a joystick stayed pushed if ${modifier} was down when its key was let go`, () => {
    const { key, sent } = joystick();
    const held = { [`${modifier}Key`]: true };
    key("keydown", "KeyW");
    time.advance(100);
    key("keydown", "Modifier", held);
    key("keyup", "KeyW", held);
    key("keyup", "Modifier");
    assert.deepEqual(sent.at(-1), [0, 0]);
  });

  test(`a joystick lets go with ${modifier}, because a browser may not tell that its key goes up`, () => {
    const { key, sent } = joystick();
    key("keydown", "KeyW");
    time.advance(100);
    key("keydown", "Modifier", { [`${modifier}Key`]: true });
    assert.deepEqual(sent.at(-1), [0, 0]);
    // The key is still down, and repeats.
    key("keydown", "KeyW", { repeat: true });
    time.advance(100);
    assert.deepEqual(sent.at(-1), [0, 0]);
    key("keydown", "KeyW");
    assert.deepEqual(sent.at(-1), [0, 1]);
  });
}

test("fault: a joystick that was pressed at its centre was let go by the outcome of the press", () => {
  const { element, pointer, sent } = joystick();
  pointer("pointerdown", 100, 100);
  time.advance(10);
  pointer("pointermove", 100, 20);
  time.advance(15);
  // The outcome of the press. The position beyond it waits for its turn.
  element.update("value", [0, 0]);
  time.advance(100);
  assert.deepEqual(sent, [
    [0, 0],
    [0, 1],
  ]);
  pointer("pointermove", 100, 180);
  time.advance(100);
  assert.deepEqual(sent.at(-1), [0, -1]);
});

test("a joystick that the server has released stays at its centre until it is let go", () => {
  const { element, pointer, sent } = joystick();
  pointer("pointerdown", 100, 20);
  time.advance(100);
  element.update("value", [0, 0]);
  assert.deepEqual(sent.at(-1), [0, 0]);
  pointer("pointermove", 100, 30);
  time.advance(100);
  assert.deepEqual(sent.at(-1), [0, 0]);
  pointer("pointerup", 100, 30);
  pointer("pointerdown", 100, 20);
  assert.deepEqual(sent.at(-1), [0, 1]);
});

test("fault: after the focus was lost with a key down, the next key press did nothing", () => {
  for (const { blur, key, sent, code, on, off } of [
    { ...joystick(), code: "KeyW", on: [0, 1], off: [0, 0] },
    { ...holdButton(), code: "Space", on: true, off: false },
  ]) {
    key("keydown", code, { key: " " });
    time.advance(100);
    blur();
    assert.deepEqual(sent.at(-1), off);
    // The key went up while another part of the page had the focus.
    key("keydown", code, { key: " ", repeat: true });
    assert.deepEqual(sent.at(-1), off);
    time.advance(100);
    key("keydown", code, { key: " " });
    assert.deepEqual(sent.at(-1), on);
    key("keyup", code, { key: " " });
  }
});

test("fault: a joystick that was taken away and put back followed no gamepad any more", () => {
  const { element } = joystick();
  let asked = 0;
  navigator.getGamepads = () => {
    asked += 1;
    return [];
  };
  globalThis.requestAnimationFrame = (run) => time.after(16, run);
  element.disconnectedCallback();
  page.dispatchEvent(new Event("gamepadconnected"));
  time.advance(100);
  assert.equal(asked, 0, "it is not on the page");
  element.connectedCallback();
  asked = 0;
  page.dispatchEvent(new Event("gamepadconnected"));
  time.advance(160);
  assert.ok(asked >= 9, `${asked} looks in 160 ms`);
  delete navigator.getGamepads;
});

test("fault: a hold button stayed held if its key made another sign when it was let go", () => {
  const { key, sent } = holdButton();
  key("keydown", "Space", { key: " " });
  key("keyup", "Space", { key: "\u00a0" });
  assert.deepEqual(sent, [true, false]);
  key("keydown", "Enter", { key: "Enter" });
  key("keyup", "Space", { key: " " });
  assert.deepEqual(sent.at(-1), true, "another key");
  key("keydown", "Meta", { metaKey: true });
  assert.deepEqual(
    sent.at(-1),
    false,
    "no browser on a Mac tells that a key goes up while the command key is down",
  );
});
