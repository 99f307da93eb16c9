// What a device writes to a terminal: lines, colours, and all that a device can do wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });
const { coloursOf, contrast, GROUND, INK, LONGEST, PLAIN, restyle, Screen } = await import(
  "../../dash-runtime/client/ansi.js"
);
const { History } = await import("../../dash-components/src/core/terminal.js");

const ESC = "\u001b";

/** The lines after these pieces; the last one is not finished. */
function lines(...pieces) {
  const screen = new Screen(1000);
  for (const piece of pieces) screen.write(piece);
  const { done, open } = screen.take();
  return [...done, open];
}

/** Only the texts. */
const texts = (...pieces) => lines(...pieces).map((line) => line.map(({ text }) => text).join(""));

/** The style of the last character. */
const styleOf = (text) => lines(`${text}x`).at(-1)?.at(-1)?.style;

test("lines end with a line feed, with or without a carriage return", () => {
  assert.deepEqual(texts("a\nb\r\n\nc"), ["a", "b", "", "c"]);
  assert.deepEqual(texts("a", "b", "\n"), ["ab", ""]);
});

test("a carriage return, a backspace and a tab move within the line", () => {
  assert.deepEqual(texts("  5 %\r 10 %\r100 %"), ["100 %"]);
  assert.deepEqual(texts("abc\b\bX"), ["aXc"]);
  assert.deepEqual(texts("\b\b\ba"), ["a"]);
  assert.deepEqual(texts("a\tb\tc"), ["a       b       c"]);
});

test("the line is erased and edited as the line editor of a shell does it", () => {
  assert.deepEqual(texts(`abcdef\r${ESC}[K!`), ["!"]);
  assert.deepEqual(texts(`abcdef${ESC}[3D${ESC}[K`), ["abc"]);
  assert.deepEqual(texts(`abcdef${ESC}[3D${ESC}[1K`), ["    ef"]);
  assert.deepEqual(texts(`abcdef${ESC}[2K`), [""]);
  assert.deepEqual(texts(`abc${ESC}[2D${ESC}[P`), ["ac"]);
  assert.deepEqual(texts(`abc${ESC}[2D${ESC}[@X`), ["aXbc"]);
  assert.deepEqual(texts(`abc${ESC}[5GX`), ["abc X"]);
});

test("erasing the screen forgets the lines before", () => {
  const screen = new Screen(10);
  screen.write(`a\nb${ESC}[2J${ESC}[Hc\nd`);
  const { done, open, isCleared } = screen.take();
  assert.deepEqual([done.length, done[0]?.[0]?.text, open[0]?.text, isCleared], [1, "c", "d", true]);
  assert.equal(screen.take().isCleared, false);
});

test("a sequence that is cut into pieces is the same sequence", () => {
  const text = `a${ESC}[1;38;2;255;0;0mred${ESC}[0m ${ESC}]0;title${ESC}\\b${ESC}(Bc\r\nd`;
  const whole = lines(text);
  for (let at = 1; at < text.length; at += 1) {
    assert.deepEqual(lines(text.slice(0, at), text.slice(at)), whole, `cut at ${at}`);
  }
  assert.deepEqual(lines(...text), whole);
});

test("colours and marks", () => {
  assert.deepEqual(styleOf(`${ESC}[1;3;4;9m`), {
    ...PLAIN,
    bold: true,
    italic: true,
    underline: true,
    strike: true,
  });
  assert.deepEqual(styleOf(`${ESC}[1;2;4;7m${ESC}[22;24;27m`), PLAIN);
  assert.deepEqual(styleOf(`${ESC}[31;42m${ESC}[m`), PLAIN);
  assert.deepEqual(styleOf(`${ESC}[31;42m${ESC}[39;49m`), PLAIN);
  assert.notEqual(styleOf(`${ESC}[31m`).fg, styleOf(`${ESC}[91m`).fg);
  assert.equal(styleOf(`${ESC}[38;5;196m`).fg, "#ff0000");
  assert.equal(styleOf(`${ESC}[48;5;232m`).bg, "#080808");
  assert.deepEqual(styleOf(`${ESC}[38;2;1;2;3;1m`), { ...PLAIN, fg: "#010203", bold: true });
  assert.deepEqual(styleOf(`${ESC}[38:2::1:2:3;1m`), { ...PLAIN, fg: "#010203", bold: true });
  assert.equal(styleOf(`${ESC}[4m${ESC}[4:0m`).underline, false);
});

test("what is wrong or unknown does nothing, and hides nothing", () => {
  for (const wrong of [
    "38",
    "38;5",
    "38;5;999",
    "38;2",
    "48;9;1",
    "999",
    "8",
    "5",
    "-1",
    "1.5",
    ";;",
    ":::",
  ]) {
    const { fg, bg } = restyle(PLAIN, wrong);
    for (const colour of [fg, bg])
      assert.ok(colour === null || /^#[0-9a-f]{6}$/.test(colour), `${wrong}: ${colour}`);
    assert.deepEqual(texts(`a${ESC}[${wrong}mb`), ["ab"], wrong);
  }
  assert.deepEqual(texts(`a${ESC}[?25l${ESC}[6n${ESC}[10;20r${ESC}7b`), ["ab"]);
  assert.deepEqual(texts(`a${ESC}[${"1;".repeat(500)}mb`), ["ab"]);
  // A title that never ends is over at the end of the line.
  assert.deepEqual(texts(`a${ESC}]0;never\nb`), ["a", "b"]);
  assert.deepEqual(texts("a\u0000\u0007\u009b\u007fb"), ["ab"]);
});

test("markup is text", () => {
  const markup = "<img src=x onerror=alert(1)>&lt;";
  assert.deepEqual(texts(markup), [markup]);
});

test("a line without an end is cut, and marks on one character have a bound", () => {
  const all = texts("x".repeat(3 * LONGEST + 5));
  assert.deepEqual(
    all.map(({ length }) => length),
    [LONGEST, LONGEST, LONGEST, 5],
  );
  assert.ok((texts(`a${"\u0301".repeat(10_000)}`)[0] ?? "").length < 20);
  // The cursor stays in the line, so the second character replaces the first one.
  assert.deepEqual(texts(`${ESC}[999999999Gx${ESC}[999999999Cy`), [`${" ".repeat(LONGEST - 1)}y`]);
});

test("lines that nobody takes, as in a tab in the background, have a bound", () => {
  const screen = new Screen(100);
  for (let at = 0; at < 5000; at += 1) screen.write(`line ${at}\n`);
  const { done } = screen.take();
  assert.ok(done.length <= 200, `${done.length}`);
  assert.equal(done.at(-1)?.[0]?.text, "line 4999");
});

test("any text can be read, whatever colours a device chooses", () => {
  let seed = 7;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const exact = () => `2;${[0, 0, 0].map(() => Math.floor(next() * 256)).join(";")}`;
  const ground = () => (next() < 0.5 ? `5;${Math.floor(next() * 256)}` : exact());
  const cases = Array.from({ length: 2000 }, () => `38;${ground()};48;${ground()}`);
  for (const code of [30, 37, 90, 97]) for (const back of [40, 47, 100, 107]) cases.push(`${code};${back}`);
  for (const one of [...cases, "30", "2", "7", "2;7", "38;5;16", "30;47;7"]) {
    const { color, background } = coloursOf(restyle(PLAIN, one));
    const ratio = contrast(color ?? INK, background ?? GROUND);
    assert.ok(ratio >= 4.49, `${one}: ${color} on ${background}: ${ratio}`);
  }
});

test("the stylesheet has the ground and the text that the colours are made for", () => {
  const css = readFileSync(new URL("../../dash-components/src/core/terminal.css", import.meta.url), "utf8");
  assert.ok(css.includes(`background: ${GROUND};`) && css.includes(`color: ${INK};`));
});

test("random bytes never break the screen", () => {
  let seed = 1;
  const signs = [
    ESC,
    "[",
    "]",
    ";",
    ":",
    "m",
    "K",
    "J",
    "P",
    "@",
    "1",
    "9",
    "\b",
    "\r",
    "\n",
    "\t",
    "a",
    "é",
    "\u0301",
    "😀",
  ];
  for (let round = 0; round < 300; round += 1) {
    const screen = new Screen(10);
    for (let at = 0; at < 200; at += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      screen.write(signs[seed % signs.length] ?? "");
    }
    screen.write(`${ESC}\\\nend`);
    const { open } = screen.take();
    assert.equal(open.map(({ text }) => text).join(""), "end");
  }
});

test("earlier commands come back, and the text that was not entered, too", () => {
  const history = new History();
  assert.equal(history.move(-1, "draft"), undefined);
  for (const line of ["one", "two", "two", " ", "three"]) history.add(line);
  assert.deepEqual(
    [history.move(-1, "dra"), history.move(-1, ""), history.move(-1, "")],
    ["three", "two", "one"],
  );
  assert.equal(history.move(-1, "one"), undefined);
  assert.deepEqual([history.move(1, ""), history.move(1, ""), history.move(1, "")], ["two", "three", "dra"]);
  assert.equal(history.move(1, "dra"), undefined);
  for (let at = 0; at < 500; at += 1) history.add(`line ${at}`);
  let count = 0;
  while (history.move(-1, "") !== undefined) count += 1;
  assert.equal(count, 100);
});
