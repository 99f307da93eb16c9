import { unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { ChartElement } from "../../../dash-runtime/client/chart_element.js";
import {
  drawCurves,
  drawEmpty,
  drawPlane,
  drawReading,
  isPoint,
  layPlane,
  nearestPoint,
  nextPoint,
  planeAxes,
  squarePlane,
} from "../../../dash-runtime/client/chart_plane.js";
import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { Size } from "../../../dash-runtime/client/chart_element.js" */
/** @import { Curve, Place, Plane } from "../../../dash-runtime/client/chart_plane.js" */

/**
 * @typedef {{ curves: (Curve & { name: string })[], x_label: string, x_unit: string, y_label: string, y_unit: string,
 *   x_min: number | null, x_max: number | null, y_min: number | null, y_max: number | null, square: boolean }} XyProps
 */

/** `<dd-xy>`: curves of x against y. */
export class DdXy extends ChartElement {
  /** @type {Plane | null} */
  #plane = null;
  /** The point that a person reads. @type {Place | null} */
  #place = null;

  /** The look has drawn the legend, and with it the colours. */
  update() {
    if (this.#place && !isPoint(this.#at(this.#place))) this.#read(null);
    else this.#write();
    this.restyle();
  }

  get #props() {
    return /** @type {XyProps} */ (this.props);
  }

  /** @param {Place} place */
  #at({ curve, at }) {
    return this.#props.curves[curve]?.points[at];
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   * @param {Size} size
   */
  draw(context, palette, size) {
    const { curves, x_unit, y_unit, x_min, x_max, y_min, y_max, square } = this.#props;
    const [x, y] = [
      { min: x_min, max: x_max },
      { min: y_min, max: y_max },
    ];
    const { plane, labels } = layPlane(
      context,
      size,
      palette,
      (across, up) => planeAxes(curves, x, y, across, up),
      { x: x_unit, y: y_unit },
      square ? squarePlane : undefined,
    );
    this.#plane = plane;
    drawPlane(context, plane, palette, labels);
    drawCurves(context, plane, palette, curves);
    const point = this.#place && this.#at(this.#place);
    if (this.#place && point && isPoint(point))
      drawReading(context, plane, palette, point, this.#place.curve);
    if (!curves.some(({ points }) => points.some(isPoint)))
      drawEmpty(context, plane, palette, "no values yet");
  }

  /** @param {number} across @param {number} down */
  point(across, down) {
    this.#read(this.#plane && nearestPoint(this.#plane, this.#props.curves, across, down));
  }

  leave() {
    this.#read(null);
  }

  /** @param {Place | null} place */
  #read(place) {
    this.#place = place;
    this.#write();
    this.request();
  }

  /** The words for the point that is read: "3.2 V, 0.41 A". @param {Place} place */
  #words(place) {
    const [x = null, y = null] = this.#at(place) ?? [];
    const { x_unit, y_unit } = this.#props;
    return `${formatNumber(x)}${unitSuffix(x_unit)}, ${formatNumber(y)}${unitSuffix(y_unit)}`;
  }

  /** Writes the point that is read beside the name of its curve. */
  #write() {
    this.querySelectorAll(".dd-chart-value").forEach((part, curve) => {
      const place = this.#place;
      const text = place?.curve === curve ? this.#words(place) : "";
      writeText(part, text);
    });
  }

  /**
   * Along a curve, or to another one: the next one is below in the legend.
   * @param {number} across
   * @param {number} up
   */
  step(across, up) {
    const { curves } = this.#props;
    const first = curves.findIndex(({ points }) => points.some(isPoint));
    if (first < 0) return null;
    const place = this.#place;
    let goal;
    if (!place) goal = nextPoint(curves, { curve: first, at: -1 }, 1);
    else if (up === 0) goal = nextPoint(curves, place, across);
    else goal = this.#otherCurve(place, -Math.sign(up));
    this.#read(goal);
    return `${curves[goal.curve]?.name ?? ""}: ${this.#words(goal)}`;
  }

  /**
   * The beginning of the next curve with points.
   * @param {Place} place
   * @param {number} turn
   */
  #otherCurve(place, turn) {
    const { curves } = this.#props;
    const count = curves.length;
    for (let away = 1; away < count; away++) {
      const curve = (place.curve + turn * away + count * away) % count;
      if (curves[curve]?.points.some(isPoint)) return nextPoint(curves, { curve, at: -1 }, 1);
    }
    return place;
  }
}

define("dd-xy", DdXy);
