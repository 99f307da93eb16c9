// Modules of the dashboard's author: a fault in one is shown on its own components and nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeElement, openPage, startOf } from "./support/client.js";
import "./support/dom.js";
import { FakeTime } from "./support/fakes.js";

const { loadModules, reasonOf } = await import("../../dash-runtime/client/modules.js");

/** Loads `modules` ([address, ...tags]). `load` gives the result of each. */
async function loadAll(modules, scripts, load) {
  const told = { broken: [], reports: [], functions: [] };
  const defined = new Set();
  const start = {
    modules: modules.map(([address, ...tags]) => ({ address, tags })),
    scripts: scripts.map(([module, name]) => ({ module, name })),
  };
  await loadModules(start, {
    load: (address) => Promise.resolve().then(() => load(address, (tag) => defined.add(tag))),
    isDefined: (tag) => defined.has(tag),
    broken: (tags, why) => told.broken.push([...tags, why]),
    script: (at, get) => {
      told.functions[at] = get;
    },
    report: (module, why) => told.reports.push([module, why]),
  });
  return told;
}

test("a module that defines its elements is nothing to speak of", async () => {
  const told = await loadAll([["dial.js", "my-dial", "my-knob"]], [], (_, define) => {
    define("my-dial");
    define("my-knob");
    return {};
  });
  assert.deepEqual(told, { broken: [], reports: [], functions: [] });
});

test("each way to fail is told for the module's own elements and to the server, and the others work", async () => {
  const modules = [
    ["gone.js", "my-gone"],
    ["wrong.js", "my-wrong", "my-other"],
    ["throws.js", "my-throws"],
    ["forgets.js", "my-found", "my-forgotten"],
    ["good.js", "my-good"],
  ];
  const told = await loadAll(modules, [], (address, define) => {
    switch (address) {
      case "gone.js":
        throw new TypeError("Failed to fetch dynamically imported module");
      case "wrong.js":
        throw new SyntaxError("Unexpected\n   token '{'");
      case "throws.js":
        define("my-throws");
        throw "a text";
      case "forgets.js":
        define("my-found");
        return {};
      default:
        define("my-good");
        return {};
    }
  });
  const gone = "TypeError: Failed to fetch dynamically imported module";
  const forgotten = "its module does not define <my-forgotten>";
  assert.deepEqual(told.broken.sort(), [
    ["my-forgotten", forgotten],
    ["my-gone", gone],
    ["my-throws", "a text"],
    ["my-wrong", "my-other", "SyntaxError: Unexpected token '{'"],
  ]);
  assert.deepEqual(
    told.reports.sort(([a], [b]) => a - b).map(([module]) => module),
    [0, 1, 2, 3],
  );
});

test("the function of a script is the export of its name", async () => {
  const scripts = [
    [0, "watts"],
    [1, "volts"],
    [2, "ohms"],
  ];
  const told = await loadAll([["watts.js"], ["volts.js"], ["ohms.js"]], scripts, (address) => {
    if (address === "ohms.js") throw new SyntaxError("no");
    return { watts: () => 7, volts: 5 };
  });
  assert.equal(told.functions[0]()(), 7);
  assert.throws(told.functions[1], /does not export a function `volts`/);
  assert.throws(told.functions[2], /SyntaxError: no/);
  assert.deepEqual(told.reports.map(([module]) => module).sort(), [1, 2]);
});

test("a reason is one line, and not too long", () => {
  assert.equal(reasonOf(new RangeError("a\n\tb")), "RangeError: a b");
  assert.equal(reasonOf(undefined), "undefined");
  assert.equal(reasonOf("x".repeat(1_000)).length, 300);
});

test("elements of a broken module say so, those that are there and those that come, and no others", () => {
  const start = startOf([
    ["one", "value", "state", 1],
    ["two", "value", "state", 2],
    ["three", "value", "state", 3],
  ]);
  const { page } = openPage(new FakeTime(), start);
  const [one, two, three] = ["one", "two", "three"].map((id) => new FakeElement(id));
  two.localName = "dd-other";
  page.attach(one);
  page.attach(two);
  page.breakElements("dd-fake", (element) => {
    element.broken = "SyntaxError: no";
  });
  page.attach(three);
  assert.deepEqual(
    [one, two, three].map(({ broken }) => broken),
    ["SyntaxError: no", undefined, "SyntaxError: no"],
  );
});
