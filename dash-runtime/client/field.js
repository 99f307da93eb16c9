// A component with a field that a person types into.
//
// The rule: from the moment at which the field gets the focus until the person leaves it, only the person changes its
// text. So a value from elsewhere never mixes with what is typed, and what is sent is exactly the text in the field.
//
//   away --focus--> in the field --blur--> away
//                   in the field --Enter--> done --key, pointer--> in the field
//
// After Enter, and a second after a step, the person is done: the field shows the server's value again, and selects all
// of it when it changes, so that the next key replaces the whole text.
//
// Undo takes back what the person has typed during this visit, and nothing else. A browser has one list of edits for the
// whole page: an undo in another field goes back to this one and would set an older value. And what it takes back may be
// older than the value that stands in the field.
//
// A newer value of somebody else stands beside the field meanwhile. If the person's own text is lost (somebody has
// replaced it, or it could not be sent), it stands beside the field afterwards, and a press puts it back.

import { Beside } from "./beside.js";
import { isOfComposition } from "./composition.js";
import { cutText, formatCount } from "./cut.js";
import { Component } from "./element.js";

/** The longest text, in characters, that is shown beside a field. A longer one is cut. */
const BESIDE_LENGTH = 40;
/** The time in milliseconds after a step for which the next one continues from it. */
const STEP_HOLD = 1_000;
const NEWER_TITLE = "Somebody else has set this value. Press here to show it in the field.";
const DOUBT_TITLE = "It can also mean another number. Press Enter again to send it.";
const CUT_TITLE = "The field takes no more characters, so that a part of what was put in is missing.";
const OWN_TITLE = "Your text is not the value. Press here to put it back into the field.";

/**
 * Subclasses call `bindField` in `mount` and `showValue` in `update`.
 */
export class Field extends Component {
  /** @type {HTMLInputElement | HTMLTextAreaElement | null} */
  #control = null;
  /** The text differs from what was last sent or shown. */
  #typed = false;
  #composing = false;
  /** Whether the person has typed during this visit, and the script has not written to the field since. */
  #own = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #stepHold;
  /** The doubtful text that the person was asked about. @type {string | null} */
  #asked = null;
  /** The text that was sent during this visit and that the person may lose. @type {string | null} */
  #sent = null;
  /** The text of the server's value that the person knows: it was shown, or it is the person's own. */
  #known = "";
  #beside = new Beside(this);

  /**
   * The text of a value.
   * @param {any} value
   */
  format(value) {
    return String(value ?? "");
  }

  /**
   * The value of a text. `undefined`: the text cannot be sent.
   * @param {string} text
   * @returns {unknown}
   */
  parse(text) {
    return text;
  }

  /**
   * What a text would be taken for, if it can also mean something else. It is then sent only if the person confirms it.
   * @param {string} _text
   * @returns {string | null}
   */
  doubt(_text) {
    return null;
  }

  /** The largest number of characters of a text. The browser's own limit would cut in silence, and counts UTF-16 units. */
  get maxLength() {
    return Number.POSITIVE_INFINITY;
  }

  /** Whether each change is sent at once, also a half-typed text. */
  get sendsEachKey() {
    return false;
  }

  /** Whether Enter starts a new line. Ctrl and Enter then send the text. */
  get isMultiline() {
    return false;
  }

  /** Whether the text must not be readable beside the field. */
  get isSecret() {
    return false;
  }

  /** Called when the text in the field has changed or was sent. */
  judge() {
    // A field that takes each text has nothing to judge.
  }

  /**
   * The person pressed Enter, and the text was sent if that is possible.
   * @param {string} _text
   */
  submitted(_text) {
    // Only some fields have an event for it.
  }

  /** Whether the field has a text that was typed and not sent. */
  get typed() {
    return this.#typed;
  }

  get #isIn() {
    return this.#control !== null && document.activeElement === this.#control;
  }

  /** @param {HTMLInputElement | HTMLTextAreaElement | null} control */
  bindField(control) {
    this.#control = control;
    if (!control) return;
    this.#known = this.format(this.props.value);
    if (this.#isIn) {
      // The person was in the field before the script ran, and may have typed.
      this.touched = "value";
      this.#typed = control.value !== this.#known;
    } else if (control.value !== this.#known) {
      // The browser has restored the text of an earlier visit.
      control.value = this.#known;
    }
    // A field whose text was never set follows its attribute, which the look writes. Then `showValue` would find the new
    // text there already, and would not select it. The caret stays.
    const shown = control.value;
    // A date that is half typed has no value, and would be lost.
    if (!control.validity.badInput) control.value = shown;
    control.addEventListener("focus", () => this.#enter());
    control.addEventListener("input", (event) => this.#input(/** @type {InputEvent} */ (event)));
    control.addEventListener("pointerdown", () => this.#goOn());
    control.addEventListener("compositionstart", () => {
      this.#goOn();
      this.#composing = true;
    });
    control.addEventListener("compositionend", () => {
      this.#composing = false;
      this.#change();
    });
    control.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    control.addEventListener("blur", () => this.#blur());
  }

  /**
   * Writes the server's value to the field. Call it in `update`.
   * @param {any} value
   */
  showValue(value) {
    const control = this.#control;
    if (!control) return;
    this.#typed = false;
    this.#known = this.format(value);
    this.#beside.hide("newer");
    // Writing moves the caret to the end, even if the text stays the same.
    if (control.value !== this.#known) {
      this.#write(this.#known);
      if (this.#isIn) control.select();
    }
    this.judge();
  }

  /** @param {string} text */
  #write(text) {
    if (this.#control) this.#control.value = text;
    this.#own = false;
  }

  /**
   * The person has set this value without typing it, for example by a step.
   * @param {unknown} value
   */
  sendShown(value) {
    const control = this.#control;
    if (!control) return;
    this.#typed = false;
    this.#known = this.format(value);
    this.#sent = this.#known;
    if (this.#isIn) {
      this.touched = "value";
      clearTimeout(this.#stepHold);
      this.#stepHold = setTimeout(() => {
        if (!this.#typed) this.touched = false;
      }, STEP_HOLD);
    }
    this.send("value", value);
    if (control.value !== this.#known) this.#write(this.#known);
    this.judge();
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  newer(name, value) {
    if (name !== "value" || !this.#control) return;
    const text = this.format(value);
    if (text === this.#known || text === this.#control.value) {
      this.#beside.hide("newer");
      return;
    }
    this.#beside.show("newer", `now ${this.#shortened(text)}`, NEWER_TITLE, () => this.#discard());
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  notTaken(name, value) {
    if (name === "value" && !this.#isIn) this.#showOwn(this.format(value));
  }

  #enter() {
    clearTimeout(this.#stepHold);
    this.#beside.hide();
    this.#sent = null;
    this.#known = this.format(this.props.value);
    this.touched = "value";
  }

  /** The person who was done acts in the field again. */
  #goOn() {
    if (this.#isIn && this.touched === false) this.#enter();
  }

  /** @param {InputEvent} event */
  #input(event) {
    if (!this.#own && /^history/.test(event.inputType)) {
      this.#discard();
      // An undo in another field has brought the person here.
      this.#goOn();
      return;
    }
    this.#own = this.#typed = true;
    this.touched = "value";
    // The end of the composition is a change, too.
    if (!event.isComposing && !this.#composing) this.#change();
  }

  #change() {
    clearTimeout(this.#stepHold);
    const surplus = this.#cut();
    this.judge();
    // A browser or a password manager that fills in a field does not enter it. The text is complete.
    const filledIn = !this.#isIn;
    if (filledIn || this.sendsEachKey) this.#offer();
    if (filledIn) this.#leave();
    if (surplus > 0) this.#tellCut(surplus);
    else this.#beside.hide("cut");
  }

  /** Cuts a text that is too long. @returns {number} the number of characters that were left off */
  #cut() {
    const control = this.#control;
    if (!control) return 0;
    const caret = control.selectionEnd ?? control.value.length;
    const cut = cutText(control.value, caret, this.maxLength);
    if (cut.surplus > 0) {
      control.value = cut.text;
      control.setSelectionRange(cut.caret, cut.caret);
    }
    return cut.surplus;
  }

  /** @param {number} surplus */
  #tellCut(surplus) {
    const words = `${formatCount(this.maxLength)} characters fit, ${formatCount(surplus)} left off`;
    this.#beside.show("cut", words, CUT_TITLE, () => undefined);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const sends = event.key === "Enter" && (!this.isMultiline || event.ctrlKey || event.metaKey);
    if (!sends) this.#goOn();
    // A held key counts as one press. An Enter that accepts an input method's proposal does not count.
    if (isOfComposition(event) || event.repeat) return;
    if (sends) {
      if (this.#ask()) return;
      this.#offer();
      this.submitted(this.#control?.value ?? "");
      // What cannot be sent stays, so that the person can correct it.
      if (!this.#typed) this.touched = false;
    } else if (event.key === "Escape") {
      this.#discard();
    }
  }

  #blur() {
    // The whole window lost the focus. The person is still in the field.
    if (this.#isIn) return;
    // The field was removed from the page with a half-typed text, which nobody has completed.
    if (this.isConnected) this.#offer();
    this.#leave();
  }

  /** Asks about a doubtful text, once. @returns {boolean} whether it asks now */
  #ask() {
    const text = this.#typed ? this.#control?.value : undefined;
    const doubt = text === undefined || text === this.#asked ? null : this.doubt(text);
    if (text === undefined || doubt === null) return false;
    this.#asked = text;
    this.#beside.show("doubt", `Enter sends ${doubt}`, DOUBT_TITLE, () => {
      this.#offer();
    });
    return true;
  }

  /** Sends the typed text if it is a value. */
  #offer() {
    const control = this.#control;
    if (!control || !this.#typed) return;
    const value = this.parse(control.value);
    if (value === undefined || (control.value !== this.#asked && this.doubt(control.value) !== null)) return;
    this.#typed = false;
    this.#asked = null;
    this.#sent = control.value;
    this.#known = this.format(value);
    if (this.#beside.kind !== "cut") this.#beside.hide();
    this.send("value", value);
    this.judge();
  }

  /** Drops the typed text and shows the server's value. */
  #discard() {
    this.#typed = false;
    this.#sent = null;
    this.#write(this.format(this.props.value));
    this.judge();
    this.#beside.hide();
    this.touched = false;
  }

  /** The person has left the field, which shows the server's value again. */
  #leave() {
    const control = this.#control;
    if (!control) return;
    this.#own = false;
    const replaced = this.#beside.kind === "newer" ? this.#sent : null;
    const lost = this.#typed ? control.value : replaced;
    this.#sent = null;
    this.#composing = false;
    if (this.#typed) {
      this.#typed = false;
      this.#write(this.format(this.props.value));
      this.judge();
    }
    this.touched = false;
    if (lost !== null) this.#showOwn(lost);
  }

  /** Shows the person's lost text beside the field. @param {string} text */
  #showOwn(text) {
    if (text === "" || this.#control?.value === text) return;
    this.#beside.show("own", `yours: ${this.#shortened(text)}`, OWN_TITLE, () => {
      const control = this.#control;
      if (!control) return;
      control.focus();
      control.value = text;
      this.#typed = true;
      this.judge();
    });
  }

  /** @param {string} text */
  #shortened(text) {
    if (this.isSecret) return "•••";
    if (text === "") return "empty";
    const characters = [...text];
    return characters.length > BESIDE_LENGTH ? `${characters.slice(0, BESIDE_LENGTH).join("")}…` : text;
  }
}
