import { Component, define } from "../../../dash-runtime/client/element.js";

/** The time in milliseconds in which a file is made. If the press fails, the file of somebody else must not come later. */
const DOWNLOAD_WITHIN = 5 * 60_000;

/** `<dd-download>`: a button whose answer is a file. */
export class DdDownload extends Component {
  /** Until when a file is the one that this page has asked for. Others may ask, too. */
  #asks = Number.NEGATIVE_INFINITY;

  mount() {
    this.querySelector("button")?.addEventListener("click", () => {
      this.#asks = performance.now() + DOWNLOAD_WITHIN;
      this.send("click", null);
    });
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name !== "file" || performance.now() > this.#asks || typeof value?.id !== "string") return;
    this.#asks = Number.NEGATIVE_INFINITY;
    const link = document.createElement("a");
    // The URL is relative to this script, so it is right wherever the dashboard is mounted.
    link.href = new URL(`../file/${value.id}`, import.meta.url).href;
    link.download = String(value.name);
    link.click();
  }
}

define("dd-download", DdDownload);
