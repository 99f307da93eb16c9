import { Component, define } from "../../../dash-runtime/client/element.js";
import { PadFollower } from "../../../dash-runtime/client/gamepad.js";
import { Grip, KEYBOARD } from "../../../dash-runtime/client/grip.js";

/** How far the knob goes, in the units of the drawing. */
const REACH = 64;
/** The most positions that are sent in a second, unless `rate` says otherwise. */
const RATE = 20;

/** @type {Readonly<Record<string, readonly [number, number]>>} */
const KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
  KeyW: [0, 1],
  KeyS: [0, -1],
};

/**
 * The number of each button of a pad with the standard mapping that can enable the joystick.
 * @type {Readonly<Record<string, number>>}
 */
const ENABLES = { left_bumper: 4, right_bumper: 5, left_trigger: 6, right_trigger: 7 };

/** What holds the joystick if a pad does. */
const PAD = "gamepad";

/** @typedef {[number, number]} Axes  x and y, each from -1 to 1 */

/**
 * A property that is a number, within its range.
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @param {number} otherwise  if it is no number
 */
function within(value, least, most, otherwise) {
  const number = Number(value ?? otherwise);
  return Number.isNaN(number) ? otherwise : Math.min(Math.max(number, least), most);
}

/**
 * The position without the dead zone: the centre in it, and the whole way outside of it. The curve makes the first part of
 * that way finer.
 * @param {number} part
 * @param {number} deadZone
 * @param {number} [curve]
 */
export function shape(part, deadZone, curve = 1) {
  const zone = within(deadZone, 0, 0.9, 0);
  const beyond = Math.max(0, Math.abs(part) - zone) / (1 - zone);
  return Math.sign(part) * Math.min(1, beyond) ** within(curve, 1, 4, 1);
}

/** `<dd-joystick>`: two axes that count only while it is held. */
export class DdJoystick extends Component {
  /** @type {HTMLElement | null} */
  #pad = null;
  /** @type {Element | null} */
  #knob = null;
  /** @type {Grip | null} */
  #grip = null;
  /** The keys that are down. @type {Set<string>} */
  #keys = new Set();
  /** The newest position. @type {Axes} */
  #at = [0, 0];
  /** The newest position that was sent, and when. @type {Axes} */
  #told = [0, 0];
  #sent = Number.NEGATIVE_INFINITY;
  #timer = 0;
  /** The sticks of the pad that holds it. @type {Axes} */
  #stick = [0, 0];
  #follower = new PadFollower(
    {
      button: () => ENABLES[String(this.props.enable)] ?? null,
      may: () => !document.hidden && document.hasFocus() && !this.props.disabled,
      begin: (pad) => {
        this.#stick = this.#tilted(pad);
        this.#grip?.take(PAD);
      },
      move: (pad) => {
        const [x, y] = this.#tilted(pad);
        const isSame = x === this.#stick[0] && y === this.#stick[1];
        this.#stick = [x, y];
        if (!isSame && this.#grip?.by === PAD) this.#go(this.#stick);
      },
      end: () => this.#grip?.let(PAD),
    },
    { pads: () => navigator.getGamepads?.() ?? [], frame: (run) => requestAnimationFrame(run) },
  );
  #padFound = () => this.#follower.start();

  mount() {
    const pad = /** @type {HTMLElement | null} */ (this.querySelector(".dd-joystick-pad"));
    this.#pad = pad;
    this.#knob = this.querySelector(".dd-joystick-knob");
    if (!pad) return;
    this.#grip = new Grip(pad, {
      begin: (event) => {
        // At once: before it is sent, an older value of the server would look like a release.
        this.#sent = Number.NEGATIVE_INFINITY;
        this.#go(event ? this.#pointed(event) : this.#grip?.by === PAD ? this.#stick : this.#keyed());
      },
      move: (event) => this.#go(this.#pointed(event)),
      end: () => this.#stop(),
      deadline: () => this.props.deadline,
    });
    pad.addEventListener("keydown", (event) => this.#key(event, true));
    pad.addEventListener("keyup", (event) => this.#key(event, false));
    this.#followPads();
  }

  /** Where a browser cannot move an element, a list of rows takes it away and puts it back. */
  connectedCallback() {
    super.connectedCallback();
    if (this.#grip) this.#followPads();
  }

  #followPads() {
    // Without a pad nothing is asked in each frame.
    addEventListener("gamepadconnected", this.#padFound);
    if (navigator.getGamepads?.().some((pad) => pad !== null)) this.#padFound();
  }

  disconnectedCallback() {
    removeEventListener("gamepadconnected", this.#padFound);
    this.#follower.stop();
    this.#grip?.drop();
    super.disconnectedCallback();
  }

  /**
   * @param {PointerEvent} event
   * @returns {Axes}
   */
  #pointed({ clientX, clientY }) {
    const { left, top, width, height } = /** @type {HTMLElement} */ (this.#pad).getBoundingClientRect();
    const part = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ size) =>
      Math.min(1, Math.max(-1, ((at - from) / size - 0.5) * (100 / REACH) * 2));
    return this.#shaped(part(clientX, left, width), -part(clientY, top, height));
  }

  /**
   * The left stick of a pad. Down is positive there.
   * @param {{ axes: readonly number[] }} pad
   * @returns {Axes}
   */
  #tilted({ axes: [x = 0, y = 0] }) {
    const part = (/** @type {number} */ axis) => Math.min(1, Math.max(-1, Number(axis) || 0));
    return this.#shaped(part(x), -part(y));
  }

  /** @returns {Axes} */
  #keyed() {
    const sum = [...this.#keys].map((key) => KEYS[key] ?? [0, 0]);
    // Two keys of one direction are no more than one, and opposite keys are none.
    const axis = (/** @type {0 | 1} */ at) => Math.sign(sum.reduce((all, one) => all + one[at], 0));
    return [axis(0), axis(1)];
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {Axes}
   */
  #shaped(x, y) {
    const [zone, curve] = [Number(this.props.dead_zone), Number(this.props.curve ?? 1)];
    // Without the sign of a negative zero.
    const round = (/** @type {number} */ part) => Math.round(part * 1000) / 1000 + 0;
    return [round(shape(x, zone, curve)), round(shape(y, zone, curve))];
  }

  /**
   * @param {KeyboardEvent} event
   * @param {boolean} down
   */
  #key(event, down) {
    if (down && this.#grip?.isShortcut(event)) return;
    if (!(event.code in KEYS)) return;
    // Arrow keys would scroll.
    event.preventDefault();
    if (event.repeat) return;
    if (down) this.#keys.add(event.code);
    else this.#keys.delete(event.code);
    if (this.#keys.size === 0) this.#grip?.let(KEYBOARD);
    else if (this.#grip?.isHeld) this.#go(this.#keyed());
    else this.#grip?.take(KEYBOARD);
  }

  /** @param {Axes} at */
  #go(at) {
    this.#at = at;
    this.#draw(at);
    const wait = this.#sent + 1000 / within(this.props.rate, 1, 60, RATE) - performance.now();
    clearTimeout(this.#timer);
    if (wait <= 0) this.#send();
    else this.#timer = setTimeout(() => this.#send(), wait);
  }

  #send() {
    this.#sent = performance.now();
    this.#told = this.#at;
    this.send("value", this.#at);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#keys.clear();
    this.#at = [0, 0];
    this.#draw(this.#at);
    this.#send();
  }

  /** @param {Axes} at */
  #draw([x, y]) {
    this.#knob?.setAttribute("cx", String(x * REACH));
    this.#knob?.setAttribute("cy", String(-y * REACH));
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const pad = this.#pad;
    if (!pad) return;
    if (name === "value") {
      // The server has released it, because it did not hear this page or somebody has stopped it. The centre that the
      // person has passed and that was sent is no release, also if the next position waits for its turn.
      const wasAway = this.#told[0] !== 0 || this.#told[1] !== 0;
      if (wasAway && value[0] === 0 && value[1] === 0) this.#grip?.drop();
      // The look has drawn a value that is older than where the person is now.
      if (this.#grip?.isHeld) this.#draw(this.#at);
    } else if (name === "disabled" && value) {
      this.#grip?.drop();
    }
  }
}

define("dd-joystick", DdJoystick);
