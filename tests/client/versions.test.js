// A page from another version of its dashboard: it continues only if the parts that it uses have not changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Translation } from "../../dash-runtime/client/translation.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const HASHES = [
  ["h-slider", "h-text", "h-button"],
  [0, 1, 2],
];

/** A slider with two properties, a text and a button: numbers 0 to 3. */
function setUp() {
  const time = new FakeTime();
  const start = startOf(
    [
      ["level", "value", "state", 1],
      ["level", "max", "state", 10],
      ["readout", "text", "state", "1"],
      ["go", "click", "event", null],
    ],
    { hashes: HASHES },
  );
  const client = openPage(time, start);
  const [level, readout, go] = ["level", "readout", "go"].map((id) => new FakeElement(id));
  for (const element of [level, readout, go]) client.page.attach(element);
  client.link.open();
  client.socket.accept();
  return { time, client, level, readout, go };
}

/** The answer of a newer server to the hello, and the page's next hello. */
function meet({ time, client }, components, size) {
  client.socket.deliver({ t: "table", schema: "new", size, components });
  time.advance(1_000);
  client.socket.accept();
  return client.socket.sent[0];
}

const NEWER = [
  ["first", "h-text", 0],
  ["go", "h-button", 1],
  ["level", "h-slider", 2],
  ["extra", "h-dial", 4],
  ["readout", "h-text", 5],
];

test("a page whose components have not changed goes on, wherever their numbers are now", () => {
  const set = setUp();
  const { client, level, readout, go } = set;
  const hello = meet(set, NEWER, 7);
  assert.deepEqual([hello.t, hello.schema, hello.epoch], ["hello", "new", "e1"]);
  assert.equal(client.reloads, 0);
  client.socket.deliver({ t: "welcome", epoch: "e2", session: "s", last: 0 });
  // Everything that the newer server has. The page does not know 0, 4 and 6.
  const p = [
    [0, "unknown"],
    [2, 5],
    [3, 20],
    [4, "unknown"],
    [5, "5 %"],
    [6, "unknown"],
  ];
  client.socket.deliver({ r: 9, p, q: [[5, "old"]], s: [[4, [1]]] });
  assert.deepEqual([level.shown, readout.shown], [{ value: 5, max: 20 }, { text: "5 %" }]);
  assert.equal(readout.marks.bad, "old");
  assert.deepEqual(client.complaints, []);

  client.page.send(level, "value", 7);
  client.page.send(go, "click", null);
  const commands = client.socket.sent.filter(({ n }) => n);
  assert.deepEqual(
    commands.map(({ n, p, v }) => [n, p, v]),
    [
      [1, 2, 7],
      [2, 1, null],
    ],
  );
  client.socket.deliver({ r: 10, p: [[5, "7 %"]], a: [[1, 0, 10]] });
  assert.equal(readout.shown.text, "7 %");
});

test("a page is loaded anew when a component of it is gone or has changed, and only then", () => {
  for (const [what, change, reloads] of [
    ["nothing", (all) => all, 0],
    ["one is gone", (all) => all.filter(([id]) => id !== "go"), 1],
    ["one has changed", (all) => all.map(([id, hash, at]) => [id, id === "go" ? "other" : hash, at]), 1],
    [
      "another one has changed",
      (all) => all.map(([id, hash, at]) => [id, id === "extra" ? "other" : hash, at]),
      0,
    ],
    ["another one is gone", (all) => all.filter(([id]) => id !== "extra"), 0],
  ]) {
    const { client } = setUp();
    client.socket.deliver({ t: "table", schema: "new", size: 7, components: change(NEWER) });
    assert.equal(client.reloads, reloads, what);
  }
});

test("a page without hashes is loaded anew", () => {
  const client = openPage(new FakeTime(), startOf([["level", "value", "state", 1]]));
  client.link.open();
  client.sockets[0].accept();
  client.sockets[0].deliver({ t: "table", schema: "new", size: 1, components: [["level", "h", 0]] });
  assert.equal(client.reloads, 1);
});

test("a component that the page does not know makes it load itself anew when it is put on the page", () => {
  const set = setUp();
  meet(set, [...NEWER, ["lamps-*-extra", "h", 7]], 8);
  for (const id of ["level", "lamps-x-extra", "lamps-4-extra-more", "other"]) set.client.link.placed(id);
  assert.equal(set.client.reloads, 0);
  set.client.link.placed("extra");
  set.client.link.placed("lamps-4-extra");
  assert.equal(set.client.reloads, 2);
});

test("two versions behind one address are not asked without a pause", () => {
  const { time, client } = setUp();
  const table = { t: "table", schema: "new", size: 7, components: NEWER };
  for (let turn = 0; turn < 30; turn++) {
    client.sockets.at(-1).deliver(table);
    time.advance(20_000);
    client.sockets.at(-1).accept();
  }
  const before = client.sockets.length;
  client.sockets.at(-1).deliver(table);
  time.advance(900);
  assert.equal(client.sockets.length, before, "it has become patient");
});

test("properties of rows are translated with the row that they are in", () => {
  const start = startOf(
    [
      ["lamps", "rows", "state", [7]],
      ["lamps-*-on", "on", "state", null],
      ["level", "value", "state", 1],
    ],
    {
      hashes: [
        ["h-rows", "h-switch", "h-slider"],
        [0, 1, 2],
      ],
      rows: [[0, [1]]],
      cells: [[4, true]],
    },
  );
  const table = {
    size: 5,
    components: [
      { id: "level", hash: "h-slider", first: 1 },
      { id: "lamps-*-on", hash: "h-switch", first: 3 },
      { id: "lamps-*-new", hash: "h-text", first: 4 },
      { id: "lamps", hash: "h-rows", first: 2 },
    ],
  };
  assert.ok(Translation.fits(start.components, table));
  const translation = new Translation(start, table);
  assert.deepEqual(
    [0, 1, 2, 1 + 3 * 4].map((p) => translation.toServer(p)),
    [2, 3, 1, 3 + 5 * 4],
  );
  const nothing = { edits: [], streams: [], quality: [], results: [], notes: [], beat: null };
  const values = [8, 9, 23, 1, 0].map((number) => ({ number, value: number }));
  const rows = [{ number: 2, serials: [1, 4], made: [] }];
  const update = translation.toPage({ t: "update", rev: 3, rows, values, ...nothing });
  assert.deepEqual(
    update.values,
    [
      [4, 8],
      [13, 23],
      [2, 1],
    ].map(([number, value]) => ({ number, value })),
  );
  assert.deepEqual(update.rows, [{ number: 0, serials: [1, 4], made: [] }]);
});
