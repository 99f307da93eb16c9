import { Component, define } from "../../../dash-runtime/client/element.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/** The distance in seconds below which two places in a film are the same. */
const SAME = 0.25;

/** The name of the error if the browser starts no film by itself. */
const FORBIDDEN = "NotAllowedError";

/** What the codes of `MediaError` mean for a person. @type {Readonly<Record<number, string>>} */
const FAULTS = {
  2: "The film could not be loaded.",
  3: "The film is damaged.",
  4: "There is no film, or this browser does not play it.",
};

/**
 * The address of a film. null: there is none, or it is on another server, which the policy of the page forbids.
 * @param {string} source
 * @param {string} base
 */
export function filmAddress(source, base) {
  try {
    const address = new URL(source, base);
    return source !== "" && address.origin === new URL(base).origin ? address.href : null;
  } catch {
    return null;
  }
}

/** `<dd-video>`: a film that callbacks and persons start and stop. */
export class DdVideo extends Component {
  /** @type {HTMLVideoElement | null} */
  #film = null;
  /** The address that was set. */
  #address = "";
  /** The place to which the script moves the film. @type {number | null} */
  #moving = null;

  mount() {
    const film = this.querySelector("video");
    this.#film = film;
    if (!film) return;
    film.addEventListener("play", () => this.#tell("playing", true));
    film.addEventListener("pause", () => {
      // A film that has ended pauses, too. A film that is taken out of the page pauses for the browser alone.
      if (!this.isConnected) return;
      this.#tell("playing", false);
      this.#tellPlace();
    });
    film.addEventListener("ended", () => this.send("ended", null));
    film.addEventListener("seeked", () => {
      const isOurs = this.#moving !== null && Math.abs(film.currentTime - this.#moving) < SAME;
      this.#moving = null;
      if (!isOurs) this.#tellPlace();
    });
    film.addEventListener("loadedmetadata", () => {
      this.#say("");
      this.#go();
      this.#run();
    });
    film.addEventListener("error", () => this.#say(FAULTS[film.error?.code ?? 4] ?? ""));
    this.#load();
  }

  /**
   * Tells what the person has done. What the script has done is known already.
   * @param {string} name
   * @param {boolean} value
   */
  #tell(name, value) {
    this.#say("");
    if (this.props[name] !== value) this.send(name, value);
  }

  #tellPlace() {
    const { position, start, most } = this.props;
    const at = Math.min(Math.max(Math.round((this.#film?.currentTime ?? 0) * 1000) / 1000, start), most);
    if (Math.abs(at - position) >= SAME) this.send("position", at);
  }

  #load() {
    const film = this.#film;
    const { source, muted } = this.props;
    if (!film) return;
    // The attribute is only for the start.
    film.muted = Boolean(muted);
    const address = filmAddress(String(source ?? ""), document.baseURI);
    if (source && address === null) this.#say("A film must be of this dashboard's own server.");
    if (this.#address === (address ?? "")) return;
    this.#address = address ?? "";
    this.#moving = null;
    if (address === null) film.removeAttribute("src");
    else film.src = address;
    // Without an address this ends the film before.
    film.load();
  }

  /** Moves the film to where it shall be. */
  #go() {
    const film = this.#film;
    const { position } = this.props;
    // The place is set when the film is there.
    if (!film || film.readyState === 0 || Math.abs(film.currentTime - position) < SAME) return;
    this.#moving = position;
    film.currentTime = position;
  }

  /** Starts or stops the film. */
  #run() {
    const film = this.#film;
    if (!film || film.readyState === 0) return;
    if (!this.props.playing) {
      film.pause();
      return;
    }
    if (film.paused) film.play().catch((error) => this.#refuse(error));
  }

  /** @param {unknown} error */
  #refuse(error) {
    // Otherwise another film was loaded, or it was stopped again, before it could start.
    const isForbidden = error instanceof Error && error.name === FORBIDDEN;
    // On all other pages the film goes on, so nothing is sent.
    if (isForbidden) this.#say("Press start: this browser starts no sound by itself.");
  }

  /** @param {string} words */
  #say(words) {
    const note = this.querySelector(".dd-video-note");
    const text = words || (this.props.source ? "" : "No film.");
    if (note) writeText(note, text);
  }

  /** @param {string} name */
  update(name) {
    if (name === "source" || name === "muted") this.#load();
    else if (name === "position") this.#go();
    else if (name === "playing") this.#run();
    if (name === "source") this.#say("");
  }
}

define("dd-video", DdVideo);
