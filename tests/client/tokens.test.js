// Checks the colours of base.css against WCAG 2.2 AA.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const base = read("dash-runtime/client/base.css");

/** The custom properties of the block that starts with this selector. */
function tokens(selector, css = base) {
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

/** The distance of two colours in OKLab (Ottosson 2020). 0.08 can be told apart side by side. */
function distance(one, other) {
  const [a, b] = [one, other].map((colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  });
  return Math.hypot(...a.map((part, at) => part - b[at]));
}

const light = tokens(":root");
const dark = tokens('[data-theme="dark"]');
const night = tokens("html:root[data-night]", read("dash-components/src/core/theme_switch.css"));

for (const [theme, colours] of Object.entries({ light, dark, night })) {
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

  test(`${theme}: series can be told apart`, () => {
    const series = Array.from({ length: 10 }, (_, index) => `series-${index + 1}`);
    for (const [at, one] of series.entries()) {
      for (const other of series.slice(at + 1)) {
        const apart = distance(colours[one], colours[other]);
        assert.ok(apart >= 0.08, `${one} and ${other}: ${apart.toFixed(3)}`);
      }
    }
  });
}

test("dark is the same whether the system or the page asks for it", () => {
  assert.deepEqual(tokens(':root:not([data-theme="light"])'), dark);
});

test("a dark room has all colours of the dark theme, none bright and none blue", () => {
  assert.deepEqual(Object.keys({ ...night, "shadow-card": "" }).sort(), Object.keys(dark).sort());
  for (const [name, colour] of Object.entries(night).filter(([, colour]) => colour.startsWith("#"))) {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    assert.ok(red >= green && red >= blue, `${name}: ${colour}`);
    const isOnRed = ["accent-text", "focus"].includes(name);
    assert.ok(isOnRed || luminance(colour) < 0.65, `${name}: ${colour}`);
  }
});
