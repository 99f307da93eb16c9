import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeTime } from "../support/fakes.js";

class Part extends EventTarget {
  attributes = new Map();
  disabled = true;
  parts = {};
  textContent = "";
  closest = () => this;
  querySelector = (selector) => this.parts[selector] ?? null;
  setAttribute = (name, value) => this.attributes.set(name, value);
  toggleAttribute = (name, on) => (on ? this.attributes.set(name, "") : this.attributes.delete(name));
}

const time = new FakeTime();
globalThis.setTimeout = /** @type {any} */ ((run, wait) => time.after(wait, run));
globalThis.clearTimeout = /** @type {any} */ ((timer) => time.cancel(timer));
Object.defineProperty(globalThis, "performance", { value: { now: () => time.now }, configurable: true });
globalThis.HTMLElement = /** @type {any} */ (Part);
globalThis.Element = /** @type {any} */ (Part);
globalThis.Text = /** @type {any} */ (class {});
const { loadComponent } = await import("./elements.js");
const { AudioChannel, DdAudioLevel } = await loadComponent("audio_level");

/** A readout with two channels. */
function level() {
  const bars = [0, 1].map(() =>
    Object.assign(new Part(), { parts: { ".dd-audio-level": new Part(), ".dd-audio-peak": new Part() } }),
  );
  const [numbers, lamps] = [
    [new Part(), new Part()],
    [new Part(), new Part()],
  ];
  const all = { ".dd-audio-bar": bars, ".dd-audio-number": numbers, ".dd-audio-clip": lamps };
  const element = new DdAudioLevel();
  element.querySelectorAll = (selector) => all[selector];
  element.props = { min: -60, max: 0, warn_above: -12, bad_above: -3, hold: 2 };
  element.mount();
  const append = (...frames) =>
    element.append(
      "levels",
      frames.map((frame) => frame.map(([level, peak]) => ({ level, peak }))),
      false,
    );
  const drawn = (at) => ({
    width: bars[at]?.parts[".dd-audio-level"].attributes.get("width"),
    peak: bars[at]?.parts[".dd-audio-peak"].attributes.get("x1"),
    zone: bars[at]?.attributes.get("data-zone"),
    text: numbers[at]?.textContent,
  });
  const press = (at) =>
    element.dispatchEvent(Object.defineProperty(new Event("click"), "target", { value: lamps[at] }));
  return { append, bars, drawn, element, lamps, press };
}

test("a bar shows the level, and a line the highest peak of the last seconds", () => {
  const { append, bars, drawn } = level();
  assert.deepEqual(drawn(0), { width: "0", peak: "0.0%", zone: "", text: "–" });
  append([
    [-30, -15],
    [-60, -50],
  ]);
  assert.deepEqual(drawn(0), { width: "50.0%", peak: "75.0%", zone: "ok", text: "-30.0" });
  assert.equal(bars[0]?.attributes.get("aria-valuetext"), "-30.0\u00a0dBFS");
  time.advance(1000);
  append([[-45, -42]]);
  assert.deepEqual(drawn(0), { width: "25.0%", peak: "75.0%", zone: "ok", text: "-45.0" });
  time.advance(1000);
  append([[-45, -42]]);
  assert.equal(drawn(0).peak, "30.0%", "after its time the line goes to the peak of now");
});

test("no peak is lost if several frames come at once", () => {
  const { append, drawn } = level();
  append([[-30, -20]], [[-10, -6]], [[-40, -36]]);
  assert.deepEqual(drawn(0), { width: "33.3%", peak: "90.0%", zone: "warn", text: "-40.0" });
});

test("a lamp stays on after clipping until somebody has seen it", () => {
  const { append, drawn, lamps, press } = level();
  append([
    [-3, 0],
    [-3, -0.1],
  ]);
  assert.deepEqual([drawn(0).zone, lamps.map(({ disabled }) => disabled)], ["bad", [false, true]]);
  time.advance(10_000);
  append([[-30, -20]]);
  assert.equal(lamps[0]?.disabled, false);
  press(1);
  assert.equal(lamps[0]?.disabled, false);
  press(0);
  assert.equal(lamps[0]?.disabled, true);
});

test("a source that is silent has no level, and what was clipped stays so", () => {
  const { append, drawn, lamps } = level();
  append([[-3, 0]]);
  time.advance(1_900);
  assert.equal(drawn(0).text, "-3.0");
  time.advance(200);
  assert.deepEqual([drawn(0).text, drawn(0).width, lamps[0]?.disabled], ["–", "0", false]);
});

test("fault: a channel that a frame does not have kept its last level for ever", () => {
  const { append, drawn, lamps } = level();
  append([
    [-3, 0],
    [-30, -20],
  ]);
  append([[-3, 0]]);
  assert.deepEqual([drawn(0).text, drawn(1).text], ["-3.0", "–"]);
  append([]);
  assert.deepEqual([drawn(0).text, drawn(0).width, lamps[0]?.disabled], ["–", "0", false]);
});

test("digital silence is not a missing signal", () => {
  const { append, bars, drawn } = level();
  append([[-200, -200]]);
  assert.deepEqual([drawn(0).text, drawn(0).width], ["−∞", "0.0%"]);
  assert.ok(bars[0]?.parts[".dd-audio-peak"].attributes.has("hidden"));
  assert.equal(bars[0]?.attributes.get("aria-valuenow"), "-60");
});

test("without a hold, the line follows each peak", () => {
  const channel = new AudioChannel();
  channel.add({ level: -20, peak: -10 }, 0, 0);
  channel.add({ level: -20, peak: -15 }, 10, 0);
  assert.equal(channel.peak, -15);
});
