// The part of a DOM that client/tree.js and client/rows_element.js need. Attributes and children behave as in a
// browser, and custom elements are notified when they are connected.

class FakeNode {
  parentNode = null;

  get isConnected() {
    return this === document.body || (this.parentNode?.isConnected ?? false);
  }

  get nextSibling() {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  remove() {
    if (!this.parentNode) return;
    const { childNodes: siblings, isConnected } = this.parentNode;
    siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
    if (!isConnected) return;
    if (document.activeElement && !document.activeElement.isConnected) document.activeElement = null;
    tell(this, "disconnectedCallback");
  }
}

class FakeText extends FakeNode {
  constructor(text) {
    super();
    this.data = text;
  }

  get textContent() {
    return this.data;
  }

  set textContent(text) {
    this.data = text;
  }
}

class FakeDomElement extends FakeNode {
  childNodes = [];
  namespaceURI = "http://www.w3.org/1999/xhtml";
  writes = 0;
  #attributes = new Map();

  get id() {
    return this.getAttribute("id") ?? "";
  }

  get firstChild() {
    return this.childNodes[0] ?? null;
  }

  get children() {
    return this.childNodes.filter((child) => child instanceof FakeDomElement);
  }

  addEventListener() {
    // Nothing happens here.
  }

  contains(node) {
    for (let at = node; at; at = at.parentNode) if (at === this) return true;
    return false;
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent).join("");
  }

  set textContent(text) {
    for (const child of [...this.childNodes]) child.remove();
    if (text !== "") this.insertBefore(new FakeText(text), null);
  }

  toggleAttribute(name, on) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  getAttributeNames() {
    return [...this.#attributes.keys()];
  }

  hasAttribute(name) {
    return this.#attributes.has(name);
  }

  setAttribute(name, value) {
    this.writes += 1;
    this.#attributes.set(name, value);
  }

  removeAttribute(name) {
    this.#attributes.delete(name);
  }

  insertBefore(child, before) {
    if (child instanceof FakeFragment) {
      for (const one of [...child.childNodes]) this.insertBefore(one, before);
      return child;
    }
    child.remove();
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, child);
    child.parentNode = this;
    if (this.isConnected) tell(child, "connectedCallback");
    return child;
  }
}

class FakeFragment extends FakeDomElement {}

/** Notifies a node and its descendants. */
function tell(node, what) {
  node[what]?.();
  for (const child of node.childNodes ?? []) tell(child, what);
}

const registry = new Map();

Object.assign(globalThis, {
  Element: FakeDomElement,
  HTMLElement: FakeDomElement,
  Text: FakeText,
  customElements: {
    get: (tag) => registry.get(tag),
    define: (tag, element) => registry.set(tag, element),
  },
  location: { pathname: "/" },
  document: {
    activeElement: null,
    body: new FakeDomElement(),
    createElement: (tag) => Object.assign(new (registry.get(tag) ?? FakeDomElement)(), { localName: tag }),
    createElementNS: (namespaceURI, tag) =>
      Object.assign(new FakeDomElement(), { localName: tag, namespaceURI }),
    createDocumentFragment: () => new FakeFragment(),
    createTextNode: (text) => new FakeText(text),
    querySelectorAll: () => [],
  },
});

/** The children as the server writes them. */
export function treeOf(element) {
  return element.childNodes.map((child) => {
    if (child instanceof FakeText) return child.textContent;
    const attributes = child.getAttributeNames().map((name) => [name, child.getAttribute(name)]);
    return [child.localName, Object.fromEntries(attributes), treeOf(child)];
  });
}

/** Elements without content. */
const VOID = /^(area|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** @param {string} text */
function escaped(text) {
  return text.replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter]);
}

/** @param {string} text */
function unescaped(text) {
  const back = Object.fromEntries(Object.entries(ESCAPES).map(([letter, written]) => [written, letter]));
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (written) => back[written]);
}

/** The content of an element as HTML, in the form in which the server writes it. */
export function htmlOf(element) {
  const parts = element.childNodes.map((child) => {
    if (child instanceof FakeText) return escaped(child.data);
    const attributes = child
      .getAttributeNames()
      .map((name) => ` ${name}="${escaped(child.getAttribute(name))}"`);
    const open = `<${child.localName}${attributes.join("")}>${child.localName === "textarea" ? "\n" : ""}`;
    return VOID.test(child.localName) ? open : `${open}${htmlOf(child)}</${child.localName}>`;
  });
  return parts.join("");
}

/** Adds a text as a parser does, which drops a line break at the start of a textarea. */
function parseText(parent, text) {
  const read = parent.localName === "textarea" ? text.replace(/^\n/, "") : text;
  if (read !== "") parent.insertBefore(new FakeText(unescaped(read)), null);
}

/** Creates the content of an element from HTML in the form in which the server writes it. */
export function parseInto(element, html) {
  let parent = element;
  for (const [, close, name, attributes = "", text] of html.matchAll(/<(\/?)([\w-]+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) parseText(parent, text);
    else if (close) parent = parent.parentNode;
    else {
      const isSvg =
        name === "svg" || (parent.namespaceURI.endsWith("svg") && parent.localName !== "foreignObject");
      const child = document.createElementNS(
        isSvg ? "http://www.w3.org/2000/svg" : new FakeDomElement().namespaceURI,
        name,
      );
      for (const [, key, value = ""] of attributes.matchAll(/ ([^ =>]+)(?:="([^"]*)")?/g)) {
        child.setAttribute(key, unescaped(value));
      }
      parent.insertBefore(child, null);
      if (!VOID.test(name)) parent = child;
    }
  }
}
