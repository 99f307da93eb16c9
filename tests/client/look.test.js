import assert from "node:assert/strict";
import test from "node:test";
import { htmlOf, parseInto } from "./support/dom.js";

const { Component, define } = await import("../../dash-runtime/client/element.js");
const { defineLook } = await import("../../dash-runtime/client/look.js");
await import("../../dash-runtime/client/look_parts.js");

/** An element of the look with these values, and with this content. */
function make(tag, props, html = "") {
  const element = document.createElement(tag);
  element.setAttribute("id", "left_motor");
  Object.assign(element.props, props);
  parseInto(element, html);
  element.look.draw("");
  return element;
}

function change(element, name, value) {
  element.props[name] = value;
  element.look.draw(name);
}

defineLook(
  "my-lamp",
  [],
  [
    ["b", { class: "name", title: ["label"], "": ["or", ["label"], ["words", ["id"]]] }],
    ["i", { "?hidden": ["not", ["on"]] }],
  ],
  false,
);

test("a look defines an element without a script", () => {
  assert.ok(customElements.get("my-lamp").prototype instanceof Component);
  const lamp = make("my-lamp", { label: "", on: false });
  assert.equal(htmlOf(lamp), '<b class="name" title="">left motor</b><i hidden=""></i>');
});

test("a change writes only what follows from it", () => {
  const lamp = make("my-lamp", { label: "Pump", on: true });
  const [name, light] = lamp.children;
  const before = [name.writes, light.writes];
  change(lamp, "on", false);
  assert.deepEqual([name.writes, light.writes], [before[0], before[1] + 1]);
  change(lamp, "on", false);
  change(lamp, "unknown", 1);
  assert.deepEqual([name.writes, light.writes], [before[0], before[1] + 1], "nothing is different");
});

test("the content of the server is kept if it is the look's", () => {
  const html = '<b class="name" title="a&lt;">a&lt;</b><i></i>';
  const lamp = make("my-lamp", { label: "a<", on: true }, html);
  assert.equal(htmlOf(lamp), html);
  assert.deepEqual(
    lamp.children.map(({ writes }) => writes),
    [2, 0],
    "only the parser has written",
  );
});

test("content that a parser has moved, or that an extension has added, is built again", () => {
  const right = '<b class="name" title="a">a</b><i></i>';
  for (const wrong of [
    "<p></p><b></b><i></i>",
    "<b></b><i></i><div>added</div>",
    "<b></b>",
    "<b></b>text<i></i>",
    "<i></i><b></b>",
    "<b></b><i><u></u></i>",
  ]) {
    const lamp = make("my-lamp", { label: "a", on: true }, wrong);
    assert.equal(htmlOf(lamp), right, wrong);
    change(lamp, "label", "b");
    assert.equal(lamp.children[0].textContent, "b");
  }
});

test("a look of a component with a script does not define the element", () => {
  defineLook("my-knob", [], [["b", { "": ["label"] }]], true);
  assert.equal(customElements.get("my-knob"), undefined);
  define("my-knob", class extends Component {});
  assert.equal(htmlOf(make("my-knob", { label: "x" })), "<b>x</b>");
});

test("a component without a look has none", () => {
  define("my-plain", class extends Component {});
  assert.equal(document.createElement("my-plain").look, null);
});

test("an attribute without a value is not there", () => {
  defineLook("my-meter", [], [["meter", { value: ["value"] }]], false);
  const meter = make("my-meter", { value: null });
  assert.equal(htmlOf(meter), "<meter></meter>");
  change(meter, "value", -0);
  assert.equal(htmlOf(meter), '<meter value="0"></meter>');
  change(meter, "value", null);
  assert.equal(htmlOf(meter), "<meter></meter>");
});

test("a part of a drawing is in the namespace of drawings", () => {
  defineLook(
    "my-dial",
    [],
    [
      [
        "svg",
        {},
        [
          ["circle", { r: ["value"] }],
          ["foreignObject", {}, [["p"]]],
        ],
      ],
    ],
    false,
  );
  const [svg] = make("my-dial", { value: 1 }).children;
  const spaces = [svg, svg.children[0], svg.children[1], svg.children[1].children[0]].map(
    (node) => node.namespaceURI,
  );
  const [drawing, html] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"];
  assert.deepEqual(spaces, [drawing, drawing, drawing, html]);
});

defineLook(
  "my-list",
  [["count", ["lines"]]],
  [
    "Lines: ",
    [0, ["above", [0], 2], [["b", { "": ["label"] }]]],
    [
      1,
      ["lines"],
      ["field", ["item", 0], "name"],
      [["li", { "": ["field", ["item", 0], "name"], "data-at": ["place", 0] }]],
      0,
    ],
    ["p", { "": ["number", [0], 0] }],
  ],
  false,
);

const lines = (...names) => names.map((name) => ({ name }));

test("the elements of items with the same key are kept and moved", () => {
  const list = make("my-list", { label: "many", lines: lines("a", "b") });
  assert.equal(htmlOf(list), 'Lines: <li data-at="0">a</li><li data-at="1">b</li><p>2</p>');
  const [first, second] = list.children;
  change(list, "lines", lines("b", "c", "a"));
  assert.equal(
    htmlOf(list),
    'Lines: <b>many</b><li data-at="0">b</li><li data-at="1">c</li><li data-at="2">a</li><p>3</p>',
  );
  assert.ok(list.children[1] === second && list.children[3] === first);
  change(list, "label", "more");
  assert.equal(list.children[0].textContent, "more");
  change(list, "lines", []);
  assert.equal(htmlOf(list), "Lines: <p>0</p>");
  change(list, "lines", lines("x"));
  assert.equal(htmlOf(list), 'Lines: <li data-at="0">x</li><p>1</p>');
});

test("a new item comes into the document complete", () => {
  const list = make("my-list", { label: "many", lines: lines("a") });
  document.body.insertBefore(list, null);
  const seen = [];
  const insert = list.insertBefore;
  list.insertBefore = (child, before) => {
    if (child.localName === "li") seen.push(child.textContent);
    return insert.call(list, child, before);
  };
  change(list, "lines", lines("a", "b"));
  assert.deepEqual(seen, ["b"], "its text is there, and no other item is touched");
  list.remove();
});

test("items with equal keys are distinguished by their order", () => {
  const list = make("my-list", { label: "many", lines: lines("a", "a") });
  const [first, second] = list.children;
  change(list, "lines", lines("a", "b"));
  assert.ok(list.children[0] === first && list.children[1] !== second);
});

test("parts of the server's content are kept", () => {
  const html = 'Lines: <b>many</b><li data-at="0">a</li><li data-at="1">b</li><li data-at="2">c</li><p>3</p>';
  const list = document.createElement("my-list");
  Object.assign(list.props, { label: "many", lines: lines("a", "b", "c") });
  parseInto(list, html);
  const before = list.children;
  list.look.draw("");
  assert.equal(htmlOf(list), html);
  assert.ok(before.every((node, at) => list.children[at] === node));
  change(list, "lines", lines("c"));
  assert.equal(htmlOf(list), 'Lines: <li data-at="0">c</li><p>1</p>');
  assert.ok(list.children[0] === before[3]);
});
