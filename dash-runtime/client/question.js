// A question that a component asks before it acts.

/** The answer that changes nothing has the focus. It is given too when the person goes elsewhere. */
export class Question {
  #host;
  /** The question that is open. @type {HTMLElement | null} */
  #box = null;
  /** @type {((back: boolean) => void) | null} */
  #closed = null;
  /** Removes the listeners that wait for an answer. */
  #asking = new AbortController();

  /** @param {HTMLElement} host  the component */
  constructor(host) {
    this.#host = host;
  }

  get isOpen() {
    return this.#box !== null;
  }

  /** The person has pressed again: the second press of a double click is no answer. */
  focus() {
    this.#box?.querySelector("button")?.focus();
  }

  /**
   * @param {HTMLElement} box  an empty part of the component
   * @param {{ words: string, label: string, tone: string, act: () => void, closed: (back: boolean) => void }} question
   *   `closed` is called first. Its parameter is whether the focus returns to where it was.
   */
  ask(box, { words, label, tone, act, closed }) {
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-label", words);
    const text = document.createElement("p");
    text.textContent = words;
    const cancel = answer("Cancel", "normal", () => this.close(true));
    const yes = answer(label, tone, () => {
      this.close(true);
      act();
    });
    box.append(text, cancel, yes);
    [this.#box, this.#closed] = [box, closed];
    cancel.focus();
    this.#asking = new AbortController();
    const options = { signal: this.#asking.signal };
    const isOutside = (/** @type {EventTarget | null} */ target) =>
      !(target instanceof Node && this.#host.contains(target));
    addEventListener("pointerdown", ({ target }) => isOutside(target) && this.close(false), options);
    this.#host.addEventListener(
      "focusout",
      ({ relatedTarget }) => isOutside(relatedTarget) && document.hasFocus() && this.close(false),
      options,
    );
    this.#host.addEventListener("keydown", ({ key }) => key === "Escape" && this.close(true), options);
  }

  /** @param {boolean} back  whether the focus returns to where it was */
  close(back) {
    const box = this.#box;
    this.#box = null;
    this.#asking.abort();
    box?.remove();
    if (box) this.#closed?.(back);
  }
}

/**
 * @param {string} label
 * @param {string} tone
 * @param {() => void} run
 */
function answer(label, tone, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "dd-button";
  button.dataset.tone = tone;
  button.textContent = label;
  button.addEventListener("click", run);
  return button;
}
