// A press of a stop: it is sent as soon as there is a link, however long that takes, and whatever became of the server.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const PRESS = 1;
const GO = 2;

function setUp() {
  const time = new FakeTime();
  const props = [
    ["stop", "state", "state", "ready"],
    ["stop", "press", "event", null],
    ["go", "click", "event", null],
    ["load", "value", "state", 0],
  ];
  const client = openPage(time, startOf(props, { presses: [PRESS] }));
  const [stop, go] = ["stop", "go"].map((id) => new FakeElement(id));
  for (const element of [stop, go]) client.page.attach(element);
  client.link.open();
  welcome(client, {});
  return { time, client, stop, go };
}

function welcome(client, more) {
  client.socket.accept();
  client.socket.sent = [];
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0, ...more });
}

/** Nothing passes in either direction, until the page gives the connection up and opens another one. */
function silence(time, client, ms = 0) {
  const before = client.sockets.length;
  for (let passed = 0; client.sockets.length === before || passed < ms; passed += 50) time.advance(50);
}

/** The events that the page has sent, by property. */
const events = (client) => client.socket.sent.filter(({ n }) => n > 0).map(({ p }) => p);

test("fault: a press that was sent into a silent link was refused when the link came back", () => {
  const { time, client, stop } = setUp();
  client.page.send(stop, "press", null);
  assert.deepEqual(events(client), [PRESS]);
  silence(time, client, 8_000);
  assert.equal(client.states.at(-1), "lost");
  // The values of the server are newer than those of the page, so it is not live at once.
  welcome(client, { rev: 9 });
  assert.deepEqual(events(client), [PRESS], "it is sent again");
  assert.deepEqual(client.failures, []);
});

test("fault: an event that was sent was refused, though its outcome was not known yet", () => {
  const { time, client, go } = setUp();
  client.page.send(go, "click", null);
  silence(time, client, 8_000);
  welcome(client, { rev: 9 });
  assert.deepEqual(events(client), [GO], "the server judges its age");
  assert.deepEqual(client.failures, []);
});

test("fault: a press without a link was refused, and the machine went on when it was back", () => {
  const { time, client, stop, go } = setUp();
  client.socket.fail();
  time.advance(2_000);
  assert.equal(client.states.at(-1), "lost");
  client.page.send(stop, "press", null);
  client.page.send(stop, "press", null);
  client.page.send(go, "click", null);
  assert.deepEqual(client.failures, [["go", "refused", "no connection"]]);
  silence(time, client, 600_000);
  welcome(client, {});
  assert.deepEqual(events(client), [PRESS], "once, also after ten minutes");
});

test("a press reaches a server that was restarted or has forgotten the page", () => {
  for (const more of [{ epoch: "e2" }, { session: "s2" }]) {
    const { time, client, stop } = setUp();
    client.page.send(stop, "press", null);
    client.socket.fail();
    time.advance(1_500);
    client.page.send(stop, "press", null);
    silence(time, client);
    welcome(client, more);
    assert.deepEqual(events(client), [PRESS], JSON.stringify(more));
    assert.deepEqual(client.failures, []);
  }
});

test("a press that a server has carried out before its restart is not sent again", () => {
  const { time, client, stop } = setUp();
  client.page.send(stop, "press", null);
  silence(time, client);
  welcome(client, { epoch: "e2", a: [[1, 0, 7]] });
  assert.deepEqual(events(client), []);
  assert.deepEqual(client.failures, []);
});

test("a press waits also while the server has disconnected the page", () => {
  const { client, stop } = setUp();
  client.socket.deliver({ t: "disconnected", why: "service" });
  client.page.send(stop, "press", null);
  assert.deepEqual(client.failures, []);
  client.link.again();
  welcome(client, {});
  assert.deepEqual(events(client), [PRESS]);
});

test("a press finds room in a full queue", () => {
  const { time, client, stop } = setUp();
  client.socket.fail();
  time.advance(100);
  for (let n = 0; n < 300; n++) client.commands.add(100 + n, n, false, time.now);
  client.page.send(stop, "press", null);
  assert.ok(client.commands.unfinished.some(({ p }) => p === PRESS));
});
