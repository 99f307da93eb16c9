import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { formatNumber, NO_VALUE } from "../../../dash-runtime/client/format.js";

/**
 * @typedef {{ name: string, unit: string, align: string, digits: number | null }} Column
 * @typedef {number | string | null} Cell
 * @typedef {{ tr: HTMLTableRowElement, texts: string[] }} TableRow  a row in the document and the text of its cells
 * @typedef {{ columns: Column[], rows: Cell[][], key: number | null, limit: number | null, label: string }} TableProps
 */

/**
 * @param {Cell | undefined} cell
 * @param {number | null} digits
 */
export function tableText(cell, digits) {
  return typeof cell === "string" ? cell : formatNumber(cell, digits ?? undefined);
}

/**
 * A key for each row. Rows with the same key are distinguished by their order.
 * @param {Cell[][]} rows
 * @param {number | null} column
 */
export function tableKeys(rows, column) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return rows.map((row, index) => {
    if (column === null) return String(index);
    const key = String(row[column] ?? NO_VALUE);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before === 0 ? key : `${key}\n${before}`;
  });
}

/**
 * The note below the rows.
 * @param {number} rows
 * @param {number} shown
 */
export function tableNote(rows, shown) {
  if (rows === 0) return "No rows";
  if (rows === shown) return "";
  return rows - shown === 1 ? "1 more row" : `${rows - shown} more rows`;
}

/** `<dd-table>`: a table whose rows change. */
export class DdTable extends Component {
  /** @type {Map<string, TableRow>} */
  #rows = new Map();

  mount() {
    // The server has rendered the rows. The script only has to remember them.
    const trs = [...(this.querySelector("tbody")?.rows ?? [])];
    const keys = tableKeys(this.#shown(), this.#props.key);
    trs.forEach((tr, index) => {
      this.#rows.set(keys[index] ?? String(index), {
        tr,
        texts: [...tr.cells].map((cell) => cell.textContent ?? ""),
      });
    });
  }

  /** @param {string} name */
  update(name) {
    if (name === "columns") this.#drawHead();
    if (name !== "label") this.#drawRows();
    const label = this.#props.label || wordsOf(this);
    this.querySelector("table")?.setAttribute("aria-label", label);
  }

  get #props() {
    return /** @type {TableProps} */ (this.props);
  }

  #shown() {
    const { rows, limit } = this.#props;
    return limit === null ? rows : rows.slice(0, limit);
  }

  /** With other columns none of the old rows can be reused. */
  #drawHead() {
    this.#rows.clear();
    this.querySelector("tbody")?.replaceChildren();
    const cells = this.#props.columns.map(({ name, unit, align }) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.dataset.align = align;
      cell.textContent = unit ? `${name} ` : name;
      if (unit) {
        const part = document.createElement("span");
        part.className = "dd-unit";
        part.textContent = unit;
        cell.append(part);
      }
      return cell;
    });
    this.querySelector("thead > tr")?.replaceChildren(...cells);
  }

  #drawRows() {
    const body = this.querySelector("tbody");
    if (!body) return;
    const { key, rows } = this.#props;
    const shown = this.#shown();
    const keys = tableKeys(shown, key);
    const gone = new Set(this.#rows.keys());
    for (const name of keys) gone.delete(name);
    for (const name of gone) {
      this.#rows.get(name)?.tr.remove();
      this.#rows.delete(name);
    }
    let next = body.firstElementChild;
    shown.forEach((row, index) => {
      const { tr } = this.#drawRow(keys[index] ?? "", row);
      if (tr === next) next = tr.nextElementSibling;
      else body.insertBefore(tr, next);
    });
    const note = this.querySelector(".dd-table-note");
    if (note) note.textContent = tableNote(rows.length, shown.length);
  }

  /**
   * Writes the cells that differ.
   * @param {string} key
   * @param {Cell[]} row
   */
  #drawRow(key, row) {
    const { columns } = this.#props;
    const known = this.#rows.get(key) ?? this.#addRow(key, columns);
    columns.forEach(({ digits }, index) => {
      const text = tableText(row[index], digits);
      const cell = known.tr.cells[index];
      if (!cell || known.texts[index] === text) return;
      known.texts[index] = text;
      cell.textContent = text;
    });
    return known;
  }

  /**
   * @param {string} key
   * @param {Column[]} columns
   */
  #addRow(key, columns) {
    const tr = document.createElement("tr");
    for (const { align } of columns) tr.insertCell().dataset.align = align;
    const row = { tr, texts: [] };
    this.#rows.set(key, row);
    return row;
  }
}

define("dd-table", DdTable);
