// The promises that must hold at rest, after all events on the way.

import assert from "node:assert/strict";

/**
 * At most once, in order, convergent, and every command has one outcome.
 * @param {object} end
 * @param {number} end.seed  to repeat the run
 * @param {string[]} end.log  the values that servers executed, as `page-count`, in their order
 * @param {{ values: unknown[] }} end.server  the current server
 * @param {any[]} end.pages
 * @param {boolean} end.restarts  whether the server was restarted: then the outcome of a command may be unknown
 */
export function assertPromises({ seed, log, server, pages, restarts }) {
  assert.equal(new Set(log).size, log.length, `seed ${seed}: twice`);
  for (const [index, { client, elements, acts }] of pages.entries()) {
    const mine = log
      .filter((value) => value.startsWith(`${index}-`))
      .map((value) => Number(value.split("-")[1]));
    assert.deepEqual(
      mine,
      [...mine].sort((a, b) => a - b),
      `seed ${seed}: out of order`,
    );
    assert.deepEqual(
      elements.map(({ shown }) => shown.value),
      server.values,
      `seed ${seed}: divergence`,
    );
    assert.deepEqual(client.commands.unfinished, [], `seed ${seed}: no outcome`);
    assert.deepEqual(client.complaints, [], `seed ${seed}`);
    const outcomes = client.settled.map(({ command }) => command.value);
    assert.equal(new Set(outcomes).size, outcomes.length, `seed ${seed}: two outcomes`);
    assert.ok(outcomes.length <= acts);
    for (const { command, code } of client.settled) {
      if (code === 0)
        assert.ok(log.includes(command.value), `seed ${seed}: ${command.value} is said to be applied`);
      if (code === 6) assert.ok(restarts, `seed ${seed}: nothing is unknown while the server lives`);
    }
  }
}
