// Rows that come and go: the real page and the real elements, with the small part of a DOM that they need.

import assert from "node:assert/strict";
import test from "node:test";
import { openPage, startOf } from "./support/client.js";
import "./support/dom.js";
import { FakeTime, seededRandom } from "./support/fakes.js";

const { Component, define, hostElements } = await import("../../dash-runtime/client/element.js");
const { restingPlaces } = await import("../../dash-runtime/client/rows.js");
await import("../../dash-runtime/client/rows_element.js");

class Cell extends Component {
  shown = {};
  /** The calls of its methods. */
  told = [];

  mount() {
    this.told.push("mount");
    Object.assign(this.shown, this.props);
  }

  update(name, value) {
    this.shown[name] = value;
  }

  append(name, items, reset) {
    this.shown[name] = (reset ? [] : (this.shown[name] ?? [])).concat(items);
  }

  connectedCallback() {
    this.told.push("came");
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.told.push("went");
    super.disconnectedCallback();
  }
}
define("dd-cell", Cell);

const PROPS = [
  ["lamps", "rows", "state", [10, 20]],
  ["lamps-*-on", "on", "state", null],
  ["lamps-*-trend", "points", "stream", null],
  ["lamps-*-remove", "click", "event", null],
  ["off", "value", "state", 0],
];
const LAMPS = 0;
const OFF = 4;
const on = (serial) => serial * PROPS.length + 1;
const points = (serial) => serial * PROPS.length + 2;
const remove = (serial) => serial * PROPS.length + 3;

/** The content of a row, as the server writes it. */
const treeOf = (serial) => [
  `Lamp ${serial}`,
  ...["on", "trend", "remove"].map((name) => ["dd-cell", { id: `lamps-${serial}-${name}` }, []]),
];
const made = (serial, key) => [serial, key, treeOf(serial)];

/** A connected page with the rows 1 and 2, whose keys are 10 and 20. */
function livePage(more = {}) {
  const time = new FakeTime();
  const rows = {
    rows: [[LAMPS, [1, 2]]],
    cells: [
      [on(1), true],
      [on(2), false],
      [points(1), [1, 2]],
    ],
  };
  const client = openPage(time, startOf(PROPS, { ...rows, ...more }));
  for (const child of [...document.body.childNodes]) child.remove();
  hostElements(client.page);
  const list = document.createElement("dd-rows");
  list.setAttribute("id", "lamps");
  for (const [serial, key] of [
    [1, "10"],
    [2, "20"],
  ]) {
    const row = list.insertBefore(document.createElement("dd-row"), null);
    row.setAttribute("data-row", String(serial));
    row.setAttribute("data-key", key);
    for (const [tag, { id }] of treeOf(serial).slice(1)) {
      row.insertBefore(document.createElement(tag), null).setAttribute("id", id);
    }
  }
  document.body.insertBefore(list, null);
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  /** The component of a row in the document. */
  const cell = (serial, name) => {
    const row = list.children.find((row) => row.getAttribute("data-row") === String(serial));
    return row?.children.find(({ id }) => id === `lamps-${serial}-${name}`);
  };
  const order = () => list.children.map((row) => Number(row.getAttribute("data-row")));
  const restart = (frame) => {
    client.socket.fail();
    time.advance(500);
    client.socket.accept();
    client.socket.deliver({ t: "welcome", epoch: "e2", session: "s2", last: 0 });
    client.socket.deliver(frame);
  };
  return { time, client, list, cell, order, restart };
}

test("the rows of the page have their values, streams and quality from the start", () => {
  const { client, cell } = livePage({ quality: [[on(2), "unplugged"]] });
  assert.deepEqual([cell(1, "on").shown, cell(2, "on").shown], [{ on: true }, { on: false }]);
  assert.deepEqual(cell(1, "trend").shown.points, [1, 2]);
  assert.equal(cell(2, "on").marks.bad, "unplugged");
  client.socket.deliver({ r: 1, p: [[on(2), true]], s: [[points(2), [7]]], q: [[on(2), null]] });
  assert.deepEqual(cell(2, "on").shown, { on: true });
  assert.deepEqual(cell(2, "trend").shown.points, [7]);
  assert.equal(cell(2, "on").marks.bad, null);
  assert.deepEqual(cell(1, "on").shown, { on: true }, "the other row has its own");
});

test("a row comes with its values, streams and quality", () => {
  const { client, cell, order, list } = livePage();
  const before = [cell(1, "on"), cell(2, "on")];
  client.socket.deliver({
    r: 1,
    w: [[LAMPS, [1, 3, 2], [made(3, "30")]]],
    p: [
      [LAMPS, [10, 30, 20]],
      [on(3), true],
    ],
    s: [[points(3), [5, 6], 1]],
    q: [[on(3), "late"]],
  });
  assert.deepEqual(order(), [1, 3, 2]);
  assert.equal(list.children[1].getAttribute("data-key"), "30");
  assert.equal(list.children[1].textContent, "Lamp 3");
  assert.deepEqual(cell(3, "on").shown, { on: true });
  assert.deepEqual(cell(3, "trend").shown.points, [5, 6]);
  assert.equal(cell(3, "on").marks.bad, "late");
  assert.deepEqual([cell(1, "on"), cell(2, "on")], before);
  assert.deepEqual(
    before.map(({ told }) => told),
    [
      ["came", "mount"],
      ["came", "mount"],
    ],
    "nobody else was touched",
  );
  client.act(cell(3, "on"), "on", false);
  client.act(cell(3, "remove"), "click", null);
  const sent = client.socket.sent.filter(({ n }) => n !== undefined).map(({ p, v }) => [p, v]);
  assert.deepEqual(sent, [
    [on(3), false],
    [remove(3), null],
  ]);
  assert.deepEqual(client.complaints, []);
});

test("a row goes with all that is its own", () => {
  const { client, cell, order } = livePage();
  const gone = cell(1, "on");
  client.socket.deliver({ r: 1, w: [[LAMPS, [2]]], p: [[LAMPS, [20]]] });
  assert.deepEqual(order(), [2]);
  assert.deepEqual(gone.told, ["came", "mount", "went"]);
  client.socket.deliver({ r: 2, p: [[on(2), true]] });
  assert.deepEqual(cell(2, "on").shown, { on: true });
  gone.touched = true;
  gone.touched = false;
  client.page.send(gone, "on", true);
  assert.equal(client.commands.unfinished.length, 0, "what a field tells as it goes is of no row");
  assert.deepEqual(client.complaints, []);
  client.socket.deliver({ r: 3, w: [[LAMPS, []]] });
  assert.deepEqual(order(), []);
});

test("a field that is taken away under the hand tells nothing", () => {
  const { client, cell } = livePage();
  const field = cell(1, "on");
  field.disconnectedCallback = () => field.send("on", false);
  client.socket.deliver({ r: 1, w: [[LAMPS, [2]]] });
  assert.deepEqual([client.commands.unfinished.length, client.complaints], [0, []]);
});

test("rows change places, and what need not move is not moved", () => {
  const { client, cell, order } = livePage();
  client.socket.deliver({ r: 1, w: [[LAMPS, [1, 2, 3, 4], [made(3, "30"), made(4, "40")]]] });
  const cells = [1, 2, 3, 4].map((serial) => cell(serial, "on"));
  for (const cell of cells) cell.told = [];
  client.socket.deliver({ r: 2, w: [[LAMPS, [4, 1, 2, 3]]] });
  assert.deepEqual(order(), [4, 1, 2, 3]);
  assert.deepEqual(
    cells.map(({ told }) => told),
    [[], [], [], ["went", "came"]],
  );
  assert.deepEqual(
    [1, 2, 3, 4].map((serial) => cell(serial, "on")),
    cells,
  );
  client.socket.deliver({ r: 3, p: [[on(4), true]] });
  assert.deepEqual(cell(4, "on").shown.on, true, "what was moved goes on");
});

test("the row with the focus is not the one that is moved", () => {
  const { client, cell, order } = livePage();
  client.socket.deliver({ r: 1, w: [[LAMPS, [1, 2, 3], [made(3, "30")]]] });
  document.activeElement = cell(3, "on");
  client.socket.deliver({ r: 2, w: [[LAMPS, [3, 1, 2]]] });
  assert.deepEqual(order(), [3, 1, 2]);
  assert.equal(document.activeElement, cell(3, "on"));
  assert.deepEqual(cell(3, "on").told, ["came", "mount"]);
  client.socket.deliver({ r: 3, w: [[LAMPS, [1, 2]]] });
  assert.equal(document.activeElement, null);
});

test("where the browser moves elements without taking them out, it is asked to", () => {
  const { client, cell, list, order } = livePage();
  list.moveBefore = (row, before) => {
    assert.ok(row.isConnected, "only what is there can be moved");
    const rows = list.childNodes;
    rows.splice(rows.indexOf(row), 1);
    rows.splice(before ? rows.indexOf(before) : rows.length, 0, row);
    for (const child of row.children) child.connectedMoveCallback();
  };
  client.socket.deliver({ r: 1, w: [[LAMPS, [3, 2, 1], [made(3, "30")]]] });
  assert.deepEqual(order(), [3, 2, 1]);
  for (const serial of [1, 2, 3]) assert.deepEqual(cell(serial, "on").told, ["came", "mount"]);
  client.socket.deliver({ r: 2, p: [1, 2, 3].map((serial) => [on(serial), "new"]) });
  for (const serial of [1, 2, 3]) assert.equal(cell(serial, "on").shown.on, "new");
});

test("a held control of a row is not moved, and shows the truth when let go", () => {
  const { client, cell } = livePage();
  cell(1, "on").touched = true;
  client.socket.deliver({ r: 1, w: [[LAMPS, [2, 1]]], p: [[on(1), false]] });
  assert.equal(cell(1, "on").shown.on, true);
  cell(1, "on").touched = false;
  assert.equal(cell(1, "on").shown.on, false);
});

test("a command for a row that is gone comes to its end, and a failure is told", () => {
  const { time, client, cell } = livePage();
  client.act(cell(1, "on"), "on", false);
  client.act(cell(1, "remove"), "click", null);
  client.act(cell(2, "on"), "on", true);
  time.advance(200);
  assert.equal(cell(1, "on").marks.pending, true);
  client.socket.deliver({ r: 1, w: [[LAMPS, [2]]], a: [[1, 4, "unknown", "the row is gone"]] });
  assert.deepEqual(client.failures, [["lamps-1-on", "refused", "the row is gone"]]);
  time.advance(1_000);
  client.socket.deliver({ r: 1, a: [[2, 1, 1]] });
  client.socket.deliver({ r: 1, a: [[2, 3, "it got stuck"]] });
  assert.deepEqual(client.failures.at(-1), ["lamps-1-remove", "failed", "it got stuck"]);
  client.socket.deliver({ r: 2, p: [[on(2), true]], a: [[3, 0, 2]] });
  assert.equal(cell(2, "on").marks.pending, false);
  assert.deepEqual(client.commands.unfinished, []);
  assert.deepEqual([client.complaints, client.failures.length], [[], 2]);
});

test("after a restart a row is the same only if its key is", () => {
  const { client, cell, order, list, restart } = livePage();
  const [same, other] = [cell(1, "on"), cell(2, "on")];
  client.act(other, "on", true);
  restart({
    r: 5,
    w: [[LAMPS, [2, 1, 3], [made(1, "10"), made(2, "25"), made(3, "30")]]],
    p: [
      [LAMPS, [25, 10, 30]],
      [on(1), false],
      [on(2), "two"],
      [on(3), "three"],
      [OFF, 0],
    ],
    s: [[points(2), [8]]],
  });
  assert.deepEqual(order(), [2, 1, 3]);
  assert.equal(cell(1, "on"), same);
  assert.notEqual(cell(2, "on"), other);
  assert.equal(list.children[0].getAttribute("data-key"), "25");
  assert.deepEqual(
    [1, 2, 3].map((serial) => cell(serial, "on").shown.on),
    [false, "two", "three"],
  );
  assert.deepEqual(cell(1, "trend").shown.points, [], "not named in the snapshot");
  assert.deepEqual(cell(2, "trend").shown.points, [8]);
  assert.deepEqual([cell(2, "on").marks.failed, cell(2, "on").marks.pending], [null, false]);
  client.socket.deliver({ r: 6, p: [[on(2), "again"]] });
  assert.equal(cell(2, "on").shown.on, "again");
  assert.deepEqual(client.complaints, []);
});

test("everything anew from the same server leaves the rows that are there as they are", () => {
  const { time, client, cell, order } = livePage();
  const before = cell(1, "on");
  client.socket.fail();
  time.advance(500);
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  client.socket.deliver({
    r: 9,
    w: [[LAMPS, [3, 1], [made(1, "10"), made(3, "30")]]],
    p: [
      [on(1), false],
      [on(3), true],
    ],
  });
  assert.deepEqual(order(), [3, 1]);
  assert.equal(cell(1, "on"), before);
  assert.deepEqual([cell(1, "on").shown.on, cell(3, "on").shown.on], [false, true]);
});

test("a frame that does not fit leaves nothing half done, and everything is asked for", () => {
  const wrong = [
    { w: [[LAMPS, [1, 2, 3]]] },
    { w: [[LAMPS, [1, 1]]] },
    { w: [[OFF, []]] },
    { w: [[99, []]] },
    { w: [[LAMPS, [2]]], p: [[on(3), true]] },
    { w: [[LAMPS, [2]]], s: [[points(3), [1]]] },
    { w: [[LAMPS, [2]]], q: [[on(3), "late"]] },
    { w: [[LAMPS, [2]]], d: [[on(3), []]] },
    { w: [[LAMPS, [2, 3], [made(3, "30")]]], p: [[on(4), true]] },
    { w: [[LAMPS, [2]]], p: [[5 * PROPS.length, true]] },
  ];
  for (const frame of wrong) {
    const { time, client, cell, order } = livePage();
    client.socket.deliver({ r: 7, ...frame });
    const { socket } = client;
    assert.equal(client.complaints.length, 1, JSON.stringify(frame));
    assert.deepEqual(order(), [1, 2]);
    time.advance(500);
    assert.notEqual(client.socket, socket);
    client.socket.accept();
    assert.equal(client.socket.sent[0].rev, 0);
    client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
    client.socket.deliver({ r: 8, w: [[LAMPS, [2, 3], [made(2, "20"), made(3, "30")]]], p: [[on(3), true]] });
    assert.deepEqual([order(), cell(3, "on").shown.on], [[2, 3], true]);
  }
});

test("an answer to a request that is ahead by a row waits for the socket to tell of it", async () => {
  const { client, cell } = livePage({ http: [1], command: "/_dash/command" });
  client.act(cell(1, "on"), "on", false);
  const [request] = client.requests;
  assert.equal(request.frame.p, on(1), "a row's commands go as its template's");
  const news = [
    [on(1), false],
    [on(3), true],
  ];
  request.resolve({
    status: 200,
    text: JSON.stringify({ r: 3, p: news, q: [[on(3), "late"]], a: [[1, 0, 1]] }),
  });
  await new Promise((done) => setTimeout(done));
  assert.equal(cell(1, "on").shown.on, false);
  client.socket.deliver({ r: 1, p: [[on(1), true]] });
  assert.equal(cell(1, "on").shown.on, false, "older than what the answer told");
  client.socket.deliver({
    r: 2,
    w: [[LAMPS, [1, 2, 3], [made(3, "30")]]],
    p: [[on(3), true]],
    q: [[on(3), "late"]],
  });
  assert.deepEqual([cell(3, "on").shown.on, cell(3, "on").marks.bad], [true, "late"]);
  client.socket.deliver({ r: 3, p: [[on(1), false]] });
  assert.deepEqual(client.complaints, []);
});

test("the rate of a row's property is its template's, for each row by itself", () => {
  const { time, client, cell } = livePage({ rates: [[1, "throttle", 50]] });
  for (const value of [1, 2, 3]) {
    client.act(cell(1, "on"), "on", value);
    client.act(cell(2, "on"), "on", value);
  }
  time.advance(100);
  const sent = client.socket.sent.filter(({ n }) => n !== undefined).map(({ p, v }) => [p, v]);
  assert.deepEqual(sent, [
    [on(1), 1],
    [on(2), 1],
    [on(1), 3],
    [on(2), 3],
  ]);
});

test("the cost of one value does not depend on the number of rows", () => {
  /** The shortest of several times for this number of values. */
  const cost = (size) => {
    const { client, cell } = livePage();
    const serials = Array.from({ length: size }, (_, at) => at + 1);
    const rest = serials.slice(2).map((serial) => made(serial, String(serial)));
    client.socket.deliver({ r: 1, w: [[LAMPS, serials, rest]] });
    const one = cell(size, "on");
    const times = Array.from({ length: 8 }, (_, batch) => {
      const start = performance.now();
      for (let at = 0; at < 200; at++)
        client.socket.deliver({ r: 2 + at, p: [[on(size), batch * 200 + at]] });
      return performance.now() - start;
    });
    assert.equal(one.shown.on, 1_599);
    return Math.min(...times);
  };
  const [few, many] = [cost(3), cost(10_000)];
  assert.ok(many < 5 * few, `${few} ms with three rows, ${many} ms with ten thousand`);
});

test("any order follows on any other: rows that stay keep their elements, and the focus stays", () => {
  const random = seededRandom(11);
  const { client, cell, order } = livePage();
  let current = [1, 2];
  let last = 2;
  const values = new Map([
    [1, true],
    [2, false],
  ]);
  for (let round = 1; round <= 400; round++) {
    const elements = new Map(current.map((serial) => [serial, cell(serial, "on")]));
    const stay = current.filter(() => random() < 0.8);
    const come = Array.from({ length: Math.floor(random() * 4) }, () => ++last);
    const next = [...stay, ...come].map((serial) => [random(), serial]).sort(([a], [b]) => a - b);
    const wanted = next.map(([, serial]) => serial);
    for (const serial of come) values.set(serial, `new ${serial}`);
    const changed = wanted.filter(() => random() < 0.2);
    for (const serial of changed) values.set(serial, round);
    const held = stay[Math.floor(random() * stay.length)];
    document.activeElement = held === undefined ? null : elements.get(held);
    for (const element of elements.values()) element.told = [];
    client.socket.deliver({
      r: round,
      w: [[LAMPS, wanted, come.map((serial) => made(serial, String(serial)))]],
      p: [...new Set([...come, ...changed])].map((serial) => [on(serial), values.get(serial)]),
    });
    assert.deepEqual(order(), wanted);
    for (const serial of stay) assert.equal(cell(serial, "on"), elements.get(serial));
    if (held !== undefined) assert.equal(document.activeElement, cell(held, "on"));
    for (const serial of wanted) assert.equal(cell(serial, "on").shown.on, values.get(serial));
    current = wanted;
  }
  assert.deepEqual(client.complaints, []);
});

test("as many rows as possible rest, and all others can be put around them", () => {
  const shuffles = (list) =>
    list.length < 2
      ? [list]
      : list.flatMap((one) => shuffles(list.filter((other) => other !== one)).map((rest) => [one, ...rest]));
  const subsets = (list) =>
    [...Array(2 ** list.length).keys()].map((bits) => list.filter((_, at) => bits & (1 << at)));
  const rising = (list) => list.every((place, at) => at === 0 || list[at - 1] < place);
  for (const size of [0, 1, 2, 3, 4, 5, 6]) {
    for (const places of shuffles([...Array(size).keys()])) {
      const possible = subsets(places).filter(rising);
      for (const held of [-1, ...places, 99]) {
        const allowed = possible.filter((set) => !places.includes(held) || set.includes(held));
        const resting = restingPlaces(places, held);
        const inOrder = places.filter((place) => resting.has(place));
        assert.ok(rising(inOrder) && inOrder.length === resting.size);
        if (places.includes(held)) assert.ok(resting.has(held));
        assert.equal(resting.size, Math.max(...allowed.map((set) => set.length)));
      }
    }
  }
});
