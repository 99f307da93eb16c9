// A whole page without a browser: the real Commands, Page and Link over a fake socket, with plain objects as elements.

import "../../../dash-runtime/client/bindings.js";
import { Commands } from "../../../dash-runtime/client/commands.js";
import { Holding } from "../../../dash-runtime/client/holding.js";
import { HttpCommands } from "../../../dash-runtime/client/http_commands.js";
import { Link } from "../../../dash-runtime/client/link.js";
import { createMissingStreams } from "../../../dash-runtime/client/missing_streams.js";
import { Page } from "../../../dash-runtime/client/page.js";
import { Pictures } from "../../../dash-runtime/client/pictures.js";
import { decodeStart } from "../../../dash-runtime/client/protocol.js";
import { FakeSocket } from "./fakes.js";

export class FakeElement {
  localName = "dd-fake";
  props = {};
  touched = false;
  shown = {};
  calls = [];
  /** The newer values that `newer` was called with. */
  beside = {};
  /** The values that were not taken, each with the value shown at that time. */
  back = [];
  hidden = false;
  marks = { pending: false, failed: null, bad: null };

  constructor(id) {
    this.id = id;
  }

  mount() {
    this.calls.push(["mount"]);
    Object.assign(this.shown, this.props);
  }

  update(name, value) {
    this.calls.push(["update", name, value]);
    this.shown[name] = value;
  }

  newer(name, value) {
    this.beside[name] = value;
  }

  notTaken(name, value) {
    this.back.push([name, value, this.shown[name]]);
  }

  append(name, items, reset) {
    this.calls.push(["append", name, items, reset]);
    this.shown[name] = (reset ? [] : (this.shown[name] ?? [])).concat(items);
  }
}

/** A data block like the server's. `props`: [id, name, kind, value] for each property. */
export function startOf(props, more = {}) {
  return decodeStart(
    JSON.stringify({
      protocol: 3,
      schema: "5c5c5c5c5c5c5c5c",
      epoch: "e1",
      rev: 0,
      socket: "/_dash/socket",
      props: props.map(([id, name, kind]) => (kind === "state" ? [id, name] : [id, name, kind])),
      values: props.map(([, , , value]) => value),
      ...more,
    }),
  );
}

/** `stream` creates the replacement for a socket, if the page may have one. */
export function openPage(time, start, random = () => 0.5, stream = null, left = null) {
  const client = {
    sockets: [],
    /** The transports in the order in which they were opened: "socket" or "stream". */
    ways: [],
    /** Requests without a response. */
    requests: [],
    states: [],
    /** When the server was last heard, at each change of the state. */
    heard: [],
    failures: [],
    notes: [],
    whys: [],
    complaints: [],
    settled: [],
    reloads: 0,
    hidden: false,
    /** The pictures that were fetched, with what answers each. */
    fetched: [],
    pictures: new Pictures(
      (id) => new Promise((resolve, reject) => client.fetched.push({ id, resolve, reject })),
    ),
    /** The time at which the machine may have slept. */
    doubted: Number.NEGATIVE_INFINITY,
    get socket() {
      return client.sockets.at(-1);
    },
    /** A user's action: the control shows it at once, then it is sent. */
    act(element, name, value) {
      element.shown[name] = value;
      client.page.send(element, name, value);
    },
  };
  const complain = (message, error) => client.complaints.push([message, error]);
  client.commands = new Commands(
    new Set(start.byRequest),
    start.rates,
    start.props.length,
    new Set(start.presses),
  );
  client.page = new Page(start, client.commands, {
    send: (p, value, event) => client.link.send(p, value, event),
    release: (p) => client.link.release(p),
    stream: (p) => client.link.stream(p),
    mark: (element, marks) => {
      element.marks = marks;
    },
    show: (element, shown) => {
      element.hidden = !shown;
    },
    failed: (element, outcome, text) => client.failures.push([element.id, outcome, text]),
    complain,
    now: () => time.now,
    after: (ms, run) => time.after(ms, run),
  });
  const handlers = {
    change: (change) => {
      client.settled.push(...change.settled);
      client.page.apply(change);
    },
    state: (state, heard, way, why) => {
      client.states.push(state);
      client.heard.push(heard);
      client.way = way;
      client.whys.push(why);
    },
    note: (text) => client.notes.push(text),
    reload: () => {
      client.reloads += 1;
    },
    complain,
  };
  client.link = new Link(start, client.commands, handlers, {
    httpCommands: (path, handlers, env) => new HttpCommands(path, handlers, env),
    missingStreams: createMissingStreams,
    ...(start.holds.length > 0 && { holding: (holds, size) => new Holding(holds, size) }),
    pictures: (...link) => client.pictures.connect(...link),
    connect: () => {
      const socket = new FakeSocket();
      client.sockets.push(socket);
      client.ways.push("socket");
      return socket;
    },
    left,
    hidden: () => client.hidden,
    doubted: () => client.doubted,
    ...(stream && {
      stream: (path, session) => {
        client.ways.push("stream");
        return stream(client, path, session);
      },
    }),
    now: () => time.now,
    random,
    after: (ms, run) => time.after(ms, run),
    cancel: (timer) => time.cancel(timer),
    request: (path, body, headers) => {
      const [epoch, rev] = headers["Dash-Place"].split("-");
      const place = { session: headers["Dash-Session"], epoch, rev: Number(rev) };
      return new Promise((resolve, reject) => {
        client.requests.push({ path, frame: JSON.parse(body), headers, place, resolve, reject });
      });
    },
  });
  return client;
}
