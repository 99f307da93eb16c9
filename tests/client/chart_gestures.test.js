// Two fingers on a chart with a past.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pastGestures } from "../../dash-components/src/core/trend_past.js";

/** A plot of 400 pixels at the left edge that shows the times from 0 to 400, and its span after each gesture. */
function rig() {
  const span = { start: 0, end: 400 };
  const plot = Object.assign(new EventTarget(), {
    clientWidth: 400,
    setPointerCapture: () => undefined,
    getBoundingClientRect: () => ({ left: 0 }),
  });
  pastGestures(plot, {
    length: () => span.end - span.start,
    width: () => 400,
    share: (offset) => offset / 400,
    pan(seconds) {
      span.start += seconds;
      span.end += seconds;
    },
    zoom(factor, share) {
      const fixed = span.start + share * (span.end - span.start);
      span.start = fixed - (fixed - span.start) * factor;
      span.end = fixed + (span.end - fixed) * factor;
    },
    leave: () => assert.fail("nobody leaves"),
  });
  const tell = (type, pointerId, clientX, more = {}) =>
    plot.dispatchEvent(
      Object.assign(new Event(type), { pointerId, clientX, button: 0, buttons: 1, ...more }),
    );
  /** The time below a place. */
  const at = (x) => span.start + (x / 400) * (span.end - span.start);
  return { span, tell, at };
}

test("fault: a time moved away from the finger that held it while the other one moved", () => {
  const { span, tell, at } = rig();
  tell("pointerdown", 1, 100);
  tell("pointerdown", 2, 200);
  tell("pointermove", 2, 250);
  tell("pointermove", 2, 300);
  assert.ok(Math.abs(at(100) - 100) < 1e-6, `below the first finger is ${at(100)}`);
  assert.ok(Math.abs(at(300) - 200) < 1e-6, `below the second finger is ${at(300)}`);
  assert.ok(Math.abs(span.end - span.start - 200) < 1e-6, "twice as far apart is half as long");
});

test("both fingers keep the times that were below them, and one of them then drags", () => {
  const { tell, at } = rig();
  tell("pointerdown", 1, 150);
  tell("pointerdown", 2, 250);
  for (let step = 1; step <= 10; step += 1) {
    tell("pointermove", 1, 150 - 10 * step);
    tell("pointermove", 2, 250 + 5 * step);
  }
  assert.ok(Math.abs(at(50) - 150) < 1e-6 && Math.abs(at(300) - 250) < 1e-6, `${at(50)}, ${at(300)}`);
  tell("pointerup", 1, 50, { buttons: 0 });
  tell("pointermove", 2, 340);
  assert.ok(Math.abs(at(340) - 250) < 1e-6, `${at(340)}`);
});
