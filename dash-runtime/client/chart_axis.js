// The frame that all charts have: the lines and labels of the value axis.

import { formatTick, valueTicks } from "./chart_scale.js";

/** @import { Axis } from "./chart_scale.js" */

/**
 * @typedef {{ text: string, line: string, cursor: string, ground: string, font: string, series: string[] }} Palette
 * @typedef {{ left: number, right: number, top: number, bottom: number, unit: number }} Box  the plot in device pixels;
 *   `unit` is the number of device pixels per CSS pixel
 */

/** @param {Box} box */
export function hairline({ unit }) {
  return Math.max(1, Math.round(unit));
}

/**
 * The labels of an axis. The last one has the unit.
 * @param {Axis} axis
 * @param {string} unit
 */
export function axisLabels(axis, unit) {
  const most = Math.max(Math.abs(axis.min), Math.abs(axis.max));
  const suffix = unit === "" || unit === "°" ? unit : ` ${unit}`;
  const texts = valueTicks(axis).map((value) => formatTick(value, axis.step, most));
  return texts.map((text, index) => (index === texts.length - 1 ? text + suffix : text));
}

/**
 * The lines of the value axis through the plot, with their labels at the left.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Axis} axis
 * @param {Palette} palette
 * @param {string[]} labels
 */
export function drawValueAxis(context, box, axis, palette, labels) {
  const { left, right, top, bottom, unit } = box;
  const thin = hairline(box);
  context.fillStyle = palette.text;
  context.strokeStyle = palette.line;
  context.lineWidth = thin;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  valueTicks(axis).forEach((value, index) => {
    const y = Math.round(bottom - ((value - axis.min) / (axis.max - axis.min)) * (bottom - top)) + thin / 2;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.fillText(labels[index] ?? "", left - 6 * unit, y);
  });
  context.stroke();
}
