// Loads component modules without a DOM, to test their pure parts. The rest is tested in a browser.

globalThis.HTMLElement ??= /** @type {any} */ (class {});
globalThis.customElements ??= /** @type {any} */ ({ get: () => undefined, define: () => undefined });

/**
 * The module of a component.
 * @param {string} name
 * @returns {Promise<any>}
 */
export function loadComponent(name) {
  return import(`../../../dash-components/src/core/${name}.js`);
}
