import assert from "node:assert/strict";
import { test } from "node:test";
import { loadComponent } from "./elements.js";

const { DdImage, ImageQueue } = await loadComponent("image");

/** A queue, and the pictures that it asked to load. */
function queue() {
  /** @type {string[]} */
  const loads = [];
  const images = new ImageQueue((/** @type {string} */ id) => loads.push(id));
  return { images, loads };
}

test("of pictures that come while one is loading the newest is shown, and those between are skipped", () => {
  const { images, loads } = queue();
  for (const id of ["1", "2", "3"]) images.want(id);
  assert.deepEqual(loads, ["1"]);
  assert.equal(images.loaded(), true);
  assert.deepEqual(loads, ["1", "3"]);
  assert.equal(images.loaded(), true);
  assert.deepEqual(loads, ["1", "3"]);
});

test("a slow client never loads more than one at a time, and ends at the last", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  for (let round = 0; round < 200; round++) {
    /** @type {string | null} */
    let loading = null;
    let shown = "";
    const images = new ImageQueue((/** @type {string} */ id) => {
      assert.equal(loading, null, "two at once");
      loading = id;
    });
    const finish = () => {
      const id = loading;
      loading = null;
      if (images.loaded()) shown = id ?? shown;
    };
    for (let picture = 1; picture <= 20; picture++) {
      images.want(String(picture));
      if (random() < 0.4 && loading !== null) finish();
      else if (random() < 0.2 && loading !== null) {
        loading = null;
        if (images.failed()) images.again();
      }
    }
    while (loading !== null) finish();
    assert.equal(shown, "20");
  }
});

test("a picture that is gone is passed over for a newer one, or tried again", () => {
  const { images, loads } = queue();
  images.want("1");
  images.want("2");
  assert.equal(images.failed(), false);
  assert.deepEqual(loads, ["1", "2"]);
  assert.equal(images.failed(), true);
  images.again();
  assert.deepEqual(loads, ["1", "2", "2"]);
});

test("no picture is shown when there is none any more", () => {
  const { images, loads } = queue();
  images.want("1");
  images.want(null);
  assert.equal(images.loaded(), false);
  assert.deepEqual(loads, ["1"]);
});

test("fault: a picture that had left the page was asked for once a second for ever", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let loads = 0;
  const given = [];
  const picture = () => {
    const attributes = [
      { name: "src", value: "before.jpg" },
      { name: "alt", value: "Door" },
    ];
    const setAttribute = (name) => given.push(name);
    const one = {
      hidden: false,
      getAttribute: () => "",
      attributes,
      setAttribute,
      replaceWith: () => undefined,
    };
    Object.defineProperty(one, "src", {
      set: () => {
        loads++;
        queueMicrotask(() => one.onerror());
      },
    });
    return one;
  };
  const shown = picture();
  globalThis.document = /** @type {any} */ ({ createElement: picture });
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  const element = new DdImage();
  Object.assign(element, {
    isConnected: true,
    props: { source: { id: "gone.jpg" } },
    querySelector: (selector) => (selector === ".dd-image-picture" ? shown : null),
  });
  const seconds = async (count) => {
    for (let second = 0; second < count; second++) {
      t.mock.timers.tick(1_000);
      await null;
      await null;
    }
  };
  element.mount();
  await null;
  await seconds(5);
  assert.equal(loads, 6, "on the page it is tried again");
  // Firefox would tell that the picture before has loaded.
  assert.deepEqual([...new Set(given)], ["alt"]);
  element.isConnected = false;
  await seconds(60);
  assert.ok(loads <= 7, String(loads));
});
