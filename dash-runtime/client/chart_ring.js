// The samples of a chart, and how far they are usually apart.

/**
 * @typedef {{ t: number, values: (number | null)[] }} Sample  t: in seconds since the Unix epoch
 */

/** A line is interrupted where this many usual distances have no sample. */
const GAP_TIMES = 5;
/** The smallest number of distances of which one can be usual. */
const GAP_LEAST = 4;
/** The usual distance is computed again when this share of the samples is new. */
const GAP_SHARE = 16;

/** After this many late samples without a newer one, the clock of the samples was set back. */
const BACK = 64;
/** The same for samples that are older than all others: no late one finds its place there in a full ring. */
const FAR_BACK = 3;

/**
 * The last samples. Each series is one array of twice the capacity, oldest sample first. A full array is moved to its
 * start.
 */
export class ChartRing {
  /** The values of each series, also of those that are not shown. @type {Float64Array[]} */
  #columns = [];
  /** What `usualGap` has computed last, and the `end` at that time. */
  #gap = Number.POSITIVE_INFINITY;
  /** @type {number | null} */
  #gapAt = null;
  /** The number of late samples since the last one that was not late. */
  #late = 0;
  /** The time of the oldest sample when the first of them came. */
  #oldest = 0;

  /**
   * @param {number} series
   * @param {number} capacity
   */
  constructor(series, capacity) {
    this.capacity = capacity;
    this.times = new Float64Array(2 * capacity);
    /** The columns of the shown series. @type {Float64Array[]} */
    this.values = [];
    this.show(series);
    /** The samples are at the indices from `start` to before `end`. */
    this.start = 0;
    this.end = 0;
  }

  /**
   * Sets the number of series. The samples stay, also the values of series that are not shown.
   * @param {number} series
   */
  show(series) {
    while (this.#columns.length < series) this.#widen();
    this.values = this.#columns.slice(0, series);
  }

  #widen() {
    this.#columns.push(new Float64Array(2 * this.capacity).fill(Number.NaN));
  }

  /**
   * Adds a sample. A late one finds its place by its time. If the clock of the samples was set back, those that are
   * newer than it are dropped: the chart would stand still until the clock has reached them.
   * @param {Sample} sample
   */
  push({ t, values }) {
    this.#late = t < this.newest ? this.#late + 1 : 0;
    if (this.#late > 0 && this.#isSetBack(t)) {
      this.end = this.find(t);
      this.#late = 0;
      this.#gapAt = null;
    }
    if (this.end === this.times.length) this.#compact();
    while (this.#columns.length < values.length) this.#widen();
    const at = this.#late > 0 ? this.find(t) : this.end;
    if (at < this.end)
      for (const column of [this.times, ...this.#columns]) column.copyWithin(at + 1, at, this.end);
    this.times[at] = t;
    this.#columns.forEach((column, index) => {
      column[at] = values[index] ?? Number.NaN;
    });
    this.end++;
    if (this.end - this.start > this.capacity) this.start++;
  }

  /** Whether a sample of this time, which is older than the newest one, is of a clock that was set back. @param {number} t */
  #isSetBack(t) {
    const now = Date.now() / 1000 + 1;
    // No sample is of the future.
    if (t <= now && this.newest > now) return true;
    if (this.#late === 1) this.#oldest = /** @type {number} */ (this.times[this.start]);
    return this.#late >= (t < this.#oldest ? FAR_BACK : BACK);
  }

  /** The time of the newest sample, or minus infinity. */
  get newest() {
    return this.end === this.start
      ? Number.NEGATIVE_INFINITY
      : /** @type {number} */ (this.times[this.end - 1]);
  }

  clear() {
    this.start = this.end = this.#late = 0;
    this.#gapAt = null;
  }

  /**
   * The time between two samples, in seconds, from which on nothing was measured in between: some times the usual one.
   * Infinity if samples have no usual distance, as when values are recorded only when they change.
   */
  usualGap() {
    const count = this.end - this.start;
    // The distances of a full ring change little with each sample.
    if (this.#gapAt !== null && this.end >= this.#gapAt && this.end - this.#gapAt < count / GAP_SHARE)
      return this.#gap;
    const distances = new Float64Array(Math.max(count - 1, 0));
    for (let index = 0; index < distances.length; index++) {
      const at = this.start + index;
      distances[index] = /** @type {number} */ (this.times[at + 1]) - /** @type {number} */ (this.times[at]);
    }
    distances.sort();
    const usual = distances[distances.length >> 1] ?? 0;
    const most = distances[Math.floor(distances.length * 0.75)] ?? 0;
    const isRegular = distances.length >= GAP_LEAST && usual > 0 && most <= 2 * usual;
    this.#gap = isRegular ? GAP_TIMES * usual : Number.POSITIVE_INFINITY;
    this.#gapAt = this.end;
    return this.#gap;
  }

  /** The index of the first sample at or after `t`, or `end`. @param {number} t */
  find(t) {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact() {
    for (const column of [this.times, ...this.#columns]) column.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    this.#gapAt = null;
  }
}
