import { Component, define } from "../../../dash-runtime/client/element.js";

/** `<dd-alarms>`: what is the matter with the machine. */
export class DdAlarms extends Component {
  mount() {
    this.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest(".dd-alarm-acknowledge") : null;
      const key = button?.closest("[data-key]")?.getAttribute("data-key");
      if (key) this.send("acknowledge", key);
    });
    this.update("items");
  }

  /** The time of each alarm, in the viewer's time zone. @param {string} name */
  update(name) {
    if (name !== "items") return;
    for (const time of this.querySelectorAll("time")) {
      const since = Number(time.dataset.since) * 1000;
      const day = new Date(since).toDateString() === new Date().toDateString();
      const at = new Date(since);
      time.textContent = since > 0 ? `since ${day ? at.toLocaleTimeString() : at.toLocaleString()}` : "";
    }
  }
}

define("dd-alarms", DdAlarms);
