// Checks the colours of base.css against WCAG 2.2 AA.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../../dash-runtime/client/base.css", import.meta.url), "utf8");

/** The custom properties of the block that starts with this selector. */
function tokens(selector) {
  const start = css.indexOf(`${selector} {`);
  assert.notEqual(start, -1, selector);
  const block = css.slice(start, css.indexOf("}", start));
  return Object.fromEntries(
    [...block.matchAll(/--dd-([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const light = tokens(":root");
const dark = tokens('[data-theme="dark"]');

for (const [theme, colours] of Object.entries({ light, dark })) {
  const atLeast = (least, fronts, grounds) => {
    for (const front of fronts) {
      for (const ground of grounds) {
        const ratio = contrast(colours[front], colours[ground]);
        assert.ok(ratio >= least, `${front} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  };

  test(`${theme}: text can be read`, () => {
    atLeast(4.5, ["text", "muted", "accent", "ok", "warn", "bad"], ["bg", "surface", "raised"]);
    atLeast(4.5, ["accent-text"], ["accent-fill", "bad-fill"]);
    atLeast(4.5, ["faint"], ["bg", "surface", "raised"]);
    for (const tone of ["accent", "ok", "warn", "bad"]) atLeast(4.5, [tone], [`${tone}-soft`]);
    atLeast(4.5, ["surface"], ["bad", "muted"]);
  });

  test(`${theme}: outlines and lines can be seen`, () => {
    const series = Array.from({ length: 10 }, (_, index) => `series-${index + 1}`);
    atLeast(3, ["edge", "focus", ...series], ["bg", "surface", "raised"]);
    atLeast(3, ["ink"], ["rail", "surface"]);
  });
}

test("dark is the same whether the system or the page asks for it", () => {
  assert.deepEqual(tokens(':root:not([data-theme="light"])'), dark);
});
