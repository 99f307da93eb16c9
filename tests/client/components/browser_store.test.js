import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

/** What a browser keeps. */
class FakeStorage {
  texts = new Map();
  writes = 0;
  isForbidden = false;
  getItem = (key) => this.#check().get(key) ?? null;
  removeItem = (key) => this.#check().delete(key);
  setItem = (key, text) => {
    this.writes += 1;
    this.#check().set(key, text);
  };
  #check() {
    if (this.isForbidden) throw Object.assign(new Error("no"), { name: "SecurityError" });
    return this.texts;
  }
}

const KEY = "dash-kept http://rover/ favourites";
const page = new EventTarget();
globalThis.HTMLElement.prototype.connectedCallback = () => undefined;
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.document = /** @type {any} */ ({ baseURI: "http://rover/" });
const { DdBrowserStore } = await loadComponent("browser_store");

/** A store on a page, in a browser that keeps a text. */
function store({ place = "browser", text = null, forbidden = false } = {}) {
  const [local, session] = [new FakeStorage(), new FakeStorage()];
  Object.assign(globalThis, { localStorage: local, sessionStorage: session });
  local.isForbidden = forbidden;
  if (text !== null) (place === "tab" ? session : local).texts.set(KEY, text);
  const sent = [];
  const element = new DdBrowserStore();
  Object.assign(element, { id: "favourites", props: { value: null, fault: "", place } });
  element.send = (name, value) => {
    sent.push([name, value]);
    element.props[name] = value;
  };
  element.mount();
  /** The server has another value. */
  const set = (value) => {
    element.props.value = value;
    element.update("value", value);
  };
  return { element, local, sent, session, set };
}

test("the page tells what its browser keeps, also that it keeps nothing", () => {
  assert.deepEqual(store({ text: "[1]" }).sent, [["value", "[1]"]]);
  assert.deepEqual(store({}).sent, [["value", ""]]);
  assert.deepEqual(store({ place: "tab", text: "2" }).sent, [["value", "2"]]);
  assert.deepEqual(store({ place: "page" }).sent, [["value", ""]]);
});

test("what the program sets is kept where it belongs", () => {
  for (const place of ["browser", "tab", "page"]) {
    const { local, session, set } = store({ place });
    set("[1,2]");
    assert.equal(local.texts.get(KEY), place === "browser" ? "[1,2]" : undefined, place);
    assert.equal(session.texts.get(KEY), place === "tab" ? "[1,2]" : undefined, place);
    set("");
    assert.equal(local.texts.size + session.texts.size, 0, place);
  }
});

test("a server that has started again is told what is kept, and does not clear it", () => {
  for (const place of ["browser", "page"]) {
    const { local, sent, set } = store({ place });
    set("[1]");
    set(null);
    assert.deepEqual(sent.at(-1), ["value", "[1]"], place);
    if (place === "browser") assert.equal(local.texts.get(KEY), "[1]");
  }
});

test("a value that is kept already is not written, because that would wake the other tabs", () => {
  const { local, set } = store({ text: "[1]" });
  set("[1]");
  assert.equal(local.writes, 0);
});

test("another tab changes the value of this one, and nothing else does", () => {
  const { element, local, sent, session } = store({ text: "1" });
  const tell = (key, storageArea) =>
    page.dispatchEvent(Object.assign(new Event("storage"), { key, storageArea }));
  local.texts.set(KEY, "2");
  tell("another key", local);
  tell(KEY, session);
  assert.equal(sent.length, 1);
  tell(KEY, local);
  assert.deepEqual(sent.at(-1), ["value", "2"]);
  local.texts.clear();
  tell(null, local);
  assert.deepEqual(sent.at(-1), ["value", ""], "somebody has cleared all data");
  element.disconnectedCallback();
  local.texts.set(KEY, "3");
  tell(KEY, local);
  assert.equal(sent.length, 3, "it is not on the page");
});

test("a browser that keeps nothing tells why, and the value holds as long as the page", () => {
  const { local, sent, set } = store({ forbidden: true });
  assert.deepEqual(sent, [
    ["fault", "the browser does not keep it: SecurityError"],
    ["value", ""],
  ]);
  set("[1]");
  set(null);
  assert.deepEqual(sent.at(-1), ["value", "[1]"]);
  local.isForbidden = false;
  set("[2]");
  assert.deepEqual(sent.at(-1), ["fault", ""]);
});

test("what somebody has made too long by hand is not sent", () => {
  const { sent } = store({ text: "é".repeat(40_000) });
  assert.deepEqual(sent, [
    ["fault", "what the browser keeps is too long"],
    ["value", ""],
  ]);
});
