import { Component, define } from "./dash.js";

define(
  "my-tank",
  class extends Component {
    mount() {
      this.querySelector("button").addEventListener("click", () => this.send("drain", null));
    }
  },
);
