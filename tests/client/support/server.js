// A small server that keeps the promises of the protocol: one order, numbered commands, sessions that outlive sockets.

export class ModelServer {
  rev = 0;
  /** Values in the order in which they took effect. */
  log = [];
  #epoch;
  #values;
  #changed;
  #sessions = new Map();
  #peers = new Map();

  constructor(epoch, values) {
    this.#epoch = epoch;
    this.#values = [...values];
    this.#changed = values.map(() => 0);
  }

  get values() {
    return this.#values;
  }

  /** @param {(frame: object) => void} reply */
  receive(socket, frame, reply) {
    if (frame.t === "hello") this.#hello(socket, frame, reply);
    else if (frame.t === "ping") reply({ t: "pong" });
    else this.#command(this.#peers.get(socket), frame);
  }

  /** Handles a command by request, and returns the answer. */
  request(place, frame) {
    const session = this.#sessions.get(place.session);
    if (!session || frame.n > session.last + 1) return { status: 409, text: "{}" };
    const peers = [...this.#peers.values()];
    const peer = peers.find(({ token }) => token === place.session);
    this.#command(peer ?? { token: place.session, reply: () => undefined }, frame);
    const since = place.epoch === this.#epoch ? place.rev : -1;
    const p = this.#values.map((value, number) => [number, value]).filter(([n]) => this.#changed[n] > since);
    return { status: 200, text: JSON.stringify({ r: this.rev, p, a: [session.outcomes.get(frame.n)] }) };
  }

  /** Whether a page is connected by this socket. */
  hears(socket) {
    return this.#peers.has(socket);
  }

  gone(socket) {
    this.#peers.delete(socket);
  }

  #hello(socket, { epoch, rev, session, turn }, reply) {
    const known = session !== null && this.#sessions.has(session);
    // The page has given this connection up, and has a newer one.
    if (known && turn < this.#sessions.get(session).turn) return;
    const token = known ? session : `${this.#epoch}/${this.#sessions.size}`;
    if (!known) this.#sessions.set(token, { last: 0, outcomes: new Map() });
    for (const [other, peer] of this.#peers) if (peer.token === token) this.#peers.delete(other);
    this.#sessions.get(token).turn = turn;
    const { last, outcomes } = this.#sessions.get(token);
    reply({ t: "welcome", epoch: this.#epoch, session: token, last });
    const since = epoch === this.#epoch ? rev : -1;
    const p = this.#values.map((value, number) => [number, value]).filter(([n]) => this.#changed[n] > since);
    reply({ r: this.rev, p, a: [...outcomes.values()] });
    this.#peers.set(socket, { token, reply });
  }

  #command(peer, { n, p, v }) {
    if (!peer) return;
    const session = this.#sessions.get(peer.token);
    if (n > session.last + 1) {
      peer.reply({ t: "refused", kind: "gap", why: `${session.last + 1} comes next` });
      return;
    }
    if (n <= session.last) {
      peer.reply({ r: this.rev, a: [session.outcomes.get(n)] });
      return;
    }
    session.last = n;
    if (String(v).endsWith("!")) {
      session.outcomes.set(n, [n, 4, "out_of_range", "too much"]);
      peer.reply({ r: this.rev, a: [session.outcomes.get(n)] });
      return;
    }
    this.rev += 1;
    this.log.push(v);
    this.#values[p] = v;
    this.#changed[p] = this.rev;
    session.outcomes.set(n, [n, 0, this.rev]);
    for (const other of this.#peers.values()) {
      const a = other === peer ? { a: [[n, 0, this.rev]] } : {};
      other.reply({ r: this.rev, p: [[p, v]], ...a });
    }
  }
}
