// What a device writes to a terminal becomes lines of styled text. It is a terminal for lines: colours, the carriage
// return, the backspace and the erasing of a line work. What moves the cursor to other lines does nothing, so programs
// that draw a full screen are not supported. Nothing of it is markup, and what a device hides is shown.

/**
 * @typedef {object} Style
 * @property {string | null} fg  a colour as `#rrggbb`; null: the usual one
 * @property {string | null} bg
 * @property {boolean} bold
 * @property {boolean} dim
 * @property {boolean} italic
 * @property {boolean} underline
 * @property {boolean} strike
 * @property {boolean} inverse
 *
 * @typedef {{ text: string, style: Style }} Run  a part of a line with one style
 */

/** The ground and the text of a terminal, which is dark in each theme. terminal.css has them, too. */
export const GROUND = "#0d1115";
export const INK = "#d5dbe3";
/** The least contrast between a text and what is behind it (WCAG 2.2 AA). */
const CONTRAST = 4.5;
/** The eight colours of a terminal, and their bright forms. */
const PALETTE = [
  ["#4b535e", "#ff7a72", "#56d089", "#f7b83d", "#7ba1fc", "#d78bea", "#4cc9d8", "#d5dbe3"],
  ["#98a0ab", "#ffa39d", "#8be7b0", "#ffd77a", "#a9c3ff", "#ecb3f7", "#8ee4ee", "#ffffff"],
].flat();
/** The levels of the colour cube of 256 colours. */
const CUBE = [0, 95, 135, 175, 215, 255];
/** The largest number of characters in a line. A longer one is continued on the next. */
export const LONGEST = 2000;
/** The longest sequence of parameters, in characters. What is longer does nothing. */
const LONGEST_PARAMETERS = 64;
const TAB = 8;

/** @type {Style} */
export const PLAIN = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

/** @param {readonly number[]} parts  from 0 to 255 */
const hex = (parts) => `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** @param {string} colour */
const partsOf = (colour) => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** A colour of the table of 256. Null: there is none. @param {number} number */
function tableColour(number) {
  if (!(number >= 0 && number <= 255)) return null;
  if (number < 16) return PALETTE[number] ?? null;
  if (number >= 232) return hex(Array(3).fill(8 + 10 * (number - 232)));
  const place = number - 16;
  return hex([Math.floor(place / 36), Math.floor(place / 6) % 6, place % 6].map((at) => CUBE[at] ?? 0));
}

/** @param {readonly (number | undefined)[]} parts */
function exactColour(parts) {
  const [red, green, blue] = parts.map((part) => Math.min(part || 0, 255));
  return hex([red ?? 0, green ?? 0, blue ?? 0]);
}

/** @param {string} colour */
function luminance(colour) {
  const [red = 0, green = 0, blue = 0] = partsOf(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} other */
export function contrast(one, other) {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** @param {string} from @param {string} to @param {number} share  from 0 to 1 */
function mix(from, to, share) {
  const end = partsOf(to);
  return hex(partsOf(from).map((part, at) => part + ((end[at] ?? 0) - part) * share));
}

/** The colour, or the nearest one of its kind that can be read on the ground. @param {string} colour @param {string} ground */
function readable(colour, ground) {
  const end = contrast("#ffffff", ground) > contrast("#000000", ground) ? "#ffffff" : "#000000";
  for (let share = 0; share < 1; share += 0.1) {
    const tried = mix(colour, end, share);
    if (contrast(tried, ground) >= CONTRAST) return tried;
  }
  return end;
}

/**
 * The colours of a text. Null: the usual one. Each text can be read, whatever the device has asked for.
 * @param {Style} style
 * @returns {{ color: string | null, background: string | null }}
 */
export function coloursOf({ fg, bg, dim, inverse }) {
  if (!fg && !bg && !dim && !inverse) return { color: null, background: null };
  const [front, back] = inverse ? [bg ?? GROUND, fg ?? INK] : [fg ?? INK, bg ?? GROUND];
  const color = readable(dim ? mix(front, back, 0.35) : front, back);
  return { color, background: inverse || bg ? back : null };
}

/**
 * A colour that is not one of the sixteen.
 * @param {"fg" | "bg"} name
 * @param {readonly number[]} own  what follows with colons. Then the space of the colours may stand before its parts.
 * @param {readonly number[]} next  the next parameters, which belong to it if nothing follows with colons
 * @returns {{ change: Partial<Style>, used: number }}  `used`: how many of the next parameters belong to it
 */
function chosenColour(name, own, next) {
  const isOwn = own.length > 0;
  const [kind, number = -1] = isOwn ? own : next;
  const parts = isOwn ? own.slice(-3) : next.slice(1, 4);
  const isExact = kind === 2;
  const colour = isExact ? exactColour(parts) : kind === 5 ? tableColour(number) : null;
  return { change: colour ? { [name]: colour } : {}, used: isOwn ? 0 : isExact ? 4 : 2 };
}

/**
 * The style after a sequence "Select Graphic Rendition". What it does not know does nothing. It never hides a text.
 * @param {Style} before
 * @param {string} parameters
 * @returns {Style}
 */
export function restyle(before, parameters) {
  let style = before;
  const parts = parameters.split(";");
  for (let at = 0; at < parts.length; at += 1) {
    const [code = 0, ...own] = (parts[at] ?? "").split(":").map(Number);
    if (code === 38 || code === 48) {
      const next = parts.slice(at + 1).map(Number);
      const { change, used } = chosenColour(code === 38 ? "fg" : "bg", own, next);
      style = { ...style, ...change };
      at += used;
    } else {
      style = { ...(code === 0 ? PLAIN : style), ...changeOf(code, own[0]) };
    }
  }
  return style;
}

/**
 * @param {number} code
 * @param {number | undefined} kind  how a text is underlined
 * @returns {Partial<Style>}
 */
function changeOf(code, kind) {
  const colour = (/** @type {number} */ first, /** @type {number} */ from = 0) =>
    PALETTE[from + code - first] ?? null;
  if (code >= 30 && code <= 37) return { fg: colour(30) };
  if (code >= 40 && code <= 47) return { bg: colour(40) };
  if (code >= 90 && code <= 97) return { fg: colour(90, 8) };
  if (code >= 100 && code <= 107) return { bg: colour(100, 8) };
  switch (code) {
    case 1:
      return { bold: true };
    case 2:
      return { dim: true };
    case 3:
      return { italic: true };
    case 4:
      return { underline: kind !== 0 };
    case 7:
      return { inverse: true };
    case 9:
      return { strike: true };
    case 21:
      return { underline: true };
    case 22:
      return { bold: false, dim: false };
    case 23:
      return { italic: false };
    case 24:
      return { underline: false };
    case 27:
      return { inverse: false };
    case 29:
      return { strike: false };
    case 39:
      return { fg: null };
    case 49:
      return { bg: null };
    default:
      return {};
  }
}

/** @param {Style} one @param {Style} other */
function isSame(one, other) {
  const names = /** @type {(keyof Style)[]} */ (Object.keys(PLAIN));
  return one === other || names.every((name) => one[name] === other[name]);
}

const MARK = /^\p{M}$/u;

/** Reads what a device writes, in pieces of any size, and makes lines of it. */
export class Screen {
  /** What the next character belongs to. @type {"text" | "escape" | "control" | "string" | "string escape"} */
  #state = "text";
  #parameters = "";
  #style = PLAIN;
  /** The line that is not finished: its characters and their styles. @type {{ text: string, style: Style }[]} */
  #cells = [];
  #column = 0;
  /** The finished lines that were not taken. @type {Run[][]} */
  #done = [];
  #isCleared = false;
  #limit;

  /** @param {number} limit  the largest number of finished lines that wait to be taken */
  constructor(limit) {
    this.#limit = limit;
  }

  /**
   * What is new since the last time: the finished lines, and the line that is not finished. With `isCleared` the lines
   * before are gone.
   */
  take() {
    const [done, isCleared] = [this.#done, this.#isCleared];
    [this.#done, this.#isCleared] = [[], false];
    return { done, isCleared, open: runsOf(this.#cells) };
  }

  /** @param {number} limit */
  set limit(limit) {
    this.#limit = limit;
  }

  /** @param {string} text */
  write(text) {
    for (const character of text) this.#read(character);
  }

  /** @param {string} character  one code point */
  #read(character) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    switch (this.#state) {
      case "text":
        if (isControl) this.#control(code);
        else this.#put(character);
        break;
      case "escape":
        this.#escape(character, code, isControl);
        break;
      case "control":
        if (isControl) this.#interrupt(code);
        else if (code >= 0x40) this.#end(character);
        else if (this.#parameters.length <= LONGEST_PARAMETERS) this.#parameters += character;
        break;
      case "string":
        // A title or a link. It ends at a line end at the latest, so that a lost byte does not hide the rest.
        if (code === 0x1b) this.#state = "string escape";
        else if (code === 0x07 || code === 0x0a) this.#interrupt(code);
        break;
      case "string escape":
        this.#state = "text";
        if (character !== "\\") this.#read(character);
        break;
    }
  }

  /** A control character inside of a sequence ends it. @param {number} code */
  #interrupt(code) {
    this.#state = "text";
    this.#control(code);
  }

  /**
   * @param {string} character
   * @param {number} code
   * @param {boolean} isControl
   */
  #escape(character, code, isControl) {
    this.#state = "text";
    if (isControl) this.#control(code);
    else if (character === "[") [this.#state, this.#parameters] = ["control", ""];
    else if ("]P^_X".includes(character)) this.#state = "string";
    // Such as the choice of a character set: one more character follows.
    else if (code <= 0x2f) this.#state = "escape";
    else if (character === "c") {
      this.#style = PLAIN;
      this.#clear();
    }
  }

  /** @param {number} code */
  #control(code) {
    switch (code) {
      case 0x08:
        this.#column = Math.max(0, this.#column - 1);
        break;
      case 0x09:
        do this.#put(" ");
        while (this.#column % TAB !== 0);
        break;
      case 0x0a:
      case 0x0b:
      case 0x0c:
        this.#finish();
        break;
      case 0x0d:
        this.#column = 0;
        break;
      case 0x1b:
        this.#state = "escape";
        break;
    }
  }

  /** @param {string} character */
  #put(character) {
    const before = this.#cells[this.#column - 1];
    if (before && MARK.test(character)) {
      // Many marks on one character would grow without bound.
      if (before.text.length < 16) before.text += character;
      return;
    }
    if (this.#column >= LONGEST) this.#finish();
    this.#pad(this.#column);
    this.#cells[this.#column] = { text: character, style: this.#style };
    this.#column += 1;
  }

  /** Fills the line up to a column. @param {number} column */
  #pad(column) {
    while (this.#cells.length < column) this.#cells.push({ text: " ", style: PLAIN });
  }

  #finish() {
    this.#done.push(runsOf(this.#cells));
    this.#cells = [];
    this.#column = 0;
    // A page in the background takes nothing for hours.
    if (this.#done.length > 2 * this.#limit) this.#done.splice(0, this.#done.length - this.#limit);
  }

  #clear() {
    this.#done = [];
    this.#cells = [];
    this.#column = 0;
    this.#isCleared = true;
  }

  /** A control sequence has ended with this character. @param {string} last */
  #end(last) {
    this.#state = "text";
    const parameters = this.#parameters;
    if (parameters.length > LONGEST_PARAMETERS) return;
    const first = Number.parseInt(parameters, 10) || 0;
    const count = Math.min(Math.max(first, 1), LONGEST);
    const blank = () => ({ text: " ", style: this.#style });
    switch (last) {
      case "m":
        this.#style = restyle(this.#style, parameters);
        break;
      case "K":
      case "J":
        if (last === "J" && first >= 2) this.#clear();
        else if (first === 0) this.#cells.length = Math.min(this.#cells.length, this.#column);
        else if (first === 1)
          this.#cells = this.#cells.map((cell, at) => (at <= this.#column ? blank() : cell));
        else this.#cells = [];
        break;
      case "G":
        this.#column = Math.min(count, LONGEST) - 1;
        break;
      case "H":
      case "f":
        this.#column = 0;
        break;
      case "C":
        this.#column = Math.min(this.#column + count, LONGEST - 1);
        break;
      case "D":
        this.#column = Math.max(this.#column - count, 0);
        break;
      case "P":
        this.#cells.splice(this.#column, count);
        break;
      case "@":
        this.#pad(this.#column);
        this.#cells.splice(this.#column, 0, ...Array.from({ length: count }, blank));
        this.#cells.length = Math.min(this.#cells.length, LONGEST);
        break;
    }
  }
}

/**
 * Joins characters with the same style.
 * @param {readonly Run[]} cells
 * @returns {Run[]}
 */
function runsOf(cells) {
  /** @type {Run[]} */
  const runs = [];
  for (const { text, style } of cells) {
    const last = runs.at(-1);
    if (last && isSame(last.style, style)) last.text += text;
    else runs.push({ text, style });
  }
  return runs;
}
