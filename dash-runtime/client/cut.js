// Cuts texts that are too long for a field.

/**
 * A text of at most `limit` characters, as the server counts them: an emoji is one, although it has a length of two.
 * What is too much was just put in before the caret, and is left off there.
 * @param {string} text
 * @param {number} caret  an index of the text
 * @param {number} limit
 * @returns {{ text: string, caret: number, surplus: number }} `surplus` is the number of characters that are left off
 */
export function cutText(text, caret, limit) {
  // The length is never smaller than the number of characters.
  const characters = text.length > limit ? [...text] : [];
  const surplus = Math.max(characters.length - limit, 0);
  if (surplus === 0) return { text, caret, surplus };
  const before = [...text.slice(0, caret)].length;
  const from = before < surplus ? limit : before - surplus;
  const kept = characters.slice(0, from).join("");
  return { text: kept + characters.slice(from + surplus).join(""), caret: kept.length, surplus };
}

/**
 * A count of things, with its digits in groups of three.
 * @param {number} count
 */
export function formatCount(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}
