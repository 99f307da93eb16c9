// Frames that arrive in parts. The server cuts a large frame, because a browser reports a message only when it is
// complete: on a slow link nothing would be heard for a minute, although the link works.

/** Begins a part that others follow. All other messages begin with "{", except the last part. */
const MORE = "+";
/** Begins the last part. */
const LAST = "=";

export class FrameParts {
  /** @type {string[]} */
  #parts = [];

  /** Whether a frame has arrived in part. */
  get underway() {
    return this.#parts.length > 0;
  }

  /**
   * Takes a message. Returns the frame that is complete now: the message itself, or all parts up to the last. Null if
   * parts are missing.
   * @param {unknown} message
   */
  take(message) {
    if (typeof message !== "string") return message;
    if (message.startsWith(MORE)) {
      this.#parts.push(message.slice(1));
      return null;
    }
    if (!message.startsWith(LAST)) return message;
    const frame = this.#parts.join("") + message.slice(1);
    this.#parts = [];
    return frame;
  }
}
