import { isOfComposition } from "../../../dash-runtime/client/composition.js";
import { Component, define } from "../../../dash-runtime/client/element.js";

/**
 * Whether an event is this combination of keys.
 * @param {string} keys  such as `Ctrl+s`
 * @param {{ key: string, ctrlKey: boolean, altKey: boolean, shiftKey: boolean, metaKey: boolean }} event
 */
export function isShortcut(keys, event) {
  const parts = keys.split("+").map((part) => part.trim());
  // The plus key itself.
  const key = parts.at(-1) || "+";
  if (keys === "" || key.toLowerCase() !== event.key.toLowerCase()) return false;
  const has = (/** @type {string} */ name) =>
    parts.slice(0, -1).some((part) => part.toLowerCase() === name.toLowerCase());
  // The key of a sign may need Shift on one keyboard and not on another.
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  return (
    has("Ctrl") === event.ctrlKey &&
    has("Alt") === event.altKey &&
    has("Meta") === event.metaKey &&
    (has("Shift") === event.shiftKey || (isSign && !has("Shift")))
  );
}

/** Whether keys are text here. @param {EventTarget | null} target */
function takesText(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** `<dd-keyboard-shortcut>`: a key that acts wherever the focus is. */
export class DdKeyboardShortcut extends Component {
  /** Removes the listener. */
  #listening = new AbortController();

  mount() {
    this.#listen();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#listen();
  }

  disconnectedCallback() {
    this.#listening.abort();
    super.disconnectedCallback();
  }

  #listen() {
    this.#listening.abort();
    this.#listening = new AbortController();
    const options = { signal: this.#listening.signal };
    document.addEventListener("keydown", (event) => this.#press(event), options);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { keys, disabled } = this.props;
    if (
      disabled ||
      event.defaultPrevented ||
      isOfComposition(event) ||
      !isShortcut(String(keys ?? ""), event)
    )
      return;
    if (takesText(event.target) && !(event.ctrlKey || event.altKey || event.metaKey)) return;
    // What waits below a dialog does not act.
    if (this.closest("[inert]")) return;
    event.preventDefault();
    if (!event.repeat) this.send("press", null);
  }
}

define("dd-keyboard-shortcut", DdKeyboardShortcut);
