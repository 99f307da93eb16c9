// A drag on a control, and other gestures that are not meant for it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Drag } from "../../dash-runtime/client/drag.js";

const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);

/** A control, and what its drag has told. */
function rig() {
  const control = new EventTarget();
  const told = [];
  const tell = (what) => () => told.push(what);
  const handlers = { begin: tell("begin"), tap: tell("tap"), end: tell("end") };
  const drag = new Drag(control, handlers);
  const event = (type, { timeStamp = 0, ...more } = {}) => {
    const made = Object.assign(new Event(type, { cancelable: true }), {
      pointerId: 1,
      pointerType: "mouse",
      button: 0,
      buttons: 1,
      clientX: 0,
      clientY: 0,
      ...more,
    });
    // The event's own one is read-only.
    return Object.defineProperty(made, "timeStamp", { value: timeStamp });
  };
  return {
    drag,
    told,
    press: (more) => control.dispatchEvent(event("pointerdown", more)),
    tell: (type, more) => page.dispatchEvent(event(type, more)),
  };
}

test("a mouse drags from its press until it is let go, anywhere", () => {
  const { drag, told, press, tell } = rig();
  press();
  tell("pointermove", { clientX: 500 });
  assert.equal(drag.state, "along");
  tell("pointerup", { buttons: 0 });
  assert.deepEqual([drag.state, told], ["idle", ["begin", "end"]]);
});

test("fault: after a press of another button a slider did not follow the others", () => {
  const { drag, told, press } = rig();
  press({ button: 2, buttons: 2 });
  assert.deepEqual([drag.state, told], ["idle", []]);
});

test("fault: after a menu, or a release that no page hears of, a slider did not follow the others", () => {
  const { drag, told, press, tell } = rig();
  press();
  tell("pointermove", { buttons: 0 });
  assert.deepEqual([drag.state, told], ["idle", ["begin", "end"]]);
  tell("pointermove", { buttons: 0 });
  assert.deepEqual(told, ["begin", "end"]);
});

test("a finger that moves across a control does not drag it", () => {
  const { told, press, tell } = rig();
  press({ pointerType: "touch" });
  tell("pointermove", { pointerType: "touch", clientY: 30 });
  tell("pointercancel", { pointerType: "touch" });
  assert.deepEqual(told, ["begin", "end"]);
  press({ pointerType: "touch" });
  tell("pointerup", { pointerType: "touch", buttons: 0 });
  assert.deepEqual(told.slice(2), ["begin", "tap", "end"]);
});

test("fault: a long press with a finger or a pen set a slider", () => {
  for (const pointerType of ["touch", "pen"]) {
    const { told, press, tell } = rig();
    press({ pointerType, timeStamp: 1_000 });
    tell("pointerup", { pointerType, buttons: 0, timeStamp: 1_600 });
    press({ pointerType, timeStamp: 2_000 });
    tell("pointerup", { pointerType, buttons: 0, timeStamp: 2_200 });
    assert.deepEqual(told, ["begin", "end", "begin", "tap", "end"], pointerType);
  }
});

test("a gesture that was given up is neither a drag nor a tap", () => {
  const { drag, told, press, tell } = rig();
  press({ pointerType: "touch" });
  drag.giveUp();
  tell("pointermove", { pointerType: "touch", clientX: 30 });
  assert.equal(drag.state, "given up");
  tell("pointerup", { pointerType: "touch", buttons: 0 });
  assert.deepEqual([drag.state, told], ["idle", ["begin", "end"]]);
});

test("a pen that moves across a control does not drag it, and one that moves along does", () => {
  const { drag, press, tell } = rig();
  press({ pointerType: "pen" });
  tell("pointermove", { pointerType: "pen", clientY: 30 });
  assert.equal(drag.state, "undecided");
  tell("pointerup", { pointerType: "pen", clientY: 30, buttons: 0 });
  press({ pointerType: "pen" });
  tell("pointermove", { pointerType: "pen", clientX: 30 });
  assert.equal(drag.state, "along");
});
