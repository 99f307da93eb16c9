// P4 in the page: each command carries the time of the person's action by the server's clock.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const LEVEL = 0;
const SHOOT = 1;

/** A page whose server's clock shows 100 s when the page's shows 0, over a wire without delay. */
function setUp(start = {}) {
  const time = new FakeTime();
  const props = [
    ["level", "value", "state", 0],
    ["shoot", "click", "event", null],
  ];
  const client = openPage(time, startOf(props, start));
  const [level, shoot] = ["level", "shoot"].map((id) => new FakeElement(id));
  for (const element of [level, shoot]) client.page.attach(element);
  client.link.open();
  greet({ time, client });
  return { time, client, level, shoot };
}

function greet({ time, client }, { epoch = "e1", last = 0, now = 100_000 + time.now } = {}) {
  client.socket.accept();
  client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch, session: "s1", last, now });
}

function reconnect({ time, client }) {
  const before = client.sockets.length;
  for (let tries = 0; client.sockets.length === before && tries < 200; tries++) time.advance(50);
}

test("p4: a command says when the person acted, however long it has waited in the page", () => {
  const page = setUp();
  const { time, client, level, shoot } = page;
  time.advance(500);
  client.act(shoot, "click", null);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: SHOOT, v: null, at: 100_499 }]);
  client.socket.fail();
  client.act(level, "value", 4);
  time.advance(2_500);
  greet(page, { last: 1 });
  assert.deepEqual(client.socket.sent, [{ n: 2, p: LEVEL, v: 4, at: 100_499 }]);
});

test("fault: a time of day that is set an hour ahead in a cut does not make a command an hour older", () => {
  const page = setUp();
  const { time, client, level } = page;
  client.socket.fail();
  client.act(level, "value", 4);
  time.advance(500);
  client.doubted = time.now;
  client.act(level, "value", 5);
  time.advance(500);
  greet(page);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 5, at: 100_500 }]);
});

test("p4: a night in a closed laptop counts, also if the page's clock omits it", () => {
  const page = setUp();
  const { time, client, level } = page;
  client.socket.fail();
  client.act(level, "value", 4);
  time.advance(200);
  // Ten hours pass for the server, and none for the page.
  client.doubted = time.now;
  greet(page, { now: 36_100_200 });
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 4, at: 100_000 }]);
});

test("what is done after waking up is not as old as the night, although the page still has the clock of yesterday", () => {
  const { time, client, level, shoot } = setUp();
  time.advance(100);
  // The machine slept and the connection seems to have survived.
  client.doubted = time.now;
  client.act(shoot, "click", null);
  client.act(level, "value", 4);
  assert.deepEqual(client.socket.sent, [{ t: "ping" }], "first the clock, once");
  time.advance(20);
  client.socket.deliver({ t: "pong", now: 36_100_110 });
  assert.deepEqual(client.socket.sent.slice(1), [
    { n: 1, p: SHOOT, v: null, at: 36_100_090 },
    { n: 2, p: LEVEL, v: 4, at: 36_100_090 },
  ]);
});

test("a machine that wakes up on a dead connection notices that as soon as somebody does something", () => {
  const { time, client, shoot } = setUp();
  client.doubted = time.now + 1;
  time.advance(1);
  client.act(shoot, "click", null);
  const { socket } = client;
  time.advance(3_000);
  assert.ok(socket.isClosed);
  assert.deepEqual(
    socket.sent.map(({ t }) => t),
    ["ping"],
  );
});

test("the clock of a restarted server is another one", () => {
  const page = setUp();
  const { time, client, level } = page;
  client.socket.fail();
  time.advance(500);
  greet(page, { epoch: "e2", now: 300 });
  client.socket.deliver({ r: 1, p: [[LEVEL, 0]] });
  client.act(level, "value", 4);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 4, at: 300 }]);
});

test("p4: a command by request says the same when it is sent again", async () => {
  const page = setUp({ http: [LEVEL], command: "/c" });
  const { time, client, level } = page;
  client.act(level, "value", 4);
  const [first] = client.requests;
  assert.equal(first.frame.at, 100_000);
  time.advance(3_000);
  first.reject(new Error("lost"));
  for (let tick = 0; tick < 10; tick++) await Promise.resolve();
  time.advance(1_000);
  for (let tick = 0; tick < 10; tick++) await Promise.resolve();
  assert.deepEqual(client.requests[1].frame, { n: 1, p: LEVEL, v: 4, at: 100_000 });
});

test("each connection says in its hello that it is a newer one", () => {
  const page = setUp();
  const { client } = page;
  for (const turn of [2, 3]) {
    client.socket.fail();
    reconnect(page);
    client.socket.accept();
    assert.equal(client.socket.sent[0].turn, turn);
    client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  }
});
