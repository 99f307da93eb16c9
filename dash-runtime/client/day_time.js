// Times of day as text: the same format everywhere on a page, whatever the language of the browser.

/**
 * The time of day on the viewer's clock, with the day if it is another one.
 * @param {number} seconds  since the Unix epoch
 * @param {Date} now
 */
export function timeOf(seconds, now) {
  const at = new Date(seconds * 1000);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return at.toDateString() === now.toDateString() ? time : `${day} ${time}`;
}
