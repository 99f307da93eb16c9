// The page has one script, joined from all modules: what must hold so that joining them changes nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { concatenate, rulesBroken, sources, topLevelNames } from "./support/concatenate.js";

test("every module keeps the rules of concatenation", () => {
  assert.deepEqual(sources().flatMap(rulesBroken), []);
});

test("top-level names are unique over all modules", () => {
  const owners = new Map();
  for (const { path, text } of sources()) {
    for (const name of topLevelNames(text)) {
      assert.equal(owners.get(name), undefined, `${name} of ${path} is taken`);
      owners.set(name, path);
    }
  }
});

test("the joined script parses as a module", () => {
  const folder = mkdtempSync(join(tmpdir(), "dd-client-"));
  try {
    const file = join(folder, "client.mjs");
    writeFileSync(file, concatenate(sources()));
    execFileSync(process.execPath, ["--check", file], { stdio: "pipe" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("nothing writes HTML, runs text as code, or keeps anything beyond the page", () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|localStorage|sessionStorage|document\.cookie/;
  for (const { path, text } of sources()) assert.doesNotMatch(text, forbidden, path);
});

test("the runtime's script stays small", () => {
  const runtime = sources().filter(({ path }) => path.startsWith("dash-runtime/"));
  const size = gzipSync(concatenate(runtime), { level: 9 }).length;
  assert.ok(size <= 17_000, `${size} bytes`);
});
