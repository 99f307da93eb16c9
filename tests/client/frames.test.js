// The frames as the server writes and reads them. dash-runtime/src/wire/protocol/cases.rs reads the same cases.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Holding } from "../../dash-runtime/client/holding.js";
import { createMissingStreams } from "../../dash-runtime/client/missing_streams.js";
import { Pictures } from "../../dash-runtime/client/pictures.js";
import {
  BYE,
  Close,
  decodeFrame,
  encodeCommand,
  encodeHello,
  encodeView,
  Outcome,
  PING,
} from "../../dash-runtime/client/protocol.js";

const cases = JSON.parse(readFileSync(new URL("frame-cases.json", import.meta.url), "utf8"));

/** The answer of a page whose user holds these controls. */
function echoOf(beat, held) {
  const holding = new Holding(
    held.map((p) => [p, false]),
    1000,
  );
  for (const p of held) holding.set(p, true);
  return holding.echo(beat, (p) => p);
}

function questionFor(p) {
  const sent = [];
  createMissingStreams((frame) => sent.push(frame)).ask(p);
  return sent[0];
}

/** What a page sends that shows the picture `has`, and has got the picture `got`. */
function requestFor(p, has, got) {
  const sent = [];
  const element = { isConnected: true };
  const connection = { transport: "socket", send: (frame) => sent.push(frame) };
  const pictures = new Pictures(async () => new Blob()).connect(
    connection,
    (p) => p,
    () => 0,
    () => true,
  );
  pictures.open(element, () => undefined);
  pictures.attached(element, p);
  const line = new TextEncoder().encode(`=${JSON.stringify({ p, id: got })}\n`);
  if (got) pictures.take(line.buffer);
  pictures.want(element, has);
  return sent[0];
}

test("the page writes the frames that the server reads", () => {
  const encoders = {
    hello: encodeHello,
    command: ({ n, p, value, at, age }) => encodeCommand(n, p, value, at, age),
    view: ({ hidden }) => encodeView(hidden),
    held: ({ beat, held }) => echoOf(beat, held),
    stream: ({ p }) => questionFor(p),
    picture: ({ p, has, got }) => requestFor(p, has, got),
    ping: () => PING,
    bye: () => BYE,
  };
  for (const { frame, ...what } of cases.client) {
    const [[name, given]] = Object.entries(what);
    assert.equal(encoders[name](given), frame);
  }
});

test("the page reads the frames that the server writes", () => {
  const nothing = {
    rows: [],
    values: [],
    edits: [],
    streams: [],
    quality: [],
    results: [],
    notes: [],
    beat: null,
  };
  for (const { frame, ...what } of cases.server) {
    const [[t, given]] = Object.entries(what);
    assert.deepEqual(decodeFrame(frame), t === "update" ? { t, ...nothing, ...given } : { t, ...given });
  }
});

test("what a newer server adds is nothing to an older page", () => {
  for (const { frame, ...what } of cases.server) {
    const more = { ...JSON.parse(frame), later: { a: 1 }, x: [1] };
    assert.deepEqual(decodeFrame(JSON.stringify(more)), decodeFrame(frame), Object.keys(what)[0]);
  }
});

test("outcomes and closes have the server's numbers", () => {
  assert.deepEqual(Outcome, Object.fromEntries(cases.outcomes.map(({ name, code }) => [name, code])));
  assert.deepEqual(Close, cases.closes);
  for (const { code, entry } of cases.outcomes) {
    const frame = decodeFrame(JSON.stringify({ r: 1, a: [entry] }));
    assert.deepEqual([frame.results[0].n, frame.results[0].code], [entry[0], code]);
  }
});
