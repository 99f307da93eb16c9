// The list of a relay while it is open: what changes, and the search.
//
// The server has drawn the list, and draws each row that gets another shape. This script puts it at its place. So the list
// looks the same without the script.

/** @typedef {string | [string, Record<string, string>, TreeNode[]]} TreeNode */

/**
 * @typedef {object} News
 * @property {string} count How many devices there are.
 * @property {string | null} broker Why the list may be old.
 * @property {boolean} [whole] Whether `rows` has all devices.
 * @property {[string, TreeNode[], string | null][]} [rows] Devices by their names, as elements, with the name of the next one.
 * @property {[string, string[]][]} [values] The texts of the values of devices.
 * @property {[string, string][]} [states] Since when devices are cut off.
 */

/** The relay says something at least every 5 s. After this time in milliseconds, the connection is lost. */
const SILENCE = 15_000;

/** @template {Element} T @param {ParentNode} within @param {string} selector @param {new () => T} type */
function find(within, selector, type) {
  const found = within.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`the list has no ${selector}`);
  return found;
}

const list = find(document, ".dd-fleet", HTMLUListElement);
const count = find(document, ".dd-fleet-count", HTMLElement);
const broker = find(document, ".dd-fleet-broker", HTMLElement);
const none = find(document, ".dd-fleet-none", HTMLElement);
const told = find(document, "#dd-status", HTMLElement);
const form = find(document, ".dd-fleet-search", HTMLFormElement);
const field = find(form, "input", HTMLInputElement);

/** The rows by the names of their devices. @type {Map<string, HTMLLIElement>} */
const rows = new Map();
for (const row of list.querySelectorAll("li")) rows.set(row.dataset.name ?? "", row);

/** Sets a text, if it is another one: the browser lays out only what has changed. */
function say(/** @type {Element | null | undefined} */ element, /** @type {string} */ text) {
  if (element && element.textContent !== text) element.textContent = text;
}

// ---- The search. ----

/** @returns {string[]} */
function words() {
  return field.value.toLowerCase().split(/\s+/).filter(Boolean);
}

function filterRow(/** @type {HTMLLIElement} */ row, wanted = words()) {
  const text = row.dataset.find ?? "";
  row.hidden = !wanted.every((word) => text.includes(word));
}

function filter() {
  const wanted = words();
  for (const row of rows.values()) filterRow(row, wanted);
  tellNone();
}

function tellNone() {
  none.hidden = [...rows.values()].some((row) => !row.hidden);
  if (rows.size > 0) say(none, "No device has these words in its name or title.");
}

form.querySelector("button")?.remove();
field.addEventListener("input", () => {
  filter();
  // A link to this list has the same search.
  const address = new URL(location.href);
  if (field.value) address.searchParams.set("q", field.value);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
});
form.addEventListener("submit", (event) => event.preventDefault());
// The browser may have kept another text than the address has.
filter();

// ---- What changes. ----

/**
 * Makes an element from data. What a device says is text, whatever is in it.
 * @param {TreeNode} node
 * @returns {Node}
 */
function build(node) {
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, attributes, children] = node;
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(build));
  return element;
}

/** Puts a row at its place. */
function put(/** @type {string} */ name, /** @type {TreeNode[]} */ nodes, /** @type {string | null} */ next) {
  const [row] = nodes.map(build);
  if (!(row instanceof HTMLLIElement)) return;
  filterRow(row);
  const before = rows.get(name);
  rows.set(name, row);
  if (before) {
    const hadFocus = before.contains(document.activeElement);
    before.replaceWith(row);
    if (hadFocus) row.querySelector("a")?.focus();
    return;
  }
  list.insertBefore(row, (next !== null && rows.get(next)) || null);
}

function apply(/** @type {News} */ news) {
  say(count, news.count);
  broker.hidden = news.broker === null;
  say(broker, news.broker ?? "");
  if (news.whole) {
    // This page may have devices from another run of the relay, which has started again without them.
    const all = new Set((news.rows ?? []).map(([name]) => name));
    for (const [name, row] of rows) {
      if (all.has(name)) continue;
      row.remove();
      rows.delete(name);
    }
  }
  // From the last one, so that the next one of each is there.
  for (const [name, nodes, next] of (news.rows ?? []).reverse()) put(name, nodes, next);
  if (news.rows || news.whole) tellNone();
  for (const [name, texts] of news.values ?? []) {
    const shown = rows.get(name)?.querySelectorAll(".dd-fleet-text");
    texts.forEach((text, at) => {
      say(shown?.[at], text);
    });
  }
  for (const [name, state] of news.states ?? []) say(rows.get(name)?.querySelector(".dd-fleet-state"), state);
}

/** The connection, while the page is visible. @type {EventSource | undefined} */
let source;
let since = list.dataset.since ?? "";
/** @type {number | undefined} */
let timer;

/** Connects again after a silence. The browser does so by itself only after some errors. */
function expect() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    lose();
    look();
  }, SILENCE);
}

/** Nothing is drawn as live without a connection. */
function lose() {
  document.documentElement.dataset.link = "lost";
  say(told, "This page has lost its connection to the relay. It shows the last values, and tries again.");
}

function connect() {
  source?.close();
  source = new EventSource(`${list.dataset.live}?since=${since}`);
  source.addEventListener("message", (event) => {
    since = event.lastEventId;
    document.documentElement.dataset.link = "live";
    say(told, "");
    expect();
    apply(JSON.parse(event.data));
  });
  source.addEventListener("error", lose);
}

function look() {
  if (document.visibilityState === "visible") {
    expect();
    connect();
  } else {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }
}

document.addEventListener("visibilitychange", look);
look();
