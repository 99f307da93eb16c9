import assert from "node:assert/strict";
import test from "node:test";
import { applyOperations } from "../../dash-runtime/client/edits.js";
import { decodeFrame } from "../../dash-runtime/client/protocol.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

/** Applies operations in wire form to a value. */
function edited(value, ...operations) {
  const [part] = decodeFrame(JSON.stringify({ r: 1, d: [[0, operations]] })).edits;
  return applyOperations(value, part.operations);
}

test("items of a list are added, taken out and replaced", () => {
  assert.deepEqual(edited([1, 2, 3], [[], 3, 0, [4, 5]]), [1, 2, 3, 4, 5]);
  assert.deepEqual(edited([1, 2, 3], [[], 0, 1, []], [[], 1, 1, [9]]), [2, 9]);
  assert.deepEqual(edited([1, 2, 3], [[1], [7]]), [1, [7], 3]);
  assert.deepEqual(edited([], [[], 0, 0, [[1], [2]]]), [[1], [2]], "lists as items stay lists");
  const many = Array.from({ length: 300_000 }, (_, at) => at);
  assert.equal(edited([], [[], 0, 0, many]).length, 300_000);
});

test("a value deep inside changes, and nothing else", () => {
  const figure = { title: "t", traces: [{ y: [1] }, { y: [1, 2] }] };
  const next = edited(figure, [["traces", 1, "y"], 2, 0, [3]], [["title"], null]);
  assert.deepEqual(next, { title: null, traces: [{ y: [1] }, { y: [1, 2, 3] }] });
  assert.deepEqual(
    figure,
    { title: "t", traces: [{ y: [1] }, { y: [1, 2] }] },
    "who has the old value keeps it",
  );
  assert.equal(next.traces[0], figure.traces[0], "what did not change is not copied");
});

test("members of an object are where they are for somebody who was sent all of it", () => {
  const text = (...operations) => JSON.stringify(edited({ b: 1, d: 2 }, ...operations));
  assert.equal(text([["b"], 5]), '{"b":5,"d":2}');
  assert.equal(text([["e"], 5]), '{"b":1,"d":2,"e":5}');
  assert.equal(text([["c"], 5, "d"], [["a"], 5, "b"]), '{"a":5,"b":1,"c":5,"d":2}');
  assert.equal(text([["b"]]), '{"d":2}');
  assert.equal(text([[], {}]), "{}");
  assert.equal(text([["constructor"], 1, "b"]), '{"constructor":1,"b":1,"d":2}');
});

test("a member may have any name", () => {
  const before = JSON.parse('{"a":1,"__proto__":{"x":1}}');
  const after = edited(before, [["__proto__", "x"], 2], [["toString"], 3]);
  assert.equal(JSON.stringify(after), '{"a":1,"__proto__":{"x":2},"toString":3}');
  assert.equal({}.x, undefined);
});

test("what does not fit is an error", () => {
  const misfits = [
    [[1], [[], 2, 0, [3]]],
    [[1], [[], 0, 2, []]],
    [[1], [[1], 2]],
    [[1], [["a"], 2]],
    [{ a: 1 }, [["b"]]],
    [{ a: 1 }, [["toString"]]],
    [{ a: 1 }, [["b", "c"], 1]],
    [{ a: 1 }, [["toString", "name"], 1]],
    [{ a: 1 }, [["b"], 1, "c"]],
    [{ a: 1 }, [["a", "b"], 1]],
    [{ a: 1 }, [["a"], 0, 0, []]],
    [7, [["a"], 1]],
    [null, [[0], 1]],
  ];
  for (const [value, operation] of misfits) {
    assert.throws(() => edited(value, operation), /nothing to change at/, JSON.stringify([value, operation]));
  }
});

function setUp() {
  const props = [
    ["table", "rows", "state", [[1], [2]]],
    ["level", "value", "state", 40],
  ];
  const time = new FakeTime();
  const client = openPage(time, startOf(props, { rev: 5 }), () => 0);
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  const [table, level] = [new FakeElement("table"), new FakeElement("level")];
  client.page.attach(table);
  client.page.attach(level);
  return { time, client, table, level };
}

test("an element is given the whole new value", () => {
  const { client, table } = setUp();
  const before = table.props.rows;
  client.socket.deliver({ r: 6, d: [[0, [[[], 2, 0, [[3]]]]]] });
  assert.deepEqual(table.shown.rows, [[1], [2], [3]]);
  client.socket.deliver({ r: 7, d: [[0, [[[], 0, 1, []]]]] });
  assert.deepEqual(table.shown.rows, [[2], [3]]);
  assert.deepEqual(before, [[1], [2]]);
});

test("operations change the server's value, not what a person holds", () => {
  const { client, table } = setUp();
  table.touched = true;
  table.props.rows = [["mine"]];
  client.socket.deliver({ r: 6, d: [[0, [[[], 2, 0, [[3]]]]]] });
  assert.deepEqual(table.props.rows, [["mine"]]);
  table.touched = false;
  client.page.release(table);
  assert.deepEqual(table.props.rows, [[1], [2], [3]]);
});

test("a page that is out of step shows nothing half done, and asks for everything", () => {
  const { time, client, table, level } = setUp();
  client.socket.deliver({ r: 6, p: [[1, 50]], d: [[0, [[[], 7, 0, [[3]]]]]] });
  assert.deepEqual([table.shown.rows, level.shown.value], [[[1], [2]], 40]);
  assert.match(String(client.complaints[0][1]), /nothing to change at/);
  time.advance(250);
  client.socket.accept();
  assert.equal(client.socket.sent[0].rev, 0);
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  client.socket.deliver({ r: 6, p: [[0, [[3]]]] });
  assert.deepEqual(table.shown.rows, [[3]]);
});
