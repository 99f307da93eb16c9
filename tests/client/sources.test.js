// Rules for the source of every module. The tests of the joined script are in dash-runtime/src/server/script/.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

function sources() {
  const paths = ["dash-runtime/client", "dash-components/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`),
  );
  const scripts = paths.filter((path) => path.endsWith(".js"));
  return scripts.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

test("nothing writes HTML, runs text as code, or keeps anything beyond the page", () => {
  const forbidden = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/;
  assert.ok(sources().length > 30);
  for (const { path, text } of sources()) assert.doesNotMatch(text, forbidden, path);
  const that = (/** @type {string} */ word) =>
    sources()
      .filter(({ text }) => text.includes(word))
      .map(({ path }) => path);
  // What a program gives a browser to keep.
  const kept = "dash-components/src/core/browser_store.js";
  // Only for dashboards that ask for it, and only while no page is in the tab.
  assert.deepEqual(that("sessionStorage"), ["dash-runtime/client/reload.js", kept]);
  // Beside that, only whether somebody wants the sound and the notifications of alarms, and where borders are.
  const own = ["alarms", "split"].map((name) => `dash-components/src/core/${name}.js`);
  assert.deepEqual(that("localStorage").sort(), [...own, kept].sort());
  // Only the chosen theme, on pages where a person can choose one.
  assert.deepEqual(that("document.cookie"), ["dash-components/src/core/theme_switch.js"]);
});
