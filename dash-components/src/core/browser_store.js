import { Component, define } from "../../../dash-runtime/client/element.js";

/** The longest text in bytes that the server takes. */
const LONGEST = 65_536;

/**
 * Where a value is kept. null: nowhere beyond the page.
 * @param {string} place
 * @returns {Storage | null}  may throw: a browser may forbid it
 */
function storageOf(place) {
  if (place === "browser") return localStorage;
  return place === "tab" ? sessionStorage : null;
}

/** `<dd-browser-store>`: a value that the browser keeps. */
export class DdBrowserStore extends Component {
  /** What is kept in the page, if nothing else keeps it. */
  #own = "";
  #listening = new AbortController();

  mount() {
    this.#listen();
    this.#bring();
  }

  /** Where a browser cannot move an element, a list of rows takes it away and puts it back. */
  connectedCallback() {
    super.connectedCallback();
    if (this.#listening.signal.aborted) this.#listen();
  }

  disconnectedCallback() {
    this.#listening.abort();
    super.disconnectedCallback();
  }

  #listen() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    // Another tab has changed what the browser keeps. `key` is null if all was cleared.
    const changed = (/** @type {StorageEvent} */ { key, storageArea }) => {
      const isOurs = this.props.place === "browser" && storageArea === localStorage;
      if (isOurs && (key === null || key === this.#key)) this.#bring();
    };
    addEventListener("storage", changed, { signal });
  }

  /** One browser may visit several dashboards at one host. */
  get #key() {
    return `dash-kept ${document.baseURI} ${this.id}`;
  }

  /** Tells the server what is kept. */
  #bring() {
    const text = this.#try((storage) => storage.getItem(this.#key) ?? "") ?? this.#own;
    const isTooLong = new TextEncoder().encode(text).length > LONGEST;
    if (isTooLong) this.#fail("what the browser keeps is too long");
    this.#own = isTooLong ? "" : text;
    if (this.props.value !== this.#own) this.send("value", this.#own);
  }

  /** @param {string} text */
  #keep(text) {
    this.#own = text;
    this.#try((storage) => {
      if (text === "") storage.removeItem(this.#key);
      // Writing tells the other tabs.
      else if (storage.getItem(this.#key) !== text) storage.setItem(this.#key, text);
    });
  }

  /**
   * Runs `run` with what keeps the value, and tells if that fails.
   * @template T
   * @param {(storage: Storage) => T} run
   * @returns {T | undefined}
   */
  #try(run) {
    try {
      const storage = storageOf(this.props.place);
      const result = storage ? run(storage) : undefined;
      this.#fail("");
      return result;
    } catch (error) {
      this.#fail(`the browser does not keep it: ${error instanceof Error ? error.name : error}`);
      return undefined;
    }
  }

  /** @param {string} why */
  #fail(why) {
    if (this.props.fault !== why) this.send("fault", why);
  }

  /**
   * @param {string} name
   * @param {string | null} value
   */
  update(name, value) {
    if (name !== "value") return;
    // A server that has started again does not know it.
    if (value === null) this.#bring();
    else this.#keep(value);
  }
}

define("dd-browser-store", DdBrowserStore);
