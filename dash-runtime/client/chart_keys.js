// The keys that read the values of a chart.

/** How far a key goes. Up is towards larger values. @type {Map<string, [across: number, up: number]>} */
const KEYS = new Map([
  ["ArrowLeft", [-1, 0]],
  ["ArrowRight", [1, 0]],
  ["ArrowUp", [0, 1]],
  ["ArrowDown", [0, -1]],
  ["Home", [Number.NEGATIVE_INFINITY, 0]],
  ["End", [Number.POSITIVE_INFINITY, 0]],
]);
/** With Shift, a key goes so many times as far. */
const FAR = 10;

/**
 * Reads with the keys of a chart, and says the result where a screen reader listens.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} chart
 * @param {{ step: (across: number, up: number) => string | null, leave: () => void }} reading  `step` goes on by so many
 *   steps, or to an end, and says what is read then: null if there is nothing to read
 */
export function readByKey(event, chart, { step, leave }) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    leave();
    return;
  }
  const [across, up] = KEYS.get(event.key) ?? [0, 0];
  if (across === 0 && up === 0) return;
  const far = event.shiftKey ? FAR : 1;
  const said = step(across * far, up * far);
  if (said === null) return;
  event.preventDefault();
  const status = chart.querySelector("[role=status]");
  if (status) status.textContent = said;
}
