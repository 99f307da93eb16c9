import { Component, define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { share } from "../../../dash-runtime/client/scale.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** @typedef {{ level: number, peak: number }} ChannelLevel  in dBFS */

/** From this peak on, in dBFS, a signal counts as clipped: full scale, in the tenths that the server sends. */
const CLIPPED = -0.05;
/** The time in milliseconds without a frame after which there is no signal. */
const SILENT = 2_000;

/** The level of silence, as the server writes it: JSON has no infinite numbers. */
const NOTHING = -200;

/** @param {number | null} level */
function writtenLevel(level) {
  if (level === null) return "–";
  return level <= NOTHING ? "−∞" : formatNumber(level, 1);
}

/** What one channel shows. */
export class AudioChannel {
  /** @type {number | null} */
  level = null;
  /** The highest peak of the last seconds, and when it was. @type {number | null} */
  peak = null;
  #since = 0;
  isClipped = false;

  /**
   * @param {ChannelLevel} measured
   * @param {number} now  in milliseconds
   * @param {number} hold  how long a peak is shown, in milliseconds
   */
  add({ level, peak }, now, hold) {
    this.level = level;
    if (this.peak === null || peak >= this.peak || now - this.#since >= hold) {
      this.peak = peak;
      this.#since = now;
    }
    if (peak >= CLIPPED) this.isClipped = true;
  }

  /** There is no signal. What was clipped stays so. */
  end() {
    this.level = null;
    this.peak = null;
  }
}

/** `<dd-audio-level>`: how loud the channels of a signal are. */
export class DdAudioLevel extends Component {
  /** @type {AudioChannel[]} */
  #channels = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silent;

  mount() {
    this.addEventListener("click", ({ target }) => {
      const lamp = target instanceof Element ? target.closest(".dd-audio-clip") : null;
      const channel = this.#channels[lamp ? this.#all(".dd-audio-clip").indexOf(lamp) : -1];
      if (!channel) return;
      channel.isClipped = false;
      this.#draw();
    });
    this.#draw();
  }

  disconnectedCallback() {
    clearTimeout(this.#silent);
    super.disconnectedCallback();
  }

  /**
   * @param {string} _name
   * @param {ChannelLevel[][]} levels
   * @param {boolean} reset
   */
  append(_name, levels, reset) {
    if (reset) for (const channel of this.#channels) channel.end();
    const [now, hold] = [performance.now(), Math.min(Math.max(Number(this.props.hold) || 0, 0), 60) * 1000];
    for (const frame of levels) {
      for (const [at, measured] of frame.entries()) {
        const channel = this.#channels[at] ?? new AudioChannel();
        this.#channels[at] = channel;
        channel.add(measured, now, hold);
      }
      // A channel that a frame does not have has no signal, however many frames follow.
      for (const channel of this.#channels.slice(frame.length)) channel.end();
    }
    clearTimeout(this.#silent);
    this.#silent = setTimeout(() => {
      for (const channel of this.#channels) channel.end();
      this.#draw();
    }, SILENT);
    this.#draw();
  }

  update() {
    this.#draw();
  }

  /** @param {string} selector */
  #all(selector) {
    return [...this.querySelectorAll(selector)];
  }

  #draw() {
    const [numbers, lamps] = [this.#all(".dd-audio-number"), this.#all(".dd-audio-clip")];
    for (const [at, bar] of this.#all(".dd-audio-bar").entries()) {
      const channel = this.#channels[at] ?? new AudioChannel();
      const text = writtenLevel(channel.level);
      const number = numbers[at];
      if (number) writeText(number, text);
      const lamp = /** @type {HTMLButtonElement | undefined} */ (lamps[at]);
      if (lamp) lamp.disabled = !channel.isClipped;
      bar.setAttribute("data-zone", this.#zone(channel.peak));
      bar.setAttribute("aria-valuetext", channel.level === null ? "no signal" : `${text}\u00a0dBFS`);
      this.#move(bar, channel);
    }
  }

  /** @param {number | null} peak */
  #zone(peak) {
    const { warn_above: loud, bad_above: tooLoud } = this.props;
    if (peak === null) return "";
    return peak >= tooLoud ? "bad" : peak >= loud ? "warn" : "ok";
  }

  /**
   * @param {Element} bar
   * @param {AudioChannel} channel
   */
  #move(bar, { level, peak }) {
    const { min, max } = this.props;
    const at = (/** @type {number} */ value) => `${(share(value, min, max) * 100).toFixed(1)}%`;
    bar.setAttribute("aria-valuenow", String(Math.min(Math.max(level ?? min, min), max)));
    bar.querySelector(".dd-audio-level")?.setAttribute("width", level === null ? "0" : at(level));
    const line = bar.querySelector(".dd-audio-peak");
    line?.toggleAttribute("hidden", peak === null || peak < min);
    for (const end of ["x1", "x2"]) line?.setAttribute(end, at(peak ?? min));
  }
}

define("dd-audio-level", DdAudioLevel);
