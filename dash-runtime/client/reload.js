// After a reload the page is the same client, on dashboards that want that. The page leaves its session in the storage
// of its tab when it goes, and the next page takes it. A copy of a living tab finds nothing there, so that no two pages
// have one session.

import { extras } from "./extras.js";

/** @import { Left } from "./session.js" */

/**
 * @param {() => Storage} storage  may throw: a browser may forbid it, as for a frame of another page
 * @param {string} base  the address of the dashboard: one tab may visit several
 */
export function createReload(storage, base) {
  const key = `dash-session ${base}`;
  return {
    /**
     * What the last page of this tab has left, once.
     * @param {string} epoch  the run of the server: another run does not know the session
     * @returns {Left | null}
     */
    take(epoch) {
      try {
        const left = JSON.parse(storage().getItem(key) ?? "null");
        storage().removeItem(key);
        if (left?.epoch !== epoch || typeof left.session !== "string") return null;
        return { epoch, session: left.session, turn: Number(left.turn) || 0 };
      } catch {
        // Then a reload is a new client.
        return null;
      }
    },

    /** @param {Left | null} left */
    leave(left) {
      try {
        if (left) storage().setItem(key, JSON.stringify(left));
      } catch {
        // Then too.
      }
    },
  };
}

extras.reload = () => createReload(() => sessionStorage, document.baseURI);
