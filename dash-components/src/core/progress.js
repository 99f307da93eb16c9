import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/**
 * The text beside the bar: the percentage, or with a unit both values.
 * @param {{ value: number | null, max: number, unit: string, digits: number | null }} props
 */
export function progressWords({ value, max, unit, digits }) {
  if (value === null) return "";
  if (unit === "") return `${formatNumber((100 * value) / max, digits ?? 0)}\u00a0%`;
  const [done, all] = [value, max].map((number) => formatNumber(number, digits ?? undefined));
  return `${done} / ${all}${unit === "°" ? unit : `\u00a0${unit}`}`;
}

/** `<dd-progress>`: a progress bar. */
export class DdProgress extends Component {
  /** A bar is small, so each update draws all of it from `props`. */
  update() {
    const { value, max, label } = /** @type {{ value: number | null, max: number, label: string }} */ (
      this.props
    );
    const words = progressWords(/** @type {any} */ (this.props));
    this.#write(".dd-label", label);
    this.#write(".dd-progress-value", words);
    const share = Math.min(Math.max((value ?? 0) / max || 0, 0), 1);
    const fill = this.querySelector(".dd-progress-fill");
    fill?.setAttribute("width", value === null ? "30%" : `${formatNumber(100 * share, 2)}%`);
    const bar = this.querySelector("svg");
    if (!bar) return;
    bar.setAttribute("aria-label", label || wordsOf(this));
    bar.setAttribute("aria-valuemax", String(max));
    if (value === null) {
      bar.removeAttribute("aria-valuenow");
      bar.removeAttribute("aria-valuetext");
    } else {
      bar.setAttribute("aria-valuenow", String(value));
      bar.setAttribute("aria-valuetext", words);
    }
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

define("dd-progress", DdProgress);
