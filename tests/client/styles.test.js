// Rules that all stylesheets follow.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../../", import.meta.url).pathname;
const sheets = ["dash-runtime/client", "dash-components/src"].flatMap((folder) =>
  readdirSync(`${root}/${folder}`, { encoding: "utf8", recursive: true })
    .filter((file) => file.endsWith(".css"))
    .map((file) => `${folder}/${file}`),
);

/** The elements that hold whatever a dashboard puts into them. */
const holder = /:root|^(html|body|main|\*)|\.dd-(page|main|flow|cards|card|stack|section|view)\b|\[id\]/;

/** The selectors of a stylesheet. @param {string} css */
function selectors(css) {
  const rules = css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{}]+)\{/g);
  return [...rules].map(([, selector]) => selector?.trim() ?? "").filter((text) => !text.startsWith("@"));
}

/** What each `:has()` of a selector stands at, and what it asks for. @param {string} selector */
function questions(selector) {
  return [...selector.matchAll(/:has\(/g)].map(({ index }) => {
    let end = index + 5;
    for (let depth = 1; depth > 0; end += 1) depth += { "(": 1, ")": -1 }[selector[end] ?? ""] ?? 0;
    const subject =
      /(?:[^\s>+~,()]|\([^()]*\))*$/.exec(selector.slice(0, index).replace(/:not\($/, ""))?.[0] ?? "";
    return { subject, asked: selector.slice(index + 5, end - 1).trim() };
  });
}

/** Whether the browser has to look for it in everything below, at any depth. @param {string} asked */
function isDeep(asked) {
  const parts = asked.replace(/\([^()]*\)/g, "").split(",");
  return parts.some((part) => !/^\s*[>+~]/.test(part) || /[^\s>+~]\s+[^\s>+~]/.test(part));
}

test("the rules are found", () => {
  assert.deepEqual(questions(".a > .b:has(> i, :is(u, b)) .c"), [{ subject: ".b", asked: "> i, :is(u, b)" }]);
  assert.deepEqual(questions(":has(i)"), [{ subject: "", asked: "i" }]);
  assert.deepEqual(questions("x:not(:has(i))"), [{ subject: "x", asked: "i" }]);
  assert.ok(isDeep(".a") && isDeep("> .a .b") && isDeep("> .a, .b") && !isDeep("> .a > .b, + .c"));
  assert.ok(sheets.length > 40, `${sheets}`);
});

// A rule like `.dd-page:has(.dd-alarm) .dd-bell` is checked whenever anything on the page comes or goes. A page of 3 000
// gauges took 50 ms for the change of one text.
test("fault: one change had the browser look through the whole page", () => {
  const slow = sheets.flatMap((sheet) =>
    selectors(readFileSync(`${root}/${sheet}`, "utf8")).flatMap((selector) =>
      questions(selector)
        .filter(({ subject, asked }) => subject === "" || (holder.test(subject) && isDeep(asked)))
        .map(() => `${sheet}: ${selector}`),
    ),
  );
  assert.deepEqual(slow, []);
});

// A name that does not exist is no error for a browser: the declaration is dropped.
test("fault: a stylesheet named a variable that nothing defines", () => {
  const files = ["dash-runtime", "dash-components/src"].flatMap((folder) =>
    readdirSync(`${root}/${folder}`, { encoding: "utf8", recursive: true })
      .filter((file) => /\.(css|js|rs)$/.test(file))
      .map((file) => `${folder}/${file}`),
  );
  const [defined, used] = [new Set(), new Map()];
  for (const file of files) {
    const text = readFileSync(`${root}/${file}`, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    for (const [, name] of text.matchAll(/(--dd-[\w-]+)["`]?\s*[:,]\s*(?!\))/g)) {
      // A use with a fallback, `var(--dd-name, 0px)`, is no definition.
      if (!text.includes(`var(${name},`) || new RegExp(`${name}["\`]?\\s*:`).test(text)) defined.add(name);
    }
    // Without a fallback. Scripts read them by name.
    for (const [, name] of text.matchAll(/var\((--dd-[\w-]*\w)\)|getPropertyValue\(["`](--dd-[\w-]*\w)["`]/g))
      if (name) used.set(name, file);
  }
  assert.ok(defined.size > 50 && used.size > 40, `${defined.size} defined, ${used.size} used`);
  assert.deepEqual(
    [...used].filter(([name]) => !defined.has(name)),
    [],
  );
});
