import { Component, define } from "../../../dash-runtime/client/element.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** @typedef {{ from: string, to: string } | null} Days */

/**
 * What two fields mean: days, null for none, or why they cannot be sent.
 * @param {string} from
 * @param {string} to
 * @param {boolean} half  whether a field is half typed
 * @returns {{ days: Days } | { fault: string }}
 */
export function daysTyped(from, to, half) {
  if (half) return { fault: "A day is not complete" };
  if (from === "" && to === "") return { days: null };
  if (from === "" || to === "") return { fault: "Both days are needed" };
  // Days of four-digit years have the order of their texts.
  return from > to ? { fault: "The last day is before the first one" } : { days: { from, to } };
}

/** @param {Days} days */
const written = (days) => (days ? `${days.from} – ${days.to}` : "no days");

/** `<dd-date-range-picker>`: two fields for the days of a range, which are sent as one value. */
export class DdDateRangePicker extends Component {
  /** Whether the person has changed something that was not sent. */
  #typed = false;

  mount() {
    // A browser may have restored the texts of an earlier visit.
    this.#show();
    for (const field of this.#fields) {
      field.addEventListener("input", () => {
        this.#typed = true;
        this.#judge();
      });
      field.addEventListener("keydown", ({ key, repeat, isComposing }) => {
        if (isComposing || repeat) return;
        if (key === "Enter") this.#offer();
        else if (key === "Escape" && this.#typed) this.#leave();
      });
    }
    // From the first focus to the last blur, only the person changes the days.
    this.addEventListener("focusin", () => {
      this.touched = "value";
    });
    this.addEventListener("focusout", ({ relatedTarget }) => {
      const isInside = relatedTarget instanceof Node && this.contains(relatedTarget);
      // Without the focus of the window, the person is still in the field.
      if (isInside || !document.hasFocus()) return;
      this.#offer();
      this.#leave();
    });
  }

  get #fields() {
    return [...this.querySelectorAll("input")];
  }

  /** What is in the fields now. */
  #read() {
    const [from, to] = this.#fields;
    const half = this.#fields.some(({ validity }) => validity.badInput);
    return daysTyped(from?.value ?? "", to?.value ?? "", half);
  }

  #offer() {
    if (!this.#typed) return;
    const read = this.#read();
    if ("fault" in read) return;
    this.#typed = false;
    this.#tell("");
    this.send("value", read.days);
  }

  /** The person has left the fields, which show the value again. */
  #leave() {
    const read = this.#typed ? this.#read() : null;
    this.#typed = false;
    this.touched = false;
    this.#show();
    this.#judge();
    if (read && "fault" in read) this.#tell(`Nothing was set: ${read.fault.toLowerCase()}`);
  }

  #judge() {
    const read = this.#typed ? this.#read() : null;
    const fault = read && "fault" in read ? read.fault : "";
    for (const field of this.#fields) {
      if (fault) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    this.#tell(fault);
  }

  #show() {
    const value = /** @type {Days} */ (this.props.value ?? null);
    const [from, to] = this.#fields;
    if (from && from.value !== (value?.from ?? "")) from.value = value?.from ?? "";
    if (to && to.value !== (value?.to ?? "")) to.value = value?.to ?? "";
  }

  /** @param {string} words */
  #tell(words) {
    const note = this.querySelector(".dd-days-note");
    if (note) writeText(note, words);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  newer(name, value) {
    if (name === "value") this.#tell(`now ${written(value)}`);
  }

  /** @param {string} name */
  update(name) {
    if (name !== "value" || this.#typed) return;
    this.#show();
    this.#tell("");
  }
}

define("dd-date-range-picker", DdDateRangePicker);
