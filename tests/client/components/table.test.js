import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { tableKeys, tableNote, tableText } = await loadComponent("table");

test("rows are told apart by their key, and twins by their order", () => {
  const rows = [
    [1, "a"],
    [2, "a"],
    [3, null],
  ];
  assert.deepEqual(tableKeys(rows, null), ["0", "1", "2"]);
  assert.deepEqual(tableKeys(rows, 0), ["1", "2", "3"]);
  assert.deepEqual(tableKeys(rows, 1), ["a", "a\n1", "–"]);
});

test("a cell is a text, a number or a dash", () => {
  assert.equal(tableText("0.50", 1), "0.50");
  assert.equal(tableText(0.55, 1), "0.6");
  assert.equal(tableText(1 / 3, null), "0.333333");
  assert.equal(tableText(null, 1), "–");
  assert.equal(tableText(undefined, 1), "–");
});

test("the note says what is not there", () => {
  assert.equal(tableNote(0, 0), "No rows");
  assert.equal(tableNote(5, 5), "");
  assert.equal(tableNote(5, 4), "1 more row");
  assert.equal(tableNote(500, 10), "490 more rows");
});
