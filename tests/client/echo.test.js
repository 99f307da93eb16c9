// G13: while a client has an outstanding command for a property, its control shows the client's own latest value. At
// rest all clients show the server's value. The search covers two clients, three commands, and every order of events.

import assert from "node:assert/strict";
import test from "node:test";
import { Commands, Echo } from "../../dash-runtime/client/commands.js";
import { Outcome } from "../../dash-runtime/client/protocol.js";

/** The rule under test. */
class Client {
  shown = 0;
  commands = new Commands();
  echo = new Echo(0);
  up = [];
  down = [];
  wanted = null;

  act(value) {
    this.shown = value;
    this.wanted = value;
    this.echo.want();
    this.commands.add(0, value, false, 0);
    this.up.push(...this.commands.ready().map(({ n, value }) => ({ n, value })));
  }

  hear({ value, result }) {
    if (value !== undefined) this.echo.report(value);
    if (result) this.commands.settle({ kind: "", text: "", ...result });
    if (this.echo.rest(this.commands.outstanding(0))) this.shown = this.echo.truth;
  }

  get busy() {
    return this.commands.outstanding(0);
  }
}

/** Shows every frame at once, like most dashboards. */
class NaiveClient extends Client {
  hear(frame) {
    super.hear(frame);
    if (frame.value !== undefined) this.shown = frame.value;
  }
}

/** Does not show its own commands, like dash_devices. */
class DeafClient extends Client {
  hear({ value, result }) {
    if (result) this.commands.settle({ kind: "", text: "", ...result });
    else this.shown = value;
  }
}

/** The initial state of two clients and a server. */
function world(Rule) {
  return { clients: [new Rule(), new Rule()], value: 0, acted: 0 };
}

/** The possible next events: [client or server, event]. */
function choices({ clients, acted }) {
  return clients.flatMap((client, who) => [
    ...(acted < 3 ? [[who, "act"]] : []),
    ...(client.up.length > 0
      ? [
          [who, "apply"],
          [who, "refuse"],
          [who, "work"],
        ]
      : []),
    ...(client.down.length > 0 ? [[who, "hear"]] : []),
  ]);
}

function happen(world, [who, what]) {
  const client = world.clients[who];
  if (what === "act") {
    world.acted += 1;
    client.act(world.acted);
    return;
  }
  if (what === "hear") {
    client.hear(client.down.shift());
    return;
  }
  const { n, value } = client.up.shift();
  if (what === "refuse") {
    client.down.push({ result: { n, code: Outcome.refused } });
    return;
  }
  world.value = value;
  for (const other of world.clients) {
    const result = { n, code: what === "work" ? Outcome.working : Outcome.applied };
    other.down.push(other === client ? { value, result } : { value });
  }
  if (what === "work") client.down.push({ result: { n, code: Outcome.applied } });
}

function key({ clients, value, acted }) {
  const parts = clients.map(({ shown, wanted, up, down, echo, commands }) => [
    [shown, wanted, up, down, echo.truth],
    commands.unfinished.map(({ n, working }) => [n, working]),
  ]);
  return JSON.stringify([value, acted, parts]);
}

/** Visits all reachable states. Each state is built again from its path. */
function search(Rule) {
  const seen = new Set();
  const found = { states: 0, jumps: 0, divergences: 0 };
  const ways = [[]];
  for (let way = ways.pop(); way; way = ways.pop()) {
    const here = world(Rule);
    for (const step of way) happen(here, step);
    const name = key(here);
    if (seen.has(name)) continue;
    seen.add(name);
    found.states += 1;
    const next = choices(here);
    if (here.clients.some(({ busy, shown, wanted }) => busy && shown !== wanted)) found.jumps += 1;
    const rest = here.clients.every(({ up, down }) => up.length + down.length === 0);
    if (rest && here.clients.some(({ shown, busy }) => busy || shown !== here.value)) found.divergences += 1;
    for (const step of next) ways.push([...way, step]);
  }
  return found;
}

test("g13_the_echo_rule_neither_jumps_back_nor_diverges", () => {
  const { states, jumps, divergences } = search(Client);
  assert.ok(states > 4_000, `${states} states`);
  assert.deepEqual({ jumps, divergences }, { jumps: 0, divergences: 0 });
});

test("the search would find what other rules do wrong", () => {
  assert.ok(search(NaiveClient).jumps > 0);
  assert.ok(search(DeafClient).divergences > 0);
});

test("a held control is left alone and shows the truth when it is released", () => {
  const echo = new Echo(1);
  echo.report(2);
  assert.equal(echo.rest(true), false);
  assert.equal(echo.rest(false), true);
  assert.equal(echo.rest(false), false, "once");
});
