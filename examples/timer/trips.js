import { Component, define } from "./dash.js";

/** The number of trips that are kept, and that the button makes. */
const TRIPS = 50;

/** The time after which a trip counts as lost, in milliseconds. */
const LOST = 5_000;

/** `<timer-trips>`: the times of a slider's round trips, in milliseconds. */
class TimerTrips extends Component {
  /** @type {number[]} the last times, newest last */
  #times = [];
  /** The time at which each unanswered value was sent. @type {Map<number, number>} */
  #sent = new Map();
  /** The number of trips that the button still has to make. */
  #left = 0;
  #watch = 0;

  mount() {
    // Captured, so that it runs before the slider handles the event and sends.
    const control = document.getElementById(this.props.control);
    control?.addEventListener("input", (event) => this.#send(event.target.valueAsNumber), { capture: true });
    this.querySelector("button").addEventListener("click", () => {
      this.#left = TRIPS;
      this.querySelector("button").disabled = true;
      this.#next();
    });
    if (!this.props.by_request) return;
    // The socket may deliver the new value before the request's response arrives.
    const observer = new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name.includes("/_dash/command")) this.#arrive(duration);
    });
    observer.observe({ type: "resource" });
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    if (name !== "answer" || this.props.by_request) return;
    const sent = this.#sent.get(value);
    if (sent === undefined) return;
    this.#sent.delete(value);
    this.#arrive(performance.now() - sent);
  }

  /** @param {number} value */
  #send(value) {
    if (!this.props.by_request) this.#sent.set(value, performance.now());
  }

  /** Moves the slider by one step, like a user. */
  #next() {
    clearTimeout(this.#watch);
    if (this.#left === 0) {
      this.querySelector("button").disabled = false;
      return;
    }
    this.#left -= 1;
    const slider = document.querySelector(`#${this.props.control} input`);
    slider.value = String((slider.valueAsNumber + 1) % (Number(slider.max) + 1));
    this.#watch = setTimeout(() => this.#next(), LOST);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {number} time */
  #arrive(time) {
    this.#times = [...this.#times, time].slice(-TRIPS);
    const sorted = [...this.#times].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    const show = (ms) => `${ms.toFixed(1)} ms`;
    this.querySelector("output").textContent = show(median);
    const [least, most] = [sorted[0], sorted[sorted.length - 1]];
    this.querySelector(".timer-range").textContent =
      `median of ${sorted.length}, from ${show(least)} to ${show(most)}`;
    // The answer's effects are drawn first.
    if (this.#left > 0 || this.querySelector("button").disabled) setTimeout(() => this.#next());
  }
}

define("timer-trips", TimerTrips);
