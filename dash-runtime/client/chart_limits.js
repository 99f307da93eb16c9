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
 * @typedef {{ limits: Limits, axis: Axis, suffix: string, name: string, colour: string | null }} DrawnLimits  `suffix` is the
 *   unit behind a number, `name` says whose limits they are, and `colour` is that of the lines if it is not that of their tones
 */

/** What a zone is called. */
export const ZONE_WORDS = { warn: "warning", bad: "alarm" };

/** The limits in the order in which they get room for their words. */
const LIMITS = /** @type {const} */ (["bad_above", "bad_below", "warn_above", "warn_below"]);

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
 * The lines of limits, with their words at the beginning of the plot, away from the newest values. Words at the same height
 * stand beside each other, or above each other where there is no room.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Palette} palette
 * @param {DrawnLimits[]} all
 */
export function drawLimits(context, box, palette, all) {
  const { left, right, top, bottom, unit } = box;
  const taken = /** @type {{ y: number, end: number }[]} */ ([]);
  context.save();
  context.lineWidth = hairline(box);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { limits, axis, suffix, name, colour } of all) {
    for (const key of LIMITS) {
      const limit = limits[key];
      if (limit === null || limit < axis.min || limit > axis.max) continue;
      const [tone, side] = /** @type {[ZoneTone, string]} */ (key.split("_"));
      const y = Math.round(heightOf(box, axis, limit)) + context.lineWidth / 2;
      context.fillStyle = palette.tones[tone] ?? "";
      context.strokeStyle = colour ?? context.fillStyle;
      context.setLineDash([6 * unit, 4 * unit]);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.stroke();
      // The words are in the zone, or on its other side if it is too small for them.
      const away = 8 * unit;
      const inside = side === "above" ? y - away : y + away;
      const room = WORDS_ROOM * unit;
      const beside = (/** @type {number} */ at) => taken.filter((other) => Math.abs(other.y - at) < room);
      const rows = [inside, 2 * y - inside, inside - room, inside + room].filter(
        (at) => at - away / 2 > top && at + away / 2 < bottom,
      );
      const text = `${name}${ZONE_WORDS[tone]} ${side} ${formatNumber(limit)}${suffix}`;
      const width = context.measureText(text).width + 6 * unit;
      const startOf = (/** @type {number} */ at) => Math.max(left, ...beside(at).map(({ end }) => end));
      // At the line, also beside other words, or else as near to it as there is room.
      const words =
        rows.find((at, index) => beside(at).length === 0 || (index < 2 && startOf(at) + width < right)) ??
        Number.NaN;
      if (Number.isNaN(words)) continue;
      const x = startOf(words) + 6 * unit;
      taken.push({ y: words, end: startOf(words) + width });
      // Readable also where a line goes through them.
      context.save();
      context.setLineDash([]);
      context.lineWidth = 3 * unit;
      context.strokeStyle = palette.ground;
      context.strokeText(text, x, words, right - x);
      context.restore();
      context.fillText(text, x, words, right - x);
    }
  }
  context.restore();
}
