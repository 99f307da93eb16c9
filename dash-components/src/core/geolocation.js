import { Component, define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** The codes of the browser, the names of `LocationFault`, and the words for the person. */
const FAULTS = /** @type {Readonly<Record<number, readonly [string, string]>>} */ ({
  1: ["refused", "Not allowed. The settings of the browser for this page change that."],
  2: ["unknown", "This device does not know where it is."],
  3: ["late", "This device has not answered in time."],
});

/**
 * What the server gets of a place. Browsers write NaN for a heading at rest, which JSON does not have.
 * @param {{ coords: Record<string, any>, timestamp: number }} place
 */
export function positionOf({ coords, timestamp }) {
  const known = (/** @type {unknown} */ value) => (Number.isFinite(value) ? value : null);
  return {
    latitude: coords.latitude,
    longitude: coords.longitude,
    accuracy: coords.accuracy,
    altitude: known(coords.altitude),
    altitude_accuracy: known(coords.altitudeAccuracy),
    heading: known(coords.heading),
    speed: known(coords.speed),
    time: timestamp / 1000,
  };
}

/** `<dd-geolocation>`: tells where the person is. */
export class DdGeolocation extends Component {
  /** The number of the newest press. An answer to an older one comes too late. */
  #asked = 0;
  #isAsking = false;

  mount() {
    const button = this.querySelector("button");
    button?.addEventListener("click", () => this.#ask());
    if (!this.#source) this.#tell("Browsers tell their place only over HTTPS.", true);
    this.#check();
  }

  disconnectedCallback() {
    // What the browser answers later is for nobody.
    this.#asked += 1;
    this.#isAsking = false;
    super.disconnectedCallback();
  }

  /** What tells the place, if the browser trusts the page. */
  get #source() {
    return isSecureContext ? navigator.geolocation : undefined;
  }

  #ask() {
    const source = this.#source;
    if (!source || this.#isAsking || this.props.disabled) return;
    const asked = ++this.#asked;
    const bounded = (/** @type {unknown} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
      Math.min(Math.max(Number(value) || 0, least), most) * 1000;
    const answer = (/** @type {() => void} */ run) => {
      if (asked !== this.#asked) return;
      this.#isAsking = false;
      this.#check();
      run();
    };
    this.#isAsking = true;
    this.#check();
    this.#tell("Asking this device…", false);
    source.getCurrentPosition(
      (place) =>
        answer(() => {
          const at = positionOf(/** @type {any} */ (place));
          this.#tell(`Told, within ${formatNumber(Math.ceil(at.accuracy))}\u00a0m.`, false);
          this.send("located", at);
        }),
      ({ code }) =>
        answer(() => {
          const [fault, words] = FAULTS[code] ?? ["unknown", "This device does not know where it is."];
          this.#tell(words, true);
          this.send("failed", fault);
        }),
      {
        enableHighAccuracy: Boolean(this.props.exact),
        timeout: bounded(this.props.patience, 1, 120),
        maximumAge: bounded(this.props.max_age, 0, 3600),
      },
    );
  }

  /** The button can be pressed if the browser tells a place to this page, and is not asking for one. */
  #check() {
    const button = this.querySelector("button");
    if (!button) return;
    button.disabled = Boolean(this.props.disabled) || !this.#source;
    // It keeps the focus while the browser asks.
    if (this.#isAsking) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }

  /** @param {string} words  @param {boolean} isBad */
  #tell(words, isBad) {
    const note = this.querySelector(".dd-place-note");
    if (!note) return;
    writeText(note, words);
    note.toggleAttribute("data-tone-bad", isBad);
  }

  /** @param {string} name */
  update(name) {
    if (name === "disabled") this.#check();
  }
}

define("dd-geolocation", DdGeolocation);
