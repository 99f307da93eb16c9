import assert from "node:assert/strict";
import test from "node:test";
import {
  BYE,
  decodeFrame,
  decodeStart,
  encodeCommand,
  encodeHello,
  encodeView,
  PING,
} from "../../dash-runtime/client/protocol.js";

test("a hello names the place to resume at", () => {
  const place = { schema: "s", epoch: "e", rev: 17, session: null, turn: 4 };
  const hello = JSON.parse(encodeHello({ ...place, hidden: false }));
  assert.deepEqual(hello, { t: "hello", protocol: 3, ...place, parts: true });
  assert.deepEqual(JSON.parse(encodeHello({ ...place, hidden: true })), { ...hello, hidden: true });
  assert.equal(encodeView(true), '{"t":"view","hidden":true}');
  assert.equal(PING, '{"t":"ping"}');
  assert.equal(BYE, '{"t":"bye"}');
});

test("a command names its time by the server's clock, or its age if it is late and the page does not know that clock", () => {
  assert.equal(encodeCommand(1, 3, 40.5, 81200, 1200.4), '{"n":1,"p":3,"v":40.5,"at":81200}');
  // The page measures the clock too early rather than too late.
  assert.equal(encodeCommand(1, 3, 40.5, -3, 0), '{"n":1,"p":3,"v":40.5,"at":0}');
  assert.equal(encodeCommand(1, 3, 40.5, null, 999), '{"n":1,"p":3,"v":40.5}');
  assert.equal(encodeCommand(1, 3, 40.5, null, 1200.4), '{"n":1,"p":3,"v":40.5,"a":1200}');
});

test("what JSON can't say is null", () => {
  assert.equal(encodeCommand(1, 3, undefined, null, 0), '{"n":1,"p":3,"v":null}');
  assert.equal(encodeCommand(1, 3, Number.NaN, null, 0), '{"n":1,"p":3,"v":null}');
});

test("an update is read in full", () => {
  const text =
    '{"r":42,"p":[[3,40.5],[7,"40 %"]],"s":[[4,[1,2]],[5,[],1]],"a":[[7,0,42],[8,1,42],[9,2,42],[10,3,"x"],[11,4,"out_of_range","no"],[12,5,"old"],[13,6,"?"]],"q":[[7,"unplugged"],[6,null]]}';
  const update = decodeFrame(text);
  assert.equal(update.t, "update");
  assert.equal(update.rev, 42);
  assert.deepEqual(update.values, [
    { number: 3, value: 40.5 },
    { number: 7, value: "40 %" },
  ]);
  assert.deepEqual(update.streams, [
    { number: 4, items: [1, 2], reset: false },
    { number: 5, items: [], reset: true },
  ]);
  assert.deepEqual(
    update.results.map(({ n, code, kind, text }) => [n, code, kind, text]),
    [
      [7, 0, "", ""],
      [8, 1, "", ""],
      [9, 2, "", ""],
      [10, 3, "", "x"],
      [11, 4, "out_of_range", "no"],
      [12, 5, "", "old"],
      [13, 6, "", "?"],
    ],
  );
  assert.deepEqual(update.quality, [
    { number: 7, reason: "unplugged" },
    { number: 6, reason: null },
  ]);
});

test("an update may leave out everything but the revision", () => {
  const update = decodeFrame('{"r":1}');
  assert.deepEqual(update, {
    t: "update",
    rev: 1,
    rows: [],
    values: [],
    edits: [],
    streams: [],
    results: [],
    quality: [],
    notes: [],
    beat: null,
  });
  assert.deepEqual(decodeFrame('{"r":1,"m":["a","b"]}', 0).notes, ["a", "b"]);
});

test("an update with operations on values", () => {
  const { edits } = decodeFrame(
    '{"r":1,"d":[[3,[[["a",0],7],[[],1,2,[null]]]],[4,[[["b"]],[["c"],1,"d"]]]]}',
  );
  assert.deepEqual(edits, [
    {
      number: 3,
      operations: [
        { what: "set", path: ["a", 0], value: 7, next: null },
        { what: "splice", path: [], at: 1, gone: 2, items: [null] },
      ],
    },
    {
      number: 4,
      operations: [
        { what: "remove", path: ["b"] },
        { what: "set", path: ["c"], value: 1, next: "d" },
      ],
    },
  ]);
});

test("an update with rows", () => {
  const { rows, values } = decodeFrame(
    '{"r":1,"w":[[3,[2,7],[[7,"left",["x",["p",{},[]]]]]],[4,[]]],"p":[[61,true]]}',
  );
  const made = [{ serial: 7, key: "left", tree: ["x", ["p", {}, []]] }];
  assert.deepEqual(rows, [
    { number: 3, serials: [2, 7], made },
    { number: 4, serials: [], made: [] },
  ]);
  assert.deepEqual(values, [{ number: 61, value: true }], "whether it is there, the page knows");
});

test("the other frames", () => {
  assert.deepEqual(decodeFrame('{"t":"welcome","epoch":"e","session":"s","last":12}'), {
    t: "welcome",
    epoch: "e",
    session: "s",
    last: 12,
    now: null,
    rev: null,
    results: [],
  });
  assert.deepEqual(decodeFrame('{"t":"reload"}'), { t: "reload" });
  assert.deepEqual(decodeFrame('{"t":"pong"}'), { t: "pong", now: null });
  assert.deepEqual(decodeFrame('{"t":"disconnected","why":"w"}'), { t: "disconnected", why: "w" });
  assert.deepEqual(decodeFrame('{"t":"refused","kind":"malformed","why":"w"}'), {
    t: "refused",
    kind: "malformed",
    why: "w",
  });
});

test("what is no frame is an error", () => {
  const wrong = [
    "",
    "null",
    "[]",
    "7",
    "{}",
    '{"t":"toString"}',
    '{"r":-1}',
    '{"r":1.5}',
    '{"r":"1"}',
    '{"r":1,"p":{}}',
    '{"r":1,"m":[7]}',
    '{"t":"disconnected"}',
    '{"r":1,"p":[3]}',
    '{"r":1,"p":[[-8,1]]}',
    '{"r":1,"p":[["__proto__",1]]}',
    '{"r":1,"s":[[1,"items"]]}',
    '{"r":1,"d":[[1,7]]}',
    '{"r":1,"d":[["8",[]]]}',
    '{"r":1,"d":[[1,[[]]]]}',
    '{"r":1,"d":[[1,[["a",1]]]]}',
    '{"r":1,"d":[[1,[[[-1],1]]]]}',
    '{"r":1,"d":[[1,[[[null],1]]]]}',
    '{"r":1,"d":[[1,[[[],1,2]]]]}',
    '{"r":1,"d":[[1,[[[],1,2,3]]]]}',
    '{"r":1,"d":[[1,[[[],1,-2,[]]]]]}',
    '{"r":1,"a":[[1,7]]}',
    '{"r":1,"a":[[1,3]]}',
    '{"r":1,"a":[[1,4,"kind"]]}',
    '{"r":1,"q":[[1,7]]}',
    '{"r":1,"q":[[1,"no",2]]}',
    '{"r":1,"w":[[1]]}',
    '{"r":1,"w":[["1",[]]]}',
    '{"r":1,"w":[[1,["2"]]]}',
    '{"r":1,"w":[[1,[2],[[2,"key"]]]]}',
    '{"r":1,"w":[[1,[2],[[2,7,[]]]]]}',
    '{"r":1,"w":[[1,[2],[[2,"key",{}]]]]}',
    '{"t":"welcome","epoch":"e","session":null,"last":0}',
    '{"t":"welcome","epoch":"e","session":"s"}',
  ];
  for (const text of wrong) assert.throws(() => decodeFrame(text), text);
});

test("the data block of the page", () => {
  const block = {
    protocol: 3,
    schema: "s",
    epoch: "e",
    rev: 17,
    socket: "/_dash/socket",
    props: [
      ["a", "value"],
      ["b", "click", "event"],
      ["c", "points", "stream"],
      ["d", "points", "stream", 2000],
    ],
    values: [40, null, [1, 2], []],
  };
  const start = decodeStart(JSON.stringify(block));
  assert.deepEqual(start.props, [
    { id: "a", name: "value", kind: "state", kept: 0, value: 40 },
    { id: "b", name: "click", kind: "event", kept: 0, value: null },
    { id: "c", name: "points", kind: "stream", kept: 0, value: [1, 2] },
    { id: "d", name: "points", kind: "stream", kept: 2000, value: [] },
  ]);
  assert.deepEqual([start.quality, start.lists, start.cells], [[], [], []]);
  const rows = decodeStart(JSON.stringify({ ...block, rows: [[0, [1, 4]]], cells: [[5, "a"]] }));
  assert.deepEqual(rows.lists, [{ number: 0, serials: [1, 4] }]);
  assert.deepEqual(rows.cells, [{ number: 5, value: "a" }]);
  const bad = decodeStart(JSON.stringify({ ...block, quality: [[0, "unplugged"]] }));
  assert.deepEqual(bad.quality, [{ number: 0, reason: "unplugged" }]);
  const refused = decodeStart(JSON.stringify({ ...block, quality: [[0, "wanted 8, refused: no", 1]] }));
  assert.deepEqual(refused.quality, [{ number: 0, reason: "wanted 8, refused: no", refused: true }]);
  for (const change of [
    { protocol: 1 },
    { values: [1] },
    { rows: [[4, []]] },
    { rows: [[0, [-1]]] },
    { cells: [[5]], quality: [[5, 1]] },
    { props: [["a", "value", "other"]], values: [1] },
  ]) {
    assert.throws(() => decodeStart(JSON.stringify({ ...block, ...change })));
  }
});
