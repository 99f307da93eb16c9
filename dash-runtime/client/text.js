// Texts that change often.

/** `Node.TEXT_NODE`. */
const TEXT_NODE = 3;

/**
 * Writes the text of an element without other content. With another text node, the browser would look for the styles of all
 * elements around it again.
 * @param {Element} element
 * @param {string} text
 */
export function writeText(element, text) {
  const only = element.firstChild;
  if (text !== "" && only?.nodeType === TEXT_NODE && !only.nextSibling) {
    if (only.nodeValue !== text) only.nodeValue = text;
  } else if (element.textContent !== text) element.textContent = text;
}
