import assert from "node:assert/strict";
import test from "node:test";
import { Commands } from "../../dash-runtime/client/commands.js";
import { Outcome } from "../../dash-runtime/client/protocol.js";

const sent = (commands) => commands.ready().map(({ n, p, value }) => [n, p, value]);
const result = (n, code = Outcome.applied) => ({ n, code, kind: "", text: "" });
const outcomes = (settled) => settled.map(({ command, code, kind }) => [command.value, code, kind]);

test("commands are numbered from 1 in the order given, when they are sent", () => {
  const commands = new Commands();
  commands.add(3, "a", false, 0);
  commands.add(4, "b", false, 0);
  assert.deepEqual(sent(commands), [
    [1, 3, "a"],
    [2, 4, "b"],
  ]);
  assert.deepEqual(sent(commands), []);
  commands.add(3, "c", false, 0);
  assert.deepEqual(sent(commands), [[3, 3, "c"]]);
});

test("of one state property only the newest waits, in its place at the end", () => {
  const commands = new Commands();
  commands.add(1, "old", false, 0);
  commands.add(2, "other", false, 1);
  commands.add(1, "new", false, 2);
  assert.deepEqual(sent(commands), [
    [1, 2, "other"],
    [2, 1, "new"],
  ]);
});

test("a value is not carried past an event", () => {
  const commands = new Commands();
  commands.add(1, 20, false, 0);
  commands.add(9, null, true, 0);
  commands.add(1, 30, false, 0);
  commands.add(1, 40, false, 0);
  commands.add(9, null, true, 0);
  assert.deepEqual(sent(commands), [
    [1, 1, 20],
    [2, 9, null],
    [3, 1, 40],
    [4, 9, null],
  ]);
});

test("what was sent is never replaced", () => {
  const commands = new Commands();
  commands.add(1, 20, false, 0);
  commands.ready();
  commands.add(1, 30, false, 0);
  assert.equal(commands.unfinished.length, 2);
});

test("a slow link holds back, and what waits is the newest", () => {
  const commands = new Commands();
  let count = 0;
  for (let value = 1; value <= 100; value++) {
    commands.add(1, value, false, 0);
    count += commands.ready().length;
  }
  assert.equal(count, 16);
  commands.settle(result(1));
  assert.deepEqual(sent(commands), [[17, 1, 100]]);
});

test("working commands do not hold back others", () => {
  const commands = new Commands();
  for (let n = 1; n <= 40; n++) {
    commands.add(1, null, true, 0);
    assert.equal(commands.ready().length, 1);
    commands.settle(result(n, Outcome.working));
  }
});

test("the queue has an end", () => {
  const commands = new Commands();
  for (let p = 0; p < 256; p++) assert.ok(commands.add(p, 1, false, 0));
  assert.equal(commands.add(256, 1, false, 0), false);
  assert.ok(commands.add(255, 2, false, 0), "replacing needs no room");
});

test("outstanding ends with the first outcome, unfinished with the last", () => {
  const commands = new Commands();
  commands.add(1, "a", false, 0);
  commands.ready();
  assert.ok(commands.outstanding(1));
  assert.equal(commands.settle(result(1, Outcome.working)).length, 1);
  assert.ok(!commands.outstanding(1));
  assert.equal(commands.unfinished.length, 1);
  assert.equal(commands.settle(result(1)).length, 1);
  assert.equal(commands.unfinished.length, 0);
  assert.deepEqual(commands.settle(result(1)), [], "heard before");
});

test("resume sends anew what the server has not seen, with the same numbers", () => {
  const commands = new Commands();
  for (const value of ["a", "b", "c"]) commands.add(1, value, false, 0);
  for (const p of [1, 2, 3]) {
    commands.add(p, `v${p}`, false, 0);
    commands.ready();
  }
  commands.add(4, "waiting", false, 0);
  assert.deepEqual(commands.resume(1, null), []);
  assert.deepEqual(sent(commands), [
    [2, 2, "v2"],
    [3, 3, "v3"],
    [4, 4, "waiting"],
  ]);
  assert.equal(commands.unfinished.length, 4, "the first one's outcome follows");
});

test("a command that the server can't read is not sent again", () => {
  const commands = new Commands();
  for (const p of [1, 2, 3]) commands.add(p, `v${p}`, false, 0);
  commands.ready();
  assert.deepEqual(outcomes(commands.resume(1, "too large")), [["v2", Outcome.refused, "malformed"]]);
  assert.deepEqual(sent(commands), [[2, 3, "v3"]]);
});

test("after a restart sent commands are unknown and waiting ones refused", () => {
  const commands = new Commands();
  commands.add(1, "sent", false, 0);
  commands.ready();
  commands.add(2, "waiting", false, 0);
  assert.deepEqual(outcomes(commands.forget(0, true)), [
    ["sent", Outcome.unknown, ""],
    ["waiting", Outcome.refused, "restarted"],
  ]);
  commands.add(1, "next", false, 0);
  assert.deepEqual(sent(commands), [[1, 1, "next"]]);
});

test("a forgotten session: sent commands are unknown, waiting ones go on", () => {
  const commands = new Commands();
  commands.add(1, "sent", false, 0);
  commands.ready();
  commands.add(2, "waiting", false, 0);
  assert.deepEqual(outcomes(commands.forget(0, false)), [["sent", Outcome.unknown, ""]]);
  assert.deepEqual(sent(commands), [[1, 2, "waiting"]]);
});

test("only events that were not sent are refused when the link is lost", () => {
  const commands = new Commands();
  commands.add(1, "sent", true, 0);
  commands.ready();
  commands.add(2, "state", false, 0);
  commands.add(1, "click", true, 0);
  assert.deepEqual(outcomes(commands.refuseEvents()), [["click", Outcome.refused, "offline"]]);
  assert.equal(commands.unfinished.length, 2);
});
