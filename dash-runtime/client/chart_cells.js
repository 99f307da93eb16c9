// A grid of numbers as an image.

/** @typedef {{ columns: number, rows: number, numbers: Float32Array }} Matrix  row by row, the first one at the top */

/** The bytes in front of the numbers. */
const HEAD = 8;

/**
 * The grid in the bytes that the server sends (matrix.rs). Null if they are none.
 * @param {ArrayBuffer} bytes
 * @returns {Matrix | null}
 */
export function matrixOf(bytes) {
  if (bytes.byteLength < HEAD) return null;
  const head = new DataView(bytes);
  const [columns, rows] = [head.getUint32(0, true), head.getUint32(4, true)];
  if (bytes.byteLength !== HEAD + 4 * columns * rows) return null;
  return { columns, rows, numbers: new Float32Array(bytes, HEAD) };
}

/**
 * The smallest and the largest number. Both are infinite if there is none.
 * @param {Float32Array} numbers
 */
export function extremes(numbers) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    if (number < low && number !== Number.NEGATIVE_INFINITY) low = number;
    if (number > high && number !== Number.POSITIVE_INFINITY) high = number;
  }
  return { low, high };
}

/**
 * The grid with at most so many columns and rows. A cell of it has the largest number of those that it is made of, so a
 * peak of one cell is not lost.
 * @param {Matrix} matrix
 * @param {number} width
 * @param {number} height
 * @returns {Matrix}
 */
export function reduced({ columns, rows, numbers }, width, height) {
  const [across, down] = [Math.min(columns, width), Math.min(rows, height)];
  if (across === columns && down === rows) return { columns, rows, numbers };
  const out = new Float32Array(across * down).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    const to = across * Math.floor((row * down) / rows);
    for (let column = 0; column < columns; column++) {
      const place = to + Math.floor((column * across) / columns);
      const number = /** @type {number} */ (numbers[row * columns + column]);
      // Not smaller: also if there is none yet.
      if (!(number <= /** @type {number} */ (out[place])) && !Number.isNaN(number)) out[place] = number;
    }
  }
  return { columns: across, rows: down, numbers: out };
}

/**
 * Writes the colours of numbers. An absent number is transparent.
 * @param {Float32Array} numbers
 * @param {number} low  the number with the first colour
 * @param {number} high  the number with the last colour
 * @param {Uint32Array} colours
 * @param {Uint32Array} pixels  has room for all numbers
 */
export function paint(numbers, low, high, colours, pixels) {
  const last = colours.length - 1;
  const scale = high > low ? last / (high - low) : 0;
  for (let at = 0; at < numbers.length; at++) {
    const number = /** @type {number} */ (numbers[at]);
    const place = scale === 0 ? last / 2 : (number - low) * scale;
    pixels[at] = Number.isNaN(number)
      ? 0
      : /** @type {number} */ (colours[Math.min(Math.max(Math.round(place), 0), last)]);
  }
}

/**
 * An image of a grid, with one pixel for each cell.
 * @param {Matrix} matrix
 * @param {number} low
 * @param {number} high
 * @param {Uint32Array} colours
 */
export function imageOf({ columns, rows, numbers }, low, high, colours) {
  const image = new ImageData(columns, rows);
  paint(numbers, low, high, colours, new Uint32Array(image.data.buffer));
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Hatches a part of a canvas: nothing is known there.
 * @param {CanvasRenderingContext2D} context
 * @param {{ left: number, right: number, top: number, bottom: number, unit: number }} box
 * @param {string} colour
 */
export function hatch(context, { left, right, top, bottom, unit }, colour) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = unit;
  context.beginPath();
  for (let x = left - (bottom - top); x < right; x += 8 * unit) {
    context.moveTo(x, bottom);
    context.lineTo(x + bottom - top, top);
  }
  context.stroke();
  context.restore();
}
