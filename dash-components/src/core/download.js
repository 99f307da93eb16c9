import { Component, define } from "../../../dash-runtime/client/element.js";

/** `<dd-download>`: a button whose answer is a file. */
export class DdDownload extends Component {
  /** Whether this page has asked for the file. Others may have, too. */
  #asks = false;

  mount() {
    this.querySelector("button")?.addEventListener("click", () => {
      this.#asks = true;
      this.send("click", null);
    });
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name !== "file" || !this.#asks || typeof value?.id !== "string") return;
    this.#asks = false;
    const link = document.createElement("a");
    // The URL is relative to this script, so it is right wherever the dashboard is mounted.
    link.href = new URL(`../file/${value.id}`, import.meta.url).href;
    link.download = String(value.name);
    link.click();
  }
}

define("dd-download", DdDownload);
