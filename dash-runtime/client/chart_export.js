// What a chart shows, as a file: a picture, or the values. Both are made in the page, from what it has.

/** @import { Palette } from "./chart_axis.js" */
/** @import { Answer } from "./chart_past.js" */
/** @import { ChartRing } from "./chart_ring.js" */

/**
 * @typedef {{ t: number, text: string }} Note  what happened at a time
 */

/** The heights in a picture, and the space around it, in CSS pixels. */
const TITLE = 28;
const ENTRY = 22;
const EDGE = 12;

/**
 * A time in ISO 8601, in UTC and with microseconds: the precision of a kept history.
 * @param {number} t  in seconds since the Unix epoch
 */
export function isoTime(t) {
  const micros = Math.round(t * 1e6);
  const seconds = Math.floor(micros / 1e6);
  const rest = String(micros - seconds * 1e6).padStart(6, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

/** A field of a table as RFC 4180 has it. @param {string} text */
export function csvField(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {number | null | undefined} value */
function csvNumber(value) {
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "";
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
function csv(head, rows) {
  return [head, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/**
 * The samples of a span, one in each line, and the notes between them.
 * @param {string[]} names  of the series
 * @param {ChartRing} ring
 * @param {number} start
 * @param {number} end
 * @param {readonly Note[]} notes  of the span, in their order
 */
export function csvOfSamples(names, ring, start, end, notes) {
  const rows = /** @type {string[][]} */ ([]);
  const left = [...notes];
  const empty = names.map(() => "");
  const note = (/** @type {number} */ until) => {
    while (left[0] && left[0].t < until) {
      const { t, text } = /** @type {Note} */ (left.shift());
      rows.push([isoTime(t), ...empty, text]);
    }
  };
  for (let at = ring.find(start); at < ring.end; at++) {
    const t = /** @type {number} */ (ring.times[at]);
    if (t > end) break;
    note(t);
    const values = names.map((_, number) => csvNumber(ring.values[number]?.[at]));
    rows.push([isoTime(t), ...values, ...(notes.length > 0 ? [""] : [])]);
  }
  note(Number.POSITIVE_INFINITY);
  return csv(["time", ...names, ...(notes.length > 0 ? ["event"] : [])], rows);
}

/**
 * What the server has kept: one sample in each line, or, if they are too many, the smallest, the largest and the mean value of
 * a cell.
 * @param {string[]} names  of the series
 * @param {Answer} answer
 */
export function csvOfHistory(names, { samples, cells = [] }) {
  if (samples) {
    const rows = samples.map(([t, values]) => [isoTime(t), ...names.map((_, at) => csvNumber(values[at]))]);
    return csv(["time", ...names], rows);
  }
  const parts = ["min", "max", "mean"];
  const head = ["time", "until", "count", ...names.flatMap((name) => parts.map((part) => `${name} ${part}`))];
  const rows = cells.map(([first, last, count, series]) => [
    isoTime(first),
    isoTime(last),
    String(count),
    ...names.flatMap((_, at) => parts.map((_, part) => csvNumber(series[at]?.[part]))),
  ]);
  return csv(head, rows);
}

/**
 * A picture of a chart with its name, what it shows, and its legend.
 * @param {HTMLCanvasElement} plot
 * @param {Palette} palette
 * @param {{ title: string, note: string, legend: { text: string, colour: string }[] }} words
 * @returns {Promise<Blob | null>}
 */
export function pictureOf(plot, palette, { title, note, legend }) {
  const unit = devicePixelRatio;
  const edge = EDGE * unit;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(null);
  const font = (/** @type {number} */ weight) => `${weight} ${13 * unit}px ${palette.font}`;
  context.font = font(400);
  // Where each entry of the legend stands. It begins a new line if it has no room.
  let [x, line] = [0, 0];
  const places = legend.map(({ text, colour }) => {
    const width = context.measureText(text).width + 32 * unit;
    if (x > 0 && x + width > plot.width) [x, line] = [0, line + 1];
    const place = { text, colour, x, line };
    x += width;
    return place;
  });
  const top = edge + TITLE * unit;
  canvas.width = plot.width + 2 * edge;
  canvas.height = top + plot.height + (legend.length > 0 ? (line + 1) * ENTRY * unit : 0) + edge;
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(plot, edge, top);
  context.textBaseline = "middle";
  context.fillStyle = palette.cursor;
  context.font = font(600);
  context.fillText(title, edge, edge + (TITLE / 2) * unit);
  context.font = font(400);
  context.fillStyle = palette.text;
  context.textAlign = "right";
  context.fillText(note, canvas.width - edge, edge + (TITLE / 2) * unit);
  context.textAlign = "left";
  places.forEach(({ text, colour, x, line }) => {
    const middle = top + plot.height + (line + 0.5) * ENTRY * unit;
    context.fillStyle = colour;
    context.fillRect(edge + x, middle - 1.5 * unit, 12 * unit, 3 * unit);
    context.fillStyle = palette.cursor;
    context.fillText(text, edge + x + 18 * unit, middle);
  });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/**
 * A name for a file: the words without what no file system wants, and the time.
 * @param {string} words
 * @param {number} t
 * @param {string} ending
 */
export function fileName(words, t, ending) {
  const name = words.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${name}-${isoTime(t).slice(0, 19).replaceAll(":", "-")}.${ending}`;
}

/**
 * Gives the person a file.
 * @param {string} name
 * @param {Blob} file
 */
export function saveFile(name, file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has begun to read it when it comes to this.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
