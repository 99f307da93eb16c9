// The streams that the page shows now, and whose items were not in its document.

import { extras } from "./extras.js";

/** @typedef {ReturnType<typeof createMissingStreams>} MissingStreams */

/** @param {(frame: string) => void} send  does nothing while there is no connection */
export function createMissingStreams(send) {
  /** @type {Set<number>} */
  const missing = new Set();
  /** @param {number} p */
  const ask = (p) => send(JSON.stringify({ t: "stream", p }));
  return {
    ask: (/** @type {number} */ p) => {
      missing.add(p);
      ask(p);
    },
    /** The last connection may have lost the question or the answer. */
    askAgain: () => missing.forEach(ask),
    /** All items have come. @type {(p: number) => boolean} */
    came: (p) => missing.delete(p),
  };
}

extras.missingStreams = createMissingStreams;
