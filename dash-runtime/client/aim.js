// A press acts only on what the person aimed at. If the layout has moved another control under the pointer a moment
// ago, the press is dropped and the page says so.

/** The time in milliseconds within which a person cannot react to a change under the pointer. */
const REACTION = 400;

/** What a press can act on. */
const CONTROLS = "button, a[href], input, select, textarea, label, summary, [tabindex]";

/**
 * @typedef {object} AimEnv
 * @property {(listen: (shifts: readonly Shift[]) => void) => void} onShift  calls `listen` after each move of the
 *   layout, where the browser tells it
 * @property {(control: Element) => void} dropped  tells the user that a press on this control was dropped
 *
 * @typedef {{ node: Node | null, at: number }} Shift  a part of the page that the layout has moved, and the time of that
 *   by the clock of events (`timeStamp`)
 */

export class Aim {
  #env;
  /** Where the mouse rests, and on which control. */
  #x = Number.NaN;
  #y = Number.NaN;
  #control = "";
  /** @type {Element | null} */
  #element = null;
  /** A button with another text does something else. The browser reports only other elements. */
  #labels = new MutationObserver(() => {
    this.#changed = performance.now();
    this.#control = nameOf(this.#element);
  });
  /** The time at which another control came under the resting mouse. */
  #changed = Number.NEGATIVE_INFINITY;
  /** @type {Shift[]} */
  #shifts = [];
  /** The press that goes on is dropped. */
  #dropping = false;

  /**
   * @param {Document} document
   * @param {AimEnv} env
   */
  constructor(document, env) {
    this.#env = env;
    env.onShift((shifts) => this.#shifted(shifts));
    // A browser reports the element that comes under a resting mouse as if the mouse had moved there.
    for (const type of ["pointermove", "pointerover"]) {
      document.addEventListener(type, (event) => this.#rest(/** @type {PointerEvent} */ (event)), true);
    }
    document.addEventListener(
      "pointerdown",
      (event) => this.#press(/** @type {PointerEvent} */ (event)),
      true,
    );
    document.addEventListener("click", (event) => this.#click(event), true);
    // A press with a key is aimed by the focus.
    document.addEventListener("keydown", () => this.#end(), true);
  }

  /** @param {PointerEvent} event */
  #rest({ target, clientX, clientY, pointerType, timeStamp }) {
    if (pointerType !== "mouse") return;
    const element = controlAt(target);
    if (element !== this.#element) {
      this.#labels.disconnect();
      if (element) this.#labels.observe(element, { characterData: true, subtree: true });
      this.#element = element;
    }
    const control = nameOf(element);
    const rests = clientX === this.#x && clientY === this.#y;
    if (rests && control !== this.#control) this.#changed = timeStamp;
    if (!rests) this.#changed = Number.NEGATIVE_INFINITY;
    [this.#x, this.#y, this.#control] = [clientX, clientY, control];
  }

  /** @param {readonly Shift[]} shifts */
  #shifted(shifts) {
    const newest = Math.max(...shifts.map(({ at }) => at));
    this.#shifts = [...this.#shifts, ...shifts].filter(({ at }) => newest - at < REACTION);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.pointerType === "mouse") this.#rest(event);
    this.#dropping = this.#isMistaken(event);
    if (!this.#dropping) return;
    // Without it the browser would move the focus, open a list or drag. Drag (drag.js) gives up, too.
    event.preventDefault();
    const control = controlAt(event.target);
    if (control) this.#env.dropped(control.closest("[id]:not(input, select)") ?? control);
  }

  /** @param {Event} event */
  #click(event) {
    // A script's click is not aimed at a point.
    if (!this.#dropping || !event.isTrusted) return;
    this.#end();
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #end() {
    this.#dropping = false;
  }

  /** @param {PointerEvent} event */
  #isMistaken({ target, pointerType, timeStamp }) {
    const control = controlAt(target);
    // A stop acts in any case.
    if (!control || control.hasAttribute("data-at-once")) return false;
    if (pointerType === "mouse") return timeStamp - this.#changed < REACTION;
    return this.#shifts.some(({ node, at }) => timeStamp - at < REACTION && node?.contains(control));
  }
}

/** The control that a press on this target acts on. @param {EventTarget | null} target */
function controlAt(target) {
  return target instanceof Element ? target.closest(CONTROLS) : null;
}

/**
 * The name of a control. A control that was built again in the same place has the same name.
 * @param {Element | null} control
 */
function nameOf(control) {
  return control ? `${control.closest("[id]")?.id} ${control.textContent}` : "";
}

/**
 * Reports the moves of the layout. Only Chromium tells them.
 * @param {(shifts: readonly Shift[]) => void} listen
 */
export function observeShifts(listen) {
  if (!PerformanceObserver.supportedEntryTypes.includes("layout-shift")) return;
  const observer = new PerformanceObserver((list) => {
    const entries = /** @type {any[]} */ (list.getEntries());
    listen(
      entries.flatMap(({ startTime, sources }) =>
        sources.map((/** @type {{ node: Node | null }} */ { node }) => ({ node, at: startTime })),
      ),
    );
  });
  observer.observe({ type: "layout-shift" });
}
