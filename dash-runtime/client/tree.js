// Elements that arrive as data while the page is open: a list of nodes, each a text or [tag, attributes, nodes]. HTML
// strings are never parsed, and nodes that could run a script are refused, like on the server.

import { Component, tellPlaced } from "./element.js";
import { ROUTE, routeAddress } from "./routing.js";

/** @typedef {string | [string, Record<string, string>, TreeNode[]]} TreeNode */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** Elements that load scripts, styles or other pages. */
const refusedTags = /^(base|embed|frame|iframe|link|meta|object|script|style)$/i;

const refusedAttributes = /^(on.*|style|srcdoc)$/i;

const addressAttributes = /^(action|formaction|href|src|xlink:href)$/i;

/**
 * Changes the children of `parent` to `nodes`. Existing nodes that fit are kept: a field keeps its focus and caret, and
 * a component keeps its content, which it updates itself.
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

/** @param {ChildNode} node @returns the next sibling */
function dropNode(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/**
 * The first node, starting at `from`, that can be changed to `node` without building a new one.
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
 * @param {TreeNode} node  a node that fits
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
 * Writes attributes only if they differ, so that observers see no false change.
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
 * Browsers ignore blanks before a URL scheme and line breaks inside it.
 * @param {string} name
 * @param {string} value
 */
function isHarmless(name, value) {
  if (refusedAttributes.test(name)) return false;
  return !(addressAttributes.test(name) && /^javascript:/i.test(value.replace(/[\s\p{Cc}]/gu, "")));
}

/**
 * The id of the component that the node describes.
 * @param {TreeNode} node
 */
function componentOf(node) {
  return typeof node !== "string" && node[0].includes("-") ? node[1].id : undefined;
}

/** @param {ChildNode} node */
function componentIn(node) {
  return node instanceof Component ? node.id : "";
}
