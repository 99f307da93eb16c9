// The time of an action by the server's clock: never later than it was, whatever the clocks and the wire do.

import assert from "node:assert/strict";
import test from "node:test";
import { ServerClock } from "../../dash-runtime/client/server_clock.js";
import { seededRandom } from "./support/fakes.js";

test("the frame that took the shortest time tells the server's clock best", () => {
  const clock = new ServerClock();
  assert.equal(clock.timeOf(0, 0), null);
  // The server's clock is 50 s ahead. The first answer takes 3 s to the page, the second 10 ms.
  clock.learn(51_000, 0, 4_000);
  assert.equal(clock.timeOf(4_000, 4_000), 51_000);
  clock.learn(55_000, 4_990, 5_010);
  assert.equal(clock.timeOf(5_010, 5_010), 55_000);
  clock.learn(56_000, 5_500, 9_000);
  assert.ok(clock.timeOf(9_000, 9_000) >= 58_985, "an answer that took longer tells less");
  clock.forget();
  assert.equal(clock.timeOf(0, 0), null);
});

test("a computer that slept without counting it is noticed", () => {
  const page = new ServerClock();
  page.learn(1_000, 990, 1_010);
  // The page slept an hour.
  page.learn(3_602_000, 1_990, 2_010);
  assert.equal(page.timeOf(2_010, 2_010), 3_602_000);
  const server = new ServerClock();
  server.learn(3_602_000, 1_990, 2_010);
  // The server slept: in the same hour of the page its clock has not moved.
  server.learn(3_602_500, 3_602_000, 3_602_100);
  assert.equal(server.timeOf(3_602_100, 3_602_100), 3_602_500);
});

test("p4: no drift and no delay makes an action look younger than it is, or older than by the way of a frame", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed);
    const clock = new ServerClock();
    const offset = random() * 1e7;
    const drift = 1 + (random() - 0.5) * 2 * 0.0001;
    const serverAt = (page) => offset + page * drift;
    let shortest = Number.POSITIVE_INFINITY;
    let last = 0;
    let page = random() * 1_000;
    for (let ping = 0; ping < 100; ping++) {
      const [up, down] = [random() ** 4 * 8_000, 5 + random() ** 4 * 8_000];
      // The server tells whole milliseconds.
      clock.learn(Math.floor(serverAt(page + up)), page, page + up + down);
      shortest = Math.min(shortest, down);
      page += up + down + random() * 10_000;
      const acted = page - random() * 5_000;
      const told = clock.timeOf(acted, page);
      const truth = serverAt(acted);
      assert.ok(told <= truth, `seed ${seed}: ${told} is later than ${truth}`);
      const elapsed = page - last;
      assert.ok(
        told >= truth - shortest - 2 - elapsed * 0.0004,
        `seed ${seed}: ${truth - told} ms too early, and the shortest way takes ${shortest} ms`,
      );
    }
    last = page;
  }
});
