// Parts that only some dashboards need. Their modules register themselves here when they are loaded. The server
// includes such a module in the script only where it is needed (assets.rs), and main.js starts it with the page.

/** @import { Component } from "./element.js" */
/** @import { Holding } from "./holding.js" */
/** @import { HttpCommandEnv, HttpCommandHandlers, HttpCommands } from "./http_commands.js" */
/** @import { Page } from "./page.js" */
/** @import { PageStart } from "./protocol.js" */
/** @import { Left } from "./session.js" */

/**
 * @typedef {(path: string, handlers: HttpCommandHandlers, env: HttpCommandEnv) => HttpCommands} MakeHttpCommands
 *
 * @typedef {object} Extras
 * @property {((start: PageStart, page: Page) => void)[]} starts  called when the page exists
 * @property {MakeHttpCommands} [httpCommands]
 * @property {(safe: ReadonlyMap<number, unknown>, size: number) => Holding} [holding]
 * @property {(element: Component, first: number) => void} [attached]  an element shows its component now
 * @property {() => { take: (epoch: string) => Left | null, leave: (left: Left | null) => void }} [reload]
 */

/** @type {Extras} */
export const extras = { starts: [] };
