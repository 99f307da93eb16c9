// Pieces of the page that come as data while it is open: a list of nodes, each a text or [tag, attributes, nodes]. No HTML is read from
// a string, and what could run a script is refused, here as on the server.

import { Component, tellPlaced } from "./element.js";
import { ROUTE, routeAddress } from "./routing.js";

/** @typedef {string | [string, Record<string, string>, TreeNode[]]} TreeNode */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** Elements that bring scripts, styles or other pages along. */
const refusedTags = /^(base|embed|frame|iframe|link|meta|object|script|style)$/i;

const refusedAttributes = /^(on.*|style|srcdoc)$/i;

const addressAttributes = /^(action|formaction|href|src|xlink:href)$/i;

/**
 * Makes the children of `parent` be `nodes`. What is there and fits stays: a field keeps its focus and its caret, a component all of
 * its inside, which is its own to bring up to date.
 * @param {Element} parent
 * @param {readonly TreeNode[]} nodes
 */
export function showTree(parent, nodes) {
  const shown = nodes.filter((node) => typeof node === "string" || !refusedTags.test(node[0]));
  const wanted = new Set(shown.map(componentOf));
  let next = /** @type {ChildNode | null} */ (parent.firstChild);
  for (const node of shown) {
    const old = findFitting(next, node);
    while (old && next !== old && next && !wanted.has(componentIn(next))) next = dropNode(next);
    if (old) patchNode(old, node);
    const child = old ?? buildNode(parent, node);
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
  while (next) next = dropNode(next);
}

/** @param {ChildNode} node @returns the one behind it */
function dropNode(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/**
 * The first node from `from` on that `node` can be made of without building anything anew.
 * @param {ChildNode | null} from
 * @param {TreeNode} node
 */
function findFitting(from, node) {
  for (let old = from; old; old = old.nextSibling) if (fits(old, node)) return old;
  return null;
}

/**
 * @param {ChildNode} old
 * @param {TreeNode} node
 */
function fits(old, node) {
  if (!(old instanceof Element)) return typeof node === "string" && old instanceof Text;
  return typeof node !== "string" && old.localName === node[0] && old.id === (node[1].id ?? "");
}

/**
 * @param {ChildNode} old
 * @param {TreeNode} node  one that fits
 */
function patchNode(old, node) {
  if (typeof node === "string") {
    if (old.textContent !== node) old.textContent = node;
  } else if (old instanceof Element && !(old instanceof Component)) {
    const [, attributes, children] = node;
    const ours = ROUTE in attributes ? ["href", "aria-current"] : [];
    for (const name of old.getAttributeNames()) {
      if (!(name in attributes) && !ours.includes(name)) old.removeAttribute(name);
    }
    writeAttributes(old, attributes);
    showTree(old, children);
  }
}

/**
 * @param {Element} parent
 * @param {TreeNode} node
 */
function buildNode(parent, node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, children] = node;
  const svg =
    tag === "svg" || (parent.namespaceURI === SVG_NAMESPACE && parent.localName !== "foreignObject");
  const element = svg ? document.createElementNS(SVG_NAMESPACE, tag) : document.createElement(tag);
  writeAttributes(element, attributes);
  showTree(element, children);
  if (element instanceof Component) element.asPlaced = true;
  if (element.id) tellPlaced(element.id);
  return element;
}

/**
 * Only differences: an observer sees no change where there is none.
 * @param {Element} element
 * @param {Record<string, string>} attributes
 */
function writeAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (isHarmless(name, value) && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  const route = attributes[ROUTE];
  if (route !== undefined) element.setAttribute("href", routeAddress(route));
}

/**
 * Browsers skip blanks in front of a scheme, and line ends inside of it.
 * @param {string} name
 * @param {string} value
 */
function isHarmless(name, value) {
  if (refusedAttributes.test(name)) return false;
  return !(addressAttributes.test(name) && /^javascript:/i.test(value.replace(/[\s\p{Cc}]/gu, "")));
}

/**
 * The id of the component that a node is.
 * @param {TreeNode} node
 */
function componentOf(node) {
  return typeof node !== "string" && node[0].includes("-") ? node[1].id : undefined;
}

/** @param {ChildNode} node */
function componentIn(node) {
  return node instanceof Component ? node.id : "";
}
