// The path from a frame to the elements, and from the user's action to a command. A change is applied synchronously as
// a whole, so that half of it is never visible. There is no DOM here: an element is an object with mount, update and
// append.
//
// Its parts: the values (properties.js), states from responses (ahead.js), computed values (bindings.js), the rows of
// lists (rows.js), and the marks on components (marks.js).

import { AheadOfSocket } from "./ahead.js";
import { applyOperations } from "./edits.js";
import { extras } from "./extras.js";
import { ComponentMarks } from "./marks.js";
import { makeProperty, Properties } from "./properties.js";
import { demand, Outcome } from "./protocol.js";
import { RowLists } from "./rows.js";

/** @import { BindingHandlers } from "./bindings.js" */
/** @import { Commands, Settled } from "./commands.js" */
/** @import { Component } from "./element.js" */
/** @import { Change } from "./link.js" */
/** @import { MarkHandlers } from "./marks.js" */
/** @import { Property } from "./properties.js" */
/** @import { PageStart, QualityPart } from "./protocol.js" */
/** @import { Turnover } from "./rows.js" */
/** @import { RowsElement } from "./rows_element.js" */

/**
 * @typedef {MarkHandlers & PageOwnHandlers} PageHandlers
 *
 * @typedef {object} PageOwnHandlers
 * @property {(p: number, value: unknown, event: boolean) => void} send
 * @property {(p: number) => void} release  the user released the control
 * @property {(p: number) => void} stream  the page shows a stream, and does not have its items
 * @property {(element: Component, shown: boolean) => void} show
 * @property {((element: Component, first: number) => void) | undefined} [attached]  for pages with gates
 * @property {(message: string, error: unknown) => void} complain
 */

/** The number of stream items that are kept until the element is attached, for a component that is placed once. */
const KEPT_ITEMS = 5_000;

/** The outcomes after which the server may have another value than the user has set. @type {ReadonlySet<number>} */
const NOT_TAKEN = new Set([Outcome.failed, Outcome.refused, Outcome.expired, Outcome.unknown]);

/**
 * Whether the user holds the control, and with it this property.
 * @param {Component} element
 * @param {string} name
 */
function holds(element, name) {
  return element.touched === true || element.touched === name;
}

export class Page {
  #commands;
  #handlers;
  #properties = new Properties();
  #ahead = new AheadOfSocket();
  #lists;
  #marks;
  #bindings;
  /** @type {Map<string, Component & Partial<Pick<RowsElement, "arrange">>>} the elements in the document, by id */
  #elements = new Map();
  /** @type {WeakSet<Component>} */
  #mounted = new WeakSet();
  /** @type {Map<string, (element: Component) => void>} by tag of broken elements: shows the fault on an element */
  #broken = new Map();
  /**
   * @type {Map<number, Component>} elements of removed rows by property number, while there may be commands for them
   */
  #former = new Map();
  /** @type {WeakSet<Component>} elements that the user cannot operate now */
  #locked = new WeakSet();
  /** @type {WeakSet<Component>} all elements of removed rows */
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
    for (const one of this.#lists.properties) this.#properties.add(makeProperty(one));
    for (const numbers of start.bound) {
      const bound = numbers.map((number) => this.#properties.get(number));
      for (const property of bound) property.twins = bound.filter((twin) => twin !== property);
    }
    for (const { number, reason, refused } of start.quality) {
      Object.assign(this.#properties.get(number), { bad: reason, refused: refused === true });
    }
    this.#marks = new ComponentMarks(this.#properties, commands, (id) => this.#elements.get(id), handlers);
    this.#bindings = extras.bindings?.(start.computed, this.#properties, this.#bindingHandlers());
    this.#bindings?.compute(null);
  }

  /** @returns {BindingHandlers} */
  #bindingHandlers() {
    return {
      shown: (property) => this.#shown(property),
      draw: (property) => this.#draw(property),
      mark: ({ start }) => this.#marks.mark(start.id),
      show: (id, shown) => {
        const element = this.#elements.get(id);
        if (element) this.#handlers.show(element, shown);
      },
      complain: this.#handlers.complain,
    };
  }

  /** @param {Component} element */
  attach(element) {
    const properties = this.#properties.of(element.id);
    const isNew = !this.#mounted.has(element);
    this.#elements.set(element.id, element);
    if (isNew) {
      this.#mounted.add(element);
      for (const { start, echo } of properties) {
        if (start.kind === "state") element.props[start.name] = echo.truth;
      }
      // The content exists from here on: the look checks it, or creates it.
      this.#guard(element, () => element.look?.draw(""));
      this.#guard(element, () => element.mount());
      if (element.asPlaced) this.redraw(element);
    }
    for (const property of properties) this.#draw(property);
    const shown = this.#bindings?.isShown(element.id);
    if (shown !== undefined) this.#handlers.show(element, shown);
    for (const { number, start } of properties) {
      if (start.missing) this.#handlers.stream(number);
      if (start.kind !== "stream" || start.value === null || (start.kept > 0 && !isNew)) continue;
      const items = /** @type {unknown[]} */ (start.value);
      if (start.kept === 0) start.value = null;
      this.#guard(element, () => element.append(start.name, items, true));
    }
    this.#marks.mark(element.id);
    if (properties[0]) this.#handlers.attached?.(element, properties[0].number);
    this.#broken.get(element.localName)?.(element);
  }

  /** Draws the server's values, also if they are drawn already. @param {Component} element */
  redraw(element) {
    for (const { start, echo } of this.#properties.of(element.id)) {
      if (start.kind === "state") this.#write(element, start.name, echo.truth);
    }
  }

  /**
   * Shows a value: first the component's look, then its script.
   * @param {Component} element
   * @param {string} name
   * @param {unknown} value
   */
  #write(element, name, value) {
    const shown = name === "disabled" && this.#locked.has(element) ? true : value;
    element.props[name] = shown;
    this.#guard(element, () => element.look?.draw(name));
    this.#guard(element, () => element.update(name, shown));
  }

  /**
   * The user cannot operate the element now, whatever its property `disabled` says.
   * @param {Component} element
   * @param {boolean} locked
   */
  lock(element, locked) {
    if (locked) this.#locked.add(element);
    else this.#locked.delete(element);
    const disabled = this.#properties.of(element.id).find(({ start }) => start.name === "disabled");
    if (disabled) this.#write(element, "disabled", disabled.echo.truth);
  }

  /** @param {Component} element */
  detach(element) {
    if (this.#elements.get(element.id) === element) this.#elements.delete(element.id);
  }

  /**
   * The module of these elements is broken. Shows that on the existing elements and on those that are attached later.
   * @param {string} tag
   * @param {(element: Component) => void} show
   */
  breakElements(tag, show) {
    this.#broken.set(tag, show);
    for (const element of this.#elements.values()) if (element.localName === tag) show(element);
  }

  /** The function of a `script` was loaded, so its values can be computed now. */
  computeAll() {
    this.#bindings?.compute(null);
  }

  /**
   * @param {Component} element
   * @param {string} name
   * @param {unknown} value
   */
  send(element, name, value) {
    const property = this.#properties.of(element.id).find(({ start }) => start.name === name);
    // A removed row's field may send a value when it loses the focus. It is ignored.
    if (this.#dropped.has(element)) return;
    if (!property) {
      this.#handlers.complain(`#${element.id} has no property "${name}".`, undefined);
      return;
    }
    const event = property.start.kind === "event";
    if (!event) {
      property.echo.want();
      element.props[name] = value;
    }
    this.#marks.forgive(element.id, property.number);
    // The command travels while the page draws.
    this.#handlers.send(property.number, value, event);
    // It may have been refused at once, and then the server's value is drawn.
    if (!event && element.props[name] === value) {
      // The control itself shows what the user has done. Other parts of its look follow.
      this.#guard(element, () => element.look?.draw(name));
      for (const twin of property.twins) this.#follow(twin, value);
    }
    this.#marks.mark(element.id);
    this.#bindings?.compute(new Set([property, ...property.twins]));
    this.#marks.sweep();
  }

  /**
   * Moves a control that is bound to the one that the user moves.
   * @param {Property} twin
   * @param {unknown} value
   */
  #follow({ start, echo }, value) {
    const element = this.#elements.get(start.id);
    echo.want();
    if (!element || holds(element, start.name)) return;
    this.#write(element, start.name, value);
  }

  /** @param {Component} element */
  release(element) {
    const properties = this.#properties.of(element.id);
    for (const property of properties) {
      this.#handlers.release(property.number);
      property.echo.want();
      this.#draw(property);
    }
    this.#bindings?.compute(new Set(properties));
  }

  /**
   * The shown value of a property: the user's while a command is outstanding.
   * @param {Property} property
   */
  #shown({ start, echo }) {
    const element = this.#elements.get(start.id);
    return element ? element.props[start.name] : echo.truth;
  }

  /** @param {Change} change */
  apply(change) {
    const { settled, snapshot, rev, ahead } = change;
    // First find everything that does not fit, so that a faulty change is not applied in part.
    const { turns, come, told, streamed, rated } = this.#resolve(change);
    for (const turn of turns) this.#turn(turn);
    for (const property of come) this.#properties.add(property);

    // A response brought newer values, so the values of this socket frame are old.
    const late = !snapshot && this.#ahead.isPast(rev);
    const shown = told.filter(({ property, value }) => this.#ahead.learn(property, value, { ahead, late }));
    const touched = new Set(shown.map(({ property }) => property));
    if (ahead) this.#ahead.reach(rev);
    else if (!late) for (const property of this.#ahead.catchUp()) touched.add(property);

    /** @type {Set<string>} */
    const marked = new Set();
    if (snapshot)
      for (const property of this.#properties.all()) this.#judge(property, { reason: null }, marked);
    const judged = rated.filter(({ property }) => this.#ahead.judge(property, { ahead, late }));
    for (const part of judged) this.#judge(part.property, part, marked);
    for (const outcome of settled) this.#settle(outcome, touched, marked);
    if (!snapshot) this.#forgive(shown, settled, marked);

    for (const property of touched) this.#draw(property);
    for (const outcome of settled) this.#giveBack(outcome);
    this.#stream(streamed, snapshot);
    this.#bindings?.compute(
      snapshot ? null : new Set([...touched, ...judged.map(({ property }) => property)]),
    );
    for (const turn of turns) this.#arrange(turn);
    for (const id of marked) this.#marks.mark(id);
    const { unfinished } = this.#commands;
    this.#former = new Map([...this.#former].filter(([number]) => unfinished.some(({ p }) => p === number)));
    this.#marks.sweep();
  }

  /**
   * The properties of a change. Nothing is changed yet.
   * @param {Change} change
   * @throws {Error} if the change does not fit the page's copy
   */
  #resolve({ rows, values, edits, streams, quality, snapshot, ahead }) {
    const turns = this.#lists.turn(rows, snapshot);
    const come = new Map(turns.flatMap((turn) => turn.come).map((one) => [one.number, makeProperty(one)]));
    /**
     * @template {{ number: number }} P
     * @param {readonly P[]} parts
     * @returns {(P & { property: Property })[]}
     */
    const named = (parts) =>
      parts.flatMap((part) => {
        const property = come.get(part.number) ?? this.#properties.find(part.number);
        // A response may have values of rows that the socket has not sent yet. The socket will send these rows
        // completely.
        demand(property || ahead);
        return property ? [{ ...part, property }] : [];
      });
    const edited = named(edits).map(({ property, operations }) => {
      return { property, value: applyOperations(this.#ahead.toldBySocket(property), operations) };
    });
    const told = [...named(values), ...edited];
    return { turns, come: come.values(), told, streamed: named(streams), rated: named(quality) };
  }

  /**
   * Removes the components of removed rows. The outcomes of their commands are still shown.
   * @param {Turnover} turnover
   */
  #turn({ list, keys, gone }) {
    list.keys = keys;
    for (const id of gone) {
      const element = this.#elements.get(id);
      for (const property of this.#properties.removeComponent(id)) {
        this.#ahead.forget(property);
        if (element) this.#former.set(property.number, element);
      }
      if (element) this.#dropped.add(element);
      this.#elements.delete(id);
      this.#marks.forget(id);
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
    const property = this.#properties.find(outcome.command.p);
    if (!property) {
      this.#marks.tell(this.#former.get(outcome.command.p), outcome);
      return;
    }
    for (const one of [property, ...property.twins]) touched.add(one);
    marked.add(property.start.id);
    this.#marks.settle(property.start.id, outcome);
  }

  /**
   * Removes the marks of commands whose values have been replaced: a failure is about one value. A snapshot does not,
   * because it repeats values that may be old.
   * @param {readonly { property: Property }[]} told
   * @param {readonly Settled[]} settled
   * @param {Set<string>} marked
   */
  #forgive(told, settled, marked) {
    // The server's value that comes with a failure is what the command was refused for.
    const failed = new Set(settled.filter(({ code }) => NOT_TAKEN.has(code)).map(({ command }) => command.p));
    for (const { number, start } of told.map(({ property }) => property)) {
      if (!failed.has(number) && this.#marks.forgive(start.id, number)) marked.add(start.id);
    }
  }

  /**
   * The component keeps what the user has set if the server did not take it.
   * @param {Settled} outcome
   */
  #giveBack({ command, code }) {
    if (command.event || !NOT_TAKEN.has(code)) return;
    const property = this.#properties.find(command.p);
    const element = property && this.#elements.get(property.start.id);
    if (!element) return;
    this.#guard(element, () => element.notTaken?.(property.start.name, command.value));
  }

  /**
   * @param {{ property: Property, items: unknown[], reset: boolean }[]} parts
   * @param {boolean} snapshot
   */
  #stream(parts, snapshot) {
    if (snapshot) {
      const named = new Set(parts.map(({ property }) => property));
      for (const property of this.#properties.all()) {
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
    if (reset) start.missing = false;
    const element = this.#elements.get(start.id);
    if (element) this.#guard(element, () => element.append(start.name, items, reset));
    if (!element || start.kept > 0) {
      const before = reset || !Array.isArray(start.value) ? [] : start.value;
      start.value = before.concat(items).slice(-(start.kept || KEPT_ITEMS));
    }
  }

  /**
   * Draws the server's value, unless the user's value must stay.
   * @param {Property} property
   */
  #draw(property) {
    const { start, echo } = property;
    const element = this.#elements.get(start.id);
    if (!element || start.kind !== "state") return;
    const asked = [property, ...property.twins].some(({ number }) => this.#commands.outstanding(number));
    const held = holds(element, start.name);
    if (held && !asked) this.#guard(element, () => element.newer?.(start.name, echo.truth));
    if (!echo.rest(held || asked)) return;
    this.#write(element, start.name, echo.truth);
  }

  /**
   * @param {Property} property
   * @param {Pick<QualityPart, "reason" | "refused">} quality
   * @param {Set<string>} marked
   */
  #judge(property, { reason, refused }, marked) {
    property.bad = reason;
    property.refused = refused === true;
    marked.add(property.start.id);
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
}
