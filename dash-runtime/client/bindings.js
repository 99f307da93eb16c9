// Values that the browser derives from properties: other properties, and whether a component is shown.

import { computeValue, isComputable } from "./computed.js";
import { extras } from "./extras.js";

/** @import { ComputedStart } from "./computed.js" */
/** @import { Properties, Property } from "./properties.js" */

/**
 * @typedef {object} Computed
 * @property {ComputedStart} start
 * @property {Property[]} inputs
 * @property {Property | null} target  null: the target is the visibility of a component
 *
 * @typedef {object} BindingHandlers
 * @property {(property: Property) => unknown} shown  the value that the page shows now
 * @property {(property: Property) => void} draw  the value has changed
 * @property {(property: Property) => void} mark  the quality has changed
 * @property {(id: string, shown: boolean) => void} show
 * @property {(message: string, error: unknown) => void} complain
 */

export class PageBindings {
  /** @type {Computed[]} each after those whose target it reads */
  #computed;
  /** @type {Map<string, boolean>} whether a component is shown, by its id, for components with such a binding */
  #shown = new Map();
  #handlers;

  /**
   * @param {ComputedStart[]} computed
   * @param {Properties} properties
   * @param {BindingHandlers} handlers
   */
  constructor(computed, properties, handlers) {
    this.#handlers = handlers;
    this.#computed = computed.map((start) => {
      const inputs = start.inputs.map((number) => properties.get(number));
      const target = typeof start.target === "number" ? properties.get(start.target) : null;
      return { start, inputs, target };
    });
  }

  /**
   * Whether a component is shown. undefined: no binding controls it.
   * @param {string} id
   */
  isShown(id) {
    return this.#shown.get(id);
  }

  /**
   * Computes what depends on these properties, or everything.
   * @param {Set<Property> | null} changed
   */
  compute(changed) {
    for (const { start, inputs, target } of this.#computed) {
      if (changed && !inputs.some((input) => changed.has(input))) continue;
      const values = inputs.map((input) => this.#handlers.shown(input));
      if (!target) {
        this.#show(String(start.target), values[0] === true);
      } else if (isComputable(start)) {
        this.#follow(target, start, inputs, values);
        changed?.add(target);
      }
    }
  }

  /**
   * @param {Property} target
   * @param {ComputedStart} start
   * @param {Property[]} inputs
   * @param {unknown[]} values
   */
  #follow(target, start, inputs, values) {
    let bad = inputs.find((input) => input.bad !== null)?.bad ?? null;
    try {
      const value = computeValue(start, values);
      if (value !== target.echo.truth) target.echo.report(value);
      this.#handlers.draw(target);
    } catch (error) {
      bad = /** @type {Error} */ (error).message;
      if (target.bad !== bad) this.#handlers.complain(bad, error);
    }
    if (target.bad === bad) return;
    target.bad = bad;
    this.#handlers.mark(target);
  }

  /**
   * @param {string} id
   * @param {boolean} shown
   */
  #show(id, shown) {
    if (this.#shown.get(id) === shown) return;
    this.#shown.set(id, shown);
    this.#handlers.show(id, shown);
  }
}

extras.bindings = (computed, properties, handlers) => new PageBindings(computed, properties, handlers);
