// The sound of alarms: how often, and until when.

import assert from "node:assert/strict";
import { test } from "node:test";
import "./elements.js";

/** The times at which a tone began, in seconds of the page. */
let played = [];
let seconds = 0;
const node = () => ({
  connect: (next) => next,
  frequency: {},
  start: () => played.push(seconds),
  stop: () => undefined,
});
class FakeAudio {
  state = "suspended";
  currentTime = 0;

  resume() {
    this.state = "running";
    return Promise.resolve();
  }

  createOscillator = node;

  createGain = () => ({
    connect: (next) => next,
    gain: { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined },
  });
}

const touches = [];
Object.assign(globalThis, {
  window: globalThis,
  AudioContext: FakeAudio,
  addEventListener: (_, run) => touches.push(run),
  document: { querySelector: () => null, hidden: false, hasFocus: () => true },
});
// This browser remembers that the sound is on.
Object.defineProperty(globalThis, "localStorage", {
  value: { getItem: () => "on", setItem: () => undefined },
});
Object.assign(globalThis.HTMLElement.prototype, {
  addEventListener: () => undefined,
  querySelectorAll: () => [],
  querySelector: () => null,
  closest: () => null,
});

const { DdAlarms } = await import("../../../dash-components/src/core/alarms.js");

const alarm = (number, state, severity = "high") => ({
  id: `a${number}`,
  number,
  state,
  severity,
  text: "Hot",
});

test("the sound of an urgent alarm is repeated each 8 s until nobody has to hear it", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const element = new DdAlarms();
  const show = (...items) => {
    element.props = { items };
    element.update("items");
  };
  element.props = { items: [] };
  element.mount();
  for (const touch of touches) await touch();
  /** The times at which a signal began, of the time that passes now. */
  const heard = (time) => {
    const from = seconds;
    for (let passed = 0; passed < time; passed += 1) {
      seconds += 1;
      context.mock.timers.tick(1_000);
    }
    const times = [...new Set(played)].map((at) => at - from);
    played = [];
    return times;
  };
  show(alarm(1, "active"));
  assert.deepEqual(heard(30), [0, 8, 16, 24], "at once, and again");
  // A second one does not start a second clock.
  show(alarm(1, "active"), alarm(2, "active"));
  assert.deepEqual(heard(20), [0, 2, 10, 18]);
  show(alarm(1, "acknowledged"), alarm(2, "active"));
  assert.deepEqual(heard(10), [6], "one of them is still unheard");
  show(alarm(1, "acknowledged"), alarm(2, "acknowledged"));
  assert.deepEqual(heard(30), [], "acknowledged");
  // It comes again, and goes by itself.
  show(alarm(3, "active"));
  show(alarm(3, "cleared"));
  assert.deepEqual(heard(30), [0]);
  show(alarm(4, "active", "medium"));
  assert.deepEqual(heard(30), [0], "a less urgent one is told once");
  // The element leaves the page, as in a routed one: a sound without a list would never end.
  show(alarm(5, "active"));
  element.disconnectedCallback();
  assert.deepEqual(heard(30), [0]);
  element.connectedCallback();
  assert.deepEqual(heard(17), [8, 16]);
});
