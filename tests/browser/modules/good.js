import { Component, define } from "./dash.js";

// A name that the page's own script also has, and a product over two lines.
const Page = (a, b) => a
  * b;

class MyGood extends Component {
  mount() {
    this.querySelector("button").addEventListener("click", () => this.send("click", null));
    this.update("count", this.props.count);
  }

  update(name, value) {
    if (name === "count") this.querySelector("output").textContent = String(Page(value, 2));
  }
}

define("my-good", MyGood);
