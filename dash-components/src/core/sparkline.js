import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/** The size of the drawing, and the distance of the curve from its upper and lower edge. */
const WIDTH = 100;
const HEIGHT = 32;
const EDGE = 2;

/**
 * The curve, and the area below it, as SVG paths. The newest value is at the right edge.
 * @param {(number | null)[]} values  oldest first
 * @param {number} count  how many values the width has room for
 * @param {number | null} min
 * @param {number | null} max
 */
export function sparkPaths(values, count, min, max) {
  const known = /** @type {number[]} */ (values.filter((value) => typeof value === "number"));
  const low = min ?? Math.min(...known);
  const high = max ?? Math.max(...known);
  const x = (/** @type {number} */ at) => WIDTH - ((values.length - 1 - at) * WIDTH) / (count - 1);
  const y = (/** @type {number} */ value) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return HEIGHT - EDGE - Math.min(Math.max(share, 0), 1) * (HEIGHT - 2 * EDGE);
  };
  let line = "";
  let area = "";
  /** @type {number | null} where the part begins that is being drawn */
  let from = null;
  const close = (/** @type {number} */ to) => {
    if (from !== null) area += `L${to.toFixed(2)} ${HEIGHT}L${from.toFixed(2)} ${HEIGHT}Z`;
    from = null;
  };
  for (const [at, value] of values.entries()) {
    if (typeof value !== "number") {
      close(x(at - 1));
      continue;
    }
    const point = `${from === null ? "M" : "L"}${x(at).toFixed(2)} ${y(value).toFixed(2)}`;
    from ??= x(at);
    line += point;
    area += point;
  }
  close(x(values.length - 1));
  return { line, area };
}

/** `<dd-sparkline>`: a small curve. */
export class DdSparkline extends Component {
  /** @type {(number | null)[]} */
  #values = [];

  /**
   * @param {string} _name
   * @param {(number | null)[]} values
   * @param {boolean} reset
   */
  append(_name, values, reset) {
    if (reset) this.#values = [];
    this.#values = [...this.#values, ...values].slice(-Number(this.props.count));
    this.#draw();
  }

  /** @param {string} name */
  update(name) {
    if (name === "count") this.#values = this.#values.slice(-Number(this.props.count));
    if (name === "count" || name === "min" || name === "max" || name === "label") this.#draw();
  }

  #draw() {
    const { count, min, max, label } = this.props;
    const { line, area } = sparkPaths(this.#values, Number(count), min ?? null, max ?? null);
    this.querySelector(".dd-sparkline-line")?.setAttribute("d", line);
    this.querySelector(".dd-sparkline-area")?.setAttribute("d", area);
    const last = this.#values.at(-1);
    const said = typeof last === "number" ? `, now ${formatNumber(last)}` : "";
    this.querySelector("svg")?.setAttribute("aria-label", (label || wordsOf(this)) + said);
  }
}

define("dd-sparkline", DdSparkline);
