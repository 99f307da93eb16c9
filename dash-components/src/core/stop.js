import { timeOf } from "../../../dash-runtime/client/day_time.js";
import { Component, define } from "../../../dash-runtime/client/element.js";
import { closeGate } from "../../../dash-runtime/client/gates.js";

/** The time in milliseconds for which the reset must be held. */
const HOLD = 1_000;

/** `<dd-stop>`: stops the machine at the press, not at the release. */
export class DdStop extends Component {
  /** @type {number | undefined} */
  #timer;

  mount() {
    const [press, reset] = this.querySelectorAll("button");
    press?.addEventListener("pointerdown", (event) => {
      if (event.button === 0) this.send("press", null);
    });
    // A click without a pointer comes from a key or from assistive technology.
    press?.addEventListener("click", (event) => {
      if (event.detail === 0) this.send("press", null);
    });
    if (reset) this.#holdToReset(reset);
    this.#measureDock();
    this.#tell();
  }

  /** Messages of the page stand above the dock (dock.css), and a stop that was pressed makes it higher. */
  #measureDock() {
    const dock = this.closest(".dd-dock");
    if (!dock) return;
    const measure = () => {
      document.documentElement.style.setProperty("--dd-dock", `${dock.getBoundingClientRect().height}px`);
    };
    new ResizeObserver(measure).observe(dock);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  /** @param {HTMLButtonElement} reset */
  #holdToReset(reset) {
    const begin = () => {
      if (reset.disabled || reset.dataset.held) return;
      reset.dataset.held = "yes";
      this.#timer = setTimeout(() => {
        end();
        this.send("reset", null);
      }, HOLD);
    };
    const end = () => {
      clearTimeout(this.#timer);
      delete reset.dataset.held;
    };
    reset.addEventListener("pointerdown", (event) => {
      if (event.button === 0) begin();
    });
    for (const type of ["pointerup", "pointercancel", "pointerleave", "blur", "keyup"]) {
      reset.addEventListener(type, end);
    }
    reset.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      if (!event.repeat) begin();
    });
    reset.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** @param {string} name */
  update(name) {
    if (name === "state" || name === "since") this.#tell();
  }

  #tell() {
    const { state, since, by } = this.props;
    closeGate(this, state === "ready" ? null : "stopped");
    const who = this.querySelector(".dd-stop-by");
    const time = since > 0 ? timeOf(since, new Date()) : "";
    if (who && state !== "failed") who.textContent = by && `by ${by} ${time}`;
  }
}

define("dd-stop", DdStop);
