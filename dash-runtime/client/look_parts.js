// The nodes of a look that come and go: under a condition, or once for each item of a list.

import { drawBlock, emptyBlock, lookParts } from "./look.js";

/** @import { Block, Env, Expression, Mode, Template, Type } from "./look.js" */

/** Nodes that are there while a condition is true, or once for each item of a list. @implements {Template} */
export class PartTemplate {
  #read;
  #key;
  #level;
  needs;
  templates;

  /**
   * @param {Type} type
   * @param {any[]} table  `[0, condition, nodes]` or `[1, list, key, nodes, level]`
   * @param {boolean} isInSvg
   */
  constructor(type, table, isInSvg) {
    const [isList, source] = table;
    const [key, nodes, level] = isList ? table.slice(2) : [null, table[2], -1];
    this.#read = type.step(source);
    this.#key = type.step(key);
    this.#level = level;
    this.templates = type.nodes(nodes, isInSvg);
    this.needs = type.needs(source);
    for (const part of [key, ...expressionsIn(nodes)]) type.needs(part, this.needs);
  }

  /**
   * What is to be there, by key. The value `null` stands for a condition that is true.
   * @param {Env} env
   * @returns {Map<string, Env>}
   */
  wanted(env) {
    const level = this.#level;
    const value = this.#read(env);
    /** @type {Map<string, Env>} */
    const wanted = new Map();
    if (level < 0) {
      if (value === true) wanted.set("", env);
      return wanted;
    }
    /** @type {Map<string, number>} */
    const seen = new Map();
    for (const [place, item] of (Array.isArray(value) ? value : []).entries()) {
      const inside = { ...env, items: [...env.items.slice(0, level), { value: item, place }] };
      const key = String(this.#key(inside) ?? place);
      const before = seen.get(key) ?? 0;
      seen.set(key, before + 1);
      wanted.set(before === 0 ? key : `${key}\n${before}`, inside);
    }
    return wanted;
  }

  /** @type {Template["open"]} */
  open(parent, next, block, isTop, mode) {
    const part = new Part(this, block.env);
    const end = part.open(parent, next, mode);
    block.parts.push(part);
    if (isTop) block.tops.push(part);
    return end;
  }
}

/**
 * All expressions in the nodes of a part.
 * @param {any[]} nodes
 * @returns {Expression[]}
 */
function expressionsIn(nodes) {
  return nodes.flatMap((node) => {
    if (typeof node === "string") return [];
    if (node[0] === 0) return [node[1], ...expressionsIn(node[2])];
    if (node[0] === 1) return [node[1], node[2], ...expressionsIn(node[3])];
    return [...Object.values(node[1] ?? {}), ...expressionsIn(node[2] ?? [])];
  });
}

/** The nodes of a condition or a list in one instance. */
export class Part {
  #env;
  /** @type {Map<string, Block>} by key, in the order of the document */
  #blocks = new Map();
  /** Stands behind the nodes, and tells where they are. It is an empty text, so no stylesheet sees it. */
  #end = document.createTextNode("");
  template;

  /**
   * @param {PartTemplate} template
   * @param {Env} env
   */
  constructor(template, env) {
    this.template = template;
    this.#env = env;
  }

  /**
   * @param {Element | DocumentFragment} parent
   * @param {ChildNode | null} from
   * @param {Mode} mode
   */
  open(parent, from, mode) {
    let next = from;
    for (const [key, env] of this.template.wanted(this.#env)) {
      const block = emptyBlock(env);
      for (const template of this.template.templates) {
        next = template.open(parent, next, block, true, mode);
      }
      this.#blocks.set(key, block);
    }
    parent.insertBefore(this.#end, next);
    return next;
  }

  /** @returns {ChildNode[]} */
  nodes() {
    return [...[...this.#blocks.values()].flatMap(nodesOf), this.#end];
  }

  draw() {
    const wanted = this.template.wanted(this.#env);
    for (const [key, block] of this.#blocks) {
      if (wanted.has(key)) continue;
      for (const node of nodesOf(block)) node.remove();
      this.#blocks.delete(key);
    }
    const before = this.#blocks;
    this.#blocks = new Map();
    let next = [...before.values()].flatMap(nodesOf)[0] ?? this.#end;
    for (const [key, env] of wanted) {
      const kept = before.get(key);
      const block = kept ?? this.#create(env, next);
      if (kept) {
        next = this.#keep(kept, env, next);
        drawBlock(kept);
      }
      this.#blocks.set(key, block);
    }
  }

  /**
   * Creates the nodes of an item. They come into the document complete, with one change of their parent.
   * @param {Env} env
   * @param {ChildNode} next
   */
  #create(env, next) {
    const block = emptyBlock(env);
    const mode = { fresh: true, fits: true };
    const made = document.createDocumentFragment();
    for (const template of this.template.templates) template.open(made, null, block, true, mode);
    drawBlock(block);
    this.#end.parentNode?.insertBefore(made, next);
    return block;
  }

  /**
   * Moves the nodes of an item to its place, if they are not there.
   * @param {Block} block
   * @param {Env} env
   * @param {ChildNode} next
   * @returns {ChildNode} the node behind it
   */
  #keep(block, env, next) {
    // The same object, which the parts in the block have, too.
    Object.assign(block.env, env);
    const nodes = nodesOf(block);
    if (nodes[0] === next) return nodes.at(-1)?.nextSibling ?? this.#end;
    for (const node of nodes) this.#end.parentNode?.insertBefore(node, next);
    return next;
  }
}

/** @param {Block} block @returns {ChildNode[]} */
function nodesOf({ tops }) {
  return tops.flatMap((top) => (top instanceof Part ? top.nodes() : [top]));
}

lookParts.make = (type, table, isInSvg) => new PartTemplate(type, table, isInSvg);
