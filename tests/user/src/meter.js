// The element of `Meter`.
import { Component, define } from "./dash.js";

class MeterElement extends Component {
  update(name, value) {
    if (name === "reading") this.textContent = `${value.volts} V`;
  }
}

define("user-meter", MeterElement);
