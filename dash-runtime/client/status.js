// The page's messages: a banner while the connection is not good, and a short list of failed commands and of messages
// from the server.

import { formatAge } from "./format.js";

/** @import { LinkState } from "./link_state.js" */
/** @import { Transport } from "./transport.js" */

/** The time for which a message is shown, in milliseconds. */
const TOAST_TIME = 10_000;
/** The largest number of messages. More would hide the dashboard. */
const TOASTS = 4;

export class Status {
  #document;
  #now;
  #again;
  #header;
  #toasts;
  #notes;
  #timer = 0;
  /** @type {Map<string, { node: HTMLElement, times: number }>} the messages on the screen */
  #failures = new Map();

  /**
   * @param {Document} document
   * @param {() => number} now
   * @param {() => void} again  called when the user wants to reconnect
   */
  constructor(document, now, again) {
    this.#document = document;
    this.#now = now;
    this.#again = again;
    const header = document.getElementById("dd-status");
    this.#header = header ?? document.body.appendChild(this.#make("div", "", ""));
    this.#header.setAttribute("role", "status");
    this.#toasts = document.body.appendChild(this.#make("div", "dd-toasts", ""));
    // Created at the start, because screen readers announce only what is added to an existing log. A log is announced
    // politely, unlike an alert.
    this.#notes = this.#toasts.appendChild(this.#make("div", "dd-notes", ""));
    this.#notes.setAttribute("role", "log");
    this.#notes.setAttribute("aria-label", "Messages");
  }

  /**
   * @param {LinkState} state
   * @param {number} heard  the time at which the server was last heard
   * @param {Transport} transport  not shown, only set as an attribute
   * @param {string} why  the server's reason for disconnecting the page, or why the values are old; may be empty
   */
  link(state, heard, transport, why) {
    this.#document.documentElement.setAttribute("data-link", state);
    this.#document.documentElement.setAttribute("data-way", transport);
    clearInterval(this.#timer);
    const lost = state === "lost" || state === "disconnected";
    if (lost) this.#asOf(this.#now() - heard);
    if (state === "lost") {
      const age = this.#make("span", "dd-status-age", "");
      // It changes every second, so screen readers must not announce it.
      age.setAttribute("aria-hidden", "true");
      const tick = () => {
        age.textContent = formatAge(this.#now() - heard);
      };
      tick();
      this.#timer = setInterval(tick, 1000);
      this.#banner(why || "No connection. The values are the last ones known.", age);
    } else if (state === "restarted") {
      this.#banner("The server was restarted. The page shows its new values.");
    } else if (state === "disconnected") {
      const button = this.#make("button", "", "Connect again");
      button.setAttribute("type", "button");
      button.addEventListener("click", () => this.#again());
      this.#banner(
        this.#make("span", "", why ? `Disconnected: ${why}` : "The server has disconnected this page."),
        button,
      );
    } else {
      this.#header.replaceChildren();
    }
  }

  /**
   * Gives the stylesheet the time of the last values, for alarms. Only words of the program are quoted, so nothing has to
   * be escaped.
   * @param {number} age  in milliseconds
   */
  #asOf(age) {
    // By its specification it begins with the local time, as 08:05:09.
    const time = new Date(Date.now() - age).toTimeString().slice(0, 8);
    this.#document.documentElement.style.setProperty("--dd-as-of", `"as of ${time}"`);
  }

  /** The page cannot work. Its values are those from when it was loaded. */
  broken() {
    this.#document.documentElement.setAttribute("data-link", "lost");
    this.#banner("This page can't be kept up to date. Load it again.");
  }

  /**
   * Shows a command that did not succeed. If the same message is already shown, it only gets a count.
   * @param {string} label  of the control
   * @param {string} outcome
   * @param {string} text
   */
  failure(label, outcome, text) {
    const message = `${outcome}: ${text}`;
    const shown = this.#failures.get(label + message);
    if (shown?.node.isConnected) {
      shown.times += 1;
      shown.node.textContent = `${message} (${shown.times}×)`;
      return;
    }
    const node = this.#make("span", "", message);
    const dismiss = () => {
      toast.remove();
      this.#failures.delete(label + message);
    };
    const toast = this.#toast(label, node, dismiss);
    toast.setAttribute("role", "alert");
    setTimeout(dismiss, TOAST_TIME);
    this.#failures.set(label + message, { node, times: 1 });
    this.#toasts.append(toast);
    // The first child is the list of notes.
    if (this.#toasts.children.length > 1 + TOASTS) this.#toasts.children[1]?.remove();
  }

  /**
   * Shows a message from the server. It stays until the user closes it, because the reading time is unknown.
   * @param {string} text
   */
  note(text) {
    const toast = this.#toast("Message", this.#make("span", "", text), () => toast.remove());
    toast.classList.add("dd-note");
    this.#notes.append(toast);
    if (this.#notes.children.length > TOASTS) this.#notes.firstElementChild?.remove();
  }

  /**
   * @param {string} title
   * @param {HTMLElement} body
   * @param {() => void} dismiss
   */
  #toast(title, body, dismiss) {
    const close = this.#make("button", "dd-toast-close", "×");
    close.setAttribute("type", "button");
    close.setAttribute("aria-label", "Dismiss");
    close.addEventListener("click", dismiss);
    const toast = this.#make("div", "dd-toast", "");
    toast.append(this.#make("strong", "", title), body, close);
    return toast;
  }

  /** @param {(string | Node)[]} parts */
  #banner(...parts) {
    this.#header.hidden = false;
    this.#header.replaceChildren(...parts);
  }

  /**
   * @param {string} tag
   * @param {string} className
   * @param {string} text
   */
  #make(tag, className, text) {
    const node = this.#document.createElement(tag);
    if (className) node.className = className;
    node.textContent = text;
    return node;
  }
}
