// What a page remembers while components come and go for days.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openPage, startOf } from "./support/client.js";
import "./support/dom.js";
import { FakeTime } from "./support/fakes.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** How many bytes are in use, without what nobody refers to. */
async function used() {
  // What a weak reference was made of or read from lives until the end of the task.
  await new Promise(setImmediate);
  collect();
  return process.memoryUsage().heapUsed;
}

const state = document.createElement("script");
state.setAttribute("id", "dd-state");
state.textContent = JSON.stringify({ gates: [["stop", 0]] });
document.getElementById = (id) => (id === "dd-state" ? state : null);
const { extras } = await import("../../dash-runtime/client/extras.js");
const { closeGate } = await import("../../dash-runtime/client/gates.js");
const { Component, define, hostElements } = await import("../../dash-runtime/client/element.js");
await import("../../dash-runtime/client/rows_element.js");
define(
  "dd-memory",
  class extends Component {
    shown = {};

    mount() {
      this.update("mounted", true);
    }

    update(name, value) {
      this.shown[name] = value;
    }

    append(name, items) {
      this.shown[name] = items;
    }
  },
);

test("components that have left the page are forgotten by the gates, although no gate changes", async () => {
  const before = await used();
  const left = [];
  for (let number = 0; number < 5_000; number += 1) {
    const element = { isConnected: true, dataset: {}, ballast: new Array(1_000).fill(number) };
    extras.attached?.(/** @type {any} */ (element), 1);
    element.isConnected = false;
    left.push(new WeakRef(element));
  }
  const growth = (await used()) - before;
  // 5 000 of them are 40 MB.
  assert.ok(growth < 8_000_000, `${growth} bytes`);
  assert.ok(left.filter((element) => element.deref()).length <= 512);
  // It looks through those that are left.
  closeGate(/** @type {any} */ ({ id: "stop" }), "stopped");
  await used();
  assert.ok(left.filter((element) => element.deref()).length <= 1);
});

test("a page does not grow with the rows that came and went, the values and the commands of days", async () => {
  const time = new FakeTime();
  const props = [
    ["lamps", "rows", "state", []],
    ["lamps-*-on", "on", "state", null],
    ["lamps-*-trend", "points", "stream", null],
    ["off", "value", "state", 0],
  ];
  const client = openPage(time, startOf(props, { rows: [[0, []]], cells: [] }));
  for (const child of [...document.body.childNodes]) child.remove();
  hostElements(client.page);
  const list = document.createElement("dd-rows");
  list.setAttribute("id", "lamps");
  document.body.insertBefore(list, null);
  const off = document.createElement("dd-memory");
  off.setAttribute("id", "off");
  document.body.insertBefore(off, null);
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  let [rev, serial, command] = [0, 0, 0];
  /** A row comes, gets values and items, and goes; and somebody sets something. */
  const rounds = (count) => {
    for (let round = 0; round < count; round += 1) {
      serial += 1;
      const tree = [
        ["dd-memory", { id: `lamps-${serial}-on` }, []],
        ["dd-memory", { id: `lamps-${serial}-trend` }, []],
      ];
      const cell = (at) => serial * props.length + at;
      client.socket.deliver({
        r: ++rev,
        w: [[0, [serial], [[serial, String(serial), tree]]]],
        p: [[cell(1), true]],
      });
      client.socket.deliver({ r: ++rev, s: [[cell(2), [1, 2, 3]]], q: [[cell(1), "old"]] });
      client.act(off, "value", round);
      time.advance(200);
      client.socket.deliver({ r: ++rev, w: [[0, []]], p: [[3, round]], a: [[++command, 0, rev]] });
      client.socket.sent.length = 0;
      // What only this test keeps.
      for (const told of [client.failures, client.complaints, client.states, client.settled, client.whys])
        told.length = 0;
    }
  };
  rounds(3_000);
  const before = await used();
  rounds(4_000);
  const growth = (await used()) - before;
  assert.ok(growth < 500_000, `${growth} bytes in 4 000 rounds`);
  assert.equal(list.children.length, 0);
});
