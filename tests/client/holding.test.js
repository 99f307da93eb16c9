// The controls that a page holds, and the beats that it answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Holding, heldSilence } from "../../dash-runtime/client/holding.js";

const SIZE = 10;

function holding() {
  return new Holding(
    [
      [3, [0, 0]],
      [4, false],
    ],
    SIZE,
  );
}

const never = () => false;

test("a control is held from its first value to its safe value", () => {
  const one = holding();
  one.set(3, [0.5, 0]);
  one.set(4, true);
  one.set(5, 7);
  assert.deepEqual(one.held, [3, 4]);
  one.set(3, [0, 0]);
  assert.deepEqual(one.held, [4]);
});

test("a control in a row is held by itself", () => {
  const one = holding();
  one.set(4 + 2 * SIZE, true);
  assert.deepEqual(one.held, [4 + 2 * SIZE]);
});

test("the server releases a control with its safe value", () => {
  const one = holding();
  one.set(4, true);
  one.apply([{ number: 4, value: true }], never);
  assert.deepEqual(one.held, [4]);
  one.apply([{ number: 4, value: false }], never);
  assert.deepEqual(one.held, []);
});

test("an older value of the server neither holds nor releases a control", () => {
  const one = holding();
  one.set(4, true);
  one.apply([{ number: 4, value: false }], (p) => p === 4);
  assert.deepEqual(one.held, [4]);
  one.set(4, false);
  one.apply([{ number: 4, value: true }], never);
  assert.deepEqual(one.held, []);
});

test("nothing is held on a hidden page", () => {
  const one = holding();
  one.set(4, true);
  one.drop();
  assert.deepEqual(one.held, []);
});

test("a beat is echoed with the numbers that the server knows, while something is held", () => {
  const one = holding();
  const numberOf = (p) => p + 100;
  assert.equal(one.echo(7, numberOf), null);
  one.set(4, true);
  assert.deepEqual(JSON.parse(one.echo(7, numberOf)), { t: "held", beat: 7, held: [104] });
});

test("a control that the page does not have is refused", () => {
  assert.throws(() => new Holding([[SIZE, false]], SIZE), /protocol/);
  assert.throws(() => new Holding([["3", false]], SIZE), /protocol/);
});

test("a page knows for how long the server has not asked what is held", () => {
  let now = 1_000;
  const real = globalThis.performance;
  Object.defineProperty(globalThis, "performance", { value: { now: () => now }, configurable: true });
  try {
    const one = holding();
    // A browser has one page, and this program had several.
    one.set(4, false);
    assert.equal(heldSilence(), 0);
    one.set(4, true);
    now += 300;
    one.set(3, [0.5, 0]);
    assert.equal(heldSilence(), 300, "another control is held too");
    one.echo(1, (p) => p);
    assert.equal(heldSilence(), 0);
    now += 200;
    one.set(4, false);
    assert.equal(heldSilence(), 200);
    one.set(3, [0, 0]);
    assert.equal(heldSilence(), 0);
    now += 200;
    one.echo(2, (p) => p);
    now += 200;
    assert.equal(heldSilence(), 0, "nothing is held");
    one.set(4, true);
    now += 100;
    one.drop();
    one.echo(3, (p) => p);
    now += 400;
    assert.equal(heldSilence(), 500, "the link is lost, and the user has not let go");
    one.set(4, false);
    assert.equal(heldSilence(), 0);
  } finally {
    Object.defineProperty(globalThis, "performance", { value: real, configurable: true });
  }
});
