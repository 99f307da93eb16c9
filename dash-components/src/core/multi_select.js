import { Combo } from "../../../dash-runtime/client/combo.js";
import { define } from "../../../dash-runtime/client/element.js";

/** `<dd-multi-select>`: a choice of several options by typing parts of them. */
export class DdMultiSelect extends Combo {
  /** The chosen values, and the list that they are of. @type {{ of: unknown, values: Set<string> }} */
  #chosen = { of: null, values: new Set() };

  get isMany() {
    return true;
  }

  mount() {
    super.mount();
    this.querySelector(".dd-combo-chips")?.addEventListener("click", ({ target }) => {
      const chip = target instanceof Element ? target.closest("button") : null;
      if (chip) this.#remove(chip);
    });
  }

  /** @param {string} value */
  isChosen(value) {
    const of = this.props.value;
    // There may be thousands of both.
    if (this.#chosen.of !== of) this.#chosen = { of, values: new Set(of) };
    return this.#chosen.values.has(value);
  }

  /** @param {{ value: string }} choice */
  choose({ value }) {
    this.#set(value, !this.isChosen(value));
  }

  /**
   * Sends the chosen values in the order of the options.
   * @param {string} value
   * @param {boolean} chosen
   */
  #set(value, chosen) {
    const wanted = new Set(this.props.value);
    if (chosen) wanted.add(value);
    else wanted.delete(value);
    // The server refuses what is not an option any more.
    const values = new Set(this.choices.map((choice) => choice.value));
    this.send(
      "value",
      [...values].filter((one) => wanted.has(one)),
    );
  }

  /** @param {HTMLButtonElement} chip */
  #remove(chip) {
    const chips = [...this.querySelectorAll("button")];
    const at = chips.indexOf(chip);
    this.#set(chip.value, false);
    // The focus stays near the one that has gone.
    const left = [...this.querySelectorAll("button")];
    (left[Math.min(at, left.length - 1)] ?? this.field).focus();
  }
}

define("dd-multi-select", DdMultiSelect);
