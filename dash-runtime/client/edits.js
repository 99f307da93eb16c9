// Applies the server's edits to the page's copy of a value. Pure: the old value does not change, and the new value
// shares all unchanged parts with it.

/** @import { Operation, Path } from "./protocol.js" */

/**
 * The value after the operations.
 * @param {unknown} value
 * @param {Operation[]} operations
 * @returns {unknown}
 * @throws {Error} if an operation does not fit: the copy differs from the server's value
 */
export function applyOperations(value, operations) {
  return operations.reduce(applyOperation, value);
}

/**
 * @param {unknown} value
 * @param {Operation} operation
 * @returns {unknown}
 */
function applyOperation(value, operation) {
  switch (operation.what) {
    case "set":
      return changedAt(value, operation.path, () => operation.value, operation.next);
    case "remove":
      return changedAt(value, operation.path.slice(0, -1), (inner) => {
        const entries = entriesOf(inner);
        entries.splice(placeOf(entries, operation.path.at(-1)), 1);
        return Object.fromEntries(entries);
      });
    case "splice": {
      const { path, at, gone, items } = operation;
      return changedAt(value, path, (inner) => {
        if (!Array.isArray(inner) || at + gone > inner.length) throw misfit(path);
        // Not splice: a function call cannot take as many arguments as there may be items.
        return inner.slice(0, at).concat(items, inner.slice(at + gone));
      });
    }
  }
}

/**
 * A copy with a changed value at `path`.
 * @param {unknown} value
 * @param {Path} path
 * @param {(inner: unknown) => unknown} change
 * @param {string | null} [next]  the member before which a new member is inserted
 * @returns {unknown}
 */
function changedAt(value, path, change, next = null) {
  const [at, ...rest] = path;
  if (at === undefined) return change(value);
  if (Array.isArray(value)) {
    if (typeof at !== "number" || at >= value.length) throw misfit(path);
    const list = value.slice();
    list[at] = changedAt(value[at], rest, change, next);
    return list;
  }
  const entries = entriesOf(value);
  const old = entries.findIndex(([key]) => key === at);
  if (old < 0 && rest.length > 0) throw misfit(path);
  /** @type {[string, unknown]} */
  const entry = [String(at), changedAt(entries[old]?.[1], rest, change, next)];
  if (old >= 0) entries[old] = entry;
  else entries.splice(next === null ? entries.length : placeOf(entries, next), 0, entry);
  return Object.fromEntries(entries);
}

/**
 * @param {unknown} value
 * @returns {[string, unknown][]}
 */
function entriesOf(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw misfit([]);
  return Object.entries(value);
}

/**
 * @param {[string, unknown][]} entries
 * @param {string | number | undefined} key
 */
function placeOf(entries, key) {
  const place = entries.findIndex(([other]) => other === key);
  if (place < 0) throw misfit([key ?? ""]);
  return place;
}

/** @param {Path} path */
function misfit(path) {
  return new Error(`nothing to change at ${JSON.stringify(path)}`);
}
