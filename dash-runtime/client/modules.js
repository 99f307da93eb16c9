// Modules of the author's own, of components and of `script`s. Each is loaded by itself, beside the page: what is wrong with one is
// shown on its components, told to the server, and stops nothing else.

import { loadScript } from "./computed.js";
import { Component, define, wordsOf } from "./element.js";
import { extras } from "./extras.js";

/** @import { Page } from "./page.js" */
/** @import { PageStart } from "./protocol.js" */

/**
 * @typedef {object} ModuleStart
 * @property {string} address  beside the page's script
 * @property {string[]} tags  the elements that it defines
 *
 * @typedef {object} ScriptStart  the function of a `script`
 * @property {number} module
 * @property {string} name
 *
 * @typedef {object} ModuleHandlers
 * @property {(address: string) => Promise<Record<string, unknown>>} load
 * @property {(tag: string) => boolean} isDefined
 * @property {(tags: readonly string[], why: string) => void} broken  these elements do not work
 * @property {(at: number, load: () => (...inputs: any[]) => unknown) => void} script  the function of a `script`
 * @property {(module: number, why: string) => void} report
 */

/** Longer reasons are cut off: a person reads them on the page. */
const REASON_LENGTH = 300;

/**
 * Loads all of them at the same time.
 * @param {{ modules: ModuleStart[], scripts: ScriptStart[] }} start
 * @param {ModuleHandlers} handlers
 * @returns {Promise<void>} when the last one is there or has failed
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
 * What a person reads of an error: one line.
 * @param {unknown} error
 */
export function reasonOf(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, " ").slice(0, REASON_LENGTH);
}

/**
 * Tells the server, for its log, that a module does not work. If that does not get through, it is on the page all the same.
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
 * Elements of this name have no module that works: they show what the server has rendered. The page is told of them all the same.
 * @param {string} tag
 */
function defineBroken(tag) {
  define(tag, class extends Component {});
}

/**
 * Writes on a component that it does not work, and takes its controls out of reach: nobody listens to them.
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
  // Not append, which a component with a stream has for itself.
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
