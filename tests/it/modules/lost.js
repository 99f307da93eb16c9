// A component that imports like the library's own components.
import { Component, define } from "../../dash-runtime/client/element.js";

define("my-lost", class extends Component {});
