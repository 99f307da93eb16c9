import { Drag } from "../../../dash-runtime/client/drag.js";
import { Component, define, nameControl } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/**
 * The position of a value between min and max, from 0 to 1. A missing value has position 0.
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
export function sliderShare(value, min, max) {
  const share = (value - min) / (max - min);
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0;
}

/**
 * The step of the native control: the configured one, or a power of ten between a hundredth and a thousandth of the
 * range.
 * @param {number} min
 * @param {number} max
 * @param {number | null} step
 */
export function sliderStep(min, max, step) {
  if (step !== null && step > 0) return step;
  const exponent = Math.floor(Math.log10(max - min));
  return Number.isFinite(exponent) ? Number(`1e${exponent - 2}`) : 1;
}

/**
 * The number of decimals of a set-point: as many as min and step have, at most 6.
 * @param {number} min
 * @param {number} step
 */
export function sliderDigits(min, step) {
  for (let digits = 0; digits < 6; digits++) {
    const scale = 10 ** digits;
    if ([min, step].every((x) => Math.abs(Math.round(x * scale) - x * scale) <= 1e-6)) return digits;
  }
  return 6;
}

/** The number of steps of a logarithmic scale. */
const LOG_STEPS = 1_000;

/**
 * Whether a scale can be logarithmic.
 * @param {{ min: number, max: number, logarithmic: boolean }} scale
 */
function isLogarithmic({ min, max, logarithmic }) {
  return logarithmic && min > 0 && max > min;
}

/**
 * The value at a step of a logarithmic scale, with three significant digits.
 * @param {number} step  from 0 to 1000
 * @param {{ min: number, max: number }} scale
 */
export function sliderLogValue(step, { min, max }) {
  const value = min * (max / min) ** (step / LOG_STEPS);
  return Math.min(Math.max(Number(value.toPrecision(3)), min), max);
}

/**
 * The position of a value on a logarithmic scale, from 0 to 1.
 * @param {number} value
 * @param {{ min: number, max: number }} scale
 */
export function sliderLogShare(value, { min, max }) {
  return sliderShare(Math.log(value), Math.log(min), Math.log(max));
}

/** The keys that move a slider. */
const sliderKeys = new Set([
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "PageUp",
  "PageDown",
  "Home",
  "End",
]);
/** The time in milliseconds after a key for which the next key continues the same movement. */
const KEY_HOLD = 1_000;

/** `<dd-slider>`: a set-point and a measured value. */
export class DdSlider extends Component {
  /** @type {HTMLInputElement | null} */
  #control = null;
  #digits = 0;
  /** What is drawn. An echo that changes nothing then costs no new layout. */
  #drawn = "";

  /** The value before the gesture of a finger, and the value to which the finger points. */
  #gesture = { from: "", to: "" };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #keyHold;

  mount() {
    const control = this.querySelector("input");
    if (!control) return;
    this.#control = control;
    this.#scale();
    const handlers = {
      begin: () => {
        clearTimeout(this.#keyHold);
        this.touched = "value";
        this.#gesture = { from: control.value, to: control.value };
      },
      tap: () => {
        control.value = this.#gesture.to;
        this.#set(control);
      },
      end: () => {
        this.touched = false;
      },
    };
    const drag = new Drag(control, handlers, this.props.vertical);
    control.addEventListener("input", () => {
      if (drag.state === "idle" || drag.state === "along") {
        this.#set(control);
        return;
      }
      // The control jumps to a finger at once, but the finger may be about to scroll the page.
      this.#gesture.to = control.value;
      control.value = this.#gesture.from;
    });
    control.addEventListener("keydown", (event) => {
      if (!sliderKeys.has(event.key)) return;
      // The next key continues from the value that the user sees, also if somebody else sets another one meanwhile.
      clearTimeout(this.#keyHold);
      this.touched = "value";
    });
    control.addEventListener("keyup", () => {
      clearTimeout(this.#keyHold);
      if (drag.state === "idle") this.#keyHold = setTimeout(() => this.#letGo(), KEY_HOLD);
    });
    control.addEventListener("blur", () => this.#letGo());
  }

  #letGo() {
    clearTimeout(this.#keyHold);
    this.touched = false;
  }

  /** The value that the control stands for. @param {HTMLInputElement} control */
  #value({ valueAsNumber }) {
    const { min, max } = this.props;
    return isLogarithmic(this.#range) ? sliderLogValue(valueAsNumber, { min, max }) : valueAsNumber;
  }

  get #range() {
    const { min, max, logarithmic } = this.props;
    return { min, max, logarithmic };
  }

  /** Moves the control to a value. @param {number} value */
  #place(value) {
    const control = this.#control;
    if (!control) return;
    // The value is usually the echo of what this control shows already.
    if (this.#value(control) === value) return;
    const at = isLogarithmic(this.#range) ? LOG_STEPS * sliderLogShare(value, this.#range) : value;
    control.value = String(at);
  }

  /** Sends the value of the control. @param {HTMLInputElement} control */
  #set(control) {
    // The value is sent before anything is drawn, to save time.
    const value = this.#value(control);
    this.send("value", value);
    this.#gesture.from = control.value;
    this.#draw(value);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const control = this.#control;
    if (!control) return;
    switch (name) {
      case "value":
        this.#place(value ?? this.props.min);
        this.#draw(value);
        break;
      case "reported":
        this.#drawReported();
        break;
      case "disabled":
        control.disabled = value;
        break;
      case "label":
        this.#write("label", value);
        nameControl(this, control, value);
        break;
      case "vertical":
        this.querySelector(".dd-slider-body")?.toggleAttribute("data-vertical", value);
        break;
      default:
        this.#scale();
        this.#draw(this.props.value);
        this.#drawReported();
    }
  }

  /** Updates what depends on the range. */
  #scale() {
    const control = this.#control;
    if (!control) return;
    const { min, max, value } = this.props;
    const step = sliderStep(min, max, this.props.step);
    this.#digits = sliderDigits(min, step);
    const log = isLogarithmic(this.#range);
    control.min = String(log ? 0 : min);
    control.max = String(log ? LOG_STEPS : max);
    control.step = log ? "1" : formatNumber(step, 12);
    control.value = String(log ? LOG_STEPS * sliderLogShare(value ?? min, this.#range) : (value ?? min));
  }

  /** @param {number} value */
  #draw(value) {
    const text = this.#text(value);
    const unit = this.#unit();
    const drawn = JSON.stringify([text, unit, this.props.min, this.props.max, value]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#write(".dd-slider-value", text);
    for (const part of this.querySelectorAll(".dd-unit")) part.textContent = unit;
    this.#control?.setAttribute("aria-valuetext", text + unit);
    const fill = this.querySelector(".dd-slider-fill");
    // The rail starts half a thumb (7 px) before the position of the smallest value.
    fill?.setAttribute("x1", this.props.min < 0 ? this.#at(0) : "-7");
    fill?.setAttribute("x2", this.#at(value));
  }

  #drawReported() {
    const reported = /** @type {number | null} */ (this.props.reported);
    this.#write(".dd-slider-measured", this.#text(reported));
    const mark = this.querySelector(".dd-slider-mark");
    mark?.setAttribute("x", this.#at(reported ?? this.props.min));
    for (const part of [mark, this.querySelector(".dd-slider-reported")])
      part?.toggleAttribute("hidden", reported === null);
  }

  #unit() {
    const unit = this.props.unit;
    return unit === "" || unit === "°" ? unit : `\u00a0${unit}`;
  }

  /** @param {number} value */
  #at(value) {
    const range = this.#range;
    const share = isLogarithmic(range)
      ? sliderLogShare(value, range)
      : sliderShare(value, range.min, range.max);
    return `${formatNumber(100 * share, 2)}%`;
  }

  /** @param {number | null} value */
  #text(value) {
    return isLogarithmic(this.#range) ? formatNumber(value) : formatNumber(value, this.#digits);
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  #write(selector, text) {
    const node = this.querySelector(selector);
    if (node) node.textContent = text;
  }
}

define("dd-slider", DdSlider);
