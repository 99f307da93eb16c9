// The gestures by which a person goes through the past of a chart: drag, pinch, wheel, double click.

/**
 * @typedef {object} Gestures  what they do
 * @property {() => number} length  of the shown span, in seconds
 * @property {() => number} width  of the plot, in CSS pixels
 * @property {(offset: number) => number} share  the place in the plot as a share of its width; `offset` is in CSS pixels
 * @property {(seconds: number) => void} pan
 * @property {(factor: number, share: number) => void} zoom  the time at `share` of the width stays where it is
 * @property {() => void} leave
 */

/** The distance of a pointer from which on it moves the span, in CSS pixels. */
const MOVES = 4;

/**
 * A wheel without a key scrolls the page, unless the chart has the focus.
 * @param {HTMLElement} plot
 * @param {Gestures} gestures
 * @returns {{ readonly moves: boolean }} `moves`: whether a pointer moves the span
 */
export function pastGestures(plot, { length, width, share, pan, zoom, leave }) {
  /** The pointers, with their places in CSS pixels. @type {Map<number, number>} */
  const grips = new Map();
  const state = { moves: false };

  /** @param {PointerEvent} event */
  function grip(event) {
    if (event.button !== 0 || event.target !== plot) return;
    grips.set(event.pointerId, event.clientX);
    state.moves = grips.size > 1;
  }

  /** @param {PointerEvent} event */
  function pull(event) {
    const before = grips.get(event.pointerId);
    if (before === undefined) return;
    // The button was lifted where no event tells it, as over the menu of a right click.
    if (event.buttons === 0) {
      letGo(event);
      return;
    }
    const moved = event.clientX - before;
    if (!state.moves && Math.abs(moved) < MOVES) return;
    state.moves = true;
    plot.setPointerCapture(event.pointerId);
    const other = [...grips].find(([id]) => id !== event.pointerId);
    grips.set(event.pointerId, event.clientX);
    if (!other) {
      pan((-moved * length()) / Math.max(width(), 1));
      return;
    }
    // The times below both fingers stay below them: the other one did not move.
    const [was, is] = [Math.abs(before - other[1]), Math.abs(event.clientX - other[1])];
    if (was > 8 && is > 8) zoom(was / is, share(other[1] - plot.getBoundingClientRect().left));
  }

  /** @param {PointerEvent} event */
  function letGo(event) {
    grips.delete(event.pointerId);
    if (grips.size === 0) state.moves = false;
  }

  plot.addEventListener("pointerdown", grip);
  plot.addEventListener("pointermove", pull);
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    plot.addEventListener(end, (event) => letGo(/** @type {PointerEvent} */ (event)));
  plot.addEventListener("dblclick", leave);
  plot.addEventListener(
    "wheel",
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!sideways && !event.ctrlKey && document.activeElement !== plot) return;
      event.preventDefault();
      if (sideways) pan((event.deltaX / plot.clientWidth) * length());
      else zoom(1.2 ** Math.sign(event.deltaY), share(event.offsetX));
    },
    { passive: false },
  );
  return state;
}
