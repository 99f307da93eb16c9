// Texts that change often.

/**
 * Writes the text of an element without other content. With another text node, the browser would look for the styles of all
 * elements around it again.
 * @param {Element} element
 * @param {string} text
 */
export function writeText(element, text) {
  const only = element.firstChild;
  if (text !== "" && only instanceof Text && !only.nextSibling) {
    if (only.data !== text) only.data = text;
  } else if (element.textContent !== text) element.textContent = text;
}
