// The page's copy of the server's values, and the way from a frame to the elements. One change is applied as a whole, synchronously:
// nobody sees half of it. No DOM here: an element is what has mount, update and append.

import { Echo } from "./commands.js";
import { computeValue } from "./computed.js";
import { applyOperations } from "./edits.js";
import { demand, Outcome } from "./protocol.js";
import { RowLists } from "./rows.js";

/** @import { Commands, Settled } from "./commands.js" */
/** @import { ComputedStart } from "./computed.js" */
/** @import { Component, Marks } from "./element.js" */
/** @import { Change } from "./link.js" */
/** @import { PageStart, PropertyStart } from "./protocol.js" */
/** @import { NumberedStart, Turnover } from "./rows.js" */
/** @import { RowsElement } from "./rows_element.js" */

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

/**
 * @param {NumberedStart} numbered
 * @returns {Property}
 */
function makeProperty({ start, number }) {
  return { start, number, echo: new Echo(start.value), bad: null, twins: [] };
}

export class Page {
  #commands;
  #handlers;
  /** @type {Map<number, Property>} by their number */
  #properties = new Map();
  /** @type {Map<string, Property[]>} by component id */
  #components = new Map();
  /** @type {Map<string, Component & Partial<Pick<RowsElement, "arrange">>>} those in the document, by id */
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
  /** @type {Set<Property>} */
  #judgedAhead = new Set();
  /** @type {Computed[]} each behind those that it is computed from */
  #computed;
  /** @type {Map<string, boolean>} whether a component is shown, by its id, if a binding says that */
  #shown = new Map();
  #lists;
  /** @type {Map<number, Component>} those of rows that are gone, by the number of a property, while there may be commands for it */
  #former = new Map();
  /** @type {WeakSet<Component>} all that were in rows that are gone */
  #dropped = new WeakSet();

  /**
   * @param {PageStart} start
   * @param {Commands} commands
   * @param {PageHandlers} handlers
   */
  constructor(start, commands, handlers) {
    this.#commands = commands;
    this.#handlers = handlers;
    this.#lists = new RowLists(start);
    for (const one of this.#lists.properties) this.#add(makeProperty(one));
    for (const numbers of start.bound) {
      const bound = numbers.map((number) => this.#property(number));
      for (const property of bound) property.twins = bound.filter((twin) => twin !== property);
    }
    for (const { number, reason } of start.quality) this.#property(number).bad = reason;
    this.#computed = start.computed.map((start) => {
      const inputs = start.inputs.map((number) => this.#property(number));
      const target = typeof start.target === "number" ? this.#property(start.target) : null;
      return { start, inputs, target };
    });
    this.#compute(null);
  }

  /** @param {Property} property */
  #add(property) {
    const { id } = property.start;
    this.#properties.set(property.number, property);
    this.#components.set(id, [...this.#of(id), property]);
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
    // A field whose row is taken away under the person's hand is left, and may tell so.
    if (this.#dropped.has(element)) return;
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
  apply({ rows, values, edits, streams, quality, settled, snapshot, rev, ahead }) {
    // First of all: what does not fit must leave nothing half done.
    const turns = this.#lists.turn(rows, snapshot);
    const come = new Map(turns.flatMap((turn) => turn.come).map((one) => [one.number, makeProperty(one)]));
    /**
     * @template {{ number: number }} P
     * @param {readonly P[]} parts
     * @returns {(P & { property: Property })[]}
     */
    const named = (parts) =>
      parts.flatMap((part) => {
        const property = come.get(part.number) ?? this.#properties.get(part.number);
        // An answer to a request can be ahead of the socket by whole rows, of which the socket tells all.
        demand(property || ahead);
        return property ? [{ ...part, property }] : [];
      });
    const edited = named(edits).map(({ property, operations }) => {
      const before = this.#behind.has(property) ? this.#behind.get(property) : property.echo.truth;
      return { property, value: applyOperations(before, operations) };
    });
    const told = [...named(values), ...edited];
    const streamed = named(streams);
    const rated = named(quality);
    for (const turn of turns) this.#turn(turn);
    for (const property of come.values()) this.#add(property);

    /** @type {Set<Property>} */
    const touched = new Set();
    /** @type {Set<string>} */
    const marked = new Set();
    // Newer values were told ahead, and these are old ones.
    const late = !snapshot && rev < this.#aheadRev;
    for (const { property, value } of told) {
      if (this.#learn(property, value, ahead, late)) touched.add(property);
    }
    if (ahead) this.#aheadRev = Math.max(this.#aheadRev, rev);
    else if (!late) this.#catchUp(touched);
    if (snapshot) {
      for (const property of this.#properties.values()) this.#judge(property, null, marked);
    }
    const judged = rated.filter(({ property }) => !(late && this.#judgedAhead.has(property)));
    for (const { property, reason } of judged) {
      if (ahead) this.#judgedAhead.add(property);
      this.#judge(property, reason, marked);
    }
    for (const outcome of settled) this.#settle(outcome, touched, marked);
    for (const property of touched) this.#draw(property);
    this.#stream(streamed, snapshot);
    this.#compute(snapshot ? null : new Set([...touched, ...judged.map(({ property }) => property)]));
    for (const turn of turns) this.#arrange(turn);
    for (const id of marked) this.#mark(id);
    if (this.#commands.unfinished.length === 0) this.#former.clear();
    this.#sweep();
  }

  /**
   * The components of rows that go are not the page's any more. What the person asked of them is still told.
   * @param {Turnover} turnover
   */
  #turn({ list, keys, gone }) {
    list.keys = keys;
    for (const id of gone) {
      const element = this.#elements.get(id);
      for (const property of this.#of(id)) {
        this.#properties.delete(property.number);
        this.#behind.delete(property);
        if (element) this.#former.set(property.number, element);
      }
      if (element) this.#dropped.add(element);
      this.#elements.delete(id);
      this.#components.delete(id);
      this.#failed.delete(id);
    }
  }

  /** @param {Turnover} turnover */
  #arrange({ list, keys, fresh }) {
    const element = this.#elements.get(list.id);
    if (element) this.#guard(element, () => element.arrange?.([...keys.keys()], fresh));
  }

  /**
   * @param {Settled} outcome
   * @param {Set<Property>} touched
   * @param {Set<string>} marked
   */
  #settle(outcome, touched, marked) {
    const property = this.#properties.get(outcome.command.p);
    if (!property) {
      const former = this.#former.get(outcome.command.p);
      const word = failureWords.get(outcome.code);
      if (former && word !== undefined) this.#handlers.failed(former, word, outcome.text);
      return;
    }
    for (const one of [property, ...property.twins]) touched.add(one);
    marked.add(property.start.id);
    this.#note(property, outcome);
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
    this.#judgedAhead.clear();
    this.#aheadRev = 0;
  }

  /**
   * @param {{ property: Property, items: unknown[], reset: boolean }[]} parts
   * @param {boolean} snapshot
   */
  #stream(parts, snapshot) {
    if (snapshot) {
      const named = new Set(parts.map(({ property }) => property));
      for (const property of this.#properties.values()) {
        if (property.start.kind === "stream" && !named.has(property)) this.#append(property, [], true);
      }
    }
    for (const { property, items, reset } of parts) this.#append(property, items, reset || snapshot);
  }

  /**
   * @param {Property} property
   * @param {unknown[]} items
   * @param {boolean} reset
   */
  #append({ start }, items, reset) {
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
      const property = this.#properties.get(p);
      if (!property) continue;
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

  /** @param {number} number */
  #property(number) {
    const property = this.#properties.get(number);
    demand(property);
    return property;
  }
}
