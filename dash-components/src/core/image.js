import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";

/** After a picture could not be loaded, so long until the newest one is tried again. */
const IMAGE_AGAIN = 1_000;

/**
 * Which picture to load next: never more than one at a time, and always the newest. Those that come meanwhile are skipped.
 */
export class ImageQueue {
  /** @type {string | null} what should be shown */
  #wanted = null;
  /** @type {string | null} what is being loaded */
  #loading = null;
  #load;

  /** @param {(id: string) => void} load  starts to load a picture; `loaded` or `failed` is called when that is over */
  constructor(load) {
    this.#load = load;
  }

  /** @param {string | null} id  null: none */
  want(id) {
    this.#wanted = id;
    this.#next();
  }

  /** @returns {boolean} whether what was loaded may be shown */
  loaded() {
    const done = this.#loading;
    this.#loading = null;
    const wanted = this.#wanted;
    if (done === wanted) this.#wanted = null;
    else this.#next();
    return wanted !== null;
  }

  /** @returns {boolean} whether to try again after a while: no newer one has come */
  failed() {
    const done = this.#loading;
    this.#loading = null;
    if (this.#wanted === done) return true;
    this.#next();
    return false;
  }

  /** Tries the newest again. */
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
    // Beside this script, wherever the dashboard is mounted.
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
