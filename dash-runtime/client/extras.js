// What only some dashboards need. A module that puts itself in here when it is loaded is a part of the script only where the server
// says so (assets.rs); main.js starts it with the page.

/** @import { HttpCommandEnv, HttpCommandHandlers, HttpCommands } from "./http_commands.js" */
/** @import { Page } from "./page.js" */
/** @import { PageStart } from "./protocol.js" */

/**
 * @typedef {(path: string, handlers: HttpCommandHandlers, env: HttpCommandEnv) => HttpCommands} MakeHttpCommands
 *
 * @typedef {object} Extras
 * @property {((start: PageStart, page: Page) => void)[]} starts  called when the page is there
 * @property {MakeHttpCommands} [httpCommands]
 */

/** @type {Extras} */
export const extras = { starts: [] };
