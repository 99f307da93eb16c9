// A page whose WebSocket does not open works without it, and changes to one that opens.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeSocket, FakeTime } from "./support/fakes.js";

const LEVEL = 0;

/**
 * A page that has just started to connect. Sockets and streams are in `sockets`, in the order in which they were
 * opened.
 */
function setUp() {
  const time = new FakeTime();
  const start = startOf(
    [
      ["level", "value", "state", 0],
      ["stick", "value", "state", 0],
    ],
    { stream: "/_dash/stream", holds: [[1, 0]] },
  );
  const stream = (client) => {
    const socket = new FakeSocket();
    client.sockets.push(socket);
    return socket;
  };
  const client = openPage(time, start, () => 0.5, stream);
  const level = new FakeElement("level");
  const stick = new FakeElement("stick");
  for (const element of [level, stick]) client.page.attach(element);
  client.link.open();
  return { time, client, level, stick };
}

/** The other side answers the hello of the newest transport. */
function greet(client, { socket = client.socket, last = 0 } = {}) {
  if (!socket.isOpen) socket.accept();
  const hello = socket.sent.shift();
  socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last });
  return hello;
}

/** No socket opens, so the page gets a stream. */
function withoutSocket() {
  const it = setUp();
  for (let tries = 0; it.client.ways.at(-1) === "socket"; tries++) {
    assert.ok(tries < 3);
    it.client.socket.fail();
    it.time.advance(250);
  }
  greet(it.client);
  return it;
}

test("after two sockets that did not open there is a stream, before the page is called lost", () => {
  const { time, client, level } = setUp();
  client.socket.fail();
  time.advance(125);
  client.socket.fail();
  client.act(level, "value", 5);
  time.advance(250);
  assert.deepEqual(client.ways, ["socket", "socket", "stream"]);
  assert.equal(greet(client).session, null);
  assert.deepEqual(client.states, ["connecting", "live"], "nothing alarming");
  assert.equal(client.way, "stream");
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 5 }]);
  client.socket.deliver({ r: 1, p: [[LEVEL, 5]], a: [[1, 0, 1]] });
  assert.deepEqual(client.commands.unfinished, []);
});

test("a page that the server refuses says why, until it is taken", () => {
  const { time, client } = setUp();
  const refuse = () => client.socket.onclose({ code: 0, reason: "pages of this proxy may not use it" });
  for (let tries = 0; client.ways.at(-1) === "socket"; tries++) {
    assert.ok(tries < 3);
    client.socket.fail();
    time.advance(250);
  }
  refuse();
  time.advance(3_000);
  assert.equal(client.states.at(-1), "lost");
  assert.equal(client.whys.at(-1), "Not connected: pages of this proxy may not use it.");
  // A socket that fails in between does not hide the reason.
  assert.equal(client.ways.at(-1), "socket");
  client.socket.fail();
  time.advance(3_000);
  assert.equal(client.whys.at(-1), "Not connected: pages of this proxy may not use it.");
  if (client.ways.at(-1) === "socket") client.socket.fail();
  greet(client);
  assert.equal(client.states.at(-1), "live");
  client.socket.fail();
  time.advance(3_000);
  assert.deepEqual([client.states.at(-1), client.whys.at(-1)], ["lost", ""]);
});

test("a socket that hangs is given up for a stream, and may open beside it", () => {
  const { time, client } = setUp();
  const [socket] = client.sockets;
  time.advance(800);
  assert.deepEqual(client.ways, ["socket", "stream"]);
  const stream = client.socket;
  greet(client);
  assert.deepEqual(client.states, ["connecting", "live"]);
  assert.ok(!socket.isClosed);
  socket.accept();
  assert.ok(stream.isClosed, "one at a time");
  assert.deepEqual([socket.sent[0].t, socket.sent[0].session], ["hello", "s1"]);
  greet(client, { socket });
  assert.deepEqual([client.states, client.way], [["connecting", "live", "live"], "socket"]);
});

test("fault: a socket that opened beside the stream released what a person held", () => {
  const { time, client, stick } = setUp();
  const [socket] = client.sockets;
  time.advance(800);
  greet(client);
  client.act(stick, "value", 1);
  socket.accept();
  time.advance(1_000);
  assert.equal(client.socket.isClosed, false, "the stream goes on");
  assert.deepEqual(socket.sent, []);
  client.act(stick, "value", 0);
  time.advance(1_000);
  assert.deepEqual([socket.sent[0].t, socket.sent[0].session], ["hello", "s1"]);
});

test("a socket that opens while the stream has not answered waits for the session", () => {
  const { time, client } = setUp();
  const [socket] = client.sockets;
  time.advance(800);
  socket.accept();
  assert.deepEqual(socket.sent, []);
  client.socket.accept();
  greet(client, { socket: client.sockets[1] });
  assert.deepEqual([socket.sent[0].t, socket.sent[0].session], ["hello", "s1"]);
  // The same at the end of the stream.
  const other = setUp();
  other.time.advance(800);
  other.client.sockets[0].accept();
  other.client.sockets[1].fail();
  other.time.advance(250);
  assert.deepEqual(other.client.ways, ["socket", "stream"]);
  assert.equal(other.client.sockets[0].sent[0].t, "hello");
});

test("a page on a stream tries a socket now and then, ever more rarely", () => {
  const { time, client } = withoutSocket();
  const tried = [];
  for (const second of Array(1_800).keys()) {
    time.advance(1_000);
    client.sockets[2].deliver({ t: "pong" });
    if (client.socket !== client.sockets[2] && !client.socket.isClosed) {
      tried.push(second + 1);
      client.socket.fail();
    }
  }
  assert.deepEqual(tried, [10, 30, 70, 150, 310, 610, 910, 1210, 1510]);
  assert.equal(client.states.at(-1), "live");
});

test("changing to a socket loses nothing and sends nothing twice", () => {
  const { time, client, level } = withoutSocket();
  const stream = client.socket;
  stream.deliver({ r: 7, p: [[LEVEL, 1]] });
  time.advance(6_000);
  stream.deliver({ t: "pong" });
  time.advance(4_000);
  const { socket } = client;
  for (const value of [2, 3]) client.act(level, "value", value);
  assert.deepEqual(
    stream.sent.filter(({ n }) => n).map(({ v }) => v),
    [2, 3],
  );
  socket.accept();
  assert.equal(socket.sent[0].rev, 7);
  client.act(level, "value", 4);
  // The server received the first of them.
  greet(client, { socket, last: 1 });
  assert.deepEqual(
    socket.sent.map(({ n, v }) => [n, v]),
    [
      [2, 3],
      [3, 4],
    ],
  );
  socket.deliver({
    r: 10,
    p: [[LEVEL, 4]],
    a: [
      [1, 0, 8],
      [2, 0, 9],
      [3, 0, 10],
    ],
  });
  assert.deepEqual([client.commands.unfinished, level.shown.value], [[], 4]);
  assert.deepEqual(client.states, ["connecting", "live", "live"]);
});

test("a stream that is cut is opened again; a socket that opened and fell silent gives way to one", () => {
  const { time, client } = withoutSocket();
  client.socket.fail();
  time.advance(500);
  assert.deepEqual(client.ways, ["socket", "socket", "stream", "stream"]);
  assert.equal(greet(client).session, "s1");
  time.advance(9_600);
  const before = client.sockets.length;
  assert.equal(client.ways.at(-1), "socket");
  client.socket.accept();
  // Nothing more arrives through it.
  time.advance(13_000);
  assert.ok(client.sockets[before - 1].isClosed);
  assert.equal(client.ways.at(-1), "stream");
  assert.equal(greet(client).session, "s1");
});

test("a page that has had a socket tries it longer; without a server both ways take turns", () => {
  const { time, client } = setUp();
  greet(client);
  for (let cut = 0; cut < 9; cut++) {
    client.socket.fail();
    time.advance(1_000);
  }
  assert.deepEqual(client.ways.slice(1), [
    ...Array(5).fill("socket"),
    "stream",
    "socket",
    "stream",
    "socket",
  ]);
  greet(client);
  assert.equal(client.way, "socket");
});
