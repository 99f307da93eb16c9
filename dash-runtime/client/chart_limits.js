// The limits of the values of a chart: tinted zones beyond them, and lines with their words. The zones are those of the
// other readouts (limits.rs).

import { hairline, heightOf } from "./chart_axis.js";
import { formatNumber } from "./format.js";

/** @import { Box, Palette } from "./chart_axis.js" */
/** @import { Axis } from "./chart_scale.js" */

/**
 * @typedef {{ warn_above: number | null, bad_above: number | null, warn_below: number | null,
 *   bad_below: number | null }} Limits
 * @typedef {"warn" | "bad"} ZoneTone
 * @typedef {{ from: number, to: number, tone: ZoneTone }} Zone  `from` and `to` may be infinite
 */

/** What a zone is called. */
export const ZONE_WORDS = { warn: "warning", bad: "alarm" };

/** The least distance between the words of two limits, in CSS pixels. */
const WORDS_ROOM = 15;

/**
 * The zones beyond the limits. An alarm hides the warning at its place.
 * @param {Limits} limits
 * @returns {Zone[]}
 */
export function zonesOf({ warn_above, bad_above, warn_below, bad_below }) {
  const top = Number.POSITIVE_INFINITY;
  const zones = /** @type {Zone[]} */ ([
    { from: warn_above ?? top, to: bad_above ?? top, tone: "warn" },
    { from: bad_above ?? top, to: top, tone: "bad" },
    { from: bad_below ?? -top, to: warn_below ?? -top, tone: "warn" },
    { from: -top, to: bad_below ?? -top, tone: "bad" },
  ]);
  return zones.filter(({ from, to }) => from < to);
}

/**
 * The zone that a value is in. Null if it is beyond no limit.
 * @param {number | null | undefined} value
 * @param {Limits} limits
 * @returns {ZoneTone | null}
 */
export function zoneOf(value, { warn_above, bad_above, warn_below, bad_below }) {
  const above = (/** @type {number | null} */ limit) => limit !== null && Number(value ?? Number.NaN) > limit;
  const below = (/** @type {number | null} */ limit) => limit !== null && Number(value ?? Number.NaN) < limit;
  if (above(bad_above) || below(bad_below)) return "bad";
  return above(warn_above) || below(warn_below) ? "warn" : null;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Axis} axis
 * @param {Palette} palette
 * @param {Limits} limits
 */
export function drawZones(context, box, axis, palette, limits) {
  const { left, right, top, bottom } = box;
  context.save();
  context.globalAlpha = 0.1;
  for (const { from, to, tone } of zonesOf(limits)) {
    const upper = Math.max(heightOf(box, axis, to), top);
    const lower = Math.min(heightOf(box, axis, from), bottom);
    if (upper >= lower) continue;
    context.fillStyle = palette.tones[tone] ?? "";
    context.fillRect(left, upper, right - left, lower - upper);
  }
  context.restore();
}

/**
 * The lines of the limits, with their words at the beginning of the plot, away from the newest values.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Axis} axis
 * @param {Palette} palette
 * @param {Limits} limits
 * @param {string} suffix  the unit behind a number
 */
export function drawLimits(context, box, axis, palette, limits, suffix) {
  const { left, right, top, bottom, unit } = box;
  const lines = /** @type {[number | null, ZoneTone, "above" | "below"][]} */ ([
    [limits.bad_above, "bad", "above"],
    [limits.bad_below, "bad", "below"],
    [limits.warn_above, "warn", "above"],
    [limits.warn_below, "warn", "below"],
  ]);
  const taken = /** @type {number[]} */ ([]);
  context.save();
  context.lineWidth = hairline(box);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const [limit, tone, side] of lines) {
    if (limit === null || limit < axis.min || limit > axis.max) continue;
    const y = Math.round(heightOf(box, axis, limit)) + context.lineWidth / 2;
    context.strokeStyle = context.fillStyle = palette.tones[tone] ?? "";
    context.setLineDash([6 * unit, 4 * unit]);
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    // The words are in the zone, or on its other side if it is too small for them.
    const away = 8 * unit;
    const inside = side === "above" ? y - away : y + away;
    const fits = inside - away / 2 > top && inside + away / 2 < bottom;
    const words = fits ? inside : 2 * y - inside;
    if (taken.some((other) => Math.abs(other - words) < WORDS_ROOM * unit)) continue;
    taken.push(words);
    const text = `${ZONE_WORDS[tone]} ${side} ${formatNumber(limit)}${suffix}`;
    // Readable also where a line goes through them.
    context.save();
    context.setLineDash([]);
    context.lineWidth = 3 * unit;
    context.strokeStyle = palette.ground;
    context.strokeText(text, left + 6 * unit, words);
    context.restore();
    context.fillText(text, left + 6 * unit, words);
  }
  context.restore();
}
