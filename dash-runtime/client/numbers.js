// How properties of rows are numbered. A list describes the properties of a row once, as templates, which have numbers like any other
// property; the same property in the row with serial 4 has the template's number plus 4 times the number of all properties.
// The server numbers alike (dash-runtime/src/words/numbers.rs); tests/client/number-cases.json has what both must agree on.

/**
 * @param {number} template
 * @param {number} serial  of the row, from 1
 * @param {number} size  how many properties the page has without those of rows
 */
export function cellNumber(template, serial, size) {
  return template + serial * size;
}

/**
 * The number that a property of a row was made from; any other property's own.
 * @param {number} number
 * @param {number} size
 */
export function templateOf(number, size) {
  return number % size;
}
