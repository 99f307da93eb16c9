// Wire protocol 1: JSON text frames. Pure: nothing here knows a socket, a clock or the DOM.
// A frame that does not have exactly the promised shape is an error, so that the rest may rely on it.

/** The protocol number this script speaks. */
export const PROTOCOL = 1;

/** What can become of a command, by its number on the wire. */
export const Outcome = Object.freeze({
  applied: 0,
  working: 1,
  merged: 2,
  failed: 3,
  refused: 4,
  expired: 5,
  unknown: 6,
});

/**
 * @typedef {{ n: number, code: number, kind: string, text: string }} Result  outcome of command `n`
 * @typedef {{ number: number, items: unknown[], reset: boolean }} StreamPart
 * @typedef {{ number: number, value: unknown }} ValuePart
 * @typedef {{ number: number, reason: string | null }} QualityPart  null: good
 * @typedef {{ rev: number, values: ValuePart[], streams: StreamPart[], results: Result[], quality: QualityPart[] }} Changes
 * @typedef {{ t: "update" } & Changes} Update
 * @typedef {{ t: "welcome", epoch: string, session: string, last: number }} Welcome
 * @typedef {{ t: "refused", kind: string, why: string }} Refused
 * @typedef {Update | Welcome | Refused | { t: "reload" } | { t: "pong" }} ServerFrame
 * @typedef {"state" | "event" | "stream"} Kind
 * @typedef {{ id: string, name: string, kind: Kind, value: unknown }} PropertyStart
 * @typedef {{ schema: string, epoch: string, rev: number, socket: string, props: PropertyStart[],
 *   quality: QualityPart[] }} PageStart  what the server wrote into the page
 */

/**
 * @param {{ schema: string, epoch: string, rev: number, session: string | null }} position
 * @returns {string}
 */
export function encodeHello({ schema, epoch, rev, session }) {
  return JSON.stringify({ t: "hello", protocol: PROTOCOL, schema, epoch, rev, session });
}

/**
 * @param {number} n  command number
 * @param {number} p  property number
 * @param {unknown} value
 * @param {number} age  milliseconds since the person acted; named only when it matters
 * @returns {string}
 */
export function encodeCommand(n, p, value, age) {
  const frame = { n, p, v: value ?? null };
  return JSON.stringify(age < 1000 ? frame : { ...frame, a: Math.round(age) });
}

/** @returns {string} */
export function encodePing() {
  return '{"t":"ping"}';
}

/**
 * @param {string} text
 * @param {number} size  how many properties the page has
 * @returns {ServerFrame}
 * @throws {Error} when it is not a frame of this protocol
 */
export function decodeFrame(text, size) {
  const frame = record(JSON.parse(text), "frame");
  switch (frame.t) {
    case undefined:
      return decodeUpdate(frame, size);
    case "welcome":
      return {
        t: "welcome",
        epoch: string(frame.epoch, "epoch"),
        session: string(frame.session, "session"),
        last: count(frame.last, "last"),
      };
    case "refused":
      return { t: "refused", kind: string(frame.kind, "kind"), why: string(frame.why, "why") };
    case "reload":
    case "pong":
      return { t: frame.t };
    default:
      throw new Error(`unknown frame "${frame.t}"`);
  }
}

/**
 * Reads the data block of the page.
 * @param {string} text
 * @returns {PageStart}
 * @throws {Error} when the page was made for another script
 */
export function decodeStart(text) {
  const start = record(JSON.parse(text), "page state");
  demand(start.protocol === PROTOCOL, `protocol ${start.protocol} is not ${PROTOCOL}`);
  const values = list(start.values, "values", (value) => value);
  const props = list(start.props, "props", (part, index) => {
    const [id, name, kind = "state"] = list(part, "property", (item) => item);
    demand(kind === "state" || kind === "event" || kind === "stream", `kind "${kind}" of a property`);
    return {
      id: string(id, "component id"),
      name: string(name, "property name"),
      kind: /** @type {Kind} */ (kind),
      value: values[index],
    };
  });
  demand(values.length === props.length, "as many values as properties");
  return {
    schema: string(start.schema, "schema"),
    epoch: string(start.epoch, "epoch"),
    rev: count(start.rev, "rev"),
    socket: string(start.socket, "socket"),
    props,
    quality: decodeQuality(start.quality, props.length),
  };
}

/**
 * @param {Record<string, unknown>} frame
 * @param {number} size
 * @returns {Update}
 */
function decodeUpdate(frame, size) {
  return {
    t: "update",
    rev: count(frame.r, "r"),
    values: parts(frame.p, "p", ([number, value]) => ({ number: propertyNumber(number, size), value })),
    streams: parts(frame.s, "s", ([number, items, reset]) => ({
      number: propertyNumber(number, size),
      items: list(items, "items", (item) => item),
      reset: reset === 1,
    })),
    results: parts(frame.a, "a", decodeResult),
    quality: decodeQuality(frame.q, size),
  };
}

/**
 * @param {unknown[]} part
 * @returns {Result}
 */
function decodeResult([number, code, first, second]) {
  const n = count(number, "command number");
  switch (code) {
    case Outcome.applied:
    case Outcome.working:
    case Outcome.merged:
      return { n, code, kind: "", text: "" };
    case Outcome.refused:
      return { n, code, kind: string(first, "kind"), text: string(second, "text") };
    case Outcome.failed:
    case Outcome.expired:
    case Outcome.unknown:
      return { n, code, kind: "", text: string(first, "text") };
    default:
      throw new Error(`unknown outcome ${code}`);
  }
}

/**
 * @param {unknown} given
 * @param {number} size
 * @returns {QualityPart[]}
 */
function decodeQuality(given, size) {
  return parts(given, "quality", ([number, reason]) => ({
    number: propertyNumber(number, size),
    reason: reason === null ? null : string(reason, "reason"),
  }));
}

/**
 * A list of lists that may be left out.
 * @template T
 * @param {unknown} given
 * @param {string} what
 * @param {(part: unknown[]) => T} read
 * @returns {T[]}
 */
function parts(given, what, read) {
  return given === undefined ? [] : list(given, what, (part) => read(list(part, what, (item) => item)));
}

/**
 * @template T
 * @param {unknown} given
 * @param {string} what
 * @param {(item: unknown, index: number) => T} read
 * @returns {T[]}
 */
function list(given, what, read) {
  demand(Array.isArray(given), `${what}: no list`);
  return given.map(read);
}

/** @type {(given: unknown, what: string) => Record<string, unknown>} */
function record(given, what) {
  demand(typeof given === "object" && given !== null && !Array.isArray(given), `${what}: no object`);
  return /** @type {Record<string, unknown>} */ (given);
}

/** @type {(given: unknown, what: string) => string} */
function string(given, what) {
  demand(typeof given === "string", `${what}: no text`);
  return given;
}

/** @type {(given: unknown, what: string) => number} */
function count(given, what) {
  demand(typeof given === "number" && Number.isSafeInteger(given) && given >= 0, `${what}: no whole number`);
  return given;
}

/** @type {(given: unknown, size: number) => number} */
function propertyNumber(given, size) {
  const number = count(given, "property number");
  demand(number < size, `the page has no property ${number}`);
  return number;
}

/**
 * @param {unknown} condition
 * @param {string} what
 * @returns {asserts condition}
 */
function demand(condition, what) {
  if (!condition) throw new Error(what);
}
