import { axisLabels, unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { ChartCanvas } from "../../../dash-runtime/client/chart_canvas.js";
import {
  drawCurves,
  drawPlane,
  drawReading,
  isPoint,
  nearestPoint,
  nextPoint,
  planeAxes,
  squarePlane,
} from "../../../dash-runtime/client/chart_plane.js";
import { Component, define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/** @import { Curve, Place, Plane } from "../../../dash-runtime/client/chart_plane.js" */

/**
 * @typedef {{ curves: (Curve & { name: string })[], x_label: string, x_unit: string, y_label: string, y_unit: string,
 *   x_min: number | null, x_max: number | null, y_min: number | null, y_max: number | null, square: boolean }} XyProps
 */

/** `<dd-xy>`: curves of x against y. */
export class DdXy extends Component {
  /** @type {ChartCanvas | null} */
  #canvas = null;
  /** @type {Plane | null} */
  #plane = null;
  /** The point that a person reads. @type {Place | null} */
  #place = null;

  mount() {
    const plot = this.querySelector(".dd-chart-plot");
    if (!(plot instanceof HTMLElement)) return;
    this.#canvas = new ChartCanvas(
      plot,
      () => this.querySelectorAll(".dd-chart-legend > li"),
      (context, width, height, unit) => this.#draw(context, width, height, unit),
    );
    if (this.isConnected) this.#canvas.attach();
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"]))
      plot.addEventListener(type, (event) => this.#point(event.offsetX, event.offsetY));
    for (const type of ["pointerleave", "blur"]) plot.addEventListener(type, () => this.#read(null));
    plot.addEventListener("keydown", (event) => this.#key(event));
  }

  connectedCallback() {
    this.#canvas?.attach();
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#canvas?.detach();
    super.disconnectedCallback();
  }

  /** The look has drawn the legend, and with it the colours. */
  update() {
    if (this.#place && !isPoint(this.#at(this.#place))) this.#read(null);
    else this.#write();
    this.#canvas?.restyle();
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
   * @param {number} width
   * @param {number} height
   * @param {number} unit
   */
  #draw(context, width, height, unit) {
    const palette = this.#canvas?.palette;
    if (!palette) return;
    const { curves, x_unit, y_unit, x_min, x_max, y_min, y_max, square } = this.#props;
    context.font = `${11 * unit}px ${palette.font}`;
    const [top, bottom] = [8 * unit, height - 22 * unit];
    const ends = [
      { min: x_min, max: x_max },
      { min: y_min, max: y_max },
    ];
    const [x = { min: null, max: null }, y = x] = ends;
    let axes = planeAxes(curves, x, y, width / unit, (bottom - top) / unit);
    let labels = { x: axisLabels(axes.x, x_unit), y: axisLabels(axes.y, y_unit) };
    // Room for the labels in steps, so that it does not move with each value.
    const gutter = () =>
      Math.max(...labels.y.map((text) => Math.ceil(context.measureText(text).width / unit / 8) * 8 + 8), 24);
    const right = width - Math.round(6 * unit);
    if (square) {
      axes = squarePlane(axes, right - gutter() * unit, bottom - top);
      labels = { x: axisLabels(axes.x, x_unit), y: axisLabels(axes.y, y_unit) };
    }
    const left = Math.round(gutter() * unit);
    this.#plane = { box: { left, right, top, bottom, unit }, ...axes };
    drawPlane(context, this.#plane, palette, labels);
    drawCurves(context, this.#plane, palette, curves);
    const point = this.#place && this.#at(this.#place);
    if (this.#place && point && isPoint(point))
      drawReading(context, this.#plane, palette, point, this.#place.curve);
    if (curves.some(({ points }) => points.some(isPoint))) return;
    const text = "no values yet";
    const half = context.measureText(text).width / 2 + 4 * unit;
    const [middle, line] = [(left + right) / 2, (top + bottom) / 2];
    // The lines of the axes may be behind it.
    context.fillStyle = palette.ground;
    context.fillRect(middle - half, line - 9 * unit, 2 * half, 18 * unit);
    context.fillStyle = palette.text;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, middle, line);
  }

  /**
   * @param {number} across  in CSS pixels
   * @param {number} down
   */
  #point(across, down) {
    const { curves } = this.#props;
    const plane = this.#plane;
    this.#read(plane && nearestPoint(plane, curves, across * plane.box.unit, down * plane.box.unit));
  }

  /** @param {Place | null} place */
  #read(place) {
    this.#place = place;
    this.#write();
    this.#canvas?.request();
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
      if (part.textContent !== text) part.textContent = text;
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { curves } = this.#props;
    const first = curves.findIndex(({ points }) => points.some(isPoint));
    if (event.key === "Escape") {
      this.#read(null);
      return;
    }
    if (first < 0) return;
    const far = event.shiftKey ? 10 : 1;
    const steps = new Map([
      ["ArrowLeft", -far],
      ["ArrowRight", far],
      ["Home", Number.NEGATIVE_INFINITY],
      ["End", Number.POSITIVE_INFINITY],
    ]);
    const step = steps.get(event.key);
    const turn = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === undefined && turn === 0) return;
    event.preventDefault();
    const place = this.#place;
    let goal;
    if (!place) goal = nextPoint(curves, { curve: first, at: -1 }, 1);
    else if (turn === 0) goal = nextPoint(curves, place, step ?? 0);
    else goal = this.#otherCurve(place, turn);
    this.#read(goal);
    const status = this.querySelector("[role=status]");
    if (status) status.textContent = `${curves[goal.curve]?.name ?? ""}: ${this.#words(goal)}`;
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
