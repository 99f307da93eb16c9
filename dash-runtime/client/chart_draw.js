// Draws the parts of a chart on its canvas.

import { drawValueAxis, hairline, heightOf } from "./chart_axis.js";
import { gapsIn, thinLine } from "./chart_line.js";
import { sampleTime, timeStep, timeTicks } from "./chart_time.js";

/** @import { ChartRing } from "./chart_ring.js" */
/** @import { Box, Palette } from "./chart_axis.js" */
/** @import { Axis } from "./chart_scale.js" */

/**
 * @typedef {{ box: Box, left: Axis | null, right: Axis | null, limited: Axis, axes: Axis[], shown: boolean[],
 *   dashed: boolean[], start: number, end: number, first: number, gap: number }} View  what is drawn; `limited` is the axis of
 *   the limits that series share, `axes` has the axis of each series, `shown` says which lines are drawn and `dashed` which are
 *   of what was asked for, `first` is the index of the first sample, and nothing was measured between samples that are
 *   further apart than `gap`
 * @typedef {{ context: CanvasRenderingContext2D, view: View, palette: Palette, ring: ChartRing }} Drawing
 */

/**
 * From this number of points on, a line is drawn as several lines of one pixel, a little apart. Without a graphics
 * processor this takes a fifth of the time of one thick line: 4 ms instead of 18 ms for ten series of 2000 points, and
 * 8 ms instead of 23 ms at the pixel density of a phone.
 */
const FINE = 4000;

/** The lengths of the line and of the space, where a line is dashed, in CSS pixels. */
const DASHES = [5, 4];

/** The least distance between two labels of the time axis, in CSS pixels. */
const LABEL_ROOM = 70;

/**
 * The times at which nothing was measured, as grey columns.
 * @param {Drawing} drawing
 */
export function drawGaps({ context, view: { box, start, end, first, gap }, palette, ring }) {
  const { left, right, top, bottom } = box;
  context.save();
  context.globalAlpha = 0.35;
  context.fillStyle = palette.line;
  for (const [before, after] of gapsIn(ring.times, first, ring.end, gap)) {
    const [from, to] = [before, after].map((t) => left + ((t - start) / (end - start)) * (right - left));
    const edge = Math.max(from ?? left, left);
    // The samples may reach beyond the plot.
    if (edge >= right) break;
    context.fillRect(edge, top, Math.min(to ?? right, right) - edge, bottom - top);
  }
  context.restore();
}

/**
 * @param {Drawing} drawing
 * @param {{ left: string[], right: string[] }} labels  of the value axes
 * @param {number} now  in seconds since the Unix epoch
 */
export function drawAxes({ context, view, palette, ring }, labels, now) {
  const { box, start, end } = view;
  const { left, right, top, bottom, unit } = box;
  const thin = hairline(box);
  if (view.right)
    drawValueAxis(context, box, view.right, palette, labels.right, { right: true, lines: !view.left });
  if (view.left) drawValueAxis(context, box, view.left, palette, labels.left);
  context.beginPath();
  const step = timeStep(end - start, Math.max(1, Math.floor((right - left) / (LABEL_ROOM * unit))));
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  let free = 0;
  for (const { t, text, midnight } of timeTicks(start, end, step, now)) {
    const x = Math.round(left + ((t - start) / (end - start)) * (right - left)) + thin / 2;
    const half = context.measureText(text).width / 2;
    // A day begins with a line through the plot.
    context.moveTo(x, midnight ? top : bottom);
    context.lineTo(x, bottom + 4 * unit);
    // The first label is wider if it has a date. It moves to the right, where the plot begins.
    const middle = Math.max(x, half);
    if (middle + half > right || middle - half < free) continue;
    context.fillText(text, middle, bottom + 16 * unit);
    free = middle + half + 4 * unit;
  }
  context.stroke();
  if (ring.end === ring.start) {
    context.textBaseline = "middle";
    context.fillText("no values yet", (left + right) / 2, (top + bottom) / 2 - 10 * unit);
  }
}

/**
 * @param {Drawing} drawing
 * @param {Int32Array} out  room for the samples of one line
 */
export function drawLines({ context, view, palette, ring }, out) {
  const { box, axes, shown, dashed, start, end, first, gap } = view;
  const { left, right, top, bottom, unit } = box;
  const { times, values, end: to } = ring;
  const scaleX = (right - left) / (end - start);
  /** @param {number} t */
  const column = (t) => Math.floor((t - start) * scaleX);
  context.save();
  context.beginPath();
  context.rect(left, top - unit, right - left, bottom - top + 2 * unit);
  context.clip();
  let points = 0;
  const paths = values.map((series, number) => {
    const path = new Path2D();
    if (!shown[number]) return path;
    const axis = /** @type {Axis} */ (axes[number]);
    const scaleY = (bottom - top) / (axis.max - axis.min);
    const count = thinLine(times, series, first, to, column, out, gap);
    let pen = false;
    for (let index = 0; index < count; index++) {
      const at = /** @type {number} */ (out[index]);
      if (at < 0) {
        pen = false;
        continue;
      }
      const x = left + ((times[at] ?? 0) - start) * scaleX;
      const y = bottom - ((series[at] ?? 0) - axis.min) * scaleY;
      const alone = !pen && (index + 1 === count || /** @type {number} */ (out[index + 1]) < 0);
      if (pen) path.lineTo(x, y);
      else path.moveTo(x, y);
      // A sample between two interruptions is a point.
      if (alone) path.lineTo(x + unit, y);
      pen = true;
    }
    points += count;
    return path;
  });
  const fine = points > FINE;
  context.lineWidth = fine ? 1 : 1.5 * unit;
  context.lineJoin = "bevel";
  const strokes = fine ? Math.round(unit) + 1 : 1;
  paths.forEach((path, number) => {
    context.strokeStyle = palette.series[number] ?? "";
    context.setLineDash(dashed[number] ? DASHES.map((length) => length * unit) : []);
    for (let stroke = 0; stroke < strokes; stroke++) {
      // The copies lie around the middle, so that flat and steep parts are equally thick.
      const angle = Math.PI * (0.25 + (2 * stroke) / strokes);
      const away = fine ? 0.3 * unit : 0;
      context.setTransform(1, 0, 0, 1, away * Math.cos(angle), away * Math.sin(angle));
      context.stroke(path);
    }
  });
  context.restore();
}

/**
 * The sample that a person reads.
 * @param {Drawing} drawing
 * @param {number} at  its index
 * @param {number} now  in seconds since the Unix epoch
 */
export function drawCursor({ context, view: { box, axes, shown, start, end }, palette, ring }, at, now) {
  const { left, right, top, bottom, unit } = box;
  const t = /** @type {number} */ (ring.times[at]);
  const x = left + ((t - start) / (end - start)) * (right - left);
  const thin = hairline(box);
  context.fillStyle = palette.cursor;
  context.fillRect(Math.round(x - thin / 2), top, thin, bottom - top);
  ring.values.forEach((column, number) => {
    const value = /** @type {number} */ (column[at]);
    if (!shown[number] || Number.isNaN(value)) return;
    const y = heightOf(box, /** @type {Axis} */ (axes[number]), value);
    if (y < top - unit || y > bottom + unit) return;
    context.fillStyle = palette.series[number] ?? "";
    context.strokeStyle = palette.ground;
    context.lineWidth = 1.5 * unit;
    context.beginPath();
    context.arc(x, y, 4 * unit, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
  // The time at the cursor covers the axis labels at its place.
  const label = sampleTime(t, end - start, now);
  const half = context.measureText(label).width / 2 + 5 * unit;
  const middle = Math.min(Math.max(x, half), right - half);
  context.fillStyle = palette.cursor;
  context.beginPath();
  context.roundRect(middle - half, bottom + 3 * unit, 2 * half, 18 * unit, 3 * unit);
  context.fill();
  context.fillStyle = palette.ground;
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText(label, middle, bottom + 16 * unit);
}
