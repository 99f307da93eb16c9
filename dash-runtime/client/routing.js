// The addresses of the pages of a dashboard with several pages.

import { extras } from "./extras.js";

/** The attribute of a link to a page of the dashboard: its path. */
export const ROUTE = "data-route";

/** The path at which the dashboard is mounted, with a trailing slash. */
let routeBase = "/";

extras.route = (base) => {
  routeBase = new URL(base, document.baseURI).pathname;
  return currentRoute;
};

/**
 * The address of a page of the dashboard.
 * @param {string} path
 */
export function routeAddress(path) {
  return routeBase + path.replace(/^\/+/, "");
}

/** The path of the page in the browser's address. */
export function currentRoute() {
  return `/${location.pathname.slice(routeBase.length)}`;
}

/** Marks the links to the current page. */
export function markLinks() {
  const here = currentRoute();
  for (const link of document.querySelectorAll(`a[${ROUTE}]`)) {
    if (link.getAttribute(ROUTE) === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
