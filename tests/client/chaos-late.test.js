// P4 with random stalls: whatever the wire, the clocks and the cuts do, no click acts more than 5 s after the finger. The
// test keeps its own journal of when a person clicked, and knows nothing of what the page and the server compute.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime, seededRandom } from "./support/fakes.js";

/** The lifespan of a click. */
const LIFE = 5_000;

/** A server that carries out clicks which are young enough by its own clock. */
class Server {
  /** The clicks that were carried out, with the time. */
  done = [];
  /** The others, with the time. */
  expired = [];
  #time;
  #offset;
  #drift;
  #session = null;
  #current = null;
  #turn = 0;
  #rev = 0;

  constructor(time, offset, drift) {
    this.#time = time;
    this.#offset = offset;
    this.#drift = drift;
  }

  get #now() {
    return Math.floor(this.#offset + this.#time.now * this.#drift);
  }

  receive(socket, frame, reply) {
    if (frame.t === "hello") {
      if (frame.turn < this.#turn) return;
      this.#turn = frame.turn;
      this.#current = socket;
      this.#session ??= { last: 0, outcomes: [] };
      const { last, outcomes } = this.#session;
      reply({ t: "welcome", epoch: "e1", session: "s1", last, now: this.#now, rev: this.#rev });
      reply({ r: this.#rev, a: outcomes });
    } else if (socket !== this.#current) {
      // Another socket has taken over.
    } else if (frame.t === "ping") {
      reply({ t: "pong", now: this.#now });
    } else if (frame.n === this.#session.last + 1) {
      this.#session.last = frame.n;
      const young = this.#now - frame.at <= LIFE;
      this.#rev += 1;
      (young ? this.done : this.expired).push({ click: frame.v, at: this.#time.now });
      const outcome = young ? [frame.n, 0, this.#rev] : [frame.n, 5, "too old"];
      this.#session.outcomes.push(outcome);
      reply({ r: this.#rev, a: [outcome] });
    }
  }
}

/** One direction of a connection: what is sent arrives in order, after a delay and all stalls. */
class Wire {
  #time;
  #queue = [];
  #carry;
  stalled = false;

  constructor(time, carry) {
    this.#time = time;
    this.#carry = carry;
  }

  send(frame, delay) {
    this.#queue.push({ due: this.#time.now + delay, frame: structuredClone(frame) });
  }

  step() {
    while (!this.stalled && this.#queue.length > 0 && this.#queue[0].due <= this.#time.now)
      this.#carry(this.#queue.shift().frame);
  }
}

function run(seed) {
  const random = seededRandom(seed);
  const time = new FakeTime();
  const drift = 1 + (random() - 0.5) * 0.0002;
  const server = new Server(time, Math.floor(random() * 1e6), drift);
  const props = [
    ["level", "value", "state", 0],
    ["shoot", "click", "event", null],
  ];
  const client = openPage(time, startOf(props), random);
  const shoot = new FakeElement("shoot");
  client.page.attach(shoot);
  client.link.open();
  /** When the person clicked, by click. */
  const clicked = [];
  const wires = new Map();
  const stalls = { up: false, down: false };
  for (let step = 0; step < 1_500; step++) {
    time.advance(40);
    // The time of day is set, without any sleep.
    if (random() < 0.003) client.doubted = time.now;
    if (random() < 0.01) stalls.up = !stalls.up;
    if (random() < 0.01) stalls.down = !stalls.down;
    const { socket } = client;
    if (!wires.has(socket) && !socket.isClosed && !(stalls.up || stalls.down)) {
      const down = new Wire(time, (frame) => socket.isClosed || socket.deliver(frame));
      const up = new Wire(time, (frame) =>
        server.receive(socket, frame, (reply) => down.send(reply, 5 + random() ** 6 * 3_000)),
      );
      wires.set(socket, { up, down });
      socket.accept();
    }
    if (random() < 0.02) {
      clicked.push(time.now);
      client.act(shoot, "click", clicked.length - 1);
    }
    // What was sent on a socket that was given up still arrives.
    for (const [other, { up, down }] of wires) {
      for (const frame of other.sent.splice(0)) up.send(frame, 5 + random() ** 6 * 3_000);
      up.stalled = stalls.up;
      down.stalled = stalls.down;
      up.step();
      down.step();
    }
    if (random() < 0.002) socket.fail();
  }
  return { client, server, clicked };
}

test("p4: no click acts later than 5 s after the finger, and none expires that was quick on its way", () => {
  let late = 0;
  let done = 0;
  for (let seed = 0; seed < 150; seed++) {
    const { client, server, clicked } = run(seed);
    const clicks = server.done.map(({ click }) => click);
    assert.equal(new Set(clicks).size, clicks.length, `seed ${seed}: twice`);
    for (const { click, at } of server.done) {
      const age = at - clicked[click];
      // The server's clock has whole milliseconds, and another speed.
      assert.ok(age <= LIFE + 2, `seed ${seed}: click ${click} acted ${age} ms late`);
    }
    for (const { click, at } of server.expired) {
      const age = at - clicked[click];
      // The page knows the server's clock as well as the quickest frame has told it.
      assert.ok(age > LIFE - 3_050, `seed ${seed}: click ${click} has expired after ${age} ms`);
    }
    done += clicks.length;
    late += client.settled.filter(({ code }) => code === 5).length;
    assert.deepEqual(client.complaints, [], `seed ${seed}`);
  }
  assert.ok(late > 100 && done > 1_000, `${done} were carried out, ${late} had expired`);
});
