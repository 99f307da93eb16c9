// The bar of a replay: play, pause, step, seek and speed, which all viewers share. The server says where the replay is.
// While it plays, the slider moves by itself between two messages.

/**
 * Where the replay is. Times are in microseconds since the start of the run.
 * @typedef {{at: number, rev: number, playing: boolean, speed: number, from: number, to: number, began: number,
 *   gaps: number, fault: string | null}} State
 */

const PLAY = "M7.5 5v14l11-7Z";
const PAUSE = "M8 5v14M16 5v14";
/** The time between two tries to connect, in milliseconds. */
const AGAIN = 1000;
/** A second, in microseconds. */
const SECOND = 1e6;

/**
 * A time in the run: `1:02:03.4`.
 * @param {number} micros
 */
export function clock(micros) {
  const tenths = Math.max(0, Math.floor(micros / (SECOND / 10)));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const seconds = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(seconds % 60)}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

class Replay extends HTMLElement {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {State | null} */
  #state = null;
  /** When the state came, by the browser's clock. */
  #since = 0;
  /** Whether a person drags the slider. The server must not move it then. */
  #dragged = false;

  connectedCallback() {
    for (const button of this.querySelectorAll("button")) {
      button.addEventListener("click", () => this.#press(button.dataset.do ?? ""));
    }
    const [slider, speed] = [this.#slider, this.#speed];
    slider.addEventListener("input", () => {
      this.#dragged = true;
      this.#say({ do: "seek", to: slider.valueAsNumber });
      this.#draw();
    });
    slider.addEventListener("change", () => {
      this.#dragged = false;
    });
    speed.addEventListener("change", () => this.#say({ do: "speed", to: Number(speed.value) }));
    this.#connect();
  }

  /** @template {HTMLElement} T @param {string} selector @returns {T} */
  #part(selector) {
    return /** @type {T} */ (this.querySelector(selector));
  }

  /** @returns {HTMLInputElement} */
  get #slider() {
    return this.#part("input");
  }

  /** @returns {HTMLSelectElement} */
  get #speed() {
    return this.#part("select");
  }

  #connect() {
    const address = new URL("_dash/replay/socket", document.baseURI);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
    socket.addEventListener("close", () => {
      this.#enable(false);
      setTimeout(() => this.#connect(), AGAIN);
    });
  }

  /** @param {State | {refused: string}} message */
  #hear(message) {
    const said = this.#part(".dash-replay-said");
    if ("refused" in message) {
      said.textContent = message.refused;
      return;
    }
    this.#state = message;
    this.#since = performance.now();
    const { from, to, playing, speed, gaps, fault } = message;
    const missing = gaps > 0 ? `The record has ${gaps === 1 ? "a gap" : `${gaps} gaps`}.` : "";
    const text = fault ?? missing;
    if (said.textContent !== text) said.textContent = text;
    const slider = this.#slider;
    slider.min = String(from);
    slider.max = String(to);
    if (document.activeElement !== this.#speed) this.#speed.value = String(speed);
    const play = this.#part("[data-do=play]");
    const label = playing ? "Pause" : "Play";
    play.setAttribute("aria-label", label);
    play.title = label;
    play.querySelector("path")?.setAttribute("d", playing ? PAUSE : PLAY);
    this.toggleAttribute("data-playing", playing);
    this.#enable(true);
    this.#draw();
  }

  /** @param {boolean} on */
  #enable(on) {
    for (const control of this.querySelectorAll("button, input, select")) {
      control.toggleAttribute("disabled", !on);
    }
  }

  /** @param {string} what */
  #press(what) {
    this.#say({ do: what === "play" && this.#state?.playing ? "pause" : what });
  }

  /** @param {object} wish */
  #say(wish) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(wish));
  }

  #draw() {
    const state = this.#state;
    if (!state) return;
    const { from, to, began, playing, speed } = state;
    const slider = this.#slider;
    const passed = playing ? (performance.now() - this.#since) * 1000 * speed : 0;
    const at = this.#dragged ? slider.valueAsNumber : Math.min(to, state.at + passed);
    if (!this.#dragged) slider.valueAsNumber = at;
    const date = new Date((began + at) / 1000);
    slider.setAttribute(
      "aria-valuetext",
      `${clock(at - from)} of ${clock(to - from)}, ${date.toLocaleString()}`,
    );
    this.#part(".dash-replay-at").textContent = `${clock(at - from)} / ${clock(to - from)}`;
    this.#part(".dash-replay-date").textContent = date.toLocaleString(undefined, {
      dateStyle: "medium",
      timeStyle: "medium",
    });
    if (playing && this.#state === state) requestAnimationFrame(() => this.#state === state && this.#draw());
  }
}

customElements.define("dash-replay", Replay);
