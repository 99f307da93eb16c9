// Modules of the author's own, of components and of `script`s. Each is loaded by itself, beside the page: what is wrong with one is
// shown on its components, told to the server, and stops nothing else.

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
