import { unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { ChartElement } from "../../../dash-runtime/client/chart_element.js";
import { drawEmpty, drawPlane, layPlane, place } from "../../../dash-runtime/client/chart_plane.js";
import { valueAt, valueAxis } from "../../../dash-runtime/client/chart_scale.js";
import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { tickStep } from "../../../dash-runtime/client/ticks.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { Size } from "../../../dash-runtime/client/chart_element.js" */
/** @import { Axes, Plane } from "../../../dash-runtime/client/chart_plane.js" */

/**
 * @typedef {{ edges: number[], counts: number[], below: number, above: number, missing: number }} Bins
 * @typedef {{ bins: Bins, label: string, unit: string }} HistogramProps
 */

/** The least distances between two labels, in CSS pixels. */
const ROOM_ACROSS = 60;
const ROOM_DOWN = 34;

/**
 * The axes of bins. The labels of counts are whole numbers.
 * @param {Bins} bins
 * @param {number} width  of the plot in CSS pixels
 * @param {number} height
 * @returns {Axes}
 */
export function histogramAxes({ edges, counts }, width, height) {
  const [min, max] = edges.length > 1 ? [Number(edges[0]), Number(edges.at(-1))] : [0, 1];
  const most = counts.reduce((most, count) => Math.max(most, count), 1);
  const y = valueAxis(0, most, 0, null, Math.max(2, Math.floor(height / ROOM_DOWN)));
  return {
    x: { min, max, step: tickStep(max - min, Math.max(2, Math.floor(width / ROOM_ACROSS))) },
    y: y.step < 1 ? { min: 0, max: Math.ceil(most), step: 1 } : y,
  };
}

/**
 * The words for all values, or for those of one bin.
 * @param {Bins} bins
 * @param {number | null} bin
 * @param {string} unit
 */
export function histogramWords({ edges, counts, below, above, missing }, bin, unit) {
  const all = counts.reduce((sum, count) => sum + count, below + above);
  if (bin === null) {
    const beside = [
      [below, "below"],
      [above, "above"],
      [missing, "not a number"],
    ];
    const parts = beside.filter(([count]) => count !== 0).map(([count, what]) => `${count} ${what}`);
    return [`${all} ${all === 1 ? "value" : "values"}`, ...parts].join(", ");
  }
  const [from = null, to = null] = edges.slice(bin, bin + 2);
  const count = counts[bin] ?? 0;
  const share = all === 0 ? 0 : (100 * count) / all;
  return `${formatNumber(from)} to ${formatNumber(to)}${unitSuffix(unit)}: ${count} of ${all} (${formatNumber(share, 1)}\u00a0%)`;
}

/** `<dd-histogram>`: how often values fall into ranges. */
export class DdHistogram extends ChartElement {
  /** @type {Plane | null} */
  #plane = null;
  /** The bin that is read. @type {number | null} */
  #bin = null;

  mount() {
    super.mount();
    this.#write();
  }

  update() {
    if (this.#bin !== null && this.#bin >= this.#props.bins.counts.length) this.#bin = null;
    this.#write();
    this.request();
  }

  get #props() {
    return /** @type {HistogramProps} */ (this.props);
  }

  #write() {
    const { bins, unit } = this.#props;
    this.write(histogramWords(bins, this.#bin, unit));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   * @param {Size} size
   */
  draw(context, palette, size) {
    const { bins, unit } = this.#props;
    const axesOf = (/** @type {number} */ width, /** @type {number} */ height) =>
      histogramAxes(bins, width, height);
    const { plane, labels } = layPlane(context, size, palette, axesOf, { x: unit, y: "" });
    this.#plane = plane;
    drawPlane(context, plane, palette, labels);
    const { bottom } = plane.box;
    bins.counts.forEach((count, bin) => {
      const [from, top] = place(plane, [bins.edges[bin] ?? 0, count]);
      const [to] = place(plane, [bins.edges[bin + 1] ?? 0, count]);
      // A bar of less than a pixel has one, so that it is not lost.
      const gap = to - from > 4 * size.unit ? size.unit : 0;
      context.fillStyle = (bin === this.#bin ? palette.tones.accent : palette.tones.ink) ?? palette.text;
      context.fillRect(from + gap / 2, top, Math.max(to - from - gap, 1), bottom - top);
    });
    if (bins.counts.every((count) => count === 0)) drawEmpty(context, plane, palette, "no values yet");
  }

  /** @param {number} across */
  point(across) {
    const { edges, counts } = this.#props.bins;
    if (!this.#plane) return;
    const { left, right } = this.#plane.box;
    const value = valueAt(this.#plane.x, (across - left) / (right - left));
    const bin = edges.findLastIndex((edge) => edge <= value);
    this.#read(bin >= 0 && bin < counts.length ? bin : null);
  }

  leave() {
    this.#read(null);
  }

  /** @param {number | null} bin */
  #read(bin) {
    if (bin === this.#bin) return;
    this.#bin = bin;
    this.#write();
    this.request();
  }

  /** @param {number} across */
  step(across) {
    const { bins, unit } = this.#props;
    if (across === 0 || bins.counts.length === 0) return null;
    const goal = this.#bin === null ? (across === Number.POSITIVE_INFINITY ? across : 0) : this.#bin + across;
    const bin = Math.min(Math.max(goal, 0), bins.counts.length - 1);
    this.#read(bin);
    return histogramWords(bins, bin, unit);
  }
}

define("dd-histogram", DdHistogram);
