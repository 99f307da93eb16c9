// The replacement for a socket: events to the page, requests from it.

import assert from "node:assert/strict";
import test from "node:test";
import { EventStream } from "../../dash-runtime/client/event_stream.js";
import { FakeTime } from "./support/fakes.js";

/** Waits until pending promises have run. */
async function ticks() {
  for (let tick = 0; tick < 10; tick++) await Promise.resolve();
}

/** A stream whose other end is the test. By default its hello was sent and answered. */
async function setUp({ status = 200, answered = true } = {}) {
  const time = new FakeTime();
  const http = { opened: [], requests: [], pieces: [], wanted: null, signal: null };
  const read = () => {
    return new Promise((resolve, reject) => {
      http.wanted = resolve;
      http.signal.addEventListener("abort", () => reject(new Error("AbortError")));
    });
  };
  const env = {
    open: (path, hello, signal) => {
      http.opened.push([path, hello]);
      http.signal = signal;
      return Promise.resolve({ status, number: "17", read });
    },
    request: (path, body, headers) => {
      return new Promise((resolve, reject) => {
        const answer = async (status) => {
          resolve({ status, text: "" });
          await ticks();
        };
        const fail = async () => {
          reject(new Error("no network"));
          await ticks();
        };
        http.requests.push({ path, frames: JSON.parse(body), headers, answer, fail });
      });
    },
    after: (ms, run) => time.after(ms, run),
  };
  const stream = new EventStream("/lab/_dash/stream", () => "s1", env);
  const heard = [];
  stream.onopen = () => stream.send('{"t":"hello"}');
  stream.onmessage = ({ data }) => heard.push(JSON.parse(data));
  stream.onclose = ({ code }) => heard.push(code);
  if (answered) {
    time.advance(0);
    await ticks();
  }
  const bring = async (piece) => {
    http.wanted(piece);
    await ticks();
  };
  return { time, http, stream, heard, bring };
}

test("opens with the hello, once it was told what is to happen then", async () => {
  const { time, http } = await setUp({ answered: false });
  assert.deepEqual(http.opened, []);
  time.advance(0);
  await ticks();
  assert.deepEqual(http.opened, [["/lab/_dash/stream", '{"t":"hello"}']]);
});

test("a stream that the server refuses closes with the server's reason", async () => {
  const refusals = [
    [403, '{"kind":"origin","why":"not from here"}', "not from here"],
    [403, "no name of this server", "no name of this server"],
    [
      503,
      '{"kind":"sockets","why":"too many pages and programs are connected"}',
      "too many pages and programs are connected",
    ],
    [503, "<html>503 Service Unavailable, by a proxy</html>", ""],
  ];
  for (const [status, body, reason] of refusals) {
    const { stream, bring } = await setUp({ status });
    const closed = [];
    stream.onclose = (event) => closed.push(event);
    await bring(body);
    assert.deepEqual(closed, [{ code: 0, reason }]);
  }
});

test("brings whole frames, however they are cut into pieces", async () => {
  const frames = [{ t: "welcome" }, { r: 1, p: [[0, "a\n\nb: c"]] }, { r: 2 }, { t: "pong" }];
  const text = frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n:\n\n`).join("");
  for (const length of [1, 2, 7, 20, text.length]) {
    const { heard, bring } = await setUp();
    for (let at = 0; at < text.length; at += length) await bring(text.slice(at, at + length));
    assert.deepEqual(heard, frames, `in pieces of ${length}`);
  }
});

test("requests name the page and the stream, and go one after the other with all that waits", async () => {
  const { http, stream } = await setUp();
  for (const n of [1, 2, 3]) stream.send(JSON.stringify({ n }));
  assert.equal(http.requests.length, 1);
  const [{ path, frames, headers, answer }] = http.requests;
  assert.deepEqual([path, frames], ["/lab/_dash/stream", [{ n: 1 }]]);
  assert.deepEqual(headers, {
    "Content-Type": "application/json",
    "Dash-Session": "s1",
    "Dash-Stream": "17",
  });
  await answer(204);
  assert.deepEqual(http.requests[1].frames, [{ n: 2 }, { n: 3 }]);
  await http.requests[1].answer(204);
  assert.equal(http.requests.length, 2);
});

test("frames that are too large together go by themselves, and one that is too large closes as a socket does", async () => {
  const { http, stream, heard } = await setUp();
  stream.send('{"n":1}');
  for (const n of [2, 3]) stream.send(JSON.stringify({ n }));
  await http.requests[0].answer(204);
  await http.requests[1].answer(413);
  assert.deepEqual(http.requests[2].frames, [{ n: 2 }]);
  await http.requests[2].answer(204);
  assert.deepEqual(http.requests[3].frames, [{ n: 3 }]);
  assert.deepEqual(heard, []);
  await http.requests[3].answer(413);
  assert.deepEqual(heard, [1009]);
});

test("closes when a request is not taken, when none can be made, at the end of the events, and when told to", async () => {
  const cases = [
    async ({ http }) => http.requests[0].answer(410),
    async ({ http }) => http.requests[0].fail(),
    async ({ bring }) => bring(null),
    async ({ bring }) => bring('event: close\ndata: {"code":4001,"reason":"taken over"}\n\n'),
  ];
  const codes = [0, 0, 0, 4001];
  for (const [number, end] of cases.entries()) {
    const it = await setUp();
    it.stream.send('{"n":1}');
    it.stream.send('{"n":2}');
    await end(it);
    assert.deepEqual(it.heard, [codes[number]], `case ${number}`);
    assert.ok(it.http.signal.aborted, "nothing is kept open");
    it.stream.send('{"n":3}');
    assert.equal(it.http.requests.length, 1, "and nothing more is sent");
  }
  assert.deepEqual((await setUp({ status: 500 })).heard, [0]);
  assert.deepEqual((await setUp({ status: 413 })).heard, [1009]);
});

test("closed by the page it is silent", async () => {
  const { http, stream, heard, bring } = await setUp();
  stream.send('{"n":1}');
  stream.close();
  await bring('data: {"r":1}\n\n');
  await http.requests[0].answer(204);
  await ticks();
  assert.deepEqual(heard, []);
  const early = await setUp({ answered: false });
  early.stream.close();
  early.time.advance(0);
  assert.deepEqual(early.http.opened, []);
});

test("in a hurry it does not wait for the request under way", async () => {
  const { http, stream } = await setUp();
  stream.send('{"n":1}');
  stream.send('{"n":2}');
  stream.send('{"t":"bye"}');
  stream.hurry();
  assert.deepEqual(
    http.requests.map(({ frames }) => frames),
    [[{ n: 1 }], [{ n: 2 }, { t: "bye" }]],
  );
  await http.requests[0].answer(204);
  assert.equal(http.requests.length, 2);
});
