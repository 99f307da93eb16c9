// Pictures over the page's connection: one at a time, the newest, and never the same twice.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const CAMERA = 1;

/** A page with a text and a camera. */
function setUp() {
  const time = new FakeTime();
  const props = [
    ["text", "text", "state", "old"],
    ["camera", "source", "state", null],
  ];
  const client = openPage(time, startOf(props), () => 0.5);
  const camera = Object.assign(new FakeElement("camera"), { isConnected: true });
  const drawn = [];
  client.pictures.open(camera, (picture) => drawn.push(picture));
  client.page.attach(camera);
  client.pictures.attached(camera, CAMERA);
  client.link.open();
  return { time, client, camera, drawn };
}

function greet(client, now = 0) {
  client.socket.accept();
  client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0, now });
  client.socket.deliver({ r: 1, p: [] });
}

/** The messages of a picture. */
function messages({ p = CAMERA, id, made = 0, size = 20_000 }) {
  const head = new TextEncoder().encode(`${JSON.stringify({ p, id, type: "image/jpeg", made })}\n`);
  const frame = new Uint8Array(head.length + size).fill(7);
  frame.set(head);
  const parts = [];
  for (let at = 0; at < frame.length; at += 8192) {
    const part = frame.subarray(at, at + 8192);
    const mark = at + 8192 >= frame.length ? "=" : "+";
    parts.push(Uint8Array.of(mark.charCodeAt(0), ...part).buffer);
  }
  return parts;
}

function deliver(client, picture) {
  for (const data of messages(picture)) client.socket.onmessage({ data });
}

const asked = (client) => client.socket.sent.filter(({ t }) => t === "picture");

test("a picture is put together from its parts, and the next one is asked for when it is drawn", async () => {
  const { client, camera, drawn } = setUp();
  greet(client);
  assert.deepEqual(asked(client), [], "nobody looks");
  client.pictures.want(camera, null);
  assert.deepEqual(asked(client), [{ t: "picture", p: CAMERA }]);
  const parts = messages({ id: "a" });
  assert.ok(parts.length > 2);
  for (const [at, data] of parts.entries()) {
    client.socket.onmessage({ data });
    // Values come between the parts.
    client.socket.deliver({ r: 2 + at, p: [[0, `value ${at}`]] });
  }
  assert.deepEqual([drawn.length, drawn[0].id, drawn[0].file.size], [1, "a", 20_000]);
  assert.equal(drawn[0].file.type, "image/jpeg");
  assert.ok(new Uint8Array(await drawn[0].file.arrayBuffer()).every((byte) => byte === 7));
  assert.equal(asked(client).length, 1, "not before it is drawn");
  client.pictures.want(camera, "a");
  assert.deepEqual(asked(client).at(-1), { t: "picture", p: CAMERA, has: "a" });
});

test("a new connection begins anew: half a picture is dropped, and the question is asked again", () => {
  const { time, client, camera, drawn } = setUp();
  greet(client);
  client.pictures.want(camera, "a");
  client.socket.onmessage({ data: messages({ id: "b" })[0] });
  client.socket.fail();
  time.advance(500);
  greet(client);
  assert.deepEqual(asked(client), [{ t: "picture", p: CAMERA, has: "a" }]);
  deliver(client, { id: "c", size: 10 });
  assert.deepEqual(
    drawn.map(({ id }) => id),
    ["c"],
  );
});

test("a picture that nobody has asked for, and one of another property, are not drawn", () => {
  const { client, camera, drawn } = setUp();
  greet(client);
  deliver(client, { id: "a" });
  client.pictures.want(camera, null);
  deliver(client, { p: 0, id: "b" });
  assert.deepEqual(drawn, []);
  deliver(client, { id: "c" });
  deliver(client, { id: "d" });
  assert.deepEqual(
    drawn.map(({ id }) => id),
    ["c"],
  );
});

test("the age of a picture is known by the server's clock, and never negative", () => {
  const { time, client, camera, drawn } = setUp();
  time.advance(1_000);
  greet(client, 51_000);
  time.advance(100);
  for (const made of [51_019, 60_000]) {
    client.pictures.want(camera, null);
    deliver(client, { id: String(made), made });
  }
  assert.deepEqual(
    drawn.map(({ age }) => age),
    [80, 0],
  );
});

test("an element that has left the page gets no picture, and one that comes back asks again", () => {
  const { client, camera, drawn } = setUp();
  greet(client);
  client.pictures.want(camera, null);
  camera.isConnected = false;
  deliver(client, { id: "a" });
  assert.deepEqual(drawn, []);
  camera.isConnected = true;
  client.pictures.attached(camera, CAMERA);
  // Nobody shows what has come meanwhile, but it is not on its way any more.
  assert.deepEqual(asked(client).at(-1), { t: "picture", p: CAMERA, got: "a" });
  deliver(client, { id: "b" });
  assert.equal(drawn.length, 1);
});

test("fault: a camera that was placed anew got no picture", () => {
  const { client, camera, drawn } = setUp();
  greet(client);
  client.pictures.want(camera, null);
  deliver(client, { id: "a" });
  client.pictures.want(camera, "a");
  // Another element of the same component takes its place.
  camera.isConnected = false;
  const next = Object.assign(new FakeElement("camera"), { isConnected: true });
  client.pictures.open(next, (picture) => drawn.push(picture));
  client.pictures.attached(next, CAMERA);
  client.pictures.want(next, null);
  assert.deepEqual(asked(client).at(-1), { t: "picture", p: CAMERA, got: "a" });
  deliver(client, { id: "a" });
  assert.equal(drawn.length, 2);
});

test("a message that is neither text nor a picture ends the connection", () => {
  const { client } = setUp();
  greet(client);
  const { socket } = client;
  socket.onmessage({ data: Uint8Array.of(0x3d, 0x20, 0x0a).buffer });
  assert.ok(socket.isClosed);
  assert.equal(client.complaints.length, 1);
});

test("without a socket the newest picture is fetched, one at a time", async () => {
  const { client, camera, drawn } = setUp();
  const connection = { transport: "stream", send: () => assert.fail("no socket") };
  client.pictures.connect(
    connection,
    (p) => p,
    () => 0,
    () => true,
  );
  client.pictures.tell(camera, "a");
  assert.deepEqual(client.fetched, [], "nobody looks");
  client.pictures.want(camera, null);
  for (const id of ["b", "c"]) client.pictures.tell(camera, id);
  assert.deepEqual(
    client.fetched.map(({ id }) => id),
    ["a"],
  );
  client.fetched[0].resolve(new Blob(["1"]));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([drawn.length, drawn[0].id, drawn[0].age], [1, "a", null]);
  client.pictures.want(camera, "a");
  assert.equal(client.fetched[1].id, "c", "the one between is skipped");
  client.fetched[1].resolve(new Blob(["2"]));
  await new Promise((resolve) => setImmediate(resolve));
  client.pictures.want(camera, "c");
  assert.equal(client.fetched.length, 2, "there is no newer one");
});

test("fault: a page that came back over a stream asked for a picture that was gone", () => {
  const { client, camera } = setUp();
  const connection = { transport: "stream", send: () => assert.fail("no socket") };
  let isCurrent = false;
  client.pictures.connect(
    connection,
    (p) => p,
    () => 0,
    () => isCurrent,
  );
  // The value is from before the link was cut.
  client.pictures.tell(camera, "gone");
  client.pictures.want(camera, "drawn");
  assert.deepEqual(client.fetched, [], "the page does not know yet which one is the newest");
  client.pictures.tell(camera, "newest");
  isCurrent = true;
  client.pictures.caughtUp();
  assert.deepEqual(
    client.fetched.map(({ id }) => id),
    ["newest"],
  );
});

test("a page that is behind asks for pictures when it has the values", () => {
  const { client, camera } = setUp();
  client.pictures.want(camera, null);
  client.socket.accept();
  client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0, rev: 3 });
  assert.deepEqual(asked(client), []);
  client.socket.deliver({ r: 2, p: [] });
  assert.deepEqual(asked(client), []);
  client.socket.deliver({ r: 3, p: [] });
  assert.deepEqual(asked(client), [{ t: "picture", p: CAMERA }]);
});
