// Compares looks with what Rust has drawn. Rust tests run it: it reads tables and cases from the standard input, and
// writes the number of equal cases or the first differences.

import { readFileSync } from "node:fs";
import { htmlOf, parseInto } from "./dom.js";

const { defineLook } = await import("../../../dash-runtime/client/look.js");
await import("../../../dash-runtime/client/look_parts.js");

const { calls, cases } = JSON.parse(readFileSync(0, "utf8"));
for (const call of calls) {
  const [tag, shared, nodes] = JSON.parse(`[${call.slice("defineLook(".length, -");".length)}]`);
  defineLook(tag, shared, nodes, false);
}

/** HTML with the attributes of each element in the order of their names. */
function sorted(html) {
  return html.replaceAll(/<([\w-]+)((?: [^ =>]+(?:="[^"]*")?)+)>/g, (_, name, attributes) => {
    const list = attributes
      .match(/ [^ =>]+(?:="[^"]*")?/g)
      .map((one) => (one.includes("=") ? one : `${one}=""`));
    return `<${name}${list.sort().join("")}>`;
  });
}

const differences = [];

function compare(how, { tag, props, html }, element) {
  const [ours, theirs] = [htmlOf(element), html].map(sorted);
  if (ours !== theirs)
    differences.push(`${tag} ${how} with ${JSON.stringify(props)}:\n  ${ours}\n  ${theirs}`);
}

function make({ tag, id, props }) {
  const element = document.createElement(tag);
  element.setAttribute("id", id);
  Object.assign(element.props, props);
  return element;
}

/** By tag: an element that gets the values of one case after the other. */
const updated = new Map();

for (const one of cases) {
  const built = make(one);
  built.look.draw("");
  compare("built", one, built);

  const found = make(one);
  parseInto(found, one.html);
  const nodes = [...found.childNodes];
  found.look.draw("");
  compare("found", one, found);
  if (nodes.some((node) => node.parentNode !== found)) {
    differences.push(`${one.tag} is built again with ${JSON.stringify(one.props)}`);
  }

  const before = updated.get(one.tag);
  if (before) {
    for (const [name, value] of Object.entries(one.props)) {
      before.props[name] = value;
      before.look.draw(name);
    }
    compare("updated", one, before);
  } else {
    updated.set(one.tag, built);
  }
}

if (differences.length > 0) {
  console.log(`${differences.length} of ${cases.length}\n${differences.slice(0, 5).join("\n")}`);
  process.exitCode = 1;
} else {
  console.log(`${cases.length} equal`);
}
