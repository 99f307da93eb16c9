// What all charts on a canvas do alike: draw, follow the pointer and the keyboard, and say what is read.

import { ChartCanvas } from "./chart_canvas.js";
import { readByKey } from "./chart_keys.js";
import { Component } from "./element.js";
import { writeText } from "./text.js";

/** @import { Palette } from "./chart_axis.js" */

/** @typedef {{ width: number, height: number, unit: number }} Size  in device pixels; `unit` is their number per CSS pixel */

export class ChartElement extends Component {
  /** @type {ChartCanvas | null} */
  #canvas = null;

  mount() {
    const plot = this.querySelector(".dd-chart-plot");
    if (!(plot instanceof HTMLElement)) return;
    this.#canvas = new ChartCanvas(
      plot,
      () => this.querySelectorAll(".dd-chart-legend > li"),
      (context, width, height, unit) => {
        const palette = this.#canvas?.palette;
        if (palette) this.draw(context, palette, { width, height, unit });
      },
    );
    if (this.isConnected) this.#canvas.attach();
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"]))
      plot.addEventListener(type, ({ offsetX, offsetY }) =>
        this.point(offsetX * devicePixelRatio, offsetY * devicePixelRatio),
      );
    plot.addEventListener("pointerleave", ({ pointerType }) => {
      // A finger hides what it reads, so the reading stays when it is lifted.
      if (pointerType !== "touch") this.leave();
    });
    // A finger that scrolls the page reads nothing.
    for (const type of ["blur", "pointercancel"]) plot.addEventListener(type, () => this.leave());
    const reading = { step: this.step.bind(this), leave: () => this.leave() };
    plot.addEventListener("keydown", (event) => readByKey(event, this, reading));
  }

  connectedCallback() {
    this.#canvas?.attach();
    super.connectedCallback();
  }

  disconnectedCallback() {
    this.#canvas?.detach();
    super.disconnectedCallback();
  }

  /** Something that is drawn has changed. */
  request() {
    this.#canvas?.request();
  }

  /** The colours may have changed. */
  restyle() {
    this.#canvas?.restyle();
  }

  /**
   * Draws everything on an empty canvas.
   * @param {CanvasRenderingContext2D} _context
   * @param {Palette} _palette
   * @param {Size} _size
   */
  draw(_context, _palette, _size) {
    // For each chart.
  }

  /**
   * The pointer is at a place of the plot, in device pixels.
   * @param {number} _across
   * @param {number} _down
   */
  point(_across, _down) {
    // For each chart.
  }

  /** Nothing is read any more. */
  leave() {
    // For each chart.
  }

  /**
   * A key goes on by so many steps, or to an end.
   * @param {number} _across
   * @param {number} _up
   * @returns {string | null} what is read now. Null if there is nothing to read
   */
  step(_across, _up) {
    return null;
  }

  /** Writes what is read below the plot. @param {string} text */
  write(text) {
    const line = this.querySelector(".dd-chart-reading");
    if (line) writeText(line, text);
  }
}
