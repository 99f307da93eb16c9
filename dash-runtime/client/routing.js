// Where the pages of a dashboard with several are.

/** The attribute of a link to a page of the dashboard: its path. */
export const ROUTE = "data-route";

/** The path that the dashboard is mounted at, with a slash at its end. */
let routeBase = "/";

/** @param {string} base */
export function setRouteBase(base) {
  routeBase = base;
}

/**
 * Where a page of the dashboard is.
 * @param {string} path
 */
export function routeAddress(path) {
  return routeBase + path.replace(/^\/+/, "");
}

/** The path of the page that the browser's address is of. */
export function currentRoute() {
  return `/${location.pathname.slice(routeBase.length)}`;
}

/** The links that lead to where the page is say so. */
export function markLinks() {
  const here = currentRoute();
  for (const link of document.querySelectorAll(`a[${ROUTE}]`)) {
    if (link.getAttribute(ROUTE) === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}
