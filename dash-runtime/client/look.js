// Draws the look of a component. The server records a look once, from Rust, and gives it to this script as a table
// (dash-runtime/src/view/look/table.rs has its format). A table becomes functions once per type. An instance knows its
// nodes and, for each property, what depends on it. Nothing here runs text as code or parses HTML.

import { Component, define, looks } from "./element.js";
import { extras } from "./extras.js";
import { writeText } from "./text.js";
import { shown, words } from "./words.js";

/** @import { Part, PartTemplate } from "./look_parts.js" */
/** @import { Word } from "./words.js" */

/**
 * @typedef {null | boolean | number | string | any[]} Expression
 *
 * @typedef {object} Env  what the steps of one instance read
 * @property {Component} element
 * @property {unknown[]} shared  the results of the shared steps, for one change
 * @property {{ value: unknown, place: number }[]} items  the items of lists that are being drawn, the outermost first
 *
 * @typedef {(env: Env) => any} Step
 *
 * @typedef {object} Sink  something on an element that follows from properties
 * @property {Step} read
 * @property {ReadonlySet<string>} needs  the properties that it follows from
 * @property {(node: Element, value: any, isFirst: boolean) => void} put  isFirst: the node may have it from the server
 *
 * @typedef {object} Mode
 * @property {boolean} fresh  whether nodes are created
 * @property {boolean} fits  whether the existing nodes are those of the look
 *
 * @typedef {object} Block  the nodes of one instance, or of one item in it
 * @property {Env} env
 * @property {(ChildNode | Part)[]} tops  its outermost nodes and parts
 * @property {{ sink: Sink, node: Element, last: unknown }[]} writes
 * @property {Part[]} parts
 *
 * @typedef {object} Template  a node of a look
 * @property {(parent: Element | DocumentFragment, next: ChildNode | null, block: Block, isTop: boolean, mode: Mode) => ChildNode | null}
 *   open  finds or creates its node before or at `next`, and returns the node that follows
 */

/**
 * Makes the template of nodes that come and go. Only some looks have such nodes, so look_parts.js is in the script only
 * where it is needed, and registers itself here.
 * @type {{ make?: (type: Type, table: any[], isInSvg: boolean) => PartTemplate }}
 */
export const lookParts = {};

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** The steps and the templates of one type. */
export class Type {
  #shared;
  /** @type {Set<string>[]} the properties that each shared step needs */
  #sharedNeeds = [];
  templates;
  /** @type {Map<string, { writes: number[], parts: number[] }>} by property: what to draw again */
  #plans = new Map();

  /**
   * @param {Expression[]} shared
   * @param {any[]} nodes
   */
  constructor(shared, nodes) {
    this.#shared = shared.map((expression) => {
      const step = this.step(expression);
      this.#sharedNeeds.push(this.needs(expression));
      return step;
    });
    this.templates = this.nodes(nodes, false);
  }

  /** @param {Expression} expression @returns {Step} */
  step(expression) {
    if (!Array.isArray(expression)) return () => expression;
    const [head, ...rest] = expression;
    if (typeof head === "number") {
      return (env) => {
        const known = env.shared[head];
        if (known !== undefined) return known;
        const value = this.#shared[head]?.(env);
        env.shared[head] = value;
        return value;
      };
    }
    if (rest.length === 0) {
      return head === "id" ? (env) => env.element.id : (env) => env.element.props[head] ?? null;
    }
    if (head === "item") return (env) => env.items[rest[0]]?.value ?? null;
    if (head === "place") return (env) => env.items[rest[0]]?.place ?? null;
    const word = /** @type {Word} */ (words[head]);
    const args = rest.map((one) => this.step(one));
    const [a, b, c] = args;
    if (a && !b) return (env) => word(a(env));
    if (a && b && !c) return (env) => word(a(env), b(env));
    return (env) => word(...args.map((arg) => arg(env)));
  }

  /**
   * The properties that an expression needs.
   * @param {Expression} expression
   * @param {Set<string>} found
   */
  needs(expression, found = new Set()) {
    if (!Array.isArray(expression)) return found;
    const [head, ...rest] = expression;
    if (typeof head === "number") for (const name of this.#sharedNeeds[head] ?? []) found.add(name);
    else if (rest.length === 0) found.add(head);
    else for (const one of rest) this.needs(one, found);
    return found;
  }

  /**
   * @param {any[]} nodes
   * @param {boolean} isInSvg
   * @returns {Template[]}
   */
  nodes(nodes, isInSvg) {
    return nodes.map((node) => {
      if (typeof node === "string") return new TextTemplate(node);
      const part = typeof node[0] === "number" && lookParts.make?.(this, node, isInSvg);
      return part || new Tag(this, node, isInSvg);
    });
  }

  /**
   * What to draw again when this property changes. All instances of a type have the same order of sinks.
   * @param {string} name
   * @param {Block} block
   */
  plan(name, { writes, parts }) {
    let plan = this.#plans.get(name);
    if (!plan) {
      /** @param {{ needs: ReadonlySet<string> }[]} all */
      const following = (all) => [...all.keys()].filter((at) => all[at]?.needs.has(name));
      plan = {
        writes: following(writes.map(({ sink }) => sink)),
        parts: following(parts.map(({ template }) => template)),
      };
      this.#plans.set(name, plan);
    }
    return plan;
  }
}

/** A constant text. @implements {Template} */
class TextTemplate {
  #text;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  /** @type {Template["open"]} */
  open(parent, next, block, isTop, mode) {
    const isThere = !mode.fresh && next instanceof Text && next.data === this.#text;
    const node = isThere ? next : document.createTextNode(this.#text);
    if (!isThere) insert(node, parent, next, mode);
    if (isTop) block.tops.push(node);
    return isThere ? next.nextSibling : next;
  }
}

/** An element. @implements {Template} */
class Tag {
  #name;
  #namespace;
  /** @type {[string, string][]} */
  #constants = [];
  /** @type {Sink[]} */
  #sinks = [];
  #hasText = false;
  /** @type {Template[]} */
  #children;

  /**
   * @param {Type} type
   * @param {[string, Record<string, Expression>?, any[]?]} table
   * @param {boolean} isInSvg
   */
  constructor(type, [name, attributes = {}, children = []], isInSvg) {
    const isSvg = isInSvg || name === "svg";
    this.#name = name;
    this.#namespace = isSvg ? SVG_NAMESPACE : "http://www.w3.org/1999/xhtml";
    for (const [key, value] of Object.entries(attributes)) {
      if (key !== "" && !key.startsWith("?") && !Array.isArray(value))
        this.#constants.push([key, shown(value)]);
      else this.#sinks.push({ read: type.step(value), needs: type.needs(value), put: writer(key) });
      this.#hasText ||= key === "";
    }
    this.#children = type.nodes(children, isSvg && name !== "foreignObject");
  }

  /** @param {ChildNode | null} node @returns {node is Element} */
  #is(node) {
    return node instanceof Element && node.localName === this.#name && node.namespaceURI === this.#namespace;
  }

  /** @type {Template["open"]} */
  open(parent, next, block, isTop, mode) {
    const isThere = !mode.fresh && this.#is(next);
    const node = isThere ? next : this.#create();
    if (!isThere) insert(node, parent, next, mode);
    if (isTop) block.tops.push(node);
    for (const sink of this.#sinks) block.writes.push({ sink, node, last: undefined });
    if (!this.#hasText) openAll(this.#children, node, block, false, mode);
    return isThere ? next.nextSibling : next;
  }

  #create() {
    const node = document.createElementNS(this.#namespace, this.#name);
    for (const [name, value] of this.#constants) node.setAttribute(name, value);
    return node;
  }
}

/**
 * Inserts a node that was created.
 * @param {ChildNode} node
 * @param {Element | DocumentFragment} parent
 * @param {ChildNode | null} next
 * @param {Mode} mode
 */
function insert(node, parent, next, mode) {
  parent.insertBefore(node, next);
  if (!mode.fresh) mode.fits = false;
}

/**
 * Writes a value to an element, if it differs from what is there.
 * @param {string} key  "" for the text, a name with "?" in front for an attribute without a value
 * @returns {Sink["put"]}
 */
function writer(key) {
  if (key === "") {
    return (node, value) => {
      writeText(node, shown(value));
    };
  }
  if (key.startsWith("?")) {
    const name = key.slice(1);
    return (node, value) => {
      if (node.hasAttribute(name) !== (value === true)) node.toggleAttribute(name, value === true);
    };
  }
  return (node, value, isFirst) => {
    const text = shown(value);
    if (value === null || typeof value === "object") node.removeAttribute(key);
    else if (!isFirst || node.getAttribute(key) !== text) node.setAttribute(key, text);
  };
}

/**
 * Finds or creates all children of an element.
 * @param {readonly Template[]} templates
 * @param {Element} parent
 * @param {Block} block
 * @param {boolean} isTop
 * @param {Mode} mode
 */
function openAll(templates, parent, block, isTop, mode) {
  let next = parent.firstChild;
  for (const template of templates) next = template.open(parent, next, block, isTop, mode);
  // A parser or an extension of the browser may have added nodes.
  if (next && !mode.fresh) mode.fits = false;
}

/** @param {Env} env @returns {Block} */
export function emptyBlock(env) {
  return { env, tops: [], writes: [], parts: [] };
}

/** @param {Block} block */
export function drawBlock({ env, writes, parts }) {
  for (const write of writes) put(write, env);
  for (const part of parts) part.draw();
}

/**
 * @param {Block["writes"][number]} write
 * @param {Env} env
 */
function put(write, env) {
  const value = write.sink.read(env);
  const { last, node, sink } = write;
  if (value === last) return;
  write.last = value;
  sink.put(node, value, last === undefined);
}

/** The look of one element. */
class Drawing {
  #type;
  #element;
  /** @type {Block | null} */
  #block = null;

  /**
   * @param {Type} type
   * @param {Component} element
   */
  constructor(type, element) {
    this.#type = type;
    this.#element = element;
  }

  /**
   * Draws what follows from a property. The first call draws everything.
   * @param {string} name
   */
  draw(name) {
    if (!this.#block) {
      this.#block = this.#open();
      drawBlock(this.#block);
      return;
    }
    const { env, writes, parts } = this.#block;
    env.shared.fill(undefined);
    const plan = this.#type.plan(name, this.#block);
    for (const at of plan.writes) put(/** @type {Block["writes"][number]} */ (writes[at]), env);
    for (const at of plan.parts) parts[at]?.draw();
  }

  /** Finds the nodes that the server has rendered. If they are not those of the look, it creates all of them. */
  #open() {
    const element = this.#element;
    for (const fresh of [!element.firstChild, true]) {
      const block = emptyBlock({ element, shared: [], items: [] });
      const mode = { fresh, fits: true };
      openAll(this.#type.templates, element, block, true, mode);
      if (mode.fits) return block;
      while (element.firstChild) element.firstChild.remove();
    }
    throw new Error(`<${element.localName}> has no look`);
  }
}

/**
 * Gives elements of this name a look.
 * @param {string} tag
 * @param {Expression[]} shared
 * @param {any[]} nodes
 * @param {boolean} hasScript  whether a script of its own defines the element
 */
export function defineLook(tag, shared, nodes, hasScript) {
  const type = new Type(shared, nodes);
  looks.set(tag, (element) => {
    const drawing = new Drawing(type, element);
    // A script would expect that its look is drawn.
    return (hasScript ? undefined : extras.unseen?.(element, drawing)) ?? drawing;
  });
  if (!hasScript) define(tag, class extends Component {});
}
