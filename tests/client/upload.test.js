// What an upload refuses before it begins, how it writes sizes, and when it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { DdUpload, refusalOf, sizeOf } = await import("../../dash-components/src/core/upload.js");

test("a file that is too large or of another kind is not sent", () => {
  const bounds = { max_bytes: 2000, accept: " .csv, .TXT" };
  assert.equal(refusalOf({ name: "A.CSV", size: 2000 }, bounds), null);
  assert.equal(refusalOf({ name: "a.csv", size: 2001 }, bounds), "larger than 2.0 kB");
  assert.equal(refusalOf({ name: "a.csv.exe", size: 1 }, bounds), "only .csv, .txt");
  assert.equal(refusalOf({ name: "a.exe", size: 1 }, { ...bounds, accept: "" }), null);
});

test("a size has two digits or more, and its unit", () => {
  const sizes = [0, 999, 1000, 1234, 56_789, 10_000_000, 2.5e9, 7e13];
  assert.deepEqual(sizes.map(sizeOf), [
    "0 B",
    "999 B",
    "1.0 kB",
    "1.2 kB",
    "57 kB",
    "10 MB",
    "2.5 GB",
    "70000 GB",
  ]);
});

/** An upload that is under way. */
function sending() {
  const listeners = {};
  let [isConnected, choose] = [true, () => undefined];
  const field = { files: [{ name: "a.csv", size: 9 }], addEventListener: (_, run) => (choose = run) };
  const requests = [];
  globalThis.XMLHttpRequest = /** @type {any} */ (
    class {
      isAborted = false;
      upload = { addEventListener: () => undefined };

      constructor() {
        requests.push(this);
      }

      open = () => undefined;
      send = () => undefined;

      addEventListener(type, run) {
        listeners[type] = run;
      }

      abort() {
        this.isAborted = true;
      }
    }
  );
  const element = new DdUpload();
  const parts = { id: "file", props: { max_bytes: 100, accept: "" }, sent: [] };
  Object.assign(element, parts, {
    querySelector: (selector) => (selector === "input" ? field : null),
    send: (...sent) => parts.sent.push(sent),
  });
  Object.defineProperty(element, "isConnected", { get: () => isConnected });
  element.mount();
  choose();
  return {
    element,
    requests,
    listeners,
    sent: parts.sent,
    leave: () => (isConnected = false),
    come: () => (isConnected = true),
  };
}

test("fault: an upload in a row was cut off when the row changed its place", async () => {
  const { element, requests, listeners, sent, leave, come } = sending();
  // Where a browser cannot move an element, it is taken away and put back at once.
  leave();
  element.disconnectedCallback();
  come();
  await Promise.resolve();
  assert.equal(requests[0].isAborted, false);
  Object.assign(requests[0], { status: 200, response: { id: "1" } });
  listeners.load();
  assert.deepEqual(sent, [["received", { id: "1" }]]);
});

test("an upload whose row goes is cut off", async () => {
  const { element, requests, leave } = sending();
  leave();
  element.disconnectedCallback();
  await Promise.resolve();
  assert.equal(requests[0].isAborted, true);
});
