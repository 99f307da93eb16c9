// A gamepad moves a control only while its enabling button is held down.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PadFollower } from "../../dash-runtime/client/gamepad.js";

const ENABLE = 5;

/** A follower, its pads, and what it has said. `look` is one frame of the browser. */
function rig() {
  const one = { pads: [], may: true, button: ENABLE, said: [], run: null };
  const say = (what) => (pad) => one.said.push(pad ? [what, pad.index, pad.axes[0]] : [what]);
  const follower = new PadFollower(
    { button: () => one.button, may: () => one.may, begin: say("begin"), move: say("move"), end: say("end") },
    {
      pads: () => one.pads,
      frame: (run) => {
        one.run = run;
      },
    },
  );
  one.follower = follower;
  one.look = () => {
    one.said = [];
    one.run();
    return one.said;
  };
  follower.start();
  return one;
}

function pad(index, down, x = 0, more = {}) {
  const buttons = Array.from({ length: 17 }, (_, at) => ({ pressed: down && at === ENABLE }));
  return { index, connected: true, mapping: "standard", axes: [x, 0], buttons, ...more };
}

/** Frames with these pads, one after the other. Returns what was said in the last one. */
function frames(one, ...all) {
  let said = [];
  for (const pads of all) {
    one.pads = pads;
    said = one.look();
  }
  return said;
}

test("a pad moves nothing before its button is pressed", () => {
  const one = rig();
  assert.deepEqual(frames(one, [pad(0, false, 1)], [pad(0, false, -1)]), []);
  assert.deepEqual(frames(one, [pad(0, true, 0.5)]), [["begin", 0, 0.5]]);
  assert.deepEqual(frames(one, [pad(0, true, 0.7)]), [["move", 0, 0.7]]);
  assert.deepEqual(frames(one, [pad(0, false, 0.7)]), [["end"]]);
  assert.deepEqual(frames(one, [pad(0, false, 0.7)]), []);
});

test("a follower that is stopped and started again between two frames looks once in a frame", () => {
  const one = rig();
  const before = one.run;
  one.follower.stop();
  one.follower.start();
  const after = one.run;
  one.run = null;
  before();
  assert.equal(one.run, null, "the frame of the stopped run asks for no other");
  after();
  assert.notEqual(one.run, null);
});

test("a button that was down before counts only after it was let go", () => {
  const one = rig();
  assert.deepEqual(frames(one, [pad(0, true, 1)], [pad(0, true, 1)]), [], "a page that is loaded");
  assert.deepEqual(frames(one, [pad(0, false)], [pad(0, true, 1)]), [["begin", 0, 1]]);
  one.may = false;
  assert.deepEqual(one.look(), [["end"]], "hidden, without the focus, or disabled");
  one.may = true;
  assert.deepEqual(one.look(), []);
  assert.deepEqual(frames(one, [pad(0, false)], [pad(0, true, 1)]), [["begin", 0, 1]]);
});

test("a pad that is gone lets go", () => {
  for (const gone of [[null], [], [pad(0, true, 1, { connected: false })]]) {
    const one = rig();
    frames(one, [pad(0, false)], [pad(0, true, 1)]);
    assert.deepEqual(frames(one, gone), [["end"]]);
    assert.deepEqual(frames(one, [pad(0, true, 1)]), [], "it comes back with its button down");
  }
});

test("another pad does not go on for the one whose button is let go", () => {
  const one = rig();
  frames(one, [pad(0, false), pad(1, false)], [pad(0, true, 1), pad(1, false)]);
  assert.deepEqual(frames(one, [pad(0, true, 1), pad(1, true, -1)]), [["move", 0, 1]]);
  assert.deepEqual(frames(one, [pad(0, false), pad(1, true, -1)]), [["end"]]);
  assert.deepEqual(frames(one, [pad(0, false), pad(1, true, -1)]), []);
});

test("a pad with another mapping, or with the button switched off, moves nothing", () => {
  const one = rig();
  assert.deepEqual(frames(one, [pad(0, false, 0, { mapping: "" })], [pad(0, true, 1, { mapping: "" })]), []);
  one.button = null;
  assert.deepEqual(frames(one, [pad(0, false)], [pad(0, true, 1)]), []);
});

test("a follower that is stopped lets go and asks no more", () => {
  const one = rig();
  frames(one, [pad(0, false)], [pad(0, true, 1)]);
  one.said = [];
  one.follower.stop();
  assert.deepEqual(one.said, [["end"]]);
  one.said = [];
  one.run();
  assert.deepEqual(one.said, []);
});
