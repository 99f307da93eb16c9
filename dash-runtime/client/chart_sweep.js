// Levels at equal distances of frequency.

import { formatNumber } from "./format.js";

/** @typedef {{ t: number, levels: (number | null)[] }} Sweep  t: in seconds since the Unix epoch */
/** @typedef {{ from: number, to: number }} Band  the frequencies of the first and of the last level */

/**
 * The frequency of a level.
 * @param {Band} band
 * @param {number} at
 * @param {number} count  of levels
 */
export function frequencyAt({ from, to }, at, count) {
  return count > 1 ? from + (at / (count - 1)) * (to - from) : from;
}

/**
 * The frequency of a level as text, with as many decimals as tell it from its neighbours.
 * @param {Band} band
 * @param {number} at
 * @param {number} count  of levels
 */
export function frequencyText(band, at, count) {
  const apart = Math.abs(band.to - band.from) / Math.max(count - 1, 1);
  const digits = apart > 0 ? Math.min(Math.max(-Math.floor(Math.log10(apart) + 1e-9), 0), 12) : 0;
  return formatNumber(frequencyAt(band, at, count), digits);
}

/**
 * The place of the level that is nearest to a frequency. It may be beyond the ends.
 * @param {Band} band
 * @param {number} frequency
 * @param {number} count
 */
export function levelNear({ from, to }, frequency, count) {
  return to > from ? Math.round(((frequency - from) / (to - from)) * (count - 1)) : 0;
}

/** The levels as numbers, with NaN for absent ones. @param {Sweep} sweep */
export function levelsOf({ levels }) {
  return Float64Array.from(levels, (level) => level ?? Number.NaN);
}

/**
 * The place of the highest level. -1 if there is none.
 * @param {Float64Array} levels
 */
export function highest(levels) {
  let best = -1;
  for (const [at, level] of levels.entries())
    if (!Number.isNaN(level) && (best < 0 || level > /** @type {number} */ (levels[best]))) best = at;
  return best;
}

/**
 * Holds the higher one of two levels at each place. A number of levels that has changed begins anew.
 * @param {Float64Array<ArrayBuffer>} held
 * @param {Float64Array} levels
 */
export function holdPeaks(held, levels) {
  if (held.length !== levels.length) return Float64Array.from(levels);
  for (const [at, level] of levels.entries())
    if (!(level <= /** @type {number} */ (held[at])) && !Number.isNaN(level)) held[at] = level;
  return held;
}
