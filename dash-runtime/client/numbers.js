// The numbers of the properties in rows. A list describes the properties of a row once, as templates, which have
// numbers like all other properties. In the row with serial 4, a property has its template's number plus 4 times the
// number of all properties. The server numbers in the same way (dash-runtime/src/words/numbers.rs). Both must agree on
// tests/client/number-cases.json.

/**
 * @param {number} template
 * @param {number} serial  the row's serial, from 1
 * @param {number} size  the number of the page's properties, without those of rows
 */
export function cellNumber(template, serial, size) {
  return template + serial * size;
}

/**
 * The number of the template of a row's property. For any other property, its own number.
 * @param {number} number
 * @param {number} size
 */
export function templateOf(number, size) {
  return number % size;
}
