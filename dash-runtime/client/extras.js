// Parts that only some dashboards need. Their modules register themselves here when they are loaded. The server
// includes such a module in the script only where it is needed (assets.rs), and main.js starts it with the page.

/** @import { Component, Drawn } from "./element.js" */
/** @import { ChartPast } from "./chart_past.js" */
/** @import { RecordPast } from "./record_past.js" */
/** @import { AlarmEvent } from "./alarm_past.js" */
/** @import { BindingHandlers, PageBindings } from "./bindings.js" */
/** @import { ComputedStart } from "./computed.js" */
/** @import { Holding } from "./holding.js" */
/** @import { HttpCommandEnv, HttpCommandHandlers, HttpCommands } from "./http_commands.js" */
/** @import { MissingStreams } from "./missing_streams.js" */
/** @import { Page } from "./page.js" */
/** @import { Properties } from "./properties.js" */
/** @import { PictureLink, Pictures } from "./pictures.js" */
/** @import { PageStart } from "./protocol.js" */
/** @import { Left } from "./session.js" */

/**
 * @typedef {(path: string, handlers: HttpCommandHandlers, env: HttpCommandEnv) => HttpCommands} MakeHttpCommands
 *
 * @typedef {object} Extras
 * @property {((start: PageStart, page: Page) => void)[]} starts  called when the page exists
 * @property {MakeHttpCommands} [httpCommands]
 * @property {(computed: ComputedStart[], properties: Properties, handlers: BindingHandlers) => PageBindings} [bindings]
 * @property {(holds: readonly unknown[][], size: number) => Holding} [holding]
 * @property {(send: (frame: string) => void) => MissingStreams} [missingStreams]
 * @property {(...link: PictureLink) => Pictures} [pictures]
 * @property {(base: string) => () => string} [route]  base: the address at which the dashboard is mounted; returns what
 *   tells the path of the page in the browser's address
 * @property {(element: Component, look: Drawn) => Drawn} [unseen]  draws a look later if nobody sees it, on large pages
 * @property {(element: Component, first: number) => void} [attached]  an element shows its component now
 * @property {(id: string, changed: () => void) => ChartPast | null} [past]  the past of a chart, if it is kept
 * @property {(id: string) => RecordPast | null} [records]  the past of a stream of records, if it is kept
 * @property {(element: Component) => { append: (events: AlarmEvent[], reset: boolean) => void } | null} [alarms]  the past of
 *   a list of alarms, if it is kept
 * @property {() => { take: (epoch: string) => Left | null, leave: (left: Left | null) => void }} [reload]
 */

/** @type {Extras} */
export const extras = { starts: [] };
