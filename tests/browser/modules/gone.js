import { Component, define } from "./dash.js";

define("my-gone", class extends Component {});
