// Says in words why a value is not good. A page loads this module with its first such value (element.js), so that no page
// pays for it before. It is a file of its own, which cannot import parts of the page's script.

/**
 * @typedef {(element: Element) => string} WordsOf  what a component without a label is called
 * @typedef {(element: Element, name: string, value: string | null) => void} Write  writes or removes an attribute
 */

/** What can be operated, so its own name must stay. */
const CONTROLS = "input,button,select,textarea";
/** Elements that hold other components, which have marks of their own. */
const HOLDERS = "dd-rows,dd-container,dd-router";
/** The first words of what is heard instead of a bad value. */
const NONE = "no value: ";

/** The reason, in a badge that a pointer, a finger or the focus opens. */
const STYLE = `
[data-bad]:not([data-failed], [data-refused], ${HOLDERS}):is(:hover, :focus, :focus-within)::before {
  z-index: 3;
  inset: 100% auto auto 0;
  width: max-content;
  max-width: min(20rem, 100%);
  height: auto;
  padding: var(--dd-space-1) var(--dd-space-2);
  border-radius: var(--dd-radius);
  content: "No value: " attr(data-bad) / "";
  font-size: 0.8125rem;
  font-weight: 500;
  line-height: 1.25rem;
  overflow-wrap: anywhere;
  white-space: normal;
}`;

if (globalThis.document?.adoptedStyleSheets) {
  // The page's policy allows sheets that a script makes, and forbids elements with style.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  document.adoptedStyleSheets.push(sheet);
}

/** What a screen reader says for good values. @type {WeakMap<Element, string | null>} */
const ownTexts = new WeakMap();

/** Of elements with a bad value: what they draw again looks like a good value. @type {Map<Element, MutationObserver>} */
const watches = new Map();

/**
 * Says of these elements what `data-bad` and `data-refused` have, or that their value is good again.
 * @param {Set<Element>} elements  is empty afterwards
 * @param {WordsOf} wordsOf
 * @param {Write} write
 */
export function tell(elements, wordsOf, write) {
  for (const element of elements) {
    tellBad(element, wordsOf, write);
    tellRefused(element);
  }
  elements.clear();
  for (const element of watches.keys()) if (!element.isConnected) unwatch(element);
}

/**
 * What is heard instead of the old value is the same as in the server's rendering (`Tag::bad` in
 * dash-runtime/src/view/html.rs).
 * @param {Element} element
 * @param {WordsOf} wordsOf
 * @param {Write} write
 */
function tellBad(element, wordsOf, write) {
  const bad = element.getAttribute("data-bad");
  // The element is heard as it is drawn.
  if (bad === null && !element.getAttribute("aria-label")?.includes(NONE)) return;
  const said = bad === null ? null : NONE + bad;
  const { label } = /** @type {{ props?: { label?: unknown } }} */ (element).props ?? {};
  const name = label || wordsOf(element);
  const isHolder = element.matches(HOLDERS);
  const isGroup = isHolder || element.querySelector(`${CONTROLS},a[href],[tabindex]`) !== null;
  // Its content is not heard, so the old value is not either. It takes the focus, so that keys reach the reason.
  write(element, "role", said && (isGroup ? "group" : "img"));
  write(element, "tabindex", said && !isGroup ? "0" : null);
  write(element, "aria-label", said && `${name}, ${said}`);
  if (isHolder) return;
  hideContent(element, said !== null && !isGroup, write);
  tellControls(element, said, write);
  if (said === null) unwatch(element);
  else watch(element, () => tellBad(element, wordsOf, write));
}

/**
 * @param {Element} element
 * @param {boolean} hides  whether what is in it is not heard
 * @param {Write} write
 */
function hideContent(element, hides, write) {
  for (const child of element.children) {
    // What is never heard stays so. `inert` alone does nothing for a drawing.
    if (hides === child.hasAttribute("inert") || (hides && child.hasAttribute("aria-hidden"))) continue;
    write(child, "aria-hidden", hides ? "true" : null);
    write(child, "inert", hides ? "" : null);
  }
}

/**
 * @param {Element} element
 * @param {string | null} said
 * @param {Write} write
 */
function tellControls(element, said, write) {
  for (const control of element.querySelectorAll(CONTROLS)) write(control, "aria-description", said);
  for (const one of element.querySelectorAll("[aria-valuetext]")) {
    const text = one.getAttribute("aria-valuetext");
    if (!text?.startsWith(NONE)) ownTexts.set(one, text);
    write(one, "aria-valuetext", said ?? ownTexts.get(one) ?? null);
  }
}

/** @param {Element} element @param {() => void} run */
function watch(element, run) {
  if (watches.has(element)) return;
  const observer = new MutationObserver(run);
  observer.observe(element, { subtree: true, childList: true, attributeFilter: ["aria-valuetext"] });
  watches.set(element, observer);
}

/** @param {Element} element */
function unwatch(element) {
  watches.get(element)?.disconnect();
  watches.delete(element);
}

/**
 * Shows what was refused in words under the control.
 * @param {Element} element
 */
function tellRefused(element) {
  const refused = element.getAttribute("data-refused");
  const shown = element.querySelector(":scope > .dd-refused");
  if (refused === null) {
    shown?.remove();
    return;
  }
  const words = shown ?? document.createElement("span");
  words.className = "dd-refused";
  words.setAttribute("role", "status");
  // A screen reader reads what is added to an existing status.
  if (!shown) element.insertBefore(words, null);
  // A text that is written again is read again.
  if (words.textContent !== refused) words.textContent = refused;
}
