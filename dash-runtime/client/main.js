// Starts the page. This is the only module that acts when it is loaded. Its exports are those that authors' modules
// import from "./dash.js", the script that the server joins from all modules.

import { Aim, observeShifts } from "./aim.js";
import { createClock } from "./clock.js";
import { Commands } from "./commands.js";
import {
  Component,
  define,
  hostElements,
  labelOf,
  markElement,
  nameControl,
  onPlaced,
  wordsOf,
} from "./element.js";
import { EventStream } from "./event_stream.js";
import { extras } from "./extras.js";
import { formatNumber } from "./format.js";
import { Link, socketAddress } from "./link.js";
import { Page } from "./page.js";
import { decodeStart } from "./protocol.js";
import { Status } from "./status.js";

/** The shortest time between two reloads, in milliseconds, if the server asks for them repeatedly. */
const RELOAD_REST = 3_000;

/**
 * The largest body, in characters, of a request that outlives the page. Browsers limit all such requests together to 64
 * KiB, and a character has up to three bytes.
 */
const KEPT_LENGTH = 10_000;

const PRESS_DROPPED = "the page had just moved it under the pointer. Press again.";

/** @type {import("./http_commands.js").HttpCommandEnv["request"]} */
async function request(path, body, headers) {
  const keepalive = body.length <= KEPT_LENGTH;
  const answer = await fetch(path, { method: "PUT", body, headers, cache: "no-store", keepalive });
  return { status: answer.status, text: await answer.text() };
}

/** @type {import("./event_stream.js").EventStreamEnv["open"]} */
async function openStream(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(path, { method: "POST", body, headers, cache: "no-store", signal });
  const pieces = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => (await pieces?.read())?.value ?? null;
  return { status: answer.status, number: answer.headers.get("dash-stream"), read };
}

function startPage() {
  const { now, doubted } = createClock();
  const status = new Status(document, now, () => link.again());
  /** @type {(message: string, error: unknown) => void} */
  const complain = (message, error) => console.error(message, error);
  let start;
  try {
    start = decodeStart(document.getElementById("dd-state")?.textContent ?? "");
  } catch (error) {
    complain("The page's state can't be read.", error);
    status.broken();
    return;
  }

  const { byRequest, rates, props, presses } = start;
  const commands = new Commands(new Set(byRequest), rates, props.length, new Set(presses));
  const page = new Page(start, commands, {
    send: (p, value, event) => link.send(p, value, event),
    release: (p) => link.release(p),
    stream: (p) => link.stream(p),
    mark: markElement,
    attached: extras.attached,
    show: (element, shown) => element.toggleAttribute("hidden", !shown),
    failed: (element, outcome, text) => status.failure(labelOf(element), outcome, text),
    complain,
    now,
    after: (ms, run) => setTimeout(run, ms),
  });
  const handlers = {
    change: page.apply.bind(page),
    state: status.link.bind(status),
    note: status.note.bind(status),
    reload: () => setTimeout(() => location.reload(), Math.max(0, RELOAD_REST - performance.now())),
    complain,
  };
  /** @type {(ms: number, run: () => void) => number} */
  const after = (ms, run) => setTimeout(run, ms);
  const reload = extras.reload?.();
  const link = new Link(start, commands, handlers, {
    ...extras,
    connect: (path) =>
      Object.assign(new WebSocket(socketAddress(path, document.baseURI)), { binaryType: "arraybuffer" }),
    stream: (path, session) => new EventStream(path, session, { open: openStream, request, after }),
    route: start.base === null ? undefined : extras.route?.(start.base),
    hidden: () => document.hidden,
    now,
    doubted,
    random: Math.random,
    after,
    cancel: (timer) => clearTimeout(timer),
    request,
    left: reload?.take(start.epoch) ?? null,
  });

  new Aim(document, {
    onShift: observeShifts,
    dropped: (control) => status.failure(labelOf(control), "not pressed", PRESS_DROPPED),
  });
  hostElements(page);
  onPlaced((id) => link.placed(id));
  link.open();
  for (const begin of extras.starts) begin(start, page);
  addEventListener("online", () => link.wake());
  addEventListener("pageshow", () => {
    // A page that is shown again has its session itself.
    reload?.take("");
    link.wake();
  });
  addEventListener("pagehide", (event) => {
    link.hurry();
    // The browser may keep the page and show it again. It then continues, so it must not say goodbye.
    if (!event.persisted) link.bye();
    reload?.leave(link.left);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) link.hurry();
    else link.wake();
    link.look();
  });
}

startPage();

export { Component, define, formatNumber, nameControl, wordsOf };
