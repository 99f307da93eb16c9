// The bindings that each browser computes: `mirror`, `format`, `show_when`, `script`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { computeValue, loadScript } from "../../dash-runtime/client/computed.js";
import { FakeElement, openPage, startOf } from "./support/client.js";
import { FakeTime } from "./support/fakes.js";

const PROPS = [
  ["slider", "value", "state", 12],
  ["readout", "text", "state", "12.0 V"],
  ["again", "text", "state", "12.0 V"],
  ["expert", "on", "state", false],
  ["details", "text", "state", ""],
  ["power", "text", "state", "…"],
  ["number", "value", "state", 12],
];
const [SLIDER, READOUT, AGAIN, EXPERT, , POWER, NUMBER] = PROPS.keys();

const COMPUTED = [
  ["format", [SLIDER], READOUT, "", 1, " V"],
  ["mirror", [READOUT], AGAIN],
  ["show_when", [EXPERT], "details"],
];

/** A connected page, with an element for each component. */
function setUp(computed = COMPUTED, more = {}) {
  const time = new FakeTime();
  const client = openPage(time, startOf(PROPS, { computed, ...more }));
  client.link.open();
  client.socket.accept();
  client.socket.deliver({ t: "welcome", epoch: "e1", session: "s1", last: 0 });
  const page = { time, client };
  for (const [id] of PROPS) {
    page[id] = new FakeElement(id);
    client.page.attach(page[id]);
  }
  return page;
}

test("the same text as in the first paint", () => {
  const cases = JSON.parse(readFileSync(new URL("./binding-cases.json", import.meta.url), "utf8"));
  assert.ok(cases.length > 10);
  for (const { template, value, text } of cases) {
    const [, before, digits, after] = /^(.*?(?:\{\{)*)\{(?::\.(\d+))?\}(.*)$/.exec(template);
    const plain = (part) => part.replaceAll("{{", "{").replaceAll("}}", "}");
    const detail = [plain(before), digits === undefined ? null : Number(digits), plain(after)];
    const binding = { word: "format", inputs: [0], target: 1, detail };
    assert.equal(computeValue(binding, [value]), text, `${template} of ${value}`);
  }
});

test("a page that starts has nothing to draw: the server has computed the same", () => {
  const { readout, again } = setUp();
  assert.deepEqual([readout.calls, again.calls], [[["mount"]], [["mount"]]]);
});

test("what is computed goes along with the hand, without the server", () => {
  const { client, slider, readout, again } = setUp();
  client.act(slider, "value", 20);
  assert.deepEqual([readout.shown.text, again.shown.text], ["20.0 V", "20.0 V"]);
  assert.deepEqual(
    client.commands.unfinished.map(({ p }) => p),
    [SLIDER],
    "the server hears of the slider only",
  );
});

test("what is pushed drives it too, and a refused value takes it back", () => {
  const { client, slider, readout } = setUp();
  client.socket.deliver({ r: 1, p: [[SLIDER, 7]] });
  assert.equal(readout.shown.text, "7.0 V");
  client.act(slider, "value", 500);
  assert.equal(readout.shown.text, "500.0 V");
  client.socket.deliver({ r: 2, a: [[1, 4, "out_of_range", "must be within 0 to 100"]] });
  assert.equal(readout.shown.text, "7.0 V");
});

test("it follows what the control shows: a held one keeps the person's value", () => {
  const { client, slider, readout } = setUp();
  slider.touched = true;
  client.act(slider, "value", 20);
  client.socket.deliver({ r: 1, p: [[SLIDER, 3]], a: [[1, 2, 1]] });
  assert.equal(readout.shown.text, "20.0 V");
  slider.touched = false;
  client.page.release(slider);
  assert.equal(readout.shown.text, "3.0 V");
});

test("it follows a control that is bound to its input", () => {
  const { client, number, readout } = setUp(COMPUTED, { bound: [[SLIDER, NUMBER]] });
  client.act(number, "value", 9);
  assert.equal(readout.shown.text, "9.0 V");
});

test("a component is there while its property says so", () => {
  const { client, details } = setUp();
  assert.equal(details.hidden, true);
  client.socket.deliver({ r: 1, p: [[EXPERT, true]] });
  assert.equal(details.hidden, false);
  const late = new FakeElement("details");
  client.page.detach(details);
  client.socket.deliver({ r: 2, p: [[EXPERT, false]] });
  client.page.attach(late);
  assert.equal(late.hidden, true, "one that comes later is told");
});

test("what follows from a bad value is bad, and good again with it", () => {
  const { client, readout, again } = setUp();
  client.socket.deliver({ r: 1, q: [[SLIDER, "no probe"]] });
  assert.deepEqual([readout.marks.bad, again.marks.bad], ["no probe", "no probe"]);
  client.socket.deliver({ r: 2, p: [[SLIDER, 8]], q: [[SLIDER, null]] });
  assert.deepEqual([readout.marks.bad, again.marks.bad, again.shown.text], [null, null, "8.0 V"]);
});

test("a restarted server's snapshot says nothing of it, and it is right", () => {
  const { client, readout } = setUp();
  client.socket.close();
  client.socket.onclose?.({ code: 1006 });
  client.page.apply({
    values: [{ number: SLIDER, value: 30 }],
    rows: [],
    edits: [],
    streams: [],
    quality: [],
    settled: [],
    snapshot: true,
  });
  assert.equal(readout.shown.text, "30.0 V");
});

// ---- script ----

const power = (at, types = ["string"]) => [["script", [SLIDER, NUMBER], POWER, at, "power", types]];

test("an author's function runs at the start, with the hand, and with what is pushed", () => {
  loadScript(10, () => (volts, other) => `${volts * other} W`);
  const page = setUp(power(10));
  assert.equal(page.power.shown.text, "144 W", "the first paint could not know it");
  page.client.act(page.slider, "value", 2);
  assert.equal(page.power.shown.text, "24 W");
  page.client.socket.deliver({ r: 1, p: [[NUMBER, 5]] });
  assert.equal(page.power.shown.text, "10 W");
});

test("a function that throws makes its target bad with the reason, and stops nothing else", () => {
  loadScript(11, () => (volts) => {
    if (volts > 100) throw new RangeError("too high");
    return `${volts}`;
  });
  const page = setUp([...COMPUTED, ...power(11)]);
  page.client.act(page.slider, "value", 101);
  assert.equal(page.power.marks.bad, "`power` failed: too high");
  assert.equal(page.power.shown.text, "12", "what it was");
  assert.equal(page.readout.shown.text, "101.0 V");
  assert.equal(page.client.complaints.length, 1);
  page.client.act(page.slider, "value", 99);
  assert.deepEqual([page.power.marks.bad, page.power.shown.text], [null, "99"]);
});

test("a value of another type than the property's is a fault", () => {
  const faults = [
    [7, ["string"], "`power` gave integer, and string is expected"],
    [undefined, ["string"], "`power` gave null, and string is expected"],
    ["7", ["number", "null"], "`power` gave string, and number or null is expected"],
    [Number.NaN, ["number"], "`power` gave no number, and number is expected"],
    [Promise.resolve("7"), ["string"], "`power` gave object, and string is expected"],
    [7, ["number"], null],
    [7.5, ["number"], null],
    [undefined, ["number", "null"], null],
    [[1], [], null],
  ];
  for (const [at, [gives, types, fault]] of faults.entries()) {
    loadScript(20 + at, () => () => gives);
    const page = setUp(power(20 + at, types));
    assert.equal(page.power.marks.bad, fault);
  }
});

test("a module that can't be loaded is a fault of what it computes", () => {
  loadScript(12, () => {
    throw new ReferenceError("power is not defined");
  });
  const page = setUp([...COMPUTED, ...power(12)]);
  assert.equal(page.power.marks.bad, "`power` failed: power is not defined");
  assert.equal(page.again.marks.bad, null);
});

test("what a function does with its inputs is not done to the page's values", () => {
  loadScript(13, () => (list) => {
    list.push("mine");
    return `${list.length}`;
  });
  const page = setUp(power(13));
  page.client.socket.deliver({ r: 1, p: [[SLIDER, ["a"]]] });
  assert.equal(page.power.shown.text, "2");
  assert.deepEqual(page.slider.props.value, ["a"]);
});
