/**
 * Whether an input method, for example for Chinese, has this key. Its Enter accepts a proposal and completes no text.
 *
 * Safari tells the end of a composition before the key that ends it. That key has the code 229, which stands for a key that
 * an input method has (UI Events, appendix on legacy key codes).
 * @param {KeyboardEvent} event
 */
export function isOfComposition(event) {
  return event.isComposing || event.keyCode === 229;
}
