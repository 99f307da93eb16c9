import { timeOf } from "../../../dash-runtime/client/day_time.js";
import { Component, define } from "../../../dash-runtime/client/element.js";
import { extras } from "../../../dash-runtime/client/extras.js";
import { writeText } from "../../../dash-runtime/client/text.js";

/**
 * @typedef {object} Alarm  times are in seconds since the Unix epoch
 * @property {string} id
 * @property {number} number
 * @property {"low" | "medium" | "high"} severity
 * @property {string} text
 * @property {string} detail
 * @property {"active" | "acknowledged" | "cleared" | "latched"} state
 */

/** How often the sound of an alarm of high severity is repeated until somebody acknowledges it, in milliseconds. */
const AGAIN = 8000;
/** The tones of a severity: how many, and how high in Hz. @type {Record<Alarm["severity"], [number, number]>} */
const TONES = { low: [1, 520], medium: [2, 660], high: [3, 880] };
/** The length of a tone and of the pause after it, in seconds. */
const TONE = 0.16;
const PAUSE = 0.12;

/** What this browser remembers of a person's choice. */
const kept = {
  /** @param {string} signal */
  get(signal) {
    try {
      return localStorage.getItem(`dash-alarm-${signal}`) === "on";
    } catch {
      // A browser may refuse to keep anything. Then the choice holds until the page is closed.
      return false;
    }
  },
  /** @param {string} signal @param {boolean} on */
  set(signal, on) {
    try {
      if (on) localStorage.setItem(`dash-alarm-${signal}`, "on");
      else localStorage.removeItem(`dash-alarm-${signal}`);
    } catch {
      // As above.
    }
  },
};

/** The sound. A browser plays it only after somebody has touched the page. */
export class Sound {
  /** @type {AudioContext | null} */
  #audio = null;

  /** Why nothing can be heard. Empty: it can. */
  get why() {
    if (!("AudioContext" in window)) return "This browser plays no sound.";
    return this.#audio?.state === "running" ? "" : "The sound begins when you touch the page.";
  }

  /** Somebody touches the page, so that the browser lets it play. */
  async wake() {
    if (!("AudioContext" in window)) return;
    this.#audio ??= new AudioContext();
    await this.#audio.resume();
  }

  /** @param {Alarm["severity"]} severity */
  play(severity) {
    const audio = this.#audio;
    if (audio?.state !== "running") return;
    const [count, pitch] = TONES[severity];
    for (let tone = 0; tone < count; tone += 1) {
      const from = audio.currentTime + tone * (TONE + PAUSE);
      const [source, volume] = [audio.createOscillator(), audio.createGain()];
      source.frequency.value = pitch;
      // Without the ramps it would click.
      volume.gain.setValueAtTime(0, from);
      volume.gain.linearRampToValueAtTime(0.3, from + 0.01);
      volume.gain.setValueAtTime(0.3, from + TONE - 0.02);
      volume.gain.linearRampToValueAtTime(0, from + TONE);
      source.connect(volume).connect(audio.destination);
      source.start(from);
      source.stop(from + TONE);
    }
  }
}

/** Notifications of the system. */
export class Notices {
  /** Those that are open, by the numbers of their alarms. @type {Map<number, Notification>} */
  #open = new Map();

  /** Why none can be shown. Empty: they can. */
  get why() {
    if (!window.isSecureContext) return "Browsers notify only over HTTPS.";
    if (!("Notification" in window)) return "This browser has no notifications.";
    if (Notification.permission === "denied") return "This browser's settings do not allow notifications.";
    return Notification.permission === "granted" ? "" : "You have not allowed notifications.";
  }

  /** Asks the person. */
  async ask() {
    if (window.isSecureContext && "Notification" in window) await Notification.requestPermission();
  }

  /** @param {Alarm} alarm  @returns {string} why it was not shown, or nothing */
  show(alarm) {
    if (this.why) return this.why;
    try {
      const notice = new Notification(alarm.text, {
        body: alarm.detail,
        tag: `dash-alarm-${alarm.number}`,
        requireInteraction: alarm.severity === "high",
      });
      notice.addEventListener("click", () => window.focus());
      this.#open.set(alarm.number, notice);
      return "";
    } catch {
      // Browsers of phones have the interface, and throw.
      return "This browser shows no notifications of pages.";
    }
  }

  /** Closes those of alarms that nobody has to acknowledge any more. @param {Set<number>} left */
  close(left) {
    for (const [number, notice] of this.#open) {
      if (left.has(number)) continue;
      notice.close();
      this.#open.delete(number);
    }
  }
}

/** `<dd-alarms>`: what is the matter with the machine. */
export class DdAlarms extends Component {
  #sound = new Sound();
  #notices = new Notices();
  /** What is switched on. */
  #on = { sound: kept.get("sound"), notification: kept.get("notification") };
  /** The numbers of the alarms that were active before. Null before the first list. @type {Set<number> | null} */
  #known = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #again;
  /** What has happened to the alarms, if that is kept. @type {ReturnType<NonNullable<typeof extras.alarms>> | undefined} */
  #past;

  mount() {
    this.#past = extras.alarms?.(this);
    this.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button?.dataset.act) this.#act(button, button.dataset.act);
      if (button?.dataset.filter) this.#filter(button.dataset.filter);
      const signal = button?.dataset.signal;
      if (signal === "sound" || signal === "notification") this.#switch(signal);
    });
    this.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLSelectElement) || target.value === "") return;
      this.#act(target, "shelve", Number(target.value));
      target.value = "";
    });
    // Below the bar, the bell opens it.
    const bell = this.#bell();
    bell?.addEventListener("click", () => {
      const open = this.toggleAttribute("data-open");
      bell.setAttribute("aria-expanded", String(open));
      if (open) this.querySelector("button")?.focus({ preventScroll: true });
      // What is not visible must not go on hiding alarms.
      else this.#filter("all");
    });
    const wake = async () => {
      if (this.#on.sound) await this.#sound.wake();
      this.#draw();
    };
    for (const touch of ["pointerdown", "keydown"])
      addEventListener(touch, wake, { once: true, capture: true });
    this.#draw();
    this.update("items");
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.#known) this.#repeat();
  }

  disconnectedCallback() {
    this.#hush();
    super.disconnectedCallback();
  }

  /**
   * @param {HTMLElement} control
   * @param {string} act
   * @param {number} [seconds]  for how long it is shelved
   */
  #act(control, act, seconds) {
    const line = control.closest("li");
    const [id, number] = [line?.dataset.key, Number(line?.dataset.number)];
    if (id === undefined) return;
    if (act === "acknowledge" || act === "reset") this.send(act, { id, number });
    if (act === "shelve") this.send(act, { id, number, seconds });
    if (act === "unshelve") this.send(act, id);
  }

  /** @param {string} filter */
  #filter(filter) {
    this.dataset.show = filter;
    for (const button of this.querySelectorAll("[data-filter]"))
      button.setAttribute("aria-pressed", String(button.getAttribute("data-filter") === filter));
  }

  /** @param {"sound" | "notification"} signal */
  async #switch(signal) {
    this.#on[signal] = !this.#on[signal];
    this.#draw();
    if (this.#on.sound) await this.#sound.wake();
    if (signal === "sound" && this.#on.sound) this.#sound.play("low");
    if (signal === "notification" && this.#on.notification) {
      await this.#notices.ask();
      // What the browser does not do is not shown as switched on.
      if (this.#notices.why) this.#on.notification = false;
      this.#draw(this.#notices.why);
    } else {
      this.#draw();
    }
    kept.set(signal, this.#on[signal]);
    this.#repeat();
  }

  /** Draws what is switched on, and why it may not work. @param {string} [why] */
  #draw(why) {
    for (const button of this.querySelectorAll("[data-signal]")) {
      const on = button.getAttribute("data-signal") === "sound" ? this.#on.sound : this.#on.notification;
      button.setAttribute("aria-checked", String(on));
    }
    const silent = this.#on.sound ? this.#sound.why : "";
    const unseen = this.#on.notification ? this.#notices.why : "";
    const text = why || silent || unseen;
    const place = this.querySelector(".dd-alarms-why");
    if (place) writeText(place, text);
  }

  /** The alarms that nobody has acknowledged and whose cause is there. @returns {Alarm[]} */
  #active() {
    return (this.props.items ?? []).filter((/** @type {Alarm} */ alarm) => alarm.state === "active");
  }

  /**
   * What has happened. The list itself says what is so.
   * @param {string} _name
   * @param {any[]} events
   * @param {boolean} reset
   */
  append(_name, events, reset) {
    this.#past?.append(events, reset);
  }

  /** @param {string} name */
  update(name) {
    if (name !== "items" && name !== "shelved") return;
    for (const time of this.querySelectorAll("time")) writeTime(time);
    if (name !== "items") return;
    const active = this.#active();
    const fresh = this.#known ? active.filter((alarm) => !this.#known?.has(alarm.number)) : [];
    this.#known = new Set(active.map((alarm) => alarm.number));
    this.#notices.close(this.#known);
    if (fresh.length > 0) this.#tell(fresh);
    this.#repeat();
    const [worst] = active;
    if (worst) this.#bell()?.setAttribute("data-severity", worst.severity);
    else this.#bell()?.removeAttribute("data-severity");
  }

  /** The mark in the bar of the page, if the list is below the bar. There is one on a page. */
  #bell() {
    return this.closest(".dd-alarm-bar") && document.querySelector(".dd-bell");
  }

  /** New alarms, the most urgent first. @param {Alarm[]} fresh */
  #tell(fresh) {
    if (this.#on.sound && fresh[0]) this.#sound.play(fresh[0].severity);
    const isAway = document.hidden || !document.hasFocus();
    if (!this.#on.notification || !isAway) return;
    const failed = fresh.map((alarm) => this.#notices.show(alarm)).find((why) => why !== "");
    if (failed) this.#draw(failed);
  }

  /** The sound of an urgent alarm is repeated until somebody acknowledges it. */
  #repeat() {
    const wanted = this.#on.sound && this.#active().some((alarm) => alarm.severity === "high");
    if (wanted) this.#again ??= setInterval(() => this.#sound.play("high"), AGAIN);
    else this.#hush();
  }

  #hush() {
    clearInterval(this.#again);
    this.#again = undefined;
  }
}

/** Writes a time in the viewer's time zone: `since 12:01:03`. @param {HTMLTimeElement} time */
function writeTime(time) {
  const word = ["since", "until", "at"].find((key) => key in time.dataset) ?? "at";
  const at = Number(time.dataset[word]);
  time.textContent = at > 0 ? `${word} ${timeOf(at, new Date())}` : "";
}

define("dd-alarms", DdAlarms);
