// Whether somebody may see an element: it is in the window, and the page is not in the background.

export class Sight {
  /** Whether nobody can see it. */
  isPaused = true;
  #isInWindow = false;
  #changed;
  #look = () => {
    const isPaused = document.hidden || !this.#isInWindow;
    if (isPaused === this.isPaused) return;
    this.isPaused = isPaused;
    this.#changed();
  };

  /**
   * @param {Element} element
   * @param {() => void} changed  called when `isPaused` has changed
   */
  constructor(element, changed) {
    this.#changed = changed;
    new IntersectionObserver((entries) => {
      this.#isInWindow = entries.at(-1)?.isIntersecting ?? false;
      this.#look();
    }).observe(element);
  }

  /** The element is in the document. */
  attach() {
    // A listener of the document would keep an element that is not on the page any more.
    document.addEventListener("visibilitychange", this.#look);
  }

  /** The element has left the document. */
  detach() {
    document.removeEventListener("visibilitychange", this.#look);
  }
}
