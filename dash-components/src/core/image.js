import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";

/** Delay in milliseconds before the newest picture is tried again after a picture could not be loaded. */
const IMAGE_AGAIN = 1_000;

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
  #queue = new ImageQueue((id) => {
    const picture = this.#picture();
    // The URL is relative to this script, so it is right wherever the dashboard is mounted.
    if (picture) picture.src = new URL(`../picture/${id}`, import.meta.url).href;
  });

  /** @returns {HTMLImageElement | null} */
  #picture() {
    return this.querySelector(".dd-image-picture");
  }

  mount() {
    const picture = this.#picture();
    if (!picture) return;
    picture.onload = () => this.#show(this.#queue.loaded());
    picture.onerror = () => {
      if (this.#queue.failed()) setTimeout(() => this.#queue.again(), IMAGE_AGAIN);
    };
    this.update("source");
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
    const none = this.querySelector(".dd-image-none");
    if (none) none.textContent = this.props.source ? "The picture is loading." : "No picture.";
  }
}

define("dd-image", DdImage);
