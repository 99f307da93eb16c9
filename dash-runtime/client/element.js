// The base of all component elements, and the marks that the framework puts on them.

/**
 * @typedef {object} Host  the page, as the elements see it
 * @property {(element: Component) => void} attach
 * @property {(element: Component) => void} detach
 * @property {(element: Component, name: string, value: unknown) => void} send
 * @property {(element: Component) => void} release  the person let go of the control
 *
 * @typedef {object} Marks
 * @property {boolean} pending  a command is not finished
 * @property {{ outcome: string, text: string } | null} failed  the last command came to nothing
 * @property {string | null} bad  the source of a value has failed
 */

/** Elements that were there before the page had read its state. */
const earlyElements = /** @type {Set<Component>} */ (new Set());

/** @type {Host | null} */
let elementHost = null;

/**
 * A component. The server has rendered what is inside, with the current values. Properties come in by `update` and `append`, the
 * person's actions go out by `send`.
 *
 * The echo rule is kept here and in page.js: while a command of this page for a property is outstanding, or the person holds the
 * control, `update` is not called for it; the server's latest value is given when that ends.
 */
export class Component extends HTMLElement {
  /**
   * What the control shows: the server's values, or the person's where a command is outstanding.
   * @type {Record<string, any>}
   */
  props = {};

  /** The inside shows the values that the component was placed with, not those of now: made from a tree while the page is open. */
  asPlaced = false;

  /** @type {boolean | string} */
  #touched = false;

  /**
   * Set while the person holds the control (pointer down, focused text with changes): `update` waits. The name of a property
   * holds only that one, so that for example a measured value beside it goes on; `true` holds all of the component. Always
   * ends with false, whatever became of the gesture; send before you let go.
   */
  get touched() {
    return this.#touched;
  }

  set touched(touched) {
    const released = this.#touched !== false && touched === false;
    this.#touched = touched;
    if (released) elementHost?.release(this);
  }

  /** Called once, when the inside is there and `props` is filled: find the inner nodes, add listeners. */
  mount() {
    // Most components have something to do here; one that only shows a value may not.
  }

  /**
   * A state property has a new value: write it to the DOM. Calling it twice must do no harm.
   * @param {string} _name
   * @param {any} _value
   */
  update(_name, _value) {
    // A component without state properties has nothing to do.
  }

  /**
   * `append(name, items, reset)`: a stream has new items, the oldest first; with `reset` what came before is to be forgotten.
   * A component with a stream property has this method, and so can't use the DOM's own `append` on itself.
   * @param {...any} nodes
   */
  append(...nodes) {
    super.append(...nodes);
  }

  /**
   * The person did something. A state property that is sent again before the server could be reached is sent once, with the newest
   * value; an event is sent as often as it happens, and refused at once without a connection.
   * @param {string} name
   * @param {unknown} value  null for an event without value
   */
  send(name, value) {
    elementHost?.send(this, name, value);
  }

  connectedCallback() {
    if (elementHost) elementHost.attach(this);
    else earlyElements.add(this);
  }

  disconnectedCallback() {
    earlyElements.delete(this);
    elementHost?.detach(this);
  }

  /** Without this the browser would take a move for a departure and an arrival. */
  connectedMoveCallback() {
    // The page has it already.
  }
}

/**
 * Registers a component's element.
 * @param {string} tag
 * @param {typeof Component} element
 */
export function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

/** @type {(id: string) => void} */
let placedListener = () => undefined;

/**
 * From now on `listener` is told of each component that is put on the page while it is open, also of one whose element is not defined.
 * @param {(id: string) => void} listener
 */
export function onPlaced(listener) {
  placedListener = listener;
}

/** @param {string} id */
export function tellPlaced(id) {
  placedListener(id);
}

/**
 * The page is ready: gives it the elements that are there already, and from now on each one as it comes.
 * @param {Host} page
 */
export function hostElements(page) {
  elementHost = page;
  for (const element of earlyElements) page.attach(element);
  earlyElements.clear();
}

/** The titles that the server gave. @type {WeakMap<Element, string>} */
const ownTitles = new WeakMap();

/**
 * Puts the state of the commands and of the values on the element, for the eye (base.css), for assistive technology and for tests.
 * @param {Element} element
 * @param {Marks} marks
 */
export function markElement(element, { pending, failed, bad }) {
  // The title of an element that the server rendered as bad is the reason, not the element's own.
  const given = element.hasAttribute("data-bad") ? "" : (element.getAttribute("title") ?? "");
  const own = ownTitles.get(element) ?? given;
  ownTitles.set(element, own);
  writeAttribute(element, "data-pending", pending ? "" : null);
  writeAttribute(element, "aria-busy", pending ? "true" : null);
  writeAttribute(element, "data-failed", failed?.outcome ?? null);
  writeAttribute(element, "data-bad", bad === null ? null : "");
  const reasons = [failed && `${failed.outcome}: ${failed.text}`, bad !== null && `no good value: ${bad}`];
  writeAttribute(element, "title", reasons.filter(Boolean).join("\n") || own || null);
}

/**
 * Writes only a difference: an observer sees no change where there is none.
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
function writeAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * The words of a component's id, as the server says them too: what it is called when it has no label.
 * @param {{ id: string }} element
 */
export function wordsOf(element) {
  return element.id.replace(/^(r#)+/, "").replaceAll(/[_-]/g, " ");
}

/**
 * The name of a control that has a visible label beside it: that one or, while it is empty, the words of the component's id.
 * @param {{ id: string }} element  the component
 * @param {Element} control  the control in it
 * @param {unknown} label
 */
export function nameControl(element, control, label) {
  writeAttribute(control, "aria-label", label ? null : wordsOf(element));
}

/**
 * What a person calls this control.
 * @param {Element} element
 */
export function labelOf(element) {
  const label = element.querySelector("label, legend, .dd-label, button")?.textContent;
  const text = element.getAttribute("aria-label") || label || wordsOf(element);
  return text.trim().replace(/\s+/g, " ").slice(0, 60);
}
