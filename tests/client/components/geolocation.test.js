import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

class Part extends EventTarget {
  attributes = new Map();
  disabled = false;
  textContent = "";
  setAttribute = (name, value) => this.attributes.set(name, value);
  removeAttribute = (name) => this.attributes.delete(name);
  toggleAttribute = (name, on) => (on ? this.setAttribute(name, "") : this.removeAttribute(name));
}

const { DdGeolocation, positionOf } = await loadComponent("geolocation");

const PLACE = {
  coords: {
    latitude: 48.1,
    longitude: 11.5,
    accuracy: 12.4,
    altitude: null,
    altitudeAccuracy: null,
    heading: Number.NaN,
    speed: 0,
  },
  timestamp: 1500,
};
const TOLD = {
  latitude: 48.1,
  longitude: 11.5,
  accuracy: 12.4,
  altitude: null,
  altitude_accuracy: null,
  heading: null,
  speed: 0,
  time: 1.5,
};

/** A button on a page, and what its browser was asked. */
function button({ isSecure = true, more = {} } = {}) {
  const asked = [];
  const geolocation = {
    getCurrentPosition: (found, failed, options) => asked.push({ found, failed, options }),
  };
  Object.defineProperty(globalThis, "navigator", { value: { geolocation }, configurable: true });
  globalThis.isSecureContext = isSecure;
  const [press, note] = [new Part(), new Part()];
  const sent = [];
  const element = new DdGeolocation();
  element.querySelector = (selector) => (selector === "button" ? press : note);
  element.props = { exact: true, patience: 10, max_age: 0, disabled: false, ...more };
  element.send = (name, value) => sent.push([name, value]);
  element.mount();
  const click = () => press.dispatchEvent(new Event("click"));
  return { asked, click, element, note, press, sent };
}

test("nothing is asked before a press, and each press tells one place", () => {
  const { asked, click, note, press, sent } = button({ more: { patience: 500, max_age: 60 } });
  assert.deepEqual([asked.length, note.textContent], [0, ""]);
  click();
  click();
  assert.equal(asked.length, 1, "the browser is asking the person");
  assert.equal(press.attributes.get("aria-disabled"), "true");
  assert.deepEqual(asked[0].options, { enableHighAccuracy: true, timeout: 120_000, maximumAge: 60_000 });
  asked[0].found(PLACE);
  assert.deepEqual(sent, [["located", TOLD]]);
  assert.equal(note.textContent, "Told, within 13\u00a0m.");
  assert.equal(press.attributes.has("aria-disabled"), false);
  click();
  assert.equal(asked.length, 2);
});

test("why there is no place is told to the person and to the program", () => {
  for (const [code, fault] of [
    [1, "refused"],
    [2, "unknown"],
    [3, "late"],
    [99, "unknown"],
  ]) {
    const { asked, click, note, sent } = button();
    click();
    asked[0].failed({ code });
    assert.deepEqual(sent, [["failed", fault]]);
    assert.ok(note.textContent.length > 20 && note.attributes.has("data-tone-bad"), note.textContent);
  }
});

test("a page without encryption says why the button does nothing", () => {
  const { asked, click, element, note, press } = button({ isSecure: false });
  assert.equal(press.disabled, true);
  assert.match(note.textContent, /HTTPS/);
  element.update("disabled");
  assert.equal(press.disabled, true);
  click();
  assert.equal(asked.length, 0);
});

test("an answer that comes after the button has left the page is for nobody", () => {
  const { asked, click, element, sent } = button();
  click();
  element.disconnectedCallback();
  asked[0].found(PLACE);
  asked[0].failed({ code: 1 });
  assert.deepEqual(sent, []);
});

test("a button that is disabled asks nothing", () => {
  const { asked, click, press } = button({ more: { disabled: true } });
  click();
  assert.deepEqual([asked.length, press.disabled], [0, true]);
});

test("numbers that JSON does not have are unknown", () => {
  assert.deepEqual(positionOf(PLACE), TOLD);
});
