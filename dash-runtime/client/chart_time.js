// The time axis of a chart: where its labels stand, and what they say. All times are in seconds since the Unix epoch and
// are shown in the browser's time zone.

/** @typedef {{ t: number, text: string, midnight: boolean }} TimeTick */

const DAY = 86_400;

/** The months by name: 03-04 is a day of March to some people, and of April to others. */
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Distances between labels, in seconds. Larger ones are whole days. */
const timeSteps = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
  3600, 7200, 10800, 21600, 43200, 86400,
];

/** All time zones differ from UTC by a multiple of this. */
const OFFSETS = 900;

/** Clocks go back by less than this, in milliseconds. */
const LONGEST = 4 * 3600 * 1000;

/** From this time span on, a time of day alone does not say which day it is. */
const NEEDS_DATE = DAY / 2;

/**
 * The distance between labels of the time axis, in seconds.
 * @param {number} span  in seconds
 * @param {number} count  the largest number of labels
 */
export function timeStep(span, count) {
  return timeSteps.find((step) => step * count >= span) ?? DAY * Math.ceil(span / count / DAY);
}

/** @param {number} part */
function two(part) {
  return String(part).padStart(2, "0");
}

/**
 * A day, with its year if it is not that of `now`.
 * @param {Date} date
 * @param {number} now
 */
function dayOf(date, now) {
  const year = date.getFullYear();
  const isClear = year === new Date(now * 1000).getFullYear();
  return `${date.getDate()}\u00a0${MONTHS[date.getMonth()]}${isClear ? "" : `\u00a0${year}`}`;
}

/**
 * How far the clocks have gone back if this time of day is there for the second time, in minutes. 0: it is not.
 * @param {Date} date
 */
function repeated(date) {
  const offset = date.getTimezoneOffset();
  const back = offset - new Date(date.getTime() - LONGEST).getTimezoneOffset();
  return back > 0 && new Date(date.getTime() - back * 60_000).getTimezoneOffset() !== offset ? back : 0;
}

/**
 * A time of day. One that is there twice, because the clocks have gone back, has its distance from UTC the second time:
 * 02:30 and, an hour later, 02:30 +01.
 * @param {number} t
 * @param {number} step  decides what is shown: days, minutes, seconds or fractions
 * @param {number} [now]
 */
export function timeText(t, step, now = t) {
  const digits = step < 1 ? Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)) : 0;
  // Round first: 11:59:59.9996 must not become 11:59:60.000.
  const date = new Date(Math.round(t * 10 ** digits) * 10 ** (3 - digits));
  if (step >= DAY) return dayOf(date, now);
  const parts = [two(date.getHours()), two(date.getMinutes())];
  if (step < 60) parts.push(two(date.getSeconds()));
  const fraction = digits === 0 ? "" : `.${String(date.getMilliseconds()).padStart(3, "0").slice(0, digits)}`;
  return parts.join(":") + fraction + (repeated(date) ? `\u00a0${offsetOf(date)}` : "");
}

/** The distance from UTC: `+01`, `-03:30`. @param {Date} date */
function offsetOf(date) {
  return String(date)
    .replace(/.*GMT(...)(..).*/, "$1:$2")
    .replace(":00", "");
}

/**
 * The time of one sample, as exact as the time span of the chart needs, and with its day if that is not clear.
 * @param {number} t
 * @param {number} span  of the chart, in seconds
 * @param {number} now
 */
export function sampleTime(t, span, now) {
  const time = timeText(t, span >= NEEDS_DATE ? 1 : 0.1);
  return needsDate(t, span, now) ? `${timeText(t, DAY, now)} ${time}` : time;
}

/**
 * @param {number} t
 * @param {number} span
 * @param {number} now
 */
function needsDate(t, span, now) {
  return span >= NEEDS_DATE || timeText(t, DAY, now) !== timeText(now, DAY);
}

/**
 * The labels of the time axis: at round times of day, also in a week in which the clocks change. The label at a midnight
 * is the date of the day that begins. The first label has its date too, if the day is not clear without it.
 * @param {number} start
 * @param {number} end
 * @param {number} step
 * @param {number} now
 * @returns {TimeTick[]}
 */
export function timeTicks(start, end, step, now) {
  const times = step < OFFSETS ? regularTimes(start, end, step) : localTimes(start, end, step);
  const dated = needsDate(end, end - start, now);
  return times.map((t, index) => {
    const date = new Date(t * 1000);
    const midnight = step >= 60 && date.getHours() === 0 && date.getMinutes() === 0 && !repeated(date);
    const text = midnight || step >= DAY ? dayOf(date, now) : timeText(t, step);
    return {
      t,
      midnight,
      text: index === 0 && dated && !midnight && step < DAY ? `${dayOf(date, now)} ${text}` : text,
    };
  });
}

/**
 * @param {number} start
 * @param {number} end
 * @param {number} step
 */
function regularTimes(start, end, step) {
  const first = Math.ceil(start / step);
  const count = Math.max(0, Math.floor(end / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/**
 * Round times of day. A day has 23 or 25 hours when the clocks change, so each is computed from its own date.
 * @param {number} start
 * @param {number} end
 * @param {number} step
 */
function localTimes(start, end, step) {
  const from = new Date(start * 1000);
  const [year, month, day] = [from.getFullYear(), from.getMonth(), from.getDate()];
  const days = Math.max(1, Math.round(step / DAY));
  // Which days have a label does not depend on where the axis begins, so labels do not jump while it moves.
  const today = Math.round(Date.UTC(year, month, day) / (DAY * 1000));
  const times = /** @type {number[]} */ ([]);
  for (let index = Math.ceil(today / days) * days - today; ; index += days) {
    const midnight = new Date(year, month, day + index).getTime() / 1000;
    if (!(midnight <= end)) return times;
    // An hour that is left out gives the time of the next one.
    const own = /** @type {Set<number>} */ (new Set());
    for (let second = 0; second < DAY; second += step) {
      const t = new Date(year, month, day + index, 0, 0, second).getTime() / 1000;
      own.add(t);
      // An hour that is there twice has labels twice, if they are not too close.
      const back = repeated(new Date((t + step) * 1000)) * 60;
      for (let more = t + step; more <= t + back && repeated(new Date(more * 1000)); more += step)
        own.add(more);
    }
    for (const t of [...own].sort((a, b) => a - b)) {
      if (t >= start && t <= end) times.push(t);
    }
  }
}
