import { Component, define } from "./dash.js";

define("my-syntax", class extends Component {
  mount( {
  }
});
