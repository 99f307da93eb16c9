// The frame that all charts have: the lines and labels of the value axis.

import { formatTick, shareOf, valueTicks } from "./chart_scale.js";

/** @import { Axis } from "./chart_scale.js" */

/**
 * @typedef {{ text: string, line: string, cursor: string, ground: string, font: string, series: string[],
 *   tones: Record<string, string> }} Palette  `tones`: by the names of `Tone`, and `ink`
 * @typedef {{ left: number, right: number, top: number, bottom: number, unit: number }} Box  the plot in device pixels;
 *   `unit` is the number of device pixels per CSS pixel
 */

/** @param {Box} box */
export function hairline({ unit }) {
  return Math.max(1, Math.round(unit));
}

/** A unit behind a number. @param {string} unit */
export function unitSuffix(unit) {
  return unit === "" || unit === "°" ? unit : `\u00a0${unit}`;
}

/**
 * The labels of an axis. The last one has the unit.
 * @param {Axis} axis
 * @param {string} unit
 */
export function axisLabels(axis, unit) {
  const most = Math.max(Math.abs(axis.min), Math.abs(axis.max));
  const suffix = unitSuffix(unit);
  const texts = valueTicks(axis).map((value) =>
    axis.log ? formatTick(value, value) : formatTick(value, axis.step, most),
  );
  return texts.map((text, index) => (index === texts.length - 1 ? text + suffix : text));
}

/**
 * Where a value is on an axis that goes up, in device pixels.
 * @param {Box} box
 * @param {Axis} axis
 * @param {number} value
 */
export function heightOf({ top, bottom }, axis, value) {
  return bottom - shareOf(axis, value) * (bottom - top);
}

/**
 * The lines of a value axis through the plot, with their labels at its side. A second axis at the right has no lines of its
 * own, but ticks.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Axis} axis
 * @param {Palette} palette
 * @param {string[]} labels
 * @param {{ right: boolean, lines: boolean }} [how]
 */
export function drawValueAxis(
  context,
  box,
  axis,
  palette,
  labels,
  { right: isRight, lines } = { right: false, lines: true },
) {
  const { left, right, unit } = box;
  const thin = hairline(box);
  context.fillStyle = palette.text;
  context.strokeStyle = palette.line;
  context.lineWidth = thin;
  context.textAlign = isRight ? "left" : "right";
  context.textBaseline = "middle";
  context.beginPath();
  valueTicks(axis).forEach((value, index) => {
    const y = Math.round(heightOf(box, axis, value)) + thin / 2;
    context.moveTo(lines ? left : right, y);
    context.lineTo(lines ? right : right + 4 * unit, y);
    context.fillText(labels[index] ?? "", isRight ? right + 7 * unit : left - 6 * unit, y);
  });
  context.stroke();
}
