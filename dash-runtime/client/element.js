// The base class of all component elements, and the marks that the framework sets on them.

/**
 * @typedef {object} Host  the page, as the elements see it
 * @property {(element: Component) => void} attach
 * @property {(element: Component) => void} detach
 * @property {(element: Component, name: string, value: unknown) => void} send
 * @property {(element: Component) => void} release  the user released the control
 * @property {(element: Component) => void} redraw  draws the server's values
 *
 * @typedef {object} Marks
 * @property {boolean} pending  a command has no final outcome
 * @property {{ outcome: string, text: string } | null} failed  the outcome of the last command, if it did not succeed
 * @property {string | null} bad  why a value is bad: its source failed
 * @property {string | null} refused  what the device has instead of the value that it has refused, and why
 */

/**
 * @typedef {object} Drawn  the look of one element
 * @property {(name: string) => void} draw  draws what follows from a property; the first call draws everything
 */

/** The looks of components, by the names of their elements (look.js). */
export const looks = /** @type {Map<string, (element: Component) => Drawn>} */ (new Map());

/** Elements that were attached before the page had read its state. */
const earlyElements = /** @type {Set<Component>} */ (new Set());

/** @type {Host | null} */
let elementHost = null;

/**
 * A component. The server has rendered its content with the current values. `update` and `append` receive properties,
 * and `send` sends the user's actions.
 *
 * This class and page.js implement the echo rule. `update` is not called for a property while a command of this page
 * for it is outstanding, or while the user holds the control. Afterwards it is called with the server's latest value.
 */
export class Component extends HTMLElement {
  /**
   * The values that the control shows: the server's, or the user's while a command is outstanding.
   * @type {Record<string, any>}
   */
  props = {};

  /**
   * Whether the content shows the values of the component's placement instead of the current ones. True for elements
   * that were built from a tree while the page is open.
   */
  asPlaced = false;

  /** @type {boolean | string} */
  #touched = false;

  /** @type {Drawn | null | undefined} */
  #look;

  /** The look that the server recorded for this component. Null: the component's script draws everything. */
  get look() {
    if (this.#look === undefined) this.#look = looks.get(this.localName)?.(this) ?? null;
    return this.#look;
  }

  /**
   * Set this while the user holds the control (pointer down, focused text with changes). `update` then waits. A
   * property name holds only that property, so that for example a measured value is still updated. `true` holds the
   * whole component. Always reset it to false at the end of the gesture, after `send`.
   */
  get touched() {
    return this.#touched;
  }

  set touched(touched) {
    const released = this.#touched !== false && touched === false;
    this.#touched = touched;
    if (released) elementHost?.release(this);
  }

  /** Called once, when the content exists and `props` is filled. Find the inner nodes and add listeners here. */
  mount() {
    // Not every component needs to do something here: one may only show a value.
  }

  /**
   * A state property has a new value, and the look shows it. Do here what the look does not: a component without a look
   * writes the value to the DOM. It may be called twice with the same value.
   * @param {string} _name
   * @param {any} _value
   */
  update(_name, _value) {
    // A component without state properties needs no code here.
  }

  /**
   * A property has a newer value than the control shows, because the user holds the control. Show it beside the
   * control. `update` follows when the user releases it.
   * @param {string} _name
   * @param {any} _value
   */
  newer(_name, _value) {
    // A control that is held for a moment only need not show it.
  }

  /**
   * The server did not take the value that the user has sent: the command failed, was refused or expired. `update` was
   * called before with the server's value.
   * @param {string} _name
   * @param {any} _value
   */
  notTaken(_name, _value) {
    // The framework marks the component. A value that is quickly set again need not be kept.
  }

  /**
   * `append(name, items, reset)`: a stream has new items, oldest first. With `reset` the earlier items are dropped. A
   * component with a stream property defines this method, so it cannot use the DOM's `append` on itself.
   * @param {...any} nodes
   */
  append(...nodes) {
    super.append(...nodes);
  }

  /**
   * Sends the user's action. If the server cannot be reached, a state property is sent once, later, with its newest
   * value. An event is sent for each occurrence, and without a connection it is refused at once.
   * @param {string} name
   * @param {unknown} value  null for an event without a payload
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

  /** Without this method the browser would treat a move as a removal and an insertion. */
  connectedMoveCallback() {
    // The page already has the element.
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
 * Calls `listener` for each component that is placed while the page is open, also if its element is not defined.
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
 * The page is ready: attaches the existing elements, and from now on each new one.
 * @param {Host} page
 */
export function hostElements(page) {
  elementHost = page;
  for (const element of earlyElements) {
    page.attach(element);
    // A field that the user is in keeps its text.
    if (element.touched === false && isChanged(element)) page.redraw(element);
  }
  earlyElements.clear();
}

/**
 * Whether the user or the browser has changed a control before the script ran. Nobody has sent that.
 * @param {Element} element
 */
function isChanged(element) {
  for (const control of element.querySelectorAll("input, select, textarea")) {
    if (control instanceof HTMLTextAreaElement) {
      if (control.value !== control.defaultValue) return true;
    } else if (control instanceof HTMLInputElement) {
      if (control.checked !== control.defaultChecked || control.value !== control.defaultValue) return true;
    } else if (control instanceof HTMLSelectElement) {
      if ([...control.options].some(({ selected, defaultSelected }) => selected !== defaultSelected))
        return true;
    }
  }
  return false;
}

/** The titles that the server rendered. @type {WeakMap<Element, string>} */
const ownTitles = new WeakMap();

/**
 * Shows the state of commands and values on the element: for the stylesheet (base.css), assistive technology and tests.
 * @param {Element} element
 * @param {Marks} marks
 */
export function markElement(element, { pending, failed, bad, refused }) {
  const own = ownTitles.get(element) ?? element.getAttribute("title") ?? "";
  ownTitles.set(element, own);
  writeAttribute(element, "data-pending", pending ? "" : null);
  writeAttribute(element, "aria-busy", pending ? "true" : null);
  writeAttribute(element, "data-failed", failed?.outcome ?? null);
  writeAttribute(element, "title", failed ? `${failed.outcome}: ${failed.text}` : own || null);
  if (bad !== null || refused !== null || element.matches("[data-bad],[data-refused]")) {
    writeAttribute(element, "data-bad", bad);
    writeAttribute(element, "data-refused", refused);
    untold.add(element);
    tellQuality();
  }
}

/** Elements whose value is not good, or was not, about which that is not yet said. @type {Set<Element>} */
const untold = new Set();
/** @type {Promise<Pick<typeof import("./lazy/quality.js"), "tell">> | null} */
let quality = null;

/**
 * Says in words why values are not good. The module for it comes with the first one. If it does not come, the next one
 * asks for it again.
 */
async function tellQuality() {
  try {
    // A browser may remember that an address did not answer.
    quality ??= import(new URL(`./dd-quality.js?${Date.now()}`, import.meta.url).href);
    (await quality).tell(untold, wordsOf, writeAttribute);
  } catch {
    quality = null;
  }
}

/**
 * Writes the attribute only if it differs, so that observers see no false change.
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
 * The words of a component's id, like on the server. They name a component without a label.
 * @param {{ id: string }} element
 */
export function wordsOf(element) {
  return element.id.replace(/^(r#)+/, "").replaceAll(/[_-]/g, " ");
}

/**
 * Names a control by its visible label or, if that is empty, by the words of the component's id.
 * @param {{ id: string }} element  the component
 * @param {Element} control  the control in it
 * @param {unknown} label
 */
export function nameControl(element, control, label) {
  writeAttribute(control, "aria-label", label ? null : wordsOf(element));
}

/**
 * The name of this control for the user.
 * @param {Element} element
 */
export function labelOf(element) {
  const { label } = /** @type {{ props?: { label?: unknown } }} */ (element).props ?? {};
  const shown = element.querySelector("label, legend, .dd-label, button")?.textContent;
  const own = typeof label === "string" ? label : "";
  const text = own || element.getAttribute("aria-label") || shown || wordsOf(element);
  return text.trim().replace(/\s+/g, " ").slice(0, 60);
}
