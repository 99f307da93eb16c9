// The modules of the dashboard's author, for components and `script` bindings. Each is loaded separately. A fault in
// one is shown on its components and reported to the server, and does not affect the rest of the page.

import { loadScript } from "./computed.js";
import { Component, define, wordsOf } from "./element.js";
import { extras } from "./extras.js";

/** @import { Page } from "./page.js" */
/** @import { PageStart } from "./protocol.js" */

/**
 * @typedef {object} ModuleStart
 * @property {string} address  relative to the page's script
 * @property {string[]} tags  the elements that the module defines
 *
 * @typedef {object} ScriptStart  the function of a `script` binding
 * @property {number} module
 * @property {string} name
 *
 * @typedef {object} ModuleHandlers
 * @property {(address: string) => Promise<Record<string, unknown>>} load
 * @property {(tag: string) => boolean} isDefined
 * @property {(tags: readonly string[], why: string) => void} broken  these elements have no working module
 * @property {(at: number, load: () => (...inputs: any[]) => unknown) => void} script  stores the function of a `script`
 *   binding
 * @property {(module: number, why: string) => void} report
 */

/** The longest reason, in characters, that is shown on the page. Longer ones are cut. */
const REASON_LENGTH = 300;

/**
 * Loads all modules concurrently.
 * @param {{ modules: ModuleStart[], scripts: ScriptStart[] }} start
 * @param {ModuleHandlers} handlers
 * @returns {Promise<void>} resolves when each module is loaded or has failed
 */
export async function loadModules({ modules, scripts }, handlers) {
  await Promise.all(
    modules.map(async ({ address, tags }, number) => {
      const functions = scripts
        .map(({ module, name }, at) => ({ at, name, module }))
        .filter(({ module }) => module === number);
      try {
        const exported = await handlers.load(address);
        for (const { at, name } of functions) handlers.script(at, () => functionIn(exported, name));
        const missing = tags.filter((tag) => !handlers.isDefined(tag));
        if (missing.length > 0) fail(missing, `its module does not define <${missing.join(">, <")}>`);
        for (const { name } of functions) functionIn(exported, name);
      } catch (error) {
        const why = reasonOf(error);
        for (const { at } of functions) handlers.script(at, () => fails(why));
        fail(tags, why);
      }

      /** @type {(tags: readonly string[], why: string) => void} */
      function fail(tags, why) {
        handlers.broken(tags, why);
        handlers.report(number, why);
      }
    }),
  );
}

/**
 * @param {Record<string, unknown>} exported
 * @param {string} name
 */
function functionIn(exported, name) {
  const found = exported[name];
  if (typeof found === "function") return /** @type {(...inputs: any[]) => unknown} */ (found);
  return fails(`its module does not export a function \`${name}\``);
}

/**
 * @param {string} why
 * @returns {never}
 */
function fails(why) {
  throw new Error(why);
}

/**
 * The text of an error for the user: one line.
 * @param {unknown} error
 */
export function reasonOf(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, " ").slice(0, REASON_LENGTH);
}

/**
 * Reports a broken module to the server, for its log. If the report fails, the page still shows the fault.
 * @type {ModuleHandlers["report"]}
 */
function report(module, why) {
  const body = JSON.stringify({ module, why });
  const headers = { "Content-Type": "application/json" };
  fetch(new URL("../fault", import.meta.url), { method: "POST", body, headers, keepalive: true }).catch(
    () => null,
  );
}

/** @type {ModuleHandlers["load"]} */
function importModule(address) {
  return import(new URL(address, import.meta.url).href);
}

/**
 * Defines elements without a working module. They show the server's rendering, and the page treats them as attached.
 * @param {string} tag
 */
function defineBroken(tag) {
  define(tag, class extends Component {});
}

/**
 * Writes the reason on a broken component and disables its controls, because no code handles them.
 * @param {Element} element
 * @param {string} why
 */
function showBroken(element, why) {
  const said = element.querySelector(":scope > .dd-broken");
  const note = said ?? document.createElement("p");
  note.className = "dd-broken";
  note.setAttribute("role", "alert");
  note.textContent = `${wordsOf(element)} does not work. ${why}`;
  for (const child of element.children) if (child !== note) child.setAttribute("inert", "");
  element.setAttribute("data-broken", "");
  // Not append: a component with a stream overrides it.
  if (!said) element.insertBefore(note, null);
}

/**
 * @param {PageStart} start
 * @param {Page} page
 */
function loadOwnModules(start, page) {
  loadModules(start, {
    load: importModule,
    report,
    isDefined: (tag) => customElements.get(tag) !== undefined,
    broken: (tags, why) => {
      for (const tag of tags) {
        defineBroken(tag);
        page.breakElements(tag, (element) => showBroken(element, why));
      }
    },
    script: (at, load) => {
      loadScript(at, load);
      page.computeAll();
    },
  });
}

extras.starts.push(loadOwnModules);
