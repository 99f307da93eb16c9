// A clock that advances only on command, and sockets whose other end is the test.

export class FakeTime {
  now = 0;
  #next = 1;
  #timers = new Map();

  after(ms, run) {
    this.#timers.set(this.#next, { at: this.now + ms, run });
    return this.#next++;
  }

  cancel(timer) {
    this.#timers.delete(timer);
  }

  advance(ms) {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      const [timer, { at, run }] = due;
      this.#timers.delete(timer);
      this.now = Math.max(this.now, at);
      run();
    }
    this.now = end;
  }
}

export class FakeSocket {
  onopen = null;
  onmessage = null;
  onclose = null;
  sent = [];
  isOpen = false;
  isClosed = false;

  send(text) {
    if (!this.isOpen && !this.isClosed) throw new Error("InvalidStateError: still connecting");
    if (this.isOpen) this.sent.push(JSON.parse(text));
  }

  close() {
    this.isOpen = false;
    this.isClosed = true;
  }

  /** The other side accepts. */
  accept() {
    this.isOpen = true;
    this.onopen?.();
  }

  deliver(frame) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  fail(code = 1006) {
    this.close();
    this.onclose?.({ code });
  }
}

/** Numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed) {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
