// A component that imports as the library does.
import { Component, define } from "../../dash-runtime/client/element.js";

define("my-lost", class extends Component {});
