// Commands by HTTP request, whose numbers come from the same sequence as those through the socket.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime, seededRandom } from "./support/fakes.js";
import { ModelServer } from "./support/server.js";

const LEVEL = 0;
const GAIN = 1;
const BY_REQUEST = { http: [GAIN, 2], command: "/lab/_dash/command" };

/** Waits until pending promises have run. */
async function ticks() {
  for (let tick = 0; tick < 10; tick++) await Promise.resolve();
}

/** A welcomed page with one slider through the socket, and a slider and a button by request. */
function setUp() {
  const time = new FakeTime();
  const props = [
    ["level", "value", "state", 0],
    ["gain", "value", "state", 0],
    ["shoot", "click", "event", null],
    ["rows", "rows", "state", []],
  ];
  const client = openPage(time, startOf(props, BY_REQUEST));
  const [level, gain, shoot, rows] = ["level", "gain", "shoot", "rows"].map((id) => new FakeElement(id));
  for (const element of [level, gain, shoot, rows]) client.page.attach(element);
  client.link.open();
  client.socket.accept();
  client.socket.sent.shift();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  return { time, client, level, gain, shoot, rows };
}

/** Answers the oldest request. */
async function answer(client, frame, status = 200) {
  client.requests.shift().resolve({ status, text: JSON.stringify(frame) });
  await ticks();
}

test("a command by request names the page and its place, and is over with the answer", async () => {
  const { client, gain } = setUp();
  client.act(gain, "value", 7);
  assert.deepEqual(client.socket.sent, []);
  const { path, frame, headers } = client.requests[0];
  assert.deepEqual([path, frame], ["/lab/_dash/command", { n: 1, p: GAIN, v: 7 }]);
  assert.equal(headers["Content-Type"], "application/json");
  assert.deepEqual([headers["Dash-Session"], headers["Dash-Place"]], ["s1", "e1-0"]);
  await answer(client, {
    r: 3,
    p: [
      [GAIN, 7],
      [LEVEL, 1],
    ],
    a: [[1, 0, 3]],
  });
  assert.deepEqual(client.commands.unfinished, []);
  assert.equal(gain.shown.value, 7);
});

test("what goes by different ways keeps its order", async () => {
  const { client, level, gain, shoot } = setUp();
  client.act(level, "value", 1);
  client.act(gain, "value", 2);
  client.act(level, "value", 3);
  client.act(shoot, "click", null);
  assert.deepEqual(
    [client.socket.sent.length, client.requests.length],
    [1, 0],
    "the socket's is not with the server yet",
  );
  client.socket.deliver({ r: 1, p: [[LEVEL, 1]], a: [[1, 0, 1]] });
  assert.deepEqual(
    [client.socket.sent.length, client.requests.length],
    [1, 1],
    "the request's is not, either",
  );
  await answer(client, { r: 2, a: [[2, 0, 2]] });
  assert.deepEqual([client.socket.sent.at(-1).v, client.requests.length], [3, 0]);
  client.socket.deliver({ r: 3, a: [[3, 1, 3]] });
  assert.deepEqual(client.requests[0].frame, { n: 4, p: 2, v: null }, "accepted is enough");
});

test("two requests are never under way together, and the newest value of those that wait goes", async () => {
  const { client, gain } = setUp();
  for (const value of [1, 2, 3]) client.act(gain, "value", value);
  assert.equal(client.requests.length, 1);
  await answer(client, { r: 1, p: [[GAIN, 1]], a: [[1, 0, 1]] });
  assert.deepEqual(
    client.requests.map(({ frame }) => frame),
    [{ n: 2, p: GAIN, v: 3 }],
  );
  assert.equal(gain.shown.value, 3, "the person's value stays meanwhile");
});

test("a slow callback is told of through the socket, and holds up nothing", async () => {
  const { client, gain, level } = setUp();
  client.act(gain, "value", 1);
  client.act(level, "value", 2);
  // Not in effect yet: it waits for its turn.
  await answer(client, { r: 1 });
  assert.deepEqual(client.socket.sent, [{ n: 2, p: LEVEL, v: 2 }]);
  assert.equal(client.commands.outstanding(GAIN), true);
  client.socket.deliver({
    r: 5,
    p: [[GAIN, 1]],
    a: [
      [1, 0, 5],
      [2, 0, 5],
    ],
  });
  assert.deepEqual(client.commands.unfinished, []);
});

test("without a socket the outcome of a slow callback is asked for", async () => {
  const { client, gain } = setUp();
  client.socket.fail();
  client.act(gain, "value", 1);
  await answer(client, { r: 1, p: [[GAIN, 1]], a: [[1, 1, 1]] });
  assert.deepEqual(
    client.requests.map(({ path, frame }) => [path, frame.n]),
    [["/lab/_dash/command?wait=applied", 1]],
  );
  await answer(client, { r: 2, a: [[1, 3, "stuck"]] });
  assert.deepEqual(client.failures, [["gain", "failed", "stuck"]]);
  assert.deepEqual(client.commands.unfinished, []);
});

test("what was lost on its way goes again, older, with its number and its value", async () => {
  const { client, time, gain } = setUp();
  client.act(gain, "value", 1);
  client.requests.shift().reject(new TypeError("Failed to fetch"));
  await ticks();
  client.act(gain, "value", 2);
  time.advance(2_000);
  await ticks();
  assert.deepEqual(
    client.requests.map(({ frame }) => frame),
    [{ n: 1, p: GAIN, v: 1, a: 2000 }],
  );
  await answer(client, { kind: "unknown", why: "the server ends" }, 503);
  time.advance(10_000);
  await ticks();
  await answer(client, "<html>a login page of something in between</html>");
  time.advance(10_000);
  await ticks();
  assert.equal(client.complaints.length, 1);
  await answer(client, { r: 1, a: [[1, 0, 1]] });
  assert.deepEqual(
    client.requests.map(({ frame }) => [frame.n, frame.v]),
    [[2, 2]],
  );
});

test("what the server can not read is refused, and its number is free", async () => {
  const { client, gain } = setUp();
  client.act(gain, "value", "x".repeat(100));
  client.act(gain, "value", 2);
  await answer(client, { kind: "too_large", why: "a body has at most 64 bytes" }, 413);
  assert.deepEqual(client.failures, [["gain", "refused", "a body has at most 64 bytes"]]);
  assert.deepEqual(
    client.requests.map(({ frame }) => frame),
    [{ n: 1, p: GAIN, v: 2 }],
  );
});

test("a value that is under way by request keeps its number over a new socket", async () => {
  const { client, time, gain } = setUp();
  client.act(gain, "value", 1);
  client.act(gain, "value", 2);
  client.socket.fail();
  time.advance(500);
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  assert.deepEqual(
    client.requests.map(({ frame }) => frame),
    [{ n: 1, p: GAIN, v: 1 }],
    "it may arrive yet",
  );
  await answer(client, { r: 1, a: [[1, 0, 1]] });
  assert.deepEqual(
    client.requests.map(({ frame }) => [frame.n, frame.v]),
    [[2, 2]],
  );
});

test("an answer that was overtaken by the socket changes nothing", async () => {
  const { client, gain, level } = setUp();
  client.act(gain, "value", 1);
  client.socket.deliver({
    r: 9,
    p: [
      [GAIN, 1],
      [LEVEL, 9],
    ],
  });
  await answer(client, {
    r: 5,
    p: [
      [GAIN, 1],
      [LEVEL, 5],
    ],
    a: [[1, 0, 5]],
  });
  assert.equal(level.shown.value, 9);
});

test("frames that are older than an answer change nothing, and those after it do", async () => {
  const { client, gain, level, rows } = setUp();
  client.socket.deliver({ r: 1, p: [[3, ["a"]]] });
  client.act(gain, "value", 1);
  await answer(client, {
    r: 5,
    p: [
      [GAIN, 1],
      [LEVEL, 5],
      [3, ["a", "b", "c"]],
    ],
    q: [[LEVEL, "bad"]],
    a: [[1, 0, 5]],
  });
  assert.deepEqual([level.shown.value, rows.shown.rows], [5, ["a", "b", "c"]]);
  assert.equal(level.marks.bad, "bad");
  // Edits apply to the socket's last value, not to the shown value.
  client.socket.deliver({ r: 3, p: [[LEVEL, 3]], d: [[3, [[[], 1, 0, ["b"]]]]] });
  assert.deepEqual([level.shown.value, rows.shown.rows], [5, ["a", "b", "c"]]);
  client.socket.deliver({ r: 6, d: [[3, [[[], 2, 0, ["c", "d"]]]]], p: [[LEVEL, 6]] });
  assert.deepEqual([level.shown.value, rows.shown.rows], [6, ["a", "b", "c", "d"]]);
  assert.deepEqual(client.complaints, []);
});

test("a page that is forgotten does not ask again", async () => {
  const { client, time, gain } = setUp();
  client.act(gain, "value", 1);
  client.socket.fail();
  await answer(client, { kind: "no_session", why: "no page has this session" }, 409);
  time.advance(300);
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e2", session: "s2", last: 0 });
  time.advance(10_000);
  await ticks();
  assert.deepEqual(client.requests, []);
  assert.deepEqual(
    client.failures.map(([id, outcome]) => [id, outcome]),
    [["gain", "unknown"]],
  );
});

/** A page and a server. Both directions lose, repeat and delay frames. */
class Network {
  time = new FakeTime();
  server = new ModelServer("e1", ["start", "start"]);
  elements = ["level", "gain"].map((id) => new FakeElement(id));
  acts = 0;
  #random;
  #up = [];
  #down = [];
  /** Requests that arrive late, after their sender gave up. */
  #ghosts = [];

  constructor(seed) {
    this.#random = seededRandom(seed);
    const props = [
      ["level", "value", "state", "start"],
      ["gain", "value", "state", "start"],
    ];
    this.client = openPage(this.time, startOf(props, { ...BY_REQUEST, http: [GAIN] }), this.#random);
    for (const element of this.elements) this.client.page.attach(element);
    this.client.link.open();
  }

  roll(chance) {
    return this.#random() < chance;
  }

  act() {
    this.acts += 1;
    this.client.act(this.elements[this.roll(0.5) ? 0 : 1], "value", `${this.acts}`);
  }

  cut() {
    const { socket } = this.client;
    if (!socket?.isOpen) return;
    this.server.gone(socket);
    socket.fail();
  }

  /** Moves everything by one hop, and loses the share `loss` of the requests. */
  async step(loss) {
    const { socket } = this.client;
    if (socket && !socket.isOpen && !socket.isClosed) socket.accept();
    if (socket?.isOpen) this.#up.push(...socket.sent.splice(0).map((frame) => [socket, frame]));
    if (this.roll(0.5)) this.#carryUp();
    if (this.roll(0.5)) this.#carryDown();
    if (this.roll(0.2)) this.#haunt();
    if (this.roll(0.5)) this.#carryRequest(loss);
    await ticks();
  }

  #carryUp() {
    const [from, frame] = this.#up.shift() ?? [];
    if (!frame || from !== this.client.socket) return;
    this.server.receive(from, frame, (reply) => this.#down.push([from, structuredClone(reply)]));
  }

  #carryDown() {
    const [to, frame] = this.#down.shift() ?? [];
    if (frame && to === this.client.socket && to.isOpen) to.deliver(frame);
  }

  #haunt() {
    const ghost = this.#ghosts.shift();
    if (ghost) this.server.request(ghost.place, ghost.frame);
  }

  #carryRequest(loss) {
    const request = this.client.requests.shift();
    if (!request) return;
    const lost = this.roll(loss);
    if (lost && this.roll(0.5)) this.#ghosts.push(request);
    const reply = lost ? null : this.server.request(request.place, request.frame);
    if (!reply || this.roll(loss)) request.reject(new TypeError("Failed to fetch"));
    else request.resolve(reply);
  }
}

async function run(seed) {
  const network = new Network(seed);
  for (let round = 0; round < 200; round++) {
    if (network.roll(0.3)) network.act();
    if (network.roll(0.03)) network.cut();
    if (network.roll(0.1)) network.time.advance(network.roll(0.5) ? 50 : 1_500);
    await network.step(0.2);
  }
  for (let round = 0; round < 300; round++) {
    network.time.advance(100);
    for (let hop = 0; hop < 8; hop++) await network.step(0);
  }
  return network;
}

test("at most once, in order, convergent, and every command has one outcome, whichever way is cut", async () => {
  for (let seed = 0; seed < 60; seed++) {
    const { server, client, elements } = await run(seed);
    const log = server.log.map(Number);
    assert.equal(new Set(log).size, log.length, `seed ${seed}: twice`);
    assert.deepEqual(
      log,
      [...log].sort((a, b) => a - b),
      `seed ${seed}: out of order`,
    );
    assert.deepEqual(
      elements.map(({ shown }) => shown.value),
      server.values,
      `seed ${seed}: divergence`,
    );
    assert.deepEqual(client.commands.unfinished, [], `seed ${seed}: no outcome`);
    assert.deepEqual(client.complaints, [], `seed ${seed}`);
    for (const { command, code } of client.settled) {
      if (code === 0)
        assert.ok(server.log.includes(command.value), `seed ${seed}: ${command.value} was not applied`);
    }
  }
});

test("a welcome that is older than an answer frees no number", async () => {
  const { client, time, gain } = setUp();
  client.socket.fail();
  client.act(gain, "value", 1);
  time.advance(500);
  client.socket.accept();
  await answer(client, { r: 1, a: [[1, 0, 1]] });
  // Sent before the request arrived.
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  client.act(gain, "value", 2);
  assert.equal(client.requests[0].frame.n, 2);
});
