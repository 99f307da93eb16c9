// A page that is reloaded continues as the same client, on dashboards that want that.

import assert from "node:assert/strict";
import test from "node:test";
import { createReload } from "../../dash-runtime/client/reload.js";
import { openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

class FakeStorage {
  items = new Map();
  getItem(key) {
    return this.items.get(key) ?? null;
  }
  setItem(key, value) {
    this.items.set(key, String(value));
  }
  removeItem(key) {
    this.items.delete(key);
  }
}

const LEFT = { epoch: "e1", session: "s1", turn: 3 };

test("what a page leaves is taken once, by a page of the same dashboard and run", () => {
  const storage = new FakeStorage();
  const [lamp, fan] = ["http://robot/lamp/", "http://robot/fan/"].map((base) =>
    createReload(() => storage, base),
  );
  assert.equal(lamp.take("e1"), null);
  lamp.leave(LEFT);
  assert.equal(fan.take("e1"), null);
  assert.deepEqual(lamp.take("e1"), LEFT);
  assert.equal(lamp.take("e1"), null, "a copy of the tab would find nothing");
  lamp.leave(LEFT);
  assert.equal(lamp.take("e2"), null, "another run of the server");
  assert.equal(storage.items.size, 0);
  lamp.leave(null);
  assert.equal(storage.items.size, 0, "a page without a session");
});

test("without a storage, and with nonsense in it, a reload is a new client", () => {
  const refused = () => {
    throw new Error("SecurityError");
  };
  const none = createReload(refused, "/");
  none.leave(LEFT);
  assert.equal(none.take("e1"), null);
  for (const nonsense of ["", "{", "7", "null", '{"epoch":"e1"}', '{"epoch":"e1","session":7}']) {
    const storage = new FakeStorage();
    storage.setItem("dash-session /", nonsense);
    assert.equal(createReload(() => storage, "/").take("e1"), null, nonsense);
  }
});

test("the hello after a reload names the session and asks for everything", () => {
  const time = new FakeTime();
  const client = openPage(time, startOf([["level", "value", "state", 1]], { rev: 9 }), undefined, null, LEFT);
  client.link.open();
  client.socket.accept();
  const [hello] = client.socket.sent;
  assert.deepEqual([hello.session, hello.rev, hello.epoch, hello.turn], ["s1", 0, "e1", 4]);
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 7, now: 0 });
  client.socket.deliver({ r: 12, p: [[0, 5]] });
  assert.deepEqual(client.link.left, { epoch: "e1", session: "s1", turn: 4 });
  // The numbers of the commands continue.
  client.link.send(0, 6, false);
  assert.deepEqual(client.socket.sent.at(-1).n, 8);
});
