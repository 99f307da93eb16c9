import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";

/** Delay in milliseconds before the newest picture is tried again after a picture could not be loaded. */
const IMAGE_AGAIN = 1_000;

/** The attribute with the address of a picture. */
const ADDRESS = "src";

/**
 * Decides which picture to load next. It loads one picture at a time, then the newest, and skips those in between.
 */
export class ImageQueue {
  /** @type {string | null} the picture to show */
  #wanted = null;
  /** @type {string | null} the picture that is loading */
  #loading = null;
  #load;

  /**
   * @param {(id: string) => void} load  starts to load a picture; its end must be reported with `loaded` or `failed`
   */
  constructor(load) {
    this.#load = load;
  }

  /** @param {string | null} id  null: no picture */
  want(id) {
    this.#wanted = id;
    this.#next();
  }

  /** @returns {boolean} whether the loaded picture may be shown */
  loaded() {
    const done = this.#loading;
    this.#loading = null;
    const wanted = this.#wanted;
    if (done === wanted) this.#wanted = null;
    else this.#next();
    return wanted !== null;
  }

  /** @returns {boolean} whether to try again after a delay: no newer picture has arrived */
  failed() {
    const done = this.#loading;
    this.#loading = null;
    if (this.#wanted === done) return true;
    this.#next();
    return false;
  }

  /** Loads the newest picture again. */
  again() {
    this.#next();
  }

  #next() {
    if (this.#loading !== null || this.#wanted === null) return;
    this.#loading = this.#wanted;
    this.#load(this.#wanted);
  }
}

/** `<dd-image>`: the newest picture. */
export class DdImage extends Component {
  #queue = new ImageQueue((id) => this.#load(id));
  /** Whether the newest picture could not be loaded. */
  #late = false;

  /** @returns {HTMLImageElement | null} */
  #picture() {
    return this.querySelector(".dd-image-picture");
  }

  connectedCallback() {
    super.connectedCallback();
    this.#queue.again();
  }

  mount() {
    const picture = this.#picture();
    if (!picture) return;
    // The picture that the server has rendered may be gone since.
    if (picture.getAttribute("src")) picture.decode().catch(() => this.#hideBroken(picture));
    this.update("source");
  }

  /**
   * Loads a picture beside the one that is shown, which stays until the new one is complete. With one element for both, a
   * picture that cannot be loaded would leave the browser's sign for a broken one.
   * @param {string} id
   */
  #load(id) {
    const picture = this.#picture();
    if (!picture) return;
    // Not a clone: it would begin with the address of the picture before. Firefox then tells that this one has loaded, and
    // the new one, which may never come, would be shown.
    const next = document.createElement("img");
    for (const { name, value } of picture.attributes) if (name !== ADDRESS) next.setAttribute(name, value);
    // Without it, the browser may draw nothing at first in the place of the picture before.
    next.decoding = "sync";
    next.onload = () => {
      this.#late = false;
      const shown = this.#queue.loaded();
      this.#picture()?.replaceWith(next);
      this.#show(shown);
    };
    next.onerror = () => {
      if (!this.#queue.failed()) return;
      this.#late = true;
      this.#tell();
      setTimeout(() => {
        if (this.isConnected) this.#queue.again();
      }, IMAGE_AGAIN);
    };
    // The URL is relative to this script, so it is right wherever the dashboard is mounted.
    next.src = new URL(`../picture/${id}`, import.meta.url).href;
  }

  /** @param {HTMLImageElement} picture */
  #hideBroken(picture) {
    if (this.#picture() === picture && picture.naturalWidth === 0) this.#show(false);
  }

  /** @param {string} name */
  update(name) {
    const { source, label, width, height } = this.props;
    if (name === "source") {
      const id = typeof source?.id === "string" ? source.id : null;
      this.#queue.want(id);
      if (id === null) this.#show(false);
    } else if (name === "label") {
      const caption = this.querySelector(".dd-image-label");
      if (caption) caption.textContent = label;
      const picture = this.#picture();
      if (picture) picture.alt = label || wordsOf(this);
    } else {
      this.querySelector(".dd-image-room")?.setAttribute("viewBox", `0 0 ${width} ${height}`);
    }
  }

  /** @param {boolean} shown */
  #show(shown) {
    const picture = this.#picture();
    if (picture) picture.hidden = !shown;
    this.#tell();
  }

  /** Says why there is no picture, or an old one. */
  #tell() {
    const { source } = this.props;
    if (!source) this.#late = false;
    this.querySelector(".dd-image-frame")?.toggleAttribute("data-late", this.#late);
    const none = this.querySelector(".dd-image-none");
    const why = this.#late ? "The newest picture could not be loaded." : "The picture is loading.";
    if (none) none.textContent = source ? why : "No picture.";
  }
}

define("dd-image", DdImage);
