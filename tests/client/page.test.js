import assert from "node:assert/strict";
import test from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const PROPS = [
  ["level", "value", "state", 40],
  ["level", "max", "state", 100],
  ["trend", "points", "stream", [1, 2]],
  ["shoot", "click", "event", null],
];
const [VALUE, MAX, POINTS] = [0, 1, 2];

function setUp(more = {}) {
  const time = new FakeTime();
  const client = openPage(time, startOf(PROPS, more));
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  return { time, client, level: new FakeElement("level"), trend: new FakeElement("trend") };
}

test("an element is mounted once, with its properties, and then gets what its streams hold", () => {
  const { client, level, trend } = setUp();
  client.page.attach(level);
  assert.deepEqual(level.calls, [["mount"]], "the server rendered it right");
  assert.deepEqual(level.shown, { value: 40, max: 100 });
  client.page.attach(trend);
  assert.deepEqual(trend.calls, [["mount"], ["append", "points", [1, 2], true]]);
  client.page.detach(trend);
  client.page.attach(trend);
  assert.equal(trend.calls.length, 2, "moved in the document");
});

test("an element that comes late gets what it missed", () => {
  const { client, level, trend } = setUp();
  client.socket.deliver({ r: 1, p: [[VALUE, 50]], s: [[POINTS, [3]]] });
  client.page.attach(level);
  client.page.attach(trend);
  assert.deepEqual(level.shown, { value: 50, max: 100 });
  assert.deepEqual(trend.shown.points, [1, 2, 3]);
});

test("an element that was made from a tree is brought up to date", () => {
  const { client, level } = setUp();
  client.socket.deliver({ r: 1, p: [[VALUE, 50]] });
  level.asPlaced = true;
  level.mount = () => Object.assign(level.shown, { value: 0, max: 10 });
  client.page.attach(level);
  assert.deepEqual(level.shown, { value: 50, max: 100 });
});

test("the stream of a component that comes and goes is there when it comes again", () => {
  const { client } = setUp({
    props: [
      ...PROPS.slice(0, 2).map(([id, name]) => [id, name]),
      ["trend", "points", "stream", 3],
      ["shoot", "click", "event"],
    ],
  });
  const [first, second] = [new FakeElement("trend"), new FakeElement("trend")];
  client.page.attach(first);
  assert.deepEqual(first.shown.points, [1, 2]);
  client.socket.deliver({ r: 1, s: [[POINTS, [3]]] });
  client.page.detach(first);
  client.page.attach(first);
  assert.deepEqual(first.shown.points, [1, 2, 3], "moved in the document");
  client.page.detach(first);
  client.socket.deliver({ r: 2, s: [[POINTS, [4]]] });
  client.page.attach(second);
  assert.deepEqual(second.shown.points, [2, 3, 4], "as many as the server keeps");
  client.socket.deliver({ r: 3, s: [[POINTS, [9], 1]] });
  assert.deepEqual(second.shown.points, [9]);
});

test("the items of a chart that comes onto the page later are asked for, and again after a cut", () => {
  const { client, time } = setUp({
    props: [
      ["trend", "points", "stream", 3],
      ["trend", "label"],
    ],
    values: [null, ""],
  });
  const asked = () => client.socket.sent.filter(({ t }) => t === "stream");
  client.socket.deliver({ r: 1, s: [[0, [4]]] });
  assert.deepEqual(asked(), [], "nobody looks at it");
  const chart = new FakeElement("trend");
  client.page.attach(chart);
  assert.deepEqual(asked(), [{ t: "stream", p: 0 }]);
  client.socket.fail();
  time.advance(60_000);
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  assert.deepEqual(asked(), [{ t: "stream", p: 0 }], "on the new connection");
  client.socket.deliver({ r: 2, s: [[0, [1, 2, 4], 1]] });
  assert.deepEqual(chart.shown.points, [1, 2, 4]);
  client.page.detach(chart);
  client.page.attach(new FakeElement("trend"));
  assert.equal(asked().length, 1, "the page has them now");
});

test("while a command is outstanding only that property is left alone", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  client.act(level, "value", 60);
  assert.equal(level.props.value, 60);
  client.socket.deliver({
    r: 1,
    p: [
      [VALUE, 10],
      [MAX, 200],
    ],
  });
  assert.deepEqual(level.shown, { value: 60, max: 200 });
  client.socket.deliver({ r: 2, p: [[VALUE, 60]], a: [[1, 0, 2]] });
  client.socket.deliver({ r: 3, p: [[VALUE, 70]] });
  assert.equal(level.shown.value, 70);
});

test("fault: a refusal told a person the id of the property instead of its label", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  const told = (n, text, code = 4) => {
    client.act(level, "value", 50 + n);
    client.socket.deliver({ r: n, a: [[n, code, "checked", text]] });
    return client.failures.at(-1)[2];
  };
  assert.equal(told(1, "level.value was not changed: too fast"), "too fast");
  assert.equal(told(2, "left.level.value needs the role chief"), "needs the role chief");
  assert.equal(told(3, "the device is busy"), "the device is busy");
});

test("a refused value goes back to the truth, with the reason, until the next command", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  client.act(level, "value", 500);
  client.socket.deliver({ r: 1, a: [[1, 4, "out_of_range", "must be within 0 to 100"]] });
  assert.equal(level.shown.value, 40);
  assert.deepEqual(level.marks.failed, { outcome: "refused", text: "must be within 0 to 100" });
  assert.deepEqual(client.failures, [["level", "refused", "must be within 0 to 100"]]);
  client.act(level, "value", 50);
  assert.equal(level.marks.failed, null);
});

test("a red mark stayed when the next value succeeded", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  client.act(level, "value", 80);
  // The value is in effect when the callback fails.
  client.socket.deliver({ r: 1, p: [[VALUE, 80]], a: [[1, 3, "`set` failed: too hot"]] });
  assert.equal(level.marks.failed.outcome, "failed");
  client.socket.deliver({ r: 2, p: [[MAX, 200]] });
  assert.equal(level.marks.failed.outcome, "failed", "another property says nothing about it");
  client.socket.deliver({ r: 3, p: [[VALUE, 30]] });
  assert.equal(level.marks.failed, null, "the value that failed was replaced by somebody else's");
});

test("a value that the device has refused is marked on every page until a newer one comes", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  client.socket.deliver({
    r: 1,
    p: [[VALUE, 80]],
    q: [[VALUE, "wanted 80, device has 20, refused: too hot", 1]],
  });
  assert.deepEqual(level.marks, {
    pending: false,
    failed: null,
    bad: null,
    refused: "wanted 80, device has 20, refused: too hot",
  });
  client.socket.deliver({ r: 2, p: [[VALUE, 30]], q: [[VALUE, null]] });
  assert.deepEqual([level.marks.refused, level.marks.bad], [null, null]);
  // A source that fails is something else.
  client.socket.deliver({ r: 3, q: [[VALUE, "unplugged"]] });
  assert.deepEqual([level.marks.refused, level.marks.bad], [null, "unplugged"]);
});

test("a newer command of another property leaves the mark of a failed one", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  client.act(level, "value", 500);
  client.socket.deliver({ r: 1, a: [[1, 4, "out_of_range", "must be within 0 to 100"]] });
  client.act(level, "max", 200);
  client.socket.deliver({ r: 2, p: [[MAX, 200]], a: [[2, 0, 2]] });
  assert.equal(level.marks.failed.text, "must be within 0 to 100");
});

test("a held control is given the newer value of somebody else, but not while its own command is on its way", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  level.touched = "value";
  client.act(level, "value", 45);
  client.socket.deliver({ r: 1, p: [[VALUE, 10]] });
  assert.deepEqual(level.beside, {}, "who knows which of the two comes last?");
  client.socket.deliver({ r: 2, p: [[VALUE, 45]], a: [[1, 0]] });
  assert.equal(level.beside.value, 45);
  client.socket.deliver({ r: 3, p: [[VALUE, 12]] });
  assert.equal(level.beside.value, 12);
  assert.equal(level.props.value, 45, "it still shows its own");
});

test("a value that the server did not take is given back to the control, after the truth is shown", () => {
  for (const [code, kind] of [
    [3, undefined],
    [4, "out_of_range"],
    [5, "expired"],
    [6, undefined],
  ]) {
    const { client, level } = setUp();
    client.page.attach(level);
    client.act(level, "value", 500);
    client.socket.deliver({ r: 1, a: [[1, code, ...(kind ? [kind] : []), "why"]] });
    assert.deepEqual(level.back, [["value", 500, 40]], `outcome ${code}`);
  }
  const { client, level } = setUp();
  client.page.attach(level);
  client.act(level, "value", 50);
  client.socket.deliver({ r: 1, p: [[VALUE, 50]], a: [[1, 0]] });
  assert.deepEqual(level.back, []);
});

test("a held control is not moved, and shows the truth when let go", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  level.touched = true;
  level.shown.value = 45;
  client.socket.deliver({
    r: 1,
    p: [
      [VALUE, 10],
      [MAX, 200],
    ],
  });
  assert.deepEqual(level.shown, { value: 45, max: 100 });
  level.touched = false;
  client.page.release(level);
  assert.deepEqual(level.shown, { value: 10, max: 200 });
  level.touched = "value";
  level.shown.value = 45;
  client.socket.deliver({ r: 2, p: [[MAX, 300]] });
  assert.deepEqual(level.shown, { value: 45, max: 300 }, "only the named property is held");
  level.touched = false;
  client.page.release(level);
  assert.equal(level.shown.value, 10, "also when the server said nothing meanwhile");
});

test("let go with a command under way: the person's value stays until the answer", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  level.touched = true;
  client.act(level, "value", 60);
  level.touched = false;
  client.page.release(level);
  assert.equal(level.shown.value, 60);
  client.socket.deliver({ r: 1, p: [[VALUE, 60]], a: [[1, 0, 1]] });
  assert.equal(level.shown.value, 60);
});

test("pending is shown after 150 ms, until the final outcome", () => {
  const { time, client, level } = setUp();
  client.page.attach(level);
  client.act(level, "value", 60);
  time.advance(149);
  assert.equal(level.marks.pending, false);
  time.advance(1);
  assert.equal(level.marks.pending, true);
  client.socket.deliver({ r: 1, p: [[VALUE, 60]], a: [[1, 1, 1]] });
  assert.equal(level.marks.pending, true, "working");
  client.socket.deliver({ r: 1, a: [[1, 0, 1]] });
  assert.equal(level.marks.pending, false);
});

test("a drag over a quick link is never pending", () => {
  const { time, client, level } = setUp();
  client.page.attach(level);
  for (let n = 1; n <= 100; n++) {
    client.act(level, "value", n);
    time.advance(16);
    if (n > 5) client.socket.deliver({ r: n, a: [[n - 5, 2, n]] });
    assert.equal(level.marks.pending, false);
  }
});

test("quality is marked per component, also from the start", () => {
  const { client, level } = setUp({ quality: [[MAX, "unplugged"]] });
  client.page.attach(level);
  assert.equal(level.marks.bad, "unplugged");
  client.socket.deliver({ r: 1, q: [[VALUE, "late"]] });
  client.socket.deliver({ r: 2, q: [[MAX, null]] });
  assert.equal(level.marks.bad, "late");
  client.socket.deliver({ r: 3, q: [[VALUE, null]] });
  assert.equal(level.marks.bad, null);
});

test("streams: what is new is appended, and a snapshot replaces all", () => {
  const { time, client, trend } = setUp();
  client.page.attach(trend);
  client.socket.deliver({ r: 1, s: [[POINTS, [3]]] });
  assert.deepEqual(trend.shown.points, [1, 2, 3]);
  client.socket.deliver({ r: 2, s: [[POINTS, [9], 1]] });
  assert.deepEqual(trend.shown.points, [9]);
  client.socket.fail();
  time.advance(500);
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e2", session: "s2", last: 0 });
  client.socket.deliver({ r: 0, p: [[VALUE, 1]] });
  assert.deepEqual(trend.shown.points, [], "not named in the snapshot");
});

test("a fault in one component does not stop the others", () => {
  const { client, level, trend } = setUp();
  client.page.attach(level);
  client.page.attach(trend);
  level.update = () => {
    throw new Error("oops");
  };
  client.socket.deliver({ r: 1, p: [[VALUE, 50]], s: [[POINTS, [3]]] });
  assert.deepEqual(trend.shown.points, [1, 2, 3]);
  assert.equal(client.complaints.length, 1);
  assert.equal(client.sockets.length, 1);
});

test("an unknown property is reported and nothing is sent", () => {
  const { client, level } = setUp();
  client.page.attach(level);
  client.page.send(level, "valeu", 1);
  assert.match(client.complaints[0][0], /#level has no property "valeu"/);
  assert.equal(client.commands.unfinished.length, 0);
});
