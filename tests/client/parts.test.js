// Large frames that arrive in parts over a slow link.

import assert from "node:assert/strict";
import test from "node:test";
import { FrameParts } from "../../dash-runtime/client/parts.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const TEXT = 0;
const LARGE = "x".repeat(300_000);

function setUp() {
  const time = new FakeTime();
  const props = [
    ["text", "text", "state", "old"],
    ["shoot", "click", "event", null],
  ];
  const client = openPage(time, startOf(props));
  const [text, shoot] = ["text", "shoot"].map((id) => new FakeElement(id));
  for (const element of [text, shoot]) client.page.attach(element);
  client.link.open();
  return { time, client, text, shoot };
}

/** The server welcomes the page and has news for it. */
function greet(client, rev) {
  client.socket.accept();
  client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0, now: 0, rev });
}

/** The messages of a frame. */
function cut(frame) {
  const text = JSON.stringify(frame);
  const pieces = text.match(/.{1,8192}/gs);
  return pieces.map((piece, at) => (at + 1 < pieces.length ? "+" : "=") + piece);
}

test("parts are joined, and whole frames may come in between", () => {
  const parts = new FrameParts();
  assert.equal(parts.take('{"r":1}'), '{"r":1}');
  assert.equal(parts.take('+{"r":'), null);
  assert.ok(parts.underway);
  assert.equal(parts.take('{"t":"pong"}'), '{"t":"pong"}');
  assert.equal(parts.take("+"), null);
  assert.equal(parts.take("=2}"), '{"r":2}');
  assert.ok(!parts.underway);
  assert.equal(parts.take(7), 7);
});

/** The link carries 10 kB/s, first in first out. */
test("fault: a frame of 300 kB over 10 kB/s arrives, and the page is not shown as live before", () => {
  const { time, client, text, shoot } = setUp();
  greet(client, 41);
  const { socket } = client;
  for (const part of cut({ r: 41, p: [[TEXT, LARGE]] })) {
    assert.equal(text.shown.text, "old");
    assert.notEqual(client.states.at(-1), "live");
    time.advance(820);
    socket.deliver(part);
  }
  assert.ok(time.now > 30_000 && !socket.isClosed);
  assert.equal(text.shown.text, LARGE);
  assert.deepEqual(client.states, ["connecting", "lost", "live"]);
  assert.match(client.whys[1], /slow/);
  assert.deepEqual(client.failures, []);
  client.act(shoot, "click", null);
  assert.deepEqual(socket.sent.at(-1).n, 1);
});

test("a page that is live stays live while a large frame arrives, and its clicks go out meanwhile", () => {
  const { time, client, shoot } = setUp();
  greet(client, 0);
  client.socket.deliver({ r: 0 });
  assert.equal(client.states.at(-1), "live");
  const { socket } = client;
  for (const part of cut({ r: 41, p: [[TEXT, LARGE]] })) {
    time.advance(820);
    if (time.now > 10_000 && !socket.sent.some(({ n }) => n === 1)) client.act(shoot, "click", null);
    socket.deliver(part);
  }
  assert.ok(socket.sent.some(({ n }) => n === 1));
  // The pongs waited behind the frame.
  socket.deliver({ t: "pong", now: 30_000 });
  assert.ok(!socket.isClosed);
  assert.deepEqual(client.states, ["connecting", "live"]);
});

test("fault: a page that connects again and again without getting the current values is lost, not live", () => {
  const { time, client } = setUp();
  for (let attempt = 0; attempt < 5; attempt++) {
    greet(client, 41);
    client.socket.deliver("+{");
    time.advance(2_500);
    assert.equal(client.states.at(-1), "lost");
    // Nothing more comes, and after its ping the page gives up.
    const before = client.sockets.length;
    for (let tries = 0; client.sockets.length === before && tries < 200; tries++) time.advance(50);
    assert.notEqual(client.sockets.length, before);
  }
  assert.ok(!client.states.includes("live"));
  greet(client, 41);
  client.socket.deliver({ r: 41 });
  assert.equal(client.states.at(-1), "live");
});

test("after a short cut the page is live when it has what it missed", () => {
  const { time, client, text } = setUp();
  greet(client, 3);
  client.socket.deliver({ r: 3 });
  client.socket.fail();
  time.advance(300);
  greet(client, 7);
  assert.equal(client.states.at(-1), "connecting");
  client.socket.deliver({ r: 7, p: [[TEXT, "new"]] });
  assert.deepEqual([text.shown.text, client.states.at(-1)], ["new", "live"]);
});

test("a restart is shown when the page has the values of the new run", () => {
  const { time, client } = setUp();
  greet(client, 3);
  client.socket.deliver({ r: 3 });
  client.socket.fail();
  time.advance(300);
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e2", session: "s2", last: 0, now: 0, rev: 1 });
  assert.equal(client.states.at(-1), "connecting");
  client.socket.deliver({ r: 1, p: [[TEXT, "anew"]] });
  assert.equal(client.states.at(-1), "restarted");
});
