// The page's copy of the server's values, and the way from a frame to the elements. One change is applied as a whole, synchronously:
// nobody sees half of it. No DOM here: an element is what has mount, update and append.

import { Echo } from "./commands.js";
import { computeValue } from "./computed.js";
import { applyOperations } from "./edits.js";
import { Outcome } from "./protocol.js";

/** @import { Commands, Settled } from "./commands.js" */
/** @import { ComputedStart } from "./computed.js" */
/** @import { Component, Marks } from "./element.js" */
/** @import { Change } from "./link.js" */
/** @import { PageStart, PropertyStart } from "./protocol.js" */

/**
 * @typedef {object} Property
 * @property {PropertyStart} start
 * @property {number} number
 * @property {Echo} echo
 * @property {string | null} bad
 * @property {Property[]} twins  the others that are one with it
 *
 * @typedef {object} Computed  a property, or whether a component is shown, that follows from others here in the browser
 * @property {ComputedStart} start
 * @property {Property[]} inputs
 * @property {Property | null} target
 *
 * @typedef {object} PageHandlers
 * @property {(p: number, value: unknown, event: boolean) => void} send
 * @property {(p: number) => void} release  the person let go of the control
 * @property {(element: Component, marks: Marks) => void} mark
 * @property {(element: Component, shown: boolean) => void} show
 * @property {(element: Component, outcome: string, text: string) => void} failed
 * @property {(message: string, error: unknown) => void} complain
 * @property {() => number} now
 * @property {(ms: number, run: () => void) => void} after
 */

/** A command that is done sooner is not shown as pending: quick round trips must not flicker. */
const PATIENCE = 150;

/** Items of a stream kept for an element that is not there yet, of a component that comes once. */
const KEPT_ITEMS = 5_000;

/** The words for outcomes that a person must hear of. */
const failureWords = /** @type {Map<number, string>} */ (
  new Map([
    [Outcome.failed, "failed"],
    [Outcome.refused, "refused"],
    [Outcome.expired, "expired"],
    [Outcome.unknown, "unknown"],
  ])
);

/**
 * Whether the person holds the control, and with it this property.
 * @param {Component} element
 * @param {string} name
 */
function holds(element, name) {
  return element.touched === true || element.touched === name;
}

export class Page {
  #commands;
  #handlers;
  /** @type {Property[]} by their number */
  #properties;
  /** @type {Map<string, Property[]>} by component id */
  #components = new Map();
  /** @type {Map<string, Component>} those in the document, by id */
  #elements = new Map();
  /** @type {WeakSet<Component>} */
  #mounted = new WeakSet();
  /** @type {Set<string>} ids of components shown as pending */
  #pending = new Set();
  /** @type {Map<string, { outcome: string, text: string }>} by component id */
  #failed = new Map();
  #sweeping = false;
  /**
   * What answers to requests have told before the socket did: up to which revision, and what the socket has told of the same
   * properties so far. Its own order goes on there, until it comes to that revision.
   */
  #aheadRev = 0;
  /** @type {Map<Property, unknown>} */
  #behind = new Map();
  /** @type {Computed[]} each behind those that it is computed from */
  #computed;
  /** @type {Map<string, boolean>} whether a component is shown, by its id, if a binding says that */
  #shown = new Map();

  /**
   * @param {PageStart} start
   * @param {Commands} commands
   * @param {PageHandlers} handlers
   */
  constructor(start, commands, handlers) {
    this.#commands = commands;
    this.#handlers = handlers;
    this.#properties = start.props.map((prop, number) => {
      return { start: prop, number, echo: new Echo(prop.value), bad: null, twins: [] };
    });
    for (const numbers of start.bound) {
      const bound = numbers.map((number) => this.#property(number));
      for (const property of bound) property.twins = bound.filter((twin) => twin !== property);
    }
    for (const property of this.#properties) {
      const { id } = property.start;
      this.#components.set(id, [...this.#of(id), property]);
    }
    for (const { number, reason } of start.quality) this.#property(number).bad = reason;
    this.#computed = start.computed.map((start) => {
      const inputs = start.inputs.map((number) => this.#property(number));
      const target = typeof start.target === "number" ? this.#property(start.target) : null;
      return { start, inputs, target };
    });
    this.#compute(null);
  }

  /** @param {Component} element */
  attach(element) {
    const properties = this.#of(element.id);
    const isNew = !this.#mounted.has(element);
    this.#elements.set(element.id, element);
    if (isNew) {
      this.#mounted.add(element);
      for (const { start, echo } of properties) {
        if (start.kind === "state") element.props[start.name] = echo.truth;
      }
      this.#guard(element, () => element.mount());
      if (element.asPlaced) this.#update(element, properties);
    }
    for (const property of properties) this.#draw(property);
    const shown = this.#shown.get(element.id);
    if (shown !== undefined) this.#handlers.show(element, shown);
    for (const { start } of properties) {
      if (start.kind !== "stream" || start.value === null || (start.kept > 0 && !isNew)) continue;
      const items = /** @type {unknown[]} */ (start.value);
      if (start.kept === 0) start.value = null;
      this.#guard(element, () => element.append(start.name, items, true));
    }
    this.#mark(element.id);
  }

  /**
   * @param {Component} element
   * @param {readonly Property[]} properties
   */
  #update(element, properties) {
    for (const { start, echo } of properties) {
      if (start.kind === "state") this.#guard(element, () => element.update(start.name, echo.truth));
    }
  }

  /** @param {Component} element */
  detach(element) {
    if (this.#elements.get(element.id) === element) this.#elements.delete(element.id);
  }

  /**
   * @param {Component} element
   * @param {string} name
   * @param {unknown} value
   */
  send(element, name, value) {
    const property = this.#of(element.id).find(({ start }) => start.name === name);
    if (!property) {
      this.#handlers.complain(`#${element.id} has no property "${name}" to send.`, undefined);
      return;
    }
    const event = property.start.kind === "event";
    if (!event) {
      property.echo.want();
      element.props[name] = value;
      for (const twin of property.twins) this.#follow(twin, value);
    }
    this.#failed.delete(element.id);
    this.#mark(element.id);
    this.#handlers.send(property.number, value, event);
    this.#compute(new Set([property, ...property.twins]));
    this.#sweep();
  }

  /**
   * A control that is bound to the one that the person moves goes along at once.
   * @param {Property} twin
   * @param {unknown} value
   */
  #follow({ start, echo }, value) {
    const element = this.#elements.get(start.id);
    echo.want();
    if (!element || holds(element, start.name)) return;
    element.props[start.name] = value;
    this.#guard(element, () => element.update(start.name, value));
  }

  /** @param {Component} element */
  release(element) {
    for (const property of this.#of(element.id)) {
      this.#handlers.release(property.number);
      property.echo.want();
      this.#draw(property);
    }
    this.#compute(new Set(this.#of(element.id)));
  }

  /**
   * Computes anew what follows from these properties, or everything.
   * @param {Set<Property> | null} changed
   */
  #compute(changed) {
    for (const { start, inputs, target } of this.#computed) {
      if (changed && !inputs.some((input) => changed.has(input))) continue;
      const values = inputs.map((input) => this.#now(input));
      if (target) {
        this.#follows(target, start, inputs, values);
        changed?.add(target);
      } else {
        this.#show(String(start.target), values[0] === true);
      }
    }
  }

  /**
   * @param {Property} target
   * @param {ComputedStart} start
   * @param {Property[]} inputs
   * @param {unknown[]} values
   */
  #follows(target, start, inputs, values) {
    let bad = inputs.find((input) => input.bad !== null)?.bad ?? null;
    try {
      const value = computeValue(start, values);
      if (value !== target.echo.truth) target.echo.report(value);
      this.#draw(target);
    } catch (error) {
      bad = /** @type {Error} */ (error).message;
      if (target.bad !== bad) this.#handlers.complain(bad, error);
    }
    if (target.bad === bad) return;
    target.bad = bad;
    this.#mark(target.start.id);
  }

  /**
   * @param {string} id
   * @param {boolean} shown
   */
  #show(id, shown) {
    if (this.#shown.get(id) === shown) return;
    this.#shown.set(id, shown);
    const element = this.#elements.get(id);
    if (element) this.#handlers.show(element, shown);
  }

  /**
   * What is shown of a property: the person's value while a command is outstanding.
   * @param {Property} property
   */
  #now({ start, echo }) {
    const element = this.#elements.get(start.id);
    return element ? element.props[start.name] : echo.truth;
  }

  /** @param {Change} change */
  apply({ values, edits, streams, quality, settled, snapshot, rev, ahead }) {
    // First of all: an operation that does not fit must leave nothing half done.
    const edited = edits.map(({ number, operations }) => {
      const property = this.#property(number);
      const before = this.#behind.has(property) ? this.#behind.get(property) : property.echo.truth;
      return { property, value: applyOperations(before, operations) };
    });
    const told = values.map(({ number, value }) => ({ property: this.#property(number), value }));
    /** @type {Set<Property>} */
    const touched = new Set();
    /** @type {Set<string>} */
    const marked = new Set();
    // Newer values were told ahead, and these are old ones.
    const late = !snapshot && rev < this.#aheadRev;
    for (const { property, value } of [...told, ...edited]) {
      if (this.#learn(property, value, ahead, late)) touched.add(property);
    }
    if (ahead) this.#aheadRev = Math.max(this.#aheadRev, rev);
    else if (!late) this.#catchUp(touched);
    if (snapshot) {
      for (const property of this.#properties) this.#judge(property, null, marked);
    }
    /** @type {Set<Property>} */
    const judged = new Set();
    for (const { number, reason } of late ? [] : quality) {
      const property = this.#property(number);
      this.#judge(property, reason, marked);
      judged.add(property);
    }
    for (const outcome of settled) {
      const property = this.#property(outcome.command.p);
      for (const one of [property, ...property.twins]) touched.add(one);
      marked.add(property.start.id);
      this.#note(property, outcome);
    }
    for (const property of touched) this.#draw(property);
    this.#stream(streams, snapshot);
    this.#compute(snapshot ? null : new Set([...touched, ...judged]));
    for (const id of marked) this.#mark(id);
    this.#sweep();
  }

  /**
   * @param {Property} property
   * @param {unknown} value
   * @param {boolean} ahead
   * @param {boolean} late  newer values were told ahead
   * @returns {boolean} whether it is to be shown
   */
  #learn(property, value, ahead, late) {
    const behind = this.#behind.has(property);
    if (ahead && !behind) this.#behind.set(property, property.echo.truth);
    if (!ahead && behind) this.#behind.set(property, value);
    if (late && behind) return false;
    property.echo.report(value);
    return true;
  }

  /**
   * The socket has told everything that was told ahead: from here on it alone is right.
   * @param {Set<Property>} touched
   */
  #catchUp(touched) {
    for (const [property, value] of this.#behind) {
      property.echo.report(value);
      touched.add(property);
    }
    this.#behind.clear();
    this.#aheadRev = 0;
  }

  /**
   * @param {Change["streams"]} parts
   * @param {boolean} snapshot
   */
  #stream(parts, snapshot) {
    if (snapshot) {
      const named = new Set(parts.map(({ number }) => number));
      for (const { start, number } of this.#properties) {
        if (start.kind === "stream" && !named.has(number)) this.#append(number, [], true);
      }
    }
    for (const { number, items, reset } of parts) this.#append(number, items, reset || snapshot);
  }

  /**
   * @param {number} number
   * @param {unknown[]} items
   * @param {boolean} reset
   */
  #append(number, items, reset) {
    const { start } = this.#property(number);
    const element = this.#elements.get(start.id);
    if (element) this.#guard(element, () => element.append(start.name, items, reset));
    if (!element || start.kept > 0) {
      const before = reset || !Array.isArray(start.value) ? [] : start.value;
      start.value = before.concat(items).slice(-(start.kept || KEPT_ITEMS));
    }
  }

  /**
   * Shows the server's value, unless the person's must stay.
   * @param {Property} property
   */
  #draw(property) {
    const { start, echo } = property;
    const element = this.#elements.get(start.id);
    if (!element || start.kind !== "state") return;
    const asked = [property, ...property.twins].some(({ number }) => this.#commands.outstanding(number));
    if (!echo.rest(holds(element, start.name) || asked)) return;
    element.props[start.name] = echo.truth;
    this.#guard(element, () => element.update(start.name, echo.truth));
  }

  /**
   * @param {Property} property
   * @param {string | null} reason
   * @param {Set<string>} marked
   */
  #judge(property, reason, marked) {
    property.bad = reason;
    marked.add(property.start.id);
  }

  /**
   * @param {Property} property
   * @param {Settled} settled
   */
  #note({ start }, { code, text }) {
    const outcome = failureWords.get(code);
    if (outcome === undefined) {
      if (code === Outcome.applied) this.#failed.delete(start.id);
      return;
    }
    this.#failed.set(start.id, { outcome, text });
    const element = this.#elements.get(start.id);
    if (element) this.#handlers.failed(element, outcome, text);
  }

  /** Shows as pending what has waited longer than a person's patience, and looks again when the next one will have. */
  #sweep() {
    const now = this.#handlers.now();
    /** @type {Set<string>} */
    const late = new Set();
    let next = Number.POSITIVE_INFINITY;
    // A value that is sent at a rate waits for its time, which is nobody's fault.
    for (const { p, due } of this.#commands.unfinished) {
      const property = this.#property(p);
      if (now - due >= PATIENCE) for (const { start } of [property, ...property.twins]) late.add(start.id);
      else next = Math.min(next, due + PATIENCE - now);
    }
    const before = this.#pending;
    this.#pending = late;
    for (const id of new Set([...before, ...late])) {
      if (before.has(id) !== late.has(id)) this.#mark(id);
    }
    if (next === Number.POSITIVE_INFINITY || this.#sweeping) return;
    this.#sweeping = true;
    this.#handlers.after(Math.ceil(next), () => {
      this.#sweeping = false;
      this.#sweep();
    });
  }

  /** @param {string} id */
  #mark(id) {
    const element = this.#elements.get(id);
    if (!element) return;
    const bad = this.#of(id).find((property) => property.bad !== null)?.bad ?? null;
    const failed = this.#failed.get(id) ?? null;
    this.#handlers.mark(element, { pending: this.#pending.has(id), failed, bad });
  }

  /**
   * A fault in one component must not stop the others.
   * @param {Component} element
   * @param {() => void} run
   */
  #guard(element, run) {
    try {
      run();
    } catch (error) {
      this.#handlers.complain(`<${element.localName} id="${element.id}"> failed.`, error);
    }
  }

  /** @param {string} id */
  #of(id) {
    return this.#components.get(id) ?? [];
  }

  /** @param {number} number  checked when the frame was read */
  #property(number) {
    return /** @type {Property} */ (this.#properties[number]);
  }
}
