// `bind`: two controls of one value, in the page. The other control follows at once, and both follow the echo rule as
// one.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const PROPS = [
  ["slider", "value", "state", 40],
  ["number", "value", "state", 40],
  ["other", "value", "state", 1],
];
const [SLIDER, NUMBER] = [0, 1];

function setUp() {
  const time = new FakeTime();
  const client = openPage(time, startOf(PROPS, { bound: [[SLIDER, NUMBER]] }));
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  const [slider, number, other] = PROPS.map(([id]) => new FakeElement(id));
  for (const element of [slider, number, other]) client.page.attach(element);
  return { time, client, slider, number, other };
}

test("the partner goes along at once, without the server", () => {
  const { client, slider, number, other } = setUp();
  client.act(slider, "value", 50);
  assert.deepEqual([number.shown.value, number.props.value, other.shown.value], [50, 50, 1]);
  client.act(number, "value", 60);
  assert.equal(slider.shown.value, 60);
  assert.deepEqual(
    client.commands.unfinished.map(({ p, value }) => [p, value]),
    [
      [SLIDER, 50],
      [NUMBER, 60],
    ],
    "each asks under its own name, in the order of the hand",
  );
});

test("an echo of an older value moves neither of them back", () => {
  const { client, slider, number } = setUp();
  client.act(slider, "value", 50);
  client.act(slider, "value", 60);
  const echo = (r, value, n) => ({
    r,
    p: [
      [SLIDER, value],
      [NUMBER, value],
    ],
    a: [[n, 0, r]],
  });
  client.socket.deliver(echo(1, 50, 1));
  assert.deepEqual([slider.shown.value, number.shown.value], [60, 60]);
  client.socket.deliver(echo(2, 60, 2));
  client.socket.deliver({ r: 3, p: [[NUMBER, 10]] });
  assert.equal(number.shown.value, 10, "at rest it shows the truth");
});

test("a refused value goes back in both", () => {
  const { client, slider, number } = setUp();
  client.act(slider, "value", 500);
  assert.equal(number.shown.value, 500);
  client.socket.deliver({ r: 1, a: [[1, 4, "out_of_range", "must be within 0 to 100"]] });
  assert.deepEqual([slider.shown.value, number.shown.value], [40, 40]);
  assert.equal(slider.marks.failed.outcome, "refused");
  assert.equal(number.marks.failed, null, "nobody asked it");
});

test("a partner that is held stays where the person has it, and comes after when it is let go", () => {
  const { client, slider, number } = setUp();
  number.touched = true;
  number.shown.value = 7;
  client.act(slider, "value", 50);
  assert.equal(number.shown.value, 7);
  client.socket.deliver({
    r: 1,
    p: [
      [SLIDER, 50],
      [NUMBER, 50],
    ],
    a: [[1, 0, 1]],
  });
  number.touched = false;
  client.page.release(number);
  assert.equal(number.shown.value, 50);
});

test("both are shown as pending while the answer is late", () => {
  const { time, client, slider, number, other } = setUp();
  client.act(slider, "value", 50);
  time.advance(200);
  assert.deepEqual(
    [slider, number, other].map(({ marks }) => marks.pending),
    [true, true, false],
  );
  client.socket.deliver({ r: 1, a: [[1, 0, 1]] });
  assert.deepEqual([slider.marks.pending, number.marks.pending], [false, false]);
});
