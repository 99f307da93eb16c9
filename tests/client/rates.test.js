// `throttle` and `debounce`: not every value is sent, but the last one always is.

import assert from "node:assert/strict";
import test from "node:test";
import { Commands } from "../../dash-runtime/client/commands.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

/** A connected page with a throttled, a debounced and a plain property, and a button. */
function livePage() {
  const time = new FakeTime();
  const start = startOf(
    [
      ["fast", "value", "state", 0],
      ["text", "value", "state", ""],
      ["plain", "value", "state", 0],
      ["go", "click", "event", null],
    ],
    {
      rates: [
        [0, "throttle", 50],
        [1, "debounce", 300],
      ],
    },
  );
  const client = openPage(time, start);
  const elements = ["fast", "text", "plain", "go"].map((id) => new FakeElement(id));
  for (const element of elements) client.page.attach(element);
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s", last: 0 });
  const sent = () => client.socket.sent.filter(({ n }) => n !== undefined).map(({ p, v }) => [p, v]);
  return { time, client, sent, elements };
}

test("throttle: the first value goes at once, then one per time, and the last one", () => {
  const { time, client, sent, elements } = livePage();
  for (let value = 1; value <= 12; value++) {
    client.act(elements[0], "value", value);
    time.advance(10);
  }
  time.advance(1_000);
  assert.deepEqual(sent(), [
    [0, 1],
    [0, 5],
    [0, 10],
    [0, 12],
  ]);
});

test("debounce: a value goes after the pause, or when the control is let go", () => {
  const { time, client, sent, elements } = livePage();
  for (const value of ["a", "ab", "abc"]) {
    client.act(elements[1], "value", value);
    time.advance(200);
  }
  assert.deepEqual(sent(), []);
  time.advance(100);
  assert.deepEqual(sent(), [[1, "abc"]]);
  client.act(elements[1], "value", "abcd");
  client.page.release(elements[1]);
  assert.deepEqual(sent().at(-1), [1, "abcd"]);
  time.advance(1_000);
  assert.equal(sent().length, 2, "once");
});

test("an event never overtakes a value that waits", () => {
  const { client, sent, elements } = livePage();
  client.act(elements[1], "value", "name");
  client.act(elements[2], "value", 7);
  client.page.send(elements[3], "click", null);
  assert.deepEqual(sent(), [
    [2, 7],
    [1, "name"],
    [3, null],
  ]);
});

test("a page that may be gone soon sends what waits", () => {
  const { client, sent, elements } = livePage();
  client.act(elements[0], "value", 1);
  client.act(elements[0], "value", 2);
  client.act(elements[1], "value", "text");
  client.link.hurry();
  assert.deepEqual(sent(), [
    [0, 1],
    [0, 2],
    [1, "text"],
  ]);
});

test("a value that waits is shown, whatever the server says meanwhile", () => {
  const { time, client, elements } = livePage();
  client.act(elements[1], "value", "mine");
  client.socket.deliver({ r: 1, p: [[1, "theirs"]] });
  assert.equal(elements[1].shown.value, "mine");
  time.advance(200);
  assert.equal(elements[1].marks.pending, false, "it waits for the person, not for the server");
  time.advance(100);
  client.socket.deliver({ r: 2, p: [[1, "mine"]], a: [[1, 0, 2]] });
  client.socket.deliver({ r: 3, p: [[1, "theirs"]] });
  assert.equal(elements[1].shown.value, "theirs");
});

test("what is sent without a rate goes at once", () => {
  const { client, sent, elements } = livePage();
  client.act(elements[2], "value", 1);
  client.act(elements[2], "value", 2);
  assert.deepEqual(sent(), [
    [2, 1],
    [2, 2],
  ]);
});

test("at random times: never more often than the rate, and the last value always", () => {
  let seed = 7;
  const random = (most) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % most;
  };
  for (let round = 0; round < 300; round++) {
    const ms = 1 + random(100);
    const kind = round % 2 === 0 ? "throttle" : "debounce";
    const commands = new Commands(new Set(), new Map([[0, { kind, ms }]]));
    const sent = [];
    const acted = [];
    const look = (now) => {
      for (const { n, value } of commands.ready(true, true, now)) {
        sent.push([now, value]);
        // The server answers at once.
        commands.settle({ n, code: 0, kind: "", text: "" });
      }
    };
    let now = 0;
    for (let value = 0; value < 40; value++) {
      commands.add(0, value, false, now);
      acted.push(now);
      look(now);
      const next = now + random(ms * 2);
      while (commands.nextDue <= next) {
        now = Math.max(now, commands.nextDue);
        look(now);
      }
      now = next;
    }
    look(commands.nextDue === Number.POSITIVE_INFINITY ? now : commands.nextDue);
    assert.equal(sent.at(-1)[1], 39, "the last value");
    for (let at = 1; at < sent.length; at++) {
      assert.ok(sent[at][0] - sent[at - 1][0] >= ms, `${kind} ${ms}: ${sent}`);
      assert.ok(sent[at][1] > sent[at - 1][1], "in order");
    }
    if (kind === "throttle") assert.equal(sent[0][0], acted[0], "the first at once");
    else for (const [when, value] of sent) assert.ok(when - acted[value] >= ms, "after a pause");
  }
});
