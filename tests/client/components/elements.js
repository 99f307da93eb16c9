// Lets the component files be loaded where there is no DOM: their pure parts are tested here, the rest in a browser.

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
