import assert from "node:assert/strict";
import test from "node:test";
import { treeOf } from "./support/dom.js";

const { Component, define } = await import("../../dash-runtime/client/element.js");
const { showTree } = await import("../../dash-runtime/client/tree.js");

class Field extends Component {
  told = [];

  connectedCallback() {
    this.told.push("came");
  }

  disconnectedCallback() {
    this.told.push("went");
  }
}
define("dd-field", Field);

function place() {
  return document.body.insertBefore(document.createElement("div"), null);
}

/** Another part of the page shows one tree, and then the other. */
function shownAfter(...trees) {
  const parent = place();
  for (const tree of trees) showTree(parent, tree);
  return parent;
}

const field = (id, ...inside) => ["dd-field", { id }, inside];

test("a tree becomes elements, attributes and texts", () => {
  const tree = [["p", { class: "note", hidden: "" }, ["a < b", ["b", {}, ["!"]]]], "end"];
  assert.deepEqual(treeOf(shownAfter(tree)), tree);
  assert.deepEqual(treeOf(shownAfter(tree, [])), []);
});

test("a drawing is made of svg elements, and what is in its foreignObject is not", () => {
  const parent = shownAfter([
    [
      "svg",
      {},
      [
        ["g", {}, []],
        ["foreignObject", {}, [["p", {}, []]]],
      ],
    ],
  ]);
  const [svg] = parent.childNodes;
  const [group, foreign] = svg.childNodes;
  assert.match(svg.namespaceURI, /svg$/);
  assert.match(group.namespaceURI, /svg$/);
  assert.match(foreign.childNodes[0].namespaceURI, /xhtml$/);
});

test("what could run a script is refused", () => {
  const parent = shownAfter([
    ["script", {}, ["alert(1)"]],
    [
      "DIV",
      { onclick: "alert(1)", ONLOAD: "alert(1)", style: "color: red", srcdoc: "x" },
      [["iframe", {}, []]],
    ],
    ["a", { href: " java\nscript:alert(1)", title: "javascript: a language" }, []],
    ["form", { action: "JavaScript:alert(1)" }, []],
    ["a", { href: "/lamp/3" }, []],
  ]);
  assert.deepEqual(treeOf(parent), [
    ["DIV", {}, []],
    ["a", { title: "javascript: a language" }, []],
    ["form", {}, []],
    ["a", { href: "/lamp/3" }, []],
  ]);
});

test("what stays is not built anew, and only differences are written", () => {
  const parent = shownAfter([["p", { class: "a", title: "t" }, ["one", field("name")]]]);
  const [paragraph] = parent.childNodes;
  const [text, name] = paragraph.childNodes;
  showTree(parent, [["p", { class: "b" }, ["two", field("name")]]]);
  assert.deepEqual(treeOf(parent), [["p", { class: "b" }, ["two", field("name")]]]);
  assert.deepEqual([parent.childNodes[0], ...paragraph.childNodes], [paragraph, text, name]);
  assert.equal(paragraph.writes, 3);
  assert.deepEqual(name.told, ["came"]);
});

test("a component keeps its inside, which is its own to bring up to date", () => {
  const parent = shownAfter([field("name", "Ada")]);
  showTree(parent, [field("name", "Bob")]);
  assert.deepEqual(treeOf(parent), [field("name", "Ada")]);
});

test("a component that comes with a tree is known to show old values", () => {
  const [name] = shownAfter([field("name", "Ada")]).childNodes;
  assert.equal(name.asPlaced, true);
});

test("what comes before a component, or goes, does not take it off the page", () => {
  const parent = shownAfter([field("name")]);
  const [name] = parent.childNodes;
  for (const tree of [
    [["p", {}, ["Wrong password"]], field("name")],
    [["h3", {}, []], ["p", {}, []], field("name"), field("password")],
    [field("name"), field("password")],
    [field("name")],
  ]) {
    showTree(parent, tree);
    assert.deepEqual(treeOf(parent), tree);
  }
  assert.deepEqual(name.told, ["came"]);
});

test("components are told apart by their ids, in any order", () => {
  const parent = shownAfter([field("a"), field("b"), field("c")]);
  const [a, b, c] = parent.childNodes;
  showTree(parent, [field("c"), field("d"), field("a"), field("b")]);
  assert.deepEqual(treeOf(parent), [field("c"), field("d"), field("a"), field("b")]);
  assert.deepEqual([parent.childNodes[0], parent.childNodes[2], parent.childNodes[3]], [c, a, b]);
  assert.deepEqual([a.told, b.told], [["came"], ["came"]], "only what moved was moved");
});

test("any content follows on any other", () => {
  const pieces = ["x", "y", ["p", {}, ["z"]], ["h3", { id: "t" }, []], field("a"), field("b")];
  const subsets = [...Array(2 ** pieces.length).keys()].map((bits) =>
    pieces.filter((_, at) => bits & (1 << at)),
  );
  for (const [at, first] of subsets.entries()) {
    for (const second of [
      subsets[(at * 37 + 11) % subsets.length],
      subsets[(at * 23 + 5) % subsets.length],
    ]) {
      const reversed = [...second].reverse();
      assert.deepEqual(treeOf(shownAfter(first, reversed, second)), second);
    }
  }
});
