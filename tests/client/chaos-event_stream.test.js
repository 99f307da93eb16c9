// Pages without a WebSocket, or with one only now and then, whose requests are slow or lost, or whose responses are
// lost. The promises must hold as over a socket.

import assert from "node:assert/strict";
import test from "node:test";
import { EventStream } from "../../dash-runtime/client/event_stream.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime, seededRandom } from "./support/fakes.js";
import { assertPromises } from "./support/promises.js";
import { ModelServer } from "./support/server.js";

const PROPS = [
  ["level", "value", "state", "start"],
  ["gain", "value", "state", "start"],
];

async function ticks() {
  for (let tick = 0; tick < 12; tick++) await Promise.resolve();
}

/** The server's half of a stream: events on their way to the page. */
class Channel {
  static #last = 0;
  number = String(++Channel.#last);
  events = [];
  #wanted = null;
  #failed = false;

  read() {
    return new Promise((resolve, reject) => {
      this.#wanted = { resolve, reject };
      if (this.#failed) this.fail();
    });
  }

  /** One event arrives. */
  carry() {
    if (this.events.length === 0 || !this.#wanted) return false;
    const event = this.events.shift();
    const { resolve } = this.#wanted;
    this.#wanted = null;
    resolve(`data: ${event}\n\n`);
    return true;
  }

  fail() {
    this.#failed = true;
    this.#wanted?.reject(new Error("cut"));
  }
}

class Network {
  time = new FakeTime();
  server = new ModelServer("e1", ["start", "start"]);
  blocked = true;
  pages;
  #random;
  /** Frames of sockets on their way. */
  #up = new Map();
  #down = new Map();

  constructor(seed) {
    this.#random = seededRandom(seed);
    this.pages = [0, 1].map(() => {
      const page = { acts: 0, requests: [], openings: [], channels: [] };
      page.client = openPage(
        this.time,
        startOf(PROPS, { stream: "/s" }),
        this.#random,
        (_, path, session) => {
          return new EventStream(path, session, {
            open: (_path, hello, signal) => this.#open(page, hello, signal),
            request: (_path, body, headers) => {
              return new Promise((resolve, reject) => page.requests.push({ body, headers, resolve, reject }));
            },
            after: (ms, run) => this.time.after(ms, run),
          });
        },
      );
      page.elements = ["level", "gain"].map((id) => new FakeElement(id));
      for (const element of page.elements) page.client.page.attach(element);
      page.client.link.open();
      return page;
    });
  }

  #open(page, hello, signal) {
    return new Promise((resolve, reject) => {
      const channel = new Channel();
      const opening = { channel, hello, resolve, reject };
      signal.addEventListener("abort", () => {
        reject(new Error("AbortError"));
        channel.fail();
        this.server.gone(channel);
        page.channels = page.channels.filter((other) => other !== channel);
      });
      page.openings.push(opening);
    });
  }

  pick(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  roll(chance) {
    return this.#random() < chance;
  }

  act(page, index) {
    page.acts += 1;
    page.client.act(this.pick(page.elements), "value", `${index}-${page.acts}${this.roll(0.1) ? "!" : ""}`);
  }

  /** Moves something by one hop. */
  carry(page) {
    const moves = [
      () => this.#carrySocket(page),
      () => this.#carryOpening(page),
      () => this.#carryRequest(page),
      () => page.channels.some((channel) => channel.carry()),
    ];
    this.pick(moves)();
  }

  #carrySocket({ client }) {
    for (const socket of client.sockets.filter(({ isClosed }) => !isClosed)) {
      if (!socket.isOpen) {
        if (this.blocked) socket.fail();
        else {
          this.#up.set(socket, []);
          this.#down.set(socket, []);
          socket.accept();
        }
        continue;
      }
      const [up, down] = [this.#up.get(socket), this.#down.get(socket)];
      up.push(...socket.sent.splice(0));
      if (up.length > 0 && this.roll(0.6))
        this.server.receive(socket, up.shift(), (reply) => down.push(structuredClone(reply)));
      else if (down.length > 0) socket.deliver(down.shift());
    }
  }

  #carryOpening(page) {
    const opening = page.openings.shift();
    if (!opening) return;
    const { channel, hello, resolve } = opening;
    page.channels.push(channel);
    this.server.receive(channel, JSON.parse(hello), (reply) => channel.events.push(JSON.stringify(reply)));
    resolve({ status: 200, number: channel.number, read: () => channel.read() });
  }

  #carryRequest(page, heard = true) {
    const request = page.requests.shift();
    if (!request) return;
    const status = this.#take(page, request);
    if (heard) request.resolve({ status, text: "" });
    else request.reject(new Error("lost"));
  }

  /** Handles a request like the server: frames of the page's current stream are read, others are refused. */
  #take(page, { body, headers }) {
    const channel = page.channels.find(({ number }) => number === headers["Dash-Stream"]);
    if (!channel || !this.server.hears(channel)) return 410;
    for (const frame of JSON.parse(body))
      this.server.receive(channel, frame, (reply) => channel.events.push(JSON.stringify(reply)));
    return 204;
  }

  /** Breaks the connection of a page, before or after the server has read the frames on their way. */
  cut(page) {
    for (const { reject } of page.openings.splice(0)) reject(new Error("cut"));
    while (page.requests.length > 0) {
      if (this.roll(0.5)) this.#carryRequest(page, false);
      else page.requests.shift().reject(new Error("cut"));
    }
    for (const channel of page.channels.splice(0)) {
      this.server.gone(channel);
      channel.fail();
    }
    const socket = page.client.sockets.findLast(({ isOpen }) => isOpen);
    if (socket) {
      this.server.gone(socket);
      socket.fail();
    }
  }

  async settle() {
    for (let round = 0; round < 200; round++) {
      this.time.advance(200);
      for (let hop = 0; hop < 16; hop++) {
        for (const page of this.pages) this.carry(page);
        await ticks();
      }
    }
  }
}

async function run(seed) {
  const network = new Network(seed);
  for (let step = 0; step < 200; step++) {
    const index = network.roll(0.5) ? 0 : 1;
    const page = network.pages[index];
    if (network.roll(0.15)) network.act(page, index);
    else if (network.roll(0.03)) network.cut(page);
    else if (network.roll(0.02)) network.blocked = network.roll(0.7);
    else if (network.roll(0.08)) network.time.advance(network.pick([10, 200, 1_500, 12_000]));
    else network.carry(page);
    await ticks();
  }
  await network.settle();
  return network;
}

test("at most once, in order, convergent, and every command has one outcome, without a socket and while one comes and goes", async () => {
  const ways = new Set();
  for (let seed = 0; seed < 80; seed++) {
    const { server, pages } = await run(seed);
    assertPromises({ seed, log: server.log, server, pages, restarts: false });
    for (const { client } of pages) ways.add(client.way);
  }
  assert.deepEqual([...ways].sort(), ["socket", "stream"], "both were in use at the end of some run");
});
