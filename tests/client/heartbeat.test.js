// A connection on which something hangs: when the page notices.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const LEVEL = 0;

function setUp() {
  const time = new FakeTime();
  const props = [
    ["level", "value", "state", 0],
    ["shoot", "click", "event", null],
  ];
  const client = openPage(time, startOf(props));
  const [level, shoot] = ["level", "shoot"].map((id) => new FakeElement(id));
  for (const element of [level, shoot]) client.page.attach(element);
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0, now: 0 });
  client.socket.sent.length = 0;
  return { time, client, level, shoot };
}

const pings = (client) => client.socket.sent.filter(({ t }) => t === "ping").length;

test("fault: a half-open link is noticed 2 s after a command, and given up 3 s later", () => {
  const { time, client, shoot } = setUp();
  client.socket.deliver({ r: 1 });
  time.advance(300);
  client.act(shoot, "click", null);
  const { socket } = client;
  time.advance(1_999);
  assert.equal(pings(client), 0);
  time.advance(1);
  assert.equal(pings(client), 1);
  time.advance(2_999);
  assert.ok(!socket.isClosed);
  time.advance(1);
  assert.ok(socket.isClosed);
  assert.equal(client.states.at(-1), "connecting");
  time.advance(1_000);
  assert.equal(client.states.at(-1), "lost");
});

test("a command that waits for its turn at the server is asked about, and does no harm", () => {
  const { time, client, level } = setUp();
  client.act(level, "value", 4);
  for (let second = 0; second < 60; second++) {
    const before = pings(client);
    time.advance(1_000);
    if (pings(client) > before) client.socket.deliver({ t: "pong", now: time.now });
  }
  assert.ok(!client.socket.isClosed);
  assert.ok(pings(client) >= 25 && pings(client) <= 30, `${pings(client)} pings in a minute`);
  client.socket.deliver({ r: 1, a: [[1, 0, 1]], p: [[LEVEL, 4]] });
  const before = pings(client);
  time.advance(4_000);
  assert.equal(pings(client), before, "answered: there is no reason to ask");
});

test("fault: a link that carries only towards the page is given up", () => {
  const { time, client, shoot } = setUp();
  client.act(shoot, "click", null);
  const { socket } = client;
  let seconds = 0;
  for (; !socket.isClosed && seconds < 60; seconds++) {
    socket.deliver({ r: seconds + 1, p: [[LEVEL, seconds]] });
    time.advance(1_000);
  }
  assert.equal(seconds, 10, "2 s until it asks, and 8 s without a pong");
});

test("without a command, a link that carries only towards the page is given up after 13 s", () => {
  const { time, client } = setUp();
  const { socket } = client;
  let seconds = 0;
  for (; !socket.isClosed && seconds < 60; seconds++) {
    socket.deliver({ r: seconds + 1, p: [[LEVEL, seconds]] });
    time.advance(1_000);
  }
  assert.equal(seconds, 13, "5 s until it asks, and 8 s without a pong");
});

test("a link with a long way gets more time", () => {
  const { time, client } = setUp();
  client.socket.fail();
  while (client.sockets.length < 2) time.advance(50);
  client.socket.accept();
  time.advance(1_500);
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0, now: 0 });
  // The page has said nothing since its hello.
  time.advance(3_500);
  assert.equal(pings(client), 1);
  time.advance(4_499);
  assert.ok(!client.socket.isClosed);
  time.advance(1);
  assert.ok(client.socket.isClosed);
});

test("a page that was held up reads what has arrived before it gives up", () => {
  const { time, client } = setUp();
  time.advance(5_000);
  assert.equal(pings(client), 1);
  // The tab is frozen for a minute. Then the timer comes before the message that waits.
  time.now += 60_000;
  time.advance(0);
  assert.ok(!client.socket.isClosed);
  client.socket.deliver({ t: "pong", now: 65_000 });
  time.advance(4_900);
  assert.ok(!client.socket.isClosed);
  // A connection that is really dead is given up a second later.
  time.advance(100);
  time.now += 60_000;
  time.advance(1_000);
  assert.ok(client.socket.isClosed);
});

test("a sign of the network is a reason to ask", () => {
  const { time, client } = setUp();
  time.advance(500);
  client.link.wake();
  client.link.wake();
  assert.equal(pings(client), 1);
  client.socket.deliver({ t: "pong", now: 500 });
  client.link.wake();
  assert.equal(pings(client), 2);
});
