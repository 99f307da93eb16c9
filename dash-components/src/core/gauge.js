import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { formatNumber, tickStep } from "../../../dash-runtime/client/format.js";

/**
 * @typedef {{ value: number | null, min: number, max: number, label: string, unit: string, digits: number | null,
 *   warn_above: number | null, bad_above: number | null }} GaugeProps
 */

// The dial goes from the lower left over the top to the lower right. gauge.rs has the same numbers.
const gaugeDial = { x: 100, y: 98, start: 150, sweep: 240, hand: 78, rim: 89, tick: [62, 67] };

/**
 * The point at a position on the scale (0 to 1) and a distance from the centre, as path data.
 * @param {number} share
 * @param {number} radius
 */
function gaugePoint(share, radius) {
  const angle = ((gaugeDial.start + gaugeDial.sweep * share) * Math.PI) / 180;
  return [gaugeDial.x + radius * Math.cos(angle), gaugeDial.y + radius * Math.sin(angle)]
    .map((x) => formatNumber(x, 2))
    .join(" ");
}

/**
 * Path data of an arc between two positions on the scale (0 to 1). Empty if the arc is too short to be visible.
 * @param {number} from
 * @param {number} to
 * @param {number} radius
 */
function gaugeArc(from, to, radius) {
  if (to - from < 0.001) return "";
  const large = (to - from) * gaugeDial.sweep > 180 ? 1 : 0;
  return `M${gaugePoint(from, radius)} A${radius} ${radius} 0 ${large} 1 ${gaugePoint(to, radius)}`;
}

/**
 * Path data of the tick marks, one per round value.
 * @param {number} min
 * @param {number} max
 */
function gaugeTicks(min, max) {
  const step = tickStep(max - min, 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first;
  if (!(count >= 0 && count <= 20)) return "";
  const [inner = 0, outer = 0] = gaugeDial.tick;
  const marks = Array.from({ length: count + 1 }, (_, index) => {
    const share = gaugeShare((first + index) * step, min, max);
    return `M${gaugePoint(share, inner)}L${gaugePoint(share, outer)}`;
  });
  return marks.join("");
}

/**
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
function gaugeShare(value, min, max) {
  const share = (value - min) / (max - min);
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0;
}

/**
 * The number of decimals with which the range has three significant digits.
 * @param {number} range
 */
function gaugeDigits(range) {
  const digits = [100, 10, 1, 0.1].findIndex((least) => range >= least);
  return digits < 0 ? 4 : digits;
}

/**
 * What depends on the values: path data, text, and names for the stylesheet. gauge.rs computes the same for the first
 * paint.
 * @param {GaugeProps} props
 */
export function gaugeDrawing({ value, min, max, digits, warn_above: warn, bad_above: bad }) {
  /** @param {number} x */
  const at = (x) => gaugeShare(x, min, max);
  /** @param {number | null} limit */
  const above = (limit) => value !== null && limit !== null && value > limit;
  const badFrom = bad === null ? 1 : at(bad);
  const text = formatNumber(value, digits ?? gaugeDigits(max - min));
  return {
    hand: gaugeArc(0, value === null ? 0 : at(value), gaugeDial.hand),
    warn: warn === null ? "" : gaugeArc(at(warn), badFrom, gaugeDial.rim),
    bad: gaugeArc(badFrom, 1, gaugeDial.rim),
    ticks: gaugeTicks(min, max),
    zone: above(bad) ? "bad" : above(warn) ? "warn" : "ok",
    size: text.length <= 5 ? "large" : text.length <= 7 ? "medium" : "small",
    text,
  };
}

/** `<dd-gauge>`: a round gauge. */
export class DdGauge extends Component {
  /** @type {SVGElement | null} */
  #svg = null;

  mount() {
    this.#svg = this.querySelector("svg");
  }

  /** @param {string} name */
  update(name) {
    const props = /** @type {GaugeProps} */ (this.props);
    const drawing = gaugeDrawing(props);
    if (name !== "value") this.#drawScale(props, drawing);
    this.#set(".dd-gauge-hand", "d", drawing.hand);
    this.#write(".dd-gauge-value", drawing.text);
    const svg = this.#svg;
    if (!svg) return;
    svg.dataset.zone = drawing.zone;
    svg.dataset.size = drawing.size;
    if (props.value === null) {
      svg.removeAttribute("aria-valuenow");
      svg.setAttribute("aria-valuetext", "no value");
    } else {
      const alarm = { ok: "", warn: ", warning", bad: ", alarm" }[drawing.zone];
      svg.setAttribute("aria-valuenow", String(props.value));
      svg.setAttribute("aria-valuetext", `${drawing.text} ${props.unit}${alarm}`);
    }
  }

  /**
   * @param {GaugeProps} props
   * @param {ReturnType<typeof gaugeDrawing>} drawing
   */
  #drawScale({ min, max, label, unit }, { warn, bad, ticks }) {
    this.#set(".dd-gauge-warn", "d", warn);
    this.#set(".dd-gauge-bad", "d", bad);
    this.#set(".dd-gauge-ticks", "d", ticks);
    this.#write(".dd-gauge-unit", unit);
    this.#write(".dd-gauge-min", formatNumber(min));
    this.#write(".dd-gauge-max", formatNumber(max));
    this.#write(".dd-gauge-label", label);
    this.#svg?.setAttribute("aria-valuemin", String(min));
    this.#svg?.setAttribute("aria-valuemax", String(max));
    this.#svg?.setAttribute("aria-label", label || wordsOf(this));
  }

  /**
   * @param {string} selector
   * @param {string} attribute
   * @param {string} value
   */
  #set(selector, attribute, value) {
    this.querySelector(selector)?.setAttribute(attribute, value);
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

define("dd-gauge", DdGauge);
