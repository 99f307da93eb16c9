import { Component, define } from "./dash.js";

define("my-throws", class extends Component {});
throw new RangeError("this module throws");
