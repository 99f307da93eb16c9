import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

globalThis.document = /** @type {any} */ ({ baseURI: "http://rover/lab/" });
const { DdVideo, filmAddress } = await loadComponent("video");

/** A film element as a browser has it, whose events come at once. */
class Film extends EventTarget {
  currentTime = 0;
  error = null;
  isForbidden = false;
  muted = false;
  paused = true;
  readyState = 0;
  src = "";
  load = () => {
    this.readyState = 0;
    this.paused = true;
  };
  removeAttribute = () => {
    this.src = "";
  };
  tell = (type) => this.dispatchEvent(new Event(type));
  arrive = () => {
    this.readyState = 1;
    this.tell("loadedmetadata");
  };
  play = () => {
    if (this.isForbidden) return Promise.reject(Object.assign(new Error("no"), { name: "NotAllowedError" }));
    this.paused = false;
    this.tell("play");
    return Promise.resolve();
  };
  pause = () => {
    if (this.paused) return;
    this.paused = true;
    this.tell("pause");
  };
  /** The person, or the script, has gone to another place. */
  seek = (to) => {
    this.currentTime = to;
    this.tell("seeked");
  };
}

function video(more = {}) {
  const [film, note] = [new Film(), { textContent: "" }];
  const sent = [];
  const element = new DdVideo();
  element.querySelector = (selector) => (selector === "video" ? film : note);
  Object.defineProperty(element, "isConnected", { value: true, writable: true });
  const props = { source: "media/a.webm", playing: false, position: 0, start: 0, most: 86_400, muted: true };
  element.props = { ...props, ...more };
  element.send = (name, value) => {
    sent.push([name, value]);
    element.props[name] = value;
  };
  element.mount();
  const set = (name, value) => {
    element.props[name] = value;
    element.update(name, value);
  };
  return { element, film, note, sent, set };
}

test("a film is of the own server, below the dashboard", () => {
  const base = "http://rover/lab/";
  assert.equal(filmAddress("media/a.webm", base), "http://rover/lab/media/a.webm");
  assert.equal(filmAddress("/films/a.webm", base), "http://rover/films/a.webm");
  for (const source of ["", "http://elsewhere/a.webm", "//elsewhere/a.webm", "data:video/webm,x", "http://["])
    assert.equal(filmAddress(source, base), null, source);
  const { film, note } = video({ source: "http://elsewhere/a.webm" });
  assert.deepEqual([film.src, note.textContent], ["", "A film must be of this dashboard's own server."]);
});

test("a callback starts, moves and stops the film, and nothing of that is sent back", async () => {
  const { film, sent, set } = video({ playing: true, position: 12 });
  assert.equal(film.src, "http://rover/lab/media/a.webm");
  assert.equal(film.paused, true, "it has not arrived");
  film.arrive();
  film.seek(film.currentTime);
  await Promise.resolve();
  assert.deepEqual([film.paused, film.currentTime], [false, 12]);
  set("position", 40);
  film.seek(film.currentTime);
  assert.equal(film.currentTime, 40);
  set("playing", false);
  assert.deepEqual([film.paused, sent], [true, []]);
});

test("what the person does is told: start, another place, stop, and the end", async () => {
  const { film, sent } = video();
  film.arrive();
  await film.play();
  film.seek(30.12345);
  film.currentTime = 45;
  film.pause();
  film.tell("ended");
  assert.deepEqual(sent, [
    ["playing", true],
    ["position", 30.123],
    ["playing", false],
    ["position", 45],
    ["ended", null],
  ]);
});

test("a browser that starts no sound by itself asks for a press, and stops nobody else's film", async () => {
  const { film, note, sent, set } = video({ muted: false });
  film.arrive();
  film.isForbidden = true;
  set("playing", true);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([note.textContent, sent], ["Press start: this browser starts no sound by itself.", []]);
  film.isForbidden = false;
  await film.play();
  assert.deepEqual([note.textContent, sent], ["", []]);
});

test("why there is no film stands in its place", () => {
  const { film, note, set } = video();
  film.error = /** @type {any} */ ({ code: 4 });
  film.tell("error");
  assert.equal(note.textContent, "There is no film, or this browser does not play it.");
  set("source", "");
  assert.deepEqual([film.src, note.textContent], ["", "No film."]);
});

test("a film that a list takes out of the page for a moment is not stopped for everybody", async () => {
  const { element, film, sent, set } = video();
  film.arrive();
  set("playing", true);
  await Promise.resolve();
  Object.assign(element, { isConnected: false });
  film.pause();
  assert.deepEqual(sent, []);
});
