import assert from "node:assert/strict";
import test from "node:test";
import { createClock } from "../../dash-runtime/client/clock.js";
import { socketAddress } from "../../dash-runtime/client/link.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const LEVEL = 0;
const GAIN = 1;
const CLICK = 2;

/** A page with two sliders and a button. By default it is welcomed. */
function setUp({ welcome = true, random, start = {} } = {}) {
  const time = new FakeTime();
  const props = [
    ["level", "value", "state", 0],
    ["gain", "value", "state", 0],
    ["shoot", "click", "event", null],
  ];
  const client = openPage(time, startOf(props, start), random);
  const [level, gain, shoot] = ["level", "gain", "shoot"].map((id) => new FakeElement(id));
  for (const element of [level, gain, shoot]) client.page.attach(element);
  client.link.open();
  if (welcome) greet(client, {});
  return { time, client, level, gain, shoot };
}

/** Accepts the socket and welcomes the page. The frames that the page has sent so far are dropped. */
function greet(client, { epoch = "e1", session = "s1", last = 0, a = [] }) {
  client.socket.accept();
  const hello = client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch, session, last, a });
  return hello;
}

/** Time passes, and the server answers the page's pings. */
function pass(time, client, ms) {
  for (let passed = 0; passed < ms; passed += 100) {
    time.advance(100);
    for (const { t } of client.socket.sent) if (t === "ping") client.socket.deliver({ t: "pong" });
    client.socket.sent = client.socket.sent.filter(({ t }) => t !== "ping");
  }
}

/** Lets the link reconnect after a cut. */
function reconnect(time, client) {
  const before = client.sockets.length;
  for (let tries = 0; client.sockets.length === before && tries < 200; tries++) time.advance(50);
}

test("the socket of a page is on its host, and encrypted if the page is", () => {
  for (const [page, socket] of [
    ["http://127.0.0.1:8050/lab/", "ws://127.0.0.1:8050/lab/_dash/socket"],
    ["https://robot.local/lab/", "wss://robot.local/lab/_dash/socket"],
    ["https://robot.local:8443/lab/?http=1", "wss://robot.local:8443/lab/_dash/socket"],
  ]) {
    assert.equal(String(socketAddress("./_dash/socket", String(page))), socket);
  }
});

test("a page that is left says goodbye, if anybody hears it", () => {
  const { client } = setUp({ welcome: false });
  client.link.bye();
  client.socket.accept();
  client.link.bye();
  assert.deepEqual(
    client.socket.sent.map(({ t }) => t),
    ["hello"],
  );
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  client.link.bye();
  assert.deepEqual(client.socket.sent.at(-1), { t: "bye" });
});

test("a page that a relay has kept is old from the first moment on, and says how old it is", () => {
  const { time, client, level, shoot } = setUp({ welcome: false, start: { age: 3_600_000 } });
  assert.deepEqual(client.states, ["lost"]);
  assert.equal(time.now - client.heard.at(-1), 3_600_000);
  client.act(shoot, "click", null);
  assert.deepEqual(client.failures.at(-1)?.slice(1), ["refused", "no connection"]);
  client.socket.fail();
  time.advance(500);
  assert.equal(new Set(client.states).size, 1, "it is not shown as connecting meanwhile");
  greet(client, {});
  assert.equal(client.states.at(-1), "live");
  client.socket.deliver({ r: 1, p: [[LEVEL, 3]] });
  assert.equal(level.shown.value, 3);
});

test("a page that a relay has kept begins with what came after its document, as old, and goes on from there", () => {
  const after = ['{"r":5,"p":[[0,2],[1,9]]}', '{"r":7,"p":[[0,3]]}'];
  const { client, level, gain } = setUp({ welcome: false, start: { age: 5_000, rev: 4, after } });
  assert.deepEqual([level.shown.value, gain.shown.value, client.states], [3, 9, ["lost"]]);
  assert.equal(greet(client, {}).rev, 7);
  client.socket.deliver({ r: 8, p: [[LEVEL, 4]] });
  assert.deepEqual([level.shown.value, client.states.at(-1)], [4, "live"]);
});

test("the server is told whether anybody can see the page", () => {
  const { time, client } = setUp({ welcome: false });
  client.hidden = true;
  assert.equal(greet(client, {}).hidden, true);
  client.link.look();
  assert.deepEqual(client.socket.sent, [], "it knows that");
  client.hidden = false;
  client.link.look();
  assert.deepEqual(client.socket.sent, [{ t: "view", hidden: false }]);
  client.socket.fail();
  client.hidden = true;
  client.link.look();
  reconnect(time, client);
  client.hidden = false;
  client.socket.accept();
  client.hidden = true;
  client.link.look();
  const [hello] = client.socket.sent.splice(0);
  assert.equal("hidden" in hello, false, "as it was then");
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  assert.deepEqual(client.socket.sent, [{ t: "view", hidden: true }], "as it is now");
});

test("what the server has to say is shown once the values that came with it are", () => {
  const { client, level } = setUp();
  client.socket.deliver({ r: 1, p: [[LEVEL, 3]], m: ["Tea is ready", "really"] });
  assert.deepEqual(client.notes, ["Tea is ready", "really"]);
  assert.equal(level.shown.value, 3);
});

test("a page that the server has disconnected says why, and comes back only when the person wants it", () => {
  const { time, client, level, shoot } = setUp();
  client.socket.deliver({ r: 41, p: [[LEVEL, 3]] });
  client.act(level, "value", 9);
  client.socket.deliver({ t: "disconnected", why: "maintenance" });
  assert.deepEqual([client.states.at(-1), client.whys.at(-1)], ["disconnected", "maintenance"]);
  time.advance(3_600_000);
  client.link.wake();
  client.act(level, "value", 10);
  client.act(shoot, "click", null);
  assert.equal(client.sockets.length, 1, "nothing is tried");
  assert.deepEqual(
    client.failures.map(([id, , text]) => [id, text]),
    [
      ["level", "no connection"],
      ["shoot", "no connection"],
    ],
  );
  client.link.again();
  client.link.again();
  assert.equal(client.sockets.length, 2, "once");
  const { session, rev } = greet(client, { last: 1 });
  assert.deepEqual([session, rev], ["s1", 41], "as who it was");
  assert.equal(client.states.at(-1), "live");
  client.socket.fail();
  reconnect(time, client);
  assert.equal(client.sockets.length, 3, "and a cut is mended by itself again");
});

test("a page whose hello is answered so waits for the person as well", () => {
  const { time, client } = setUp();
  client.socket.fail();
  reconnect(time, client);
  client.socket.accept();
  client.socket.deliver({ t: "disconnected", why: "maintenance" });
  time.advance(3_600_000);
  assert.deepEqual([client.states.at(-1), client.sockets.length], ["disconnected", 2]);
});

test("the reason may be lost, but not that the server wants it so", () => {
  const { time, client } = setUp();
  client.socket.fail(4005);
  time.advance(3_600_000);
  assert.deepEqual([client.states.at(-1), client.whys.at(-1)], ["disconnected", ""]);
  assert.equal(client.sockets.length, 1);
});

test("says hello first, and is live when welcomed", () => {
  const { client } = setUp({ welcome: false });
  assert.deepEqual(client.states, ["connecting"]);
  const hello = greet(client, {});
  assert.deepEqual(hello, {
    t: "hello",
    protocol: 3,
    schema: "5c5c5c5c5c5c5c5c",
    epoch: "e1",
    rev: 0,
    session: null,
    turn: 1,
    parts: true,
  });
  assert.deepEqual(client.states, ["connecting", "live"]);
});

test("what was done before the welcome goes out with it, in order", () => {
  const { client, level, shoot } = setUp({ welcome: false });
  client.act(level, "value", 1);
  client.act(shoot, "click", null);
  client.act(level, "value", 2);
  greet(client, {});
  assert.deepEqual(client.socket.sent, [
    { n: 1, p: LEVEL, v: 1 },
    { n: 2, p: CLICK, v: null },
    { n: 3, p: LEVEL, v: 2 },
  ]);
});

test("resumes where it was: revision, session, and only what the server has not seen", () => {
  const { time, client, level, gain } = setUp();
  client.socket.deliver({ r: 41, p: [[GAIN, 3]] });
  client.act(level, "value", 10);
  client.act(gain, "value", 20);
  client.socket.fail();
  reconnect(time, client);
  const hello = greet(client, { last: 1 });
  assert.equal(hello.rev, 41);
  assert.equal(hello.session, "s1");
  assert.deepEqual(client.socket.sent, [{ n: 2, p: GAIN, v: 20 }]);
  client.socket.deliver({
    r: 43,
    a: [
      [1, 0, 42],
      [2, 0, 43],
    ],
    p: [
      [LEVEL, 10],
      [GAIN, 20],
    ],
  });
  assert.deepEqual(
    client.settled.map(({ command, code }) => [command.value, code]),
    [
      [10, 0],
      [20, 0],
    ],
  );
  client.socket.fail();
  reconnect(time, client);
  assert.equal(greet(client, { last: 2 }).rev, 43);
  assert.deepEqual(client.socket.sent, [], "nothing twice");
});

test("a command that comes late says how late", () => {
  const { time, client, level } = setUp();
  client.socket.fail();
  client.act(level, "value", 10);
  time.advance(4_000);
  client.socket.accept();
  client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 10, a: 4000 }]);
});

test("a cut of less than a second is not shown as lost, and a click in it goes out", () => {
  const { time, client, shoot } = setUp();
  time.advance(6_000);
  client.socket.fail();
  client.act(shoot, "click", null);
  time.advance(130);
  greet(client, {});
  assert.deepEqual(client.states, ["connecting", "live", "connecting", "live"]);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: CLICK, v: null }]);
});

test("while lost an event is refused at once and never fired late", () => {
  const { time, client, shoot } = setUp();
  client.socket.fail();
  client.act(shoot, "click", null);
  time.advance(1_000);
  assert.equal(client.states.at(-1), "lost");
  assert.deepEqual(client.failures, [["shoot", "refused", "no connection"]]);
  client.act(shoot, "click", null);
  assert.equal(client.failures.length, 2);
  assert.deepEqual(shoot.marks.failed, { outcome: "refused", text: "no connection" });
  reconnect(time, client);
  greet(client, {});
  assert.deepEqual(client.socket.sent, []);
});

test("while lost only the newest value of each property waits", () => {
  const { time, client, level, gain } = setUp();
  client.socket.fail();
  time.advance(1_000);
  for (const value of [1, 2, 3]) client.act(level, "value", value);
  client.act(gain, "value", 7);
  client.act(level, "value", 4);
  assert.equal(level.shown.value, 4, "the person's value stays");
  assert.deepEqual(client.failures, []);
  reconnect(time, client);
  greet(client, {});
  assert.deepEqual(
    client.socket.sent.map(({ n, p, v }) => [n, p, v]),
    [
      [1, GAIN, 7],
      [2, LEVEL, 4],
    ],
  );
});

test("a new epoch: sent commands become unknown, and the page shows the snapshot", () => {
  const { time, client, level, gain } = setUp();
  client.socket.deliver({ r: 9, p: [[GAIN, 3]], q: [[GAIN, "unplugged"]] });
  client.act(level, "value", 10);
  client.socket.fail();
  reconnect(time, client);
  const hello = greet(client, { epoch: "e2", session: "s2" });
  assert.equal(hello.epoch, "e1");
  assert.deepEqual(client.failures, [["level", "unknown", "the server was restarted before it answered"]]);
  assert.equal(client.states.at(-1), "restarted");
  client.socket.deliver({
    r: 2,
    p: [
      [LEVEL, 5],
      [GAIN, 6],
    ],
  });
  assert.deepEqual([level.shown.value, gain.shown.value], [5, 6]);
  assert.equal(gain.marks.bad, null, "a snapshot names all that is bad");
  assert.deepEqual(client.socket.sent, [], "not done again");
  client.act(level, "value", 11);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 11 }], "numbers start anew");
  client.socket.deliver({ r: 3, a: [[1, 0, 3]] });
  pass(time, client, 10_000);
  assert.equal(client.states.at(-1), "live");
  client.socket.fail();
  reconnect(time, client);
  client.socket.accept();
  assert.deepEqual([client.socket.sent[0].epoch, client.socket.sent[0].rev], ["e2", 3]);
});

test("a restarted server tells what became of the commands before, and the rest is unknown", () => {
  const { time, client, level, gain } = setUp();
  client.act(level, "value", 10);
  client.act(gain, "value", 20);
  client.act(level, "value", 30);
  client.socket.fail();
  reconnect(time, client);
  greet(client, {
    epoch: "e2",
    session: "s2",
    a: [
      [1, 0, 40],
      [2, 4, "range", "too much"],
      [9, 3, "of a command that the page has forgotten"],
    ],
  });
  assert.deepEqual(client.failures, [
    ["gain", "refused", "too much"],
    ["level", "unknown", "the server was restarted before it answered"],
  ]);
  assert.deepEqual(client.commands.unfinished, []);
  assert.deepEqual(client.socket.sent, [], "nothing is done again");
  client.act(level, "value", 11);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: LEVEL, v: 11 }], "numbers start anew");
});

test("a cut between the welcome of a restarted server and its snapshot asks for the snapshot again", () => {
  const { time, client, level } = setUp();
  client.socket.fail();
  reconnect(time, client);
  greet(client, { epoch: "e2", session: "s2" });
  client.socket.fail();
  reconnect(time, client);
  assert.equal(greet(client, { epoch: "e2", session: "s2" }).epoch, "e1");
  client.socket.deliver({ r: 1, p: [[LEVEL, 5]] });
  assert.equal(level.shown.value, 5);
});

test("a forgotten session of the same server: what was sent is unknown", () => {
  const { time, client, level } = setUp();
  client.act(level, "value", 10);
  client.socket.fail();
  reconnect(time, client);
  greet(client, { session: "s2" });
  assert.deepEqual(client.failures, [
    ["level", "unknown", "the server no longer has the session of this page"],
  ]);
  assert.equal(level.shown.value, 0, "the truth as far as it is known");
});

test("a page whose session was taken over goes on with a new one", () => {
  const { time, client } = setUp();
  client.socket.deliver({ r: 5, p: [[LEVEL, 5]] });
  client.socket.fail(4001);
  reconnect(time, client);
  const { session, rev } = greet(client, {});
  assert.equal(session, null);
  assert.equal(rev, 0, "the old session's own values are not the new one's");
});

test("a command that the server can't take is refused, not sent for ever", () => {
  const { time, client, level, gain } = setUp();
  client.act(level, "value", "x".repeat(100));
  client.act(gain, "value", 1);
  client.socket.fail(1009);
  reconnect(time, client);
  greet(client, { last: 0 });
  assert.deepEqual(client.failures, [["level", "refused", "too large for the server"]]);
  assert.deepEqual(client.socket.sent, [{ n: 1, p: GAIN, v: 1 }]);
});

test("an undecodable frame is reported once, and the page resumes at its revision", () => {
  const { time, client, level } = setUp();
  client.socket.deliver({ r: 5, p: [[LEVEL, 5]] });
  for (const frame of ["{", '{"r":6,"p":[["99",1]]}', '{"t":"surprise"}']) {
    client.socket.deliver(frame);
    reconnect(time, client);
    assert.equal(greet(client, {}).rev, 5, frame);
  }
  assert.equal(client.complaints.length, 1);
  client.socket.deliver({ r: 6, p: [[LEVEL, 6]] });
  assert.equal(level.shown.value, 6);
});

test("a quiet link is asked every 5 s; a silent one is dead after 8", () => {
  const { time, client } = setUp();
  time.advance(4_999);
  assert.deepEqual(client.socket.sent, []);
  time.advance(1);
  assert.deepEqual(client.socket.sent, [{ t: "ping" }]);
  client.socket.deliver({ t: "pong" });
  time.advance(5_000);
  assert.equal(client.socket.sent.length, 2);
  const socket = client.socket;
  time.advance(2_999);
  assert.ok(!socket.isClosed);
  time.advance(1);
  assert.ok(socket.isClosed);
  reconnect(time, client);
  assert.notEqual(client.socket, socket);
});

test("what an abandoned socket still says is not heard", () => {
  const { time, client, level } = setUp();
  const old = client.socket;
  time.advance(12_000);
  reconnect(time, client);
  greet(client, {});
  old.deliver({ r: 7, p: [[LEVEL, 7]] });
  old.fail();
  assert.equal(level.shown.value, 0);
  assert.equal(client.states.at(-1), "live");
});

test("a page that is kept fed still shows that it is there", () => {
  const { time, client } = setUp();
  let pongs = 0;
  for (let second = 1; second <= 20; second++) {
    time.advance(1_000);
    client.socket.deliver({ r: second });
    if (client.socket.sent.length > pongs++) client.socket.deliver({ t: "pong" });
    else pongs -= 1;
  }
  assert.ok(client.socket.sent.length >= 3 && client.socket.sent.length <= 4);
});

test("a machine that slept asks before it gives up", () => {
  const { time, client } = setUp();
  time.now += 3_600_000;
  client.link.wake();
  assert.deepEqual(client.socket.sent, [{ t: "ping" }]);
  assert.ok(!client.socket.isClosed);
});

test("a connection that does not come about is given up after 4 s, and later ones get more time", () => {
  const { time, client } = setUp({ welcome: false });
  for (const limit of [4_000, 8_000, 12_000, 12_000]) {
    const { socket } = client;
    time.advance(limit - 1);
    assert.ok(!socket.isClosed);
    // A handshake may also hang after it has begun.
    if (limit === 8_000) socket.accept();
    time.advance(1);
    assert.ok(socket.isClosed);
    client.link.wake();
  }
  greet(client, {});
  client.socket.fail();
  client.link.wake();
  const { socket } = client;
  time.advance(4_000);
  assert.ok(socket.isClosed, "one that came about was good enough for the short time");
});

test("tries for ever, every 2 s at least while the page is visible, and up to every 10 s while it is hidden", () => {
  const { time, client } = setUp({ random: () => 0.999 });
  const tryAgain = () => {
    client.socket.fail();
    const from = time.now;
    reconnect(time, client);
    return time.now - from;
  };
  assert.deepEqual(Array.from({ length: 6 }, tryAgain), [250, 500, 1_000, 2_000, 2_000, 2_000]);
  client.hidden = true;
  assert.deepEqual(Array.from({ length: 3 }, tryAgain), [10_000, 10_000, 10_000]);
});

test("only a link that was good for a while makes the next wait short again", () => {
  const { time, client } = setUp({ random: () => 0.999 });
  const wait = () => {
    const from = time.now;
    client.socket.fail();
    reconnect(time, client);
    greet(client, {});
    return time.now - from;
  };
  assert.deepEqual([wait(), wait()], [250, 500]);
  time.advance(4_999);
  time.advance(1);
  client.socket.deliver({ t: "pong" });
  assert.equal(wait(), 250);
});

test("a sign of the network makes it try at once", () => {
  const { client } = setUp({ random: () => 0.999 });
  client.socket.fail();
  client.link.wake();
  assert.equal(client.sockets.length, 2);
  client.link.wake();
  assert.equal(client.sockets.length, 2, "one try at a time");
});

test("a page of another version is loaded anew", () => {
  const { client } = setUp({ welcome: false });
  client.socket.accept();
  client.socket.deliver({ t: "reload" });
  assert.equal(client.reloads, 1);
});

test("the clock does not follow the time of day, but notices when it jumps ahead", () => {
  let steady = 40;
  let wall = 1_000_000;
  const { now, doubted } = createClock(
    () => steady,
    () => wall,
  );
  steady += 100;
  wall += 100;
  assert.deepEqual([now(), doubted()], [100, Number.NEGATIVE_INFINITY]);
  wall += 3_600_000;
  assert.deepEqual([now(), doubted()], [100, 100], "asleep, or somebody has set it");
  wall -= 7_200_000;
  steady += 50;
  assert.deepEqual([now(), doubted()], [150, 100], "somebody has set it back");
});
