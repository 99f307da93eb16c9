// Texts that change often.

/**
 * Writes the text of an element without other content. With another text node, the browser would look for the styles of all
 * elements around it again.
 * @param {Element} element
 * @param {string} text
 */
export function writeText(element, text) {
  const only = element.firstChild;
  // 3 is a text node.
  if (text !== "" && only?.nodeType === 3 && !only.nextSibling) {
    if (only.nodeValue !== text) only.nodeValue = text;
  } else if (element.textContent !== text) element.textContent = text;
}
