// A plane of two value axes: curves of x against y, and the point that a person reads.

import { axisLabels, drawValueAxis, hairline, heightOf } from "./chart_axis.js";
import { shareOf, valueAxis, valueTicks } from "./chart_scale.js";

/** @import { Box, Palette } from "./chart_axis.js" */
/** @import { Axis } from "./chart_scale.js" */

/**
 * @typedef {[number | null, number | null]} Point  a point without one of its numbers interrupts the line
 * @typedef {{ points: Point[], dots: boolean }} Curve
 * @typedef {{ curve: number, at: number }} Place  a point: the number of its curve, and its index there
 * @typedef {{ x: Axis, y: Axis }} Axes
 * @typedef {Axes & { box: Box }} Plane
 * @typedef {{ min: number | null, max: number | null }} Ends  given by the program
 */

/** The least distance between two labels, in CSS pixels. */
const ROOM_ACROSS = 60;
const ROOM_DOWN = 34;
/** The radius of a point in CSS pixels. */
const DOT = 2.5;

/** @param {Point | undefined} point @returns {point is [number, number]} */
export function isPoint(point) {
  return Number.isFinite(point?.[0] ?? Number.NaN) && Number.isFinite(point?.[1] ?? Number.NaN);
}

/**
 * The axes around all points, or with the given ends.
 * @param {readonly Curve[]} curves
 * @param {Ends} x
 * @param {Ends} y
 * @param {number} width  of the plot in CSS pixels
 * @param {number} height
 * @returns {{ x: Axis, y: Axis }}
 */
export function planeAxes(curves, x, y, width, height) {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points } of curves) {
    for (const point of points) {
      if (!isPoint(point)) continue;
      for (const side of [0, 1]) {
        low[side] = Math.min(low[side] ?? 0, point[side] ?? 0);
        high[side] = Math.max(high[side] ?? 0, point[side] ?? 0);
      }
    }
  }
  const axis = (/** @type {number} */ side, /** @type {Ends} */ { min, max }, /** @type {number} */ count) =>
    valueAxis(low[side] ?? 0, high[side] ?? 0, min, max, Math.max(2, Math.floor(count)));
  return { x: axis(0, x, width / ROOM_ACROSS), y: axis(1, y, height / ROOM_DOWN) };
}

/**
 * A plane in which a step has the same length in both directions: the shorter axis gets longer at both ends.
 * @param {{ x: Axis, y: Axis }} axes
 * @param {number} width  of the plot
 * @param {number} height
 * @returns {{ x: Axis, y: Axis }}
 */
export function squarePlane({ x, y }, width, height) {
  const scale = Math.min(width / (x.max - x.min), height / (y.max - y.min));
  const step = Math.max(x.step, y.step);
  const widened = (/** @type {Axis} */ { min, max }, /** @type {number} */ room) => {
    const half = room / scale / 2;
    const middle = (min + max) / 2;
    return { min: middle - half, max: middle + half, step };
  };
  return { x: widened(x, width), y: widened(y, height) };
}

/** @param {Plane} plane @param {readonly [number, number]} point @returns {[number, number]} in device pixels */
export function place({ box, x, y }, [across, up]) {
  return [box.left + shareOf(x, across) * (box.right - box.left), heightOf(box, y, up)];
}

/**
 * Places a plane in a canvas, with room for its labels.
 * @param {CanvasRenderingContext2D} context
 * @param {{ width: number, height: number, unit: number }} canvas  in device pixels; see `ChartCanvas`
 * @param {Palette} palette
 * @param {(width: number, height: number) => Axes} axesOf  the axes of a plot with this size in CSS pixels
 * @param {{ x: string, y: string }} units
 * @param {(axes: Axes, width: number, height: number) => Axes} [fit]  the axes in the plot's size in device pixels
 * @param {(axes: Axes) => string[]} [down]  the labels of the vertical axis, if they are not its values
 * @returns {{ plane: Plane, labels: { x: string[], y: string[] } }}
 */
export function layPlane(context, { width, height, unit }, palette, axesOf, units, fit, down) {
  context.font = `${11 * unit}px ${palette.font}`;
  const [top, bottom, right] = [8 * unit, height - 22 * unit, width - Math.round(6 * unit)];
  let axes = axesOf(width / unit, (bottom - top) / unit);
  const labelsOf = (/** @type {Axes} */ { x, y }) => ({
    x: axisLabels(x, units.x),
    y: down ? down({ x, y }) : axisLabels(y, units.y),
  });
  let labels = labelsOf(axes);
  // Room for the labels in steps, so that it does not move with each value.
  const gutter = () =>
    Math.max(...labels.y.map((text) => Math.ceil(context.measureText(text).width / unit / 8) * 8 + 8), 24);
  if (fit) {
    axes = fit(axes, right - gutter() * unit, bottom - top);
    labels = labelsOf(axes);
  }
  const left = Math.round(gutter() * unit);
  return { plane: { box: { left, right, top, bottom, unit }, ...axes }, labels };
}

/**
 * Words in the middle of the plot, for a chart without values.
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Palette} palette
 * @param {string} text
 */
export function drawEmpty(context, { box: { left, right, top, bottom, unit } }, palette, text) {
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
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Palette} palette
 * @param {{ x: string[], y: string[] }} labels
 */
export function drawPlane(context, plane, palette, labels) {
  const { box, x, y } = plane;
  const { left, right, top, bottom, unit } = box;
  const thin = hairline(box);
  drawValueAxis(context, box, y, palette, labels.y);
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.beginPath();
  let free = 0;
  valueTicks(x).forEach((value, index) => {
    const at = Math.round(place(plane, [value, y.min])[0]) + thin / 2;
    context.moveTo(at, top);
    context.lineTo(at, bottom + 4 * unit);
    const text = labels.x[index] ?? "";
    const half = context.measureText(text).width / 2;
    // The last label has the unit. It moves to the left, where the plot ends.
    const middle = Math.min(Math.max(at, half), right - half);
    if (middle - half < free) return;
    context.fillText(text, middle, bottom + 16 * unit);
    free = middle + half + 4 * unit;
  });
  context.stroke();
  // Zero is a line of its own, where it is not an edge.
  context.strokeStyle = palette.text;
  context.beginPath();
  if (x.min < 0 && x.max > 0) {
    const at = Math.round(place(plane, [0, y.min])[0]) + thin / 2;
    context.moveTo(at, top);
    context.lineTo(at, bottom);
  }
  if (y.min < 0 && y.max > 0) {
    const at = Math.round(place(plane, [x.min, 0])[1]) + thin / 2;
    context.moveTo(left, at);
    context.lineTo(right, at);
  }
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Palette} palette
 * @param {readonly Curve[]} curves
 */
export function drawCurves(context, plane, palette, curves) {
  const { left, right, top, bottom, unit } = plane.box;
  context.save();
  context.beginPath();
  const room = (DOT + 1) * unit;
  context.rect(left - room, top - room, right - left + 2 * room, bottom - top + 2 * room);
  context.clip();
  context.lineWidth = 1.75 * unit;
  context.lineJoin = "round";
  curves.forEach(({ points, dots }, number) => {
    const colour = palette.series[number] ?? palette.text;
    context.strokeStyle = context.fillStyle = colour;
    const path = new Path2D();
    let pen = false;
    for (const [index, point] of points.entries()) {
      if (!isPoint(point)) {
        pen = false;
        continue;
      }
      const [across, down] = place(plane, point);
      // A point between two interruptions has no line.
      const alone = !pen && !isPoint(points[index + 1]);
      if (dots || alone) {
        path.moveTo(across + DOT * unit, down);
        path.arc(across, down, DOT * unit, 0, 2 * Math.PI);
      } else if (pen) path.lineTo(across, down);
      else path.moveTo(across, down);
      pen = true;
    }
    if (dots) context.fill(path);
    else context.stroke(path);
  });
  context.restore();
}

/**
 * The point that is nearest to a place, in device pixels. Null if there is none in the plot.
 * @param {Plane} plane
 * @param {readonly Curve[]} curves
 * @param {number} across
 * @param {number} down
 * @returns {Place | null}
 */
export function nearestPoint(plane, curves, across, down) {
  const { left, right, top, bottom } = plane.box;
  let nearest = /** @type {Place | null} */ (null);
  let least = Number.POSITIVE_INFINITY;
  for (const [curve, { points }] of curves.entries()) {
    for (const [at, point] of points.entries()) {
      if (!isPoint(point)) continue;
      const [x, y] = place(plane, point);
      if (x < left - 1 || x > right + 1 || y < top - 1 || y > bottom + 1) continue;
      const distance = Math.hypot(x - across, y - down);
      if (distance < least) {
        least = distance;
        nearest = { curve, at };
      }
    }
  }
  return nearest;
}

/**
 * The point that is so many points further on its curve, or its end. Points without numbers are skipped.
 * @param {readonly Curve[]} curves
 * @param {Place} from
 * @param {number} by
 * @returns {Place}
 */
export function nextPoint(curves, from, by) {
  const points = curves[from.curve]?.points ?? [];
  let { at } = from;
  let left = Math.abs(by);
  for (let next = at + Math.sign(by); left > 0 && next >= 0 && next < points.length; next += Math.sign(by)) {
    if (!isPoint(points[next])) continue;
    at = next;
    left -= 1;
  }
  return { curve: from.curve, at };
}

/**
 * The point that a person reads.
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Palette} palette
 * @param {readonly [number, number]} point
 * @param {number} curve
 */
export function drawReading(context, plane, palette, point, curve) {
  const { left, right, top, bottom, unit } = plane.box;
  const [across, down] = place(plane, point);
  const thin = hairline(plane.box);
  context.fillStyle = palette.cursor;
  context.fillRect(Math.round(across - thin / 2), top, thin, bottom - top);
  context.fillRect(left, Math.round(down - thin / 2), right - left, thin);
  context.fillStyle = palette.series[curve] ?? palette.text;
  context.strokeStyle = palette.ground;
  context.lineWidth = 1.5 * unit;
  context.beginPath();
  context.arc(across, down, 4 * unit, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}
