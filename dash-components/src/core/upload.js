import { Component, define } from "../../../dash-runtime/client/element.js";

/** A size for people. @param {number} bytes */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  const at = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const size = bytes / 1000 ** at;
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[at - 1]}`;
}

/**
 * Why a file is not sent. Null: it is.
 * @param {{ name: string, size: number }} file
 * @param {{ max_bytes: number, accept: string }} bounds
 */
export function refusalOf({ name, size }, { max_bytes: most, accept }) {
  const endings = accept
    .split(",")
    .map((ending) => ending.trim().toLowerCase())
    .filter(Boolean);
  if (endings.length > 0 && !endings.some((ending) => name.toLowerCase().endsWith(ending)))
    return `only ${endings.join(", ")}`;
  return size > most ? `larger than ${sizeOf(most)}` : null;
}

/** `<dd-upload>`: sends a file. */
export class DdUpload extends Component {
  /** @type {XMLHttpRequest | null} */
  #request = null;

  mount() {
    const field = this.#field;
    field?.addEventListener("change", () => {
      const file = field.files?.[0];
      if (file) this.#begin(file);
      // The same file can be chosen again.
      field.value = "";
    });
    this.#cancel?.addEventListener("click", () => this.#request?.abort());
  }

  disconnectedCallback() {
    // Where a browser cannot move an element, a list of rows takes it away and puts it back at once.
    queueMicrotask(() => this.isConnected || this.#request?.abort());
    super.disconnectedCallback();
  }

  get #field() {
    return this.querySelector("input");
  }

  get #progress() {
    return this.querySelector("progress");
  }

  /** @returns {HTMLButtonElement | null} */
  get #cancel() {
    return this.querySelector(".dd-upload-cancel");
  }

  /** @param {File} file */
  #begin(file) {
    const refusal = refusalOf(file, { max_bytes: this.props.max_bytes, accept: this.props.accept });
    if (refusal !== null) {
      this.#tell(`${file.name} is not sent: ${refusal}.`, true);
      return;
    }
    this.#request?.abort();
    // `fetch` does not tell how far an upload is.
    const request = new XMLHttpRequest();
    this.#request = request;
    // The URL is relative to this script, so it is right wherever the dashboard is mounted.
    const address = new URL(`../upload/${encodeURIComponent(this.id)}/received`, import.meta.url);
    address.searchParams.set("name", file.name);
    request.open("POST", address);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      this.#show(file, total > 0 ? loaded / total : 0),
    );
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 200 && typeof response?.id === "string") {
        this.#tell(`${file.name}, ${sizeOf(file.size)}: sent.`, false);
        this.send("received", { id: response.id });
      } else this.#tell(`${file.name} was refused: ${response?.why ?? `status ${status}`}.`, true);
    });
    request.addEventListener("error", () => this.#tell(`${file.name} was not sent: no connection.`, true));
    request.addEventListener("abort", () => this.#tell(`${file.name} was not sent: cancelled.`, true));
    request.addEventListener("loadend", () => {
      if (this.#request === request) this.#end();
    });
    this.#show(file, 0);
    request.send(file);
  }

  /** @param {File} file  @param {number} share */
  #show(file, share) {
    const [progress, cancel] = [this.#progress, this.#cancel];
    if (progress) [progress.hidden, progress.value] = [false, share];
    if (cancel) cancel.hidden = false;
    progress?.setAttribute("aria-label", `${file.name} is sent`);
    this.#tell(`${file.name}: ${Math.round(share * 100)} % of ${sizeOf(file.size)}`, false);
  }

  #end() {
    this.#request = null;
    const [progress, cancel] = [this.#progress, this.#cancel];
    if (progress) progress.hidden = true;
    if (cancel) cancel.hidden = true;
  }

  /** @param {string} text  @param {boolean} isBad */
  #tell(text, isBad) {
    const note = this.querySelector(".dd-upload-note");
    if (note) note.textContent = text;
    note?.toggleAttribute("data-tone-bad", isBad);
  }
}

define("dd-upload", DdUpload);
