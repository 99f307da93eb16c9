import { Component } from "./dash.js";

export class MyForgets extends Component {}
