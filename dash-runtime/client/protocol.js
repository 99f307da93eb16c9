// Wire protocol 3: JSON text frames. Pure: nothing here uses a socket, a clock or the DOM.
// A frame without exactly the specified shape is an error, so that all other code may rely on the shape.

/** @import { ComputedStart } from "./computed.js" */
/** @import { ModuleStart, ScriptStart } from "./modules.js" */
/** @import { TreeNode } from "./tree.js" */

/** The protocol version of this script. */
export const PROTOCOL = 3;

/** The page is being closed or left. */
export const BYE = '{"t":"bye"}';

/** Asks for a pong, to test the connection. */
export const PING = '{"t":"ping"}';

/** The outcomes of a command, with their numbers on the wire. */
export const Outcome = Object.freeze({
  applied: 0,
  working: 1,
  merged: 2,
  failed: 3,
  refused: 4,
  expired: 5,
  unknown: 6,
});

/** The close codes of a socket that the page treats differently. */
export const Close = Object.freeze({
  tooLarge: 1009,
  takenOver: 4001,
  disconnected: 4005,
});

/**
 * @typedef {{ n: number, code: number, kind: string, text: string }} Result  outcome of command `n`
 * @typedef {{ number: number, items: unknown[], reset: boolean }} StreamPart
 * @typedef {{ number: number, value: unknown }} ValuePart
 * @typedef {(string | number)[]} Path  keys of objects and indices of lists
 * @typedef {{ path: Path } & (
 *   | { what: "set", value: unknown, next: string | null }
 *   | { what: "remove" }
 *   | { what: "splice", at: number, gone: number, items: unknown[] }
 * )} Operation  `next`: the member before which a new member is inserted
 * @typedef {{ number: number, operations: Operation[] }} EditPart
 * @typedef {{ number: number, reason: string | null, refused?: true }} QualityPart  null: good; `refused`: the device
 *   has refused the value
 * @typedef {{ serial: number, key: string, tree: TreeNode[] }} MadeRow
 * @typedef {{ number: number, serials: number[], made: MadeRow[] }} RowsPart  the new rows of a list in their order,
 *   and the content of those that the page may not have
 * @typedef {{ rev: number, rows: RowsPart[], values: ValuePart[], edits: EditPart[], streams: StreamPart[],
 *   results: Result[], quality: QualityPart[], notes: string[], beat: number | null }} Changes  notes: messages for the user; beat: to be echoed by a page
 * whose user holds a control; the page checks that the numbers of properties exist
 * @typedef {{ t: "update" } & Changes} Update
 * @typedef {{ t: "welcome", epoch: string, session: string, last: number, now: number | null, rev: number | null,
 *   results: Result[] }} Welcome  now: the server's clock, in milliseconds; rev: an update to this revision follows in any
 *   case; results: what became of commands from before a restart
 * @typedef {{ t: "pong", now: number | null }} Pong  now: the server's clock, in milliseconds
 * @typedef {{ t: "refused", kind: string, why: string }} Refused
 * @typedef {{ t: "disconnected", why: string }} Disconnected
 * @typedef {{ id: string, hash: string, first: number }} ComponentPart  hash: of the parts of the component that a page
 *   uses; first: the number of its first property
 * @typedef {{ t: "table", schema: string, size: number, components: ComponentPart[] }} Table  the server runs another
 *   version of the dashboard; size: the number of its properties without those of rows
 * @typedef {Update | Welcome | Refused | Disconnected | Table | { t: "reload" } | Pong} ServerFrame
 * @typedef {"state" | "event" | "stream"} Kind
 * @typedef {{ kind: "throttle" | "debounce", ms: number }} Rate  throttle: the first value at once, then at most one in
 *   `ms` milliseconds; debounce: a value after `ms` milliseconds without a newer one; both send the last value
 * @typedef {{ id: string, name: string, kind: Kind, kept: number, value: unknown, missing?: boolean }} PropertyStart
 *   `kept`: for a stream of a component that comes and goes, the number of items that are kept; `missing`: the page does
 *   not have the items before it was loaded, because the component was not on it
 * @typedef {{ schema: string, epoch: string, rev: number, socket: string, base: string | null,
 *   props: PropertyStart[], components: ComponentPart[], lists: { number: number, serials: number[] }[], cells:
 * ValuePart[],
 *   age: number, after: string[], quality: QualityPart[], bound: number[][], computed: ComputedStart[], byRequest: number[], command: string, stream:
 * string,
 *   rates: Map<number, Rate>, holds: unknown[][], presses: number[], modules: ModuleStart[], scripts: ScriptStart[] }} PageStart  the page's data block;
 * age: of all values, in milliseconds, if a relay has kept the document and the device cannot be reached, otherwise 0;
 * after: the frames that have come since the document was made, in that case;
 * lists: the rows of each list; cells: the values of the rows' properties; bound: groups of bound properties;
 * byRequest: properties whose commands are sent by HTTP requests to `command`; holds: properties whose value counts only
 * while the user holds the control, with the value that they have otherwise; presses: events that stop a machine
 */

/**
 * @param {{ schema: string, epoch: string, rev: number, session: string | null, turn: number, path?: string | undefined,
 *   hidden: boolean }} position  `turn`: counts the connections of the page;
 *   `path`: the page's path, on a dashboard with several pages; `hidden`: whether the page is hidden
 * @returns {string}
 */
export function encodeHello({ schema, epoch, rev, session, turn, path, hidden }) {
  const hello = { t: "hello", protocol: PROTOCOL, schema, epoch, rev, session, path, turn, parts: true };
  return JSON.stringify(hidden ? { ...hello, hidden } : hello);
}

/**
 * @param {number} n  command number
 * @param {number} p  property number
 * @param {unknown} value
 * @param {number | null} at  the time of the user's action by the server's clock; null if it is not known
 * @param {number} age  milliseconds since the user's action, for that case; sent only if it matters
 * @returns {string}
 */
export function encodeCommand(n, p, value, at, age) {
  const frame = { n, p, v: value ?? null };
  if (at !== null) return JSON.stringify({ ...frame, at: Math.max(0, at) });
  return JSON.stringify(age < 1000 ? frame : { ...frame, a: Math.round(age) });
}

/**
 * @param {boolean} hidden  whether the page is hidden from now on
 * @returns {string}
 */
export function encodeView(hidden) {
  return JSON.stringify({ t: "view", hidden });
}

/**
 * @param {string} text
 * @returns {ServerFrame}
 * @throws {Error} if it is not a frame of this protocol
 */
export function decodeFrame(text) {
  const frame = readRecord(JSON.parse(text));
  const { t } = frame;
  switch (t) {
    case undefined:
      return decodeUpdate(frame);
    case "welcome":
      return {
        t,
        epoch: readText(frame.epoch),
        session: readText(frame.session),
        last: readCount(frame.last),
        now: readOptionalCount(frame.now),
        rev: readOptionalCount(frame.rev),
        results: readParts(frame.a).map(decodeResult),
      };
    case "refused":
      return { t, kind: readText(frame.kind), why: readText(frame.why) };
    case "disconnected":
      return { t, why: readText(frame.why) };
    case "table":
      return {
        t,
        schema: readText(frame.schema),
        size: readCount(frame.size),
        components: readParts(frame.components).map(([id, hash, first]) => {
          return { id: readText(id), hash: readText(hash), first: readCount(first) };
        }),
      };
    case "pong":
      return { t, now: readOptionalCount(frame.now) };
    case "reload":
      return { t };
    default:
      throw new Error("unknown frame");
  }
}

/**
 * Decodes the data block of the page.
 * @param {string} text
 * @returns {PageStart}
 * @throws {Error} if the page was made for another script
 */
export function decodeStart(text) {
  const start = readRecord(JSON.parse(text));
  demand(start.protocol === PROTOCOL);
  const values = readList(start.values);
  const props = readList(start.props).map((prop, index) => {
    const [id, name, kind = "state", kept = 0] = readList(prop);
    demand(kind === "state" || kind === "event" || kind === "stream");
    return {
      id: readText(id),
      name: readText(name),
      kind: /** @type {Kind} */ (kind),
      kept: readCount(kept),
      value: values[index],
      ...(kind === "stream" && values[index] === null ? { missing: true } : {}),
    };
  });
  demand(values.length === props.length);
  return {
    schema: readText(start.schema),
    epoch: readText(start.epoch),
    rev: readCount(start.rev),
    age: readCount(start.age ?? 0),
    after: readList(start.after ?? []).map(readText),
    socket: readText(start.socket),
    base: start.base === undefined ? null : readText(start.base),
    props,
    components: decodeComponents(props, start.hashes),
    lists: readParts(start.rows).map(([number, serials]) => {
      return { number: readNumber(number, props.length), serials: readSerials(serials) };
    }),
    cells: decodeValues(start.cells),
    quality: decodeQuality(start.quality),
    rates: new Map(
      readParts(start.rates).map(([number, kind, ms]) => [
        readNumber(number, props.length),
        readRate(kind, ms),
      ]),
    ),
    holds: readParts(start.holds),
    presses: readList(start.presses ?? []).map((number) => readNumber(number, props.length)),
    byRequest: readList(start.http ?? []).map((number) => readNumber(number, props.length)),
    command: readText(start.command ?? ""),
    stream: readText(start.stream ?? ""),
    modules: readParts(start.modules).map(([address, ...tags]) => {
      return { address: readText(address), tags: tags.map(readText) };
    }),
    scripts: readParts(start.scripts).map(([module, name]) => {
      return { module: readCount(module), name: readText(name) };
    }),
    bound: readParts(start.bound).map((numbers) => numbers.map((number) => readNumber(number, props.length))),
    computed: readParts(start.computed).map((part) => decodeComputed(part, props.length)),
  };
}

/**
 * The components with properties, in their order, each with its hash.
 * @param {readonly PropertyStart[]} props
 * @param {unknown} given
 * @returns {ComponentPart[]}
 */
function decodeComponents(props, given) {
  const [hashes = [], of = []] = readParts(given);
  const firsts = [...props.keys()].filter((number) => props[number]?.id !== props[number - 1]?.id);
  return firsts.map((first, at) => {
    return { id: props[first]?.id ?? "", hash: readText(hashes[Number(of[at])] ?? ""), first };
  });
}

/**
 * @param {Record<string, unknown>} frame
 * @returns {Update}
 */
function decodeUpdate({ r, w, p, d, s, a, q, m, b }) {
  return {
    t: "update",
    rev: readCount(r),
    rows: readParts(w).map(([number, serials, made]) => {
      return {
        number: readCount(number),
        serials: readSerials(serials),
        made: readParts(made).map(decodeRow),
      };
    }),
    values: decodeValues(p),
    edits: readParts(d).map(([number, operations]) => {
      return { number: readCount(number), operations: readParts(operations).map(decodeOperation) };
    }),
    streams: readParts(s).map(([number, items, reset]) => {
      return { number: readCount(number), items: readList(items), reset: reset === 1 };
    }),
    results: readParts(a).map(decodeResult),
    quality: decodeQuality(q),
    notes: readList(m ?? []).map(readText),
    beat: b === undefined ? null : readCount(readList(b)[0]),
  };
}

/**
 * @param {unknown[]} part
 * @returns {MadeRow}
 */
function decodeRow([serial, key, tree]) {
  return {
    serial: readCount(serial),
    key: readText(key),
    tree: /** @type {TreeNode[]} */ (readList(tree)),
  };
}

/**
 * @param {unknown} given
 * @returns {ValuePart[]}
 */
function decodeValues(given) {
  return readParts(given).map(([number, value]) => ({ number: readCount(number), value }));
}

/**
 * @param {unknown[]} part
 * @returns {Operation}
 */
function decodeOperation(part) {
  const path = readList(part[0]).map((at) => (typeof at === "string" ? at : readCount(at)));
  switch (part.length) {
    case 1:
      return { what: "remove", path };
    case 2:
      return { what: "set", path, value: part[1], next: null };
    case 3:
      return { what: "set", path, value: part[1], next: readText(part[2]) };
    default:
      return {
        what: "splice",
        path,
        at: readCount(part[1]),
        gone: readCount(part[2]),
        items: readList(part[3]),
      };
  }
}

/**
 * @param {unknown[]} part
 * @returns {Result}
 */
function decodeResult([number, code, first, second]) {
  const n = readCount(number);
  switch (code) {
    case Outcome.applied:
    case Outcome.working:
    case Outcome.merged:
      return { n, code, kind: "", text: "" };
    case Outcome.refused:
      return { n, code, kind: readText(first), text: readText(second) };
    case Outcome.failed:
    case Outcome.expired:
    case Outcome.unknown:
      return { n, code, kind: "", text: readText(first) };
    default:
      throw new Error("unknown outcome");
  }
}

/**
 * @param {unknown} given
 * @returns {QualityPart[]}
 */
function decodeQuality(given) {
  return readParts(given).map(([number, reason, refused]) => {
    const part = { number: readCount(number), reason: reason === null ? null : readText(reason) };
    demand(refused === undefined || refused === 1);
    return refused === 1 ? { ...part, refused: true } : part;
  });
}

/**
 * @param {unknown[]} part
 * @param {number} size
 * @returns {ComputedStart}
 */
function decodeComputed([word, inputs, target, ...detail], size) {
  return {
    word: readText(word),
    inputs: readList(inputs).map((number) => readNumber(number, size)),
    target: typeof target === "string" ? target : readNumber(target, size),
    detail,
  };
}

/**
 * @param {unknown} kind
 * @param {unknown} ms
 * @returns {Rate}
 */
function readRate(kind, ms) {
  demand(kind === "throttle" || kind === "debounce");
  return { kind: /** @type {Rate["kind"]} */ (kind), ms: readCount(ms) };
}

/** An optional list of lists. @param {unknown} given */
function readParts(given) {
  return readList(given ?? []).map(readList);
}

/** @type {(given: unknown) => unknown[]} */
function readList(given) {
  demand(Array.isArray(given));
  return given;
}

/** @type {(given: unknown) => number[]} */
function readSerials(given) {
  return readList(given).map(readCount);
}

/** @type {(given: unknown) => Record<string, unknown>} */
function readRecord(given) {
  demand(typeof given === "object" && given !== null);
  return /** @type {Record<string, unknown>} */ (given);
}

/** @type {(given: unknown) => string} */
function readText(given) {
  demand(typeof given === "string");
  return given;
}

/** @type {(given: unknown) => number} */
function readCount(given) {
  demand(typeof given === "number" && Number.isSafeInteger(given) && given >= 0);
  return given;
}

/** @type {(given: unknown) => number | null} */
function readOptionalCount(given) {
  return given === undefined ? null : readCount(given);
}

/** @type {(given: unknown, size: number) => number} */
export function readNumber(given, size) {
  const number = readCount(given);
  demand(number < size);
  return number;
}

/**
 * @param {unknown} condition
 * @returns {asserts condition}
 */
export function demand(condition) {
  if (!condition) throw new Error("the data does not follow the protocol");
}
