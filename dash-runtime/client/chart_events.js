// The event markers of a chart: what happened when.

import { hairline } from "./chart_axis.js";

/** @import { Box, Palette } from "./chart_axis.js" */

/**
 * @typedef {{ t: number, text: string, tone: string }} EventMarker  t: in seconds since the Unix epoch
 */

/** The room above the plot for the texts, in CSS pixels. */
export const MARKER_ROOM = 16;

/** A longer text is cut, in CSS pixels. The pointer and the keyboard read all of it. */
const TEXT_ROOM = 160;

/**
 * Puts a marker at its place in time. The oldest one is dropped if there are more than `most`.
 * @param {EventMarker[]} markers
 * @param {EventMarker} marker
 * @param {number} most
 */
export function addMarker(markers, marker, most) {
  const before = markers.findLastIndex(({ t }) => t <= marker.t);
  markers.splice(before + 1, 0, marker);
  if (markers.length > most) markers.shift();
}

/**
 * The markers of a span.
 * @param {readonly EventMarker[]} markers
 * @param {number} start
 * @param {number} end
 */
export function markersIn(markers, start, end) {
  return markers.filter(({ t }) => t >= start && t <= end);
}

/**
 * Cuts a text so that it is at most so wide.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} room
 */
function cut(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  const letters = [...text];
  while (letters.length > 0 && context.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return `${letters.join("")}…`;
}

/**
 * Draws a line for each marker, and the texts that have room. The newest ones have their text first.
 * @param {CanvasRenderingContext2D} context
 * @param {{ box: Box, start: number, end: number }} view
 * @param {Palette} palette
 * @param {readonly EventMarker[]} markers
 * @param {readonly EventMarker[]} read  those that a person reads: they have their text in any case
 */
export function drawMarkers(context, { box, start, end }, palette, markers, read) {
  const { left, right, top, bottom, unit } = box;
  const thin = hairline(box);
  const away = 5 * unit;
  let free = right;
  context.save();
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const marker of markersIn(markers, start, end).reverse()) {
    const x = Math.round(left + ((marker.t - start) / (end - start)) * (right - left)) + thin / 2;
    context.strokeStyle = context.fillStyle = palette.tones[marker.tone] ?? palette.text;
    context.lineWidth = thin;
    context.setLineDash([2 * unit, 3 * unit]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.beginPath();
    context.moveTo(x - 4 * unit, top - 6 * unit);
    context.lineTo(x + 4 * unit, top - 6 * unit);
    context.lineTo(x, top);
    context.fill();
    const text = cut(context, marker.text, TEXT_ROOM * unit);
    const width = context.measureText(text).width;
    const isRead = read.includes(marker);
    // After the line if there is room, else before it.
    let from = x + away;
    if (from + width > free) from = x - away - width;
    const fits = from >= 0 && from + width <= free;
    if (!fits && !isRead) {
      free = Math.min(free, x - away);
      continue;
    }
    from = Math.max(from, 0);
    if (isRead) {
      context.fillStyle = palette.ground;
      context.fillRect(from - 3 * unit, top - MARKER_ROOM * unit, width + 6 * unit, (MARKER_ROOM - 7) * unit);
    }
    context.fillStyle = palette.cursor;
    context.fillText(text, from, top - 11 * unit);
    free = Math.min(from, x - away) - away;
  }
  context.restore();
}
