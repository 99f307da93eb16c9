import { timeOf } from "../../../dash-runtime/client/day_time.js";
import { Component, define } from "../../../dash-runtime/client/element.js";
import { formatAge } from "../../../dash-runtime/client/format.js";
import { pictures } from "../../../dash-runtime/client/pictures.js";
import { Sight } from "../../../dash-runtime/client/sight.js";

/** @import { Arrived } from "../../../dash-runtime/client/pictures.js" */

/** The time over which pictures are counted, in milliseconds. */
const COUNTED = 2_000;
/** The time between two looks at the age and the rate, in milliseconds. */
const TICK = 500;

/**
 * Pictures per second, from the times at which they were drawn.
 * @param {readonly number[]} drawn  in milliseconds, the oldest first
 * @param {number} now
 */
export function cameraRate(drawn, now) {
  const [first, ...rest] = drawn.filter((time) => now - time <= COUNTED);
  const last = rest.at(-1);
  if (first === undefined || last === undefined || last === first) return null;
  return (rest.length * 1000) / (last - first);
}

/**
 * The words about rate and delay. A rate below 10 has one decimal.
 * @param {number | null} rate  pictures per second
 * @param {number | null} delay  in milliseconds
 */
export function cameraWords(rate, delay) {
  const words = [];
  if (rate !== null) words.push(`${rate.toFixed(rate < 9.95 ? 1 : 0)}/s`);
  if (delay !== null) words.push(delay < 1000 ? `${Math.round(delay)} ms` : `${(delay / 1000).toFixed(1)} s`);
  return words.join(" · ");
}

/** `<dd-camera>`: the newest picture of a camera. */
export class DdCamera extends Component {
  /** The picture that is drawn, or that could not be read. @type {string | null} */
  #has = null;
  /** When the drawn picture was made, by the clock of this page. */
  #made = 0;
  /** The time from which the age counts: nobody looked before. */
  #since = 0;
  /** @type {number[]} */
  #drawn = [];
  /** @type {number | null} */
  #delay = null;
  /** @type {Sight | null} */
  #sight = null;
  /** Whether the last picture could not be read. */
  #isUnread = false;
  #timer = 0;

  get #isPaused() {
    return this.#sight?.isPaused ?? true;
  }

  /** @returns {HTMLCanvasElement | null} */
  get #canvas() {
    return this.querySelector(".dd-camera-picture");
  }

  mount() {
    pictures.open(this, (picture) => this.#take(picture));
    pictures.tell(this, this.props.source?.id ?? null);
    this.#sight = new Sight(this, () => this.#look());
    if (this.isConnected) this.#sight.attach();
  }

  connectedCallback() {
    this.#sight?.attach();
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#sight?.detach();
    super.disconnectedCallback();
  }

  /** @param {string} name */
  update(name) {
    if (name !== "source") return;
    const id = this.props.source?.id ?? null;
    pictures.tell(this, id);
    if (id !== null) return;
    this.#has = null;
    this.#drawn = [];
    this.#isUnread = false;
    this.#show();
  }

  /** Somebody may look at the picture now, or nobody any more. A picture that nobody sees is not asked for. */
  #look() {
    this.#drawn = [];
    this.#since = performance.now();
    if (!this.#isPaused) pictures.want(this, this.#has);
    this.#tick();
  }

  /** @param {Arrived} picture */
  async #take({ id, file, age }) {
    const came = performance.now();
    const bitmap = await createImageBitmap(file).catch(() => null);
    // The program may have taken the picture away meanwhile.
    const isGone = this.props.source === null;
    const canvas = this.#canvas;
    if (bitmap && canvas && !isGone) {
      if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
      if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      const now = performance.now();
      this.#made = came - (age ?? 0);
      this.#delay = age === null ? null : now - this.#made;
      this.#drawn = [...this.#drawn.filter((time) => now - time <= COUNTED), now];
    }
    bitmap?.close();
    this.#has = isGone ? null : id;
    this.#isUnread = !bitmap && !isGone;
    this.#show();
    if (!this.#isPaused) pictures.want(this, this.#has);
  }

  /** Looks at the age from time to time, while the picture is seen. */
  #tick() {
    clearTimeout(this.#timer);
    if (this.#isPaused || !this.isConnected) return;
    this.#show();
    const rate = this.querySelector(".dd-camera-rate");
    if (rate) rate.textContent = cameraWords(cameraRate(this.#drawn, performance.now()), this.#delay);
    this.#timer = setTimeout(() => this.#tick(), TICK);
  }

  #isOld() {
    const link = document.documentElement.dataset.link;
    if (link === "lost" || link === "disconnected") return true;
    const limit = this.props.stale_after;
    return limit !== null && performance.now() - Math.max(this.#made, this.#since) > 1000 * limit;
  }

  /** Writes what the veil says. */
  #show() {
    const figure = this.querySelector(".dd-camera");
    const [old, age] = [".dd-camera-old", ".dd-camera-age"].map((part) => this.querySelector(part));
    if (!figure || !old || !age) return;
    const isOld = this.#isOld();
    const state = this.#has === null ? null : this.#isUnread ? "unread" : isOld ? "old" : "live";
    if (state === null) figure.removeAttribute("data-state");
    else figure.setAttribute("data-state", state);
    const made = Date.now() - (performance.now() - this.#made);
    const words = {
      old: `Picture of ${timeOf(made / 1000, new Date())}`,
      unread: "The newest picture cannot be shown.",
      live: "",
    };
    // A screen reader reads the words when they change, and not the age.
    const said = state === null ? "" : words[state];
    if (old.textContent !== said) old.textContent = said;
    age.textContent = state === "old" ? `${formatAge(performance.now() - this.#made)} old` : "";
  }
}

define("dd-camera", DdCamera);
