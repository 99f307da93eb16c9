// Pages and a server with connections that are randomly slow, late or cut. The promises must hold.

import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime, seededRandom } from "./support/fakes.js";
import { assertPromises } from "./support/promises.js";
import { ModelServer } from "./support/server.js";

const PROPS = [
  ["level", "value", "state", "start"],
  ["gain", "value", "state", "start"],
];

class Network {
  time = new FakeTime();
  servers = [new ModelServer("e1", ["start", "start"])];
  pages;
  #random;
  /** Frames on their way: [socket] => lists in order. */
  #up = new Map();
  #down = new Map();

  constructor(seed) {
    this.#random = seededRandom(seed);
    this.pages = [0, 1].map(() => {
      const client = openPage(this.time, startOf(PROPS), this.#random);
      const elements = ["level", "gain"].map((id) => new FakeElement(id));
      for (const element of elements) client.page.attach(element);
      client.link.open();
      return { client, elements, acts: 0 };
    });
  }

  get server() {
    return this.servers.at(-1);
  }

  pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  roll(chance) {
    return this.#random() < chance;
  }

  /** A user's action on a page. */
  act(page, index) {
    const element = this.pick(page.elements);
    page.acts += 1;
    page.client.act(element, "value", `${index}-${page.acts}${this.roll(0.1) ? "!" : ""}`);
    page.last = element;
  }

  /** Moves one frame one hop. */
  carry({ client }) {
    const { socket } = client;
    if (!socket || socket.isClosed) return;
    if (!socket.isOpen) {
      this.#up.set(socket, []);
      this.#down.set(socket, []);
      socket.accept();
    }
    this.#up.get(socket).push(...socket.sent.splice(0));
    const direction = this.roll(0.5) ? "up" : "down";
    if (direction === "up") this.#carryUp(socket);
    else this.#carryDown(socket);
  }

  #carryUp(socket) {
    const frame = this.#up.get(socket).shift();
    if (frame)
      this.server.receive(socket, frame, (reply) => this.#down.get(socket).push(structuredClone(reply)));
  }

  #carryDown(socket) {
    const frame = this.#down.get(socket).shift();
    if (frame) socket.deliver(frame);
  }

  /** Cuts the connection. Half of the frames on their way still arrive at the server. */
  cut({ client }) {
    const { socket } = client;
    if (!socket?.isOpen) return;
    while (this.roll(0.5)) this.#carryUp(socket);
    this.server.gone(socket);
    socket.fail();
  }

  restart() {
    for (const page of this.pages) this.cut(page);
    this.servers.push(new ModelServer(`e${this.servers.length + 1}`, ["anew", "anew"]));
  }

  /** Delivers everything, without further cuts. */
  settle() {
    for (let round = 0; round < 400; round++) {
      this.time.advance(100);
      for (let hop = 0; hop < 8; hop++) for (const page of this.pages) this.carry(page);
    }
  }

  /** While a command is outstanding, the control shows the user's value. */
  check() {
    for (const { client, elements } of this.pages) {
      for (const [number, element] of elements.entries()) {
        const mine = client.commands.unfinished.filter(({ p, working }) => p === number && !working);
        if (mine.length > 0) assert.equal(element.shown.value, mine.at(-1).value);
      }
    }
  }
}

function run(seed, restarts) {
  const network = new Network(seed);
  for (let step = 0; step < 250; step++) {
    const index = network.roll(0.5) ? 0 : 1;
    const page = network.pages[index];
    if (network.roll(0.15)) network.act(page, index);
    else if (network.roll(0.04)) network.cut(page);
    else if (restarts && network.roll(0.004)) network.restart();
    else if (network.roll(0.05)) network.time.advance(network.pick([10, 200, 1_500]));
    else network.carry(page);
    network.check();
  }
  network.settle();
  return network;
}

test("at most once, in order, convergent, and every command has one outcome, whatever is cut", () => {
  for (let seed = 0; seed < 300; seed++) {
    const restarts = seed % 3 === 0;
    const { servers, server, pages } = run(seed, restarts);
    const log = servers.flatMap((server) => server.log);
    assertPromises({ seed, log, server, pages, restarts });
  }
});
