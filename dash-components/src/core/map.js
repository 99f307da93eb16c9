import { unitSuffix } from "../../../dash-runtime/client/chart_axis.js";
import { ChartElement } from "../../../dash-runtime/client/chart_element.js";
import {
  drawPlane,
  drawReading,
  isPoint,
  layPlane,
  nearestPoint,
  place as onCanvas,
  planeAxes,
  squarePlane,
} from "../../../dash-runtime/client/chart_plane.js";
import { valueAt } from "../../../dash-runtime/client/chart_scale.js";
import { define } from "../../../dash-runtime/client/element.js";
import { formatNumber } from "../../../dash-runtime/client/format.js";

/** @import { Palette } from "../../../dash-runtime/client/chart_axis.js" */
/** @import { Size } from "../../../dash-runtime/client/chart_element.js" */
/** @import { Curve, Place, Plane, Point } from "../../../dash-runtime/client/chart_plane.js" */

/**
 * @typedef {{ name: string, points: Point[], planned: boolean }} Track
 * @typedef {{ name: string, x: number | null, y: number | null, heading: number | null }} Pose
 * @typedef {{ name: string, points: Point[], tone: string | null }} Fence
 * @typedef {{ tracks: Track[], poses: Pose[], fences: Fence[], unit: string, x_min: number | null, x_max: number | null,
 *   y_min: number | null, y_max: number | null, clickable: boolean, disabled: boolean }} MapProps
 */

/** A pointer that moved further than this, in CSS pixels, has dragged and not pressed. */
const MAP_STILL = 6;
/** A key moves the cross by this share of the distance of two lines. */
const MAP_KEY_STEP = 0.2;
/** The length of an arrow from its middle to its tip, in CSS pixels. */
const MAP_ARROW = 9;

/**
 * The place in the plane of a place on the canvas, or null outside of the plot.
 * @param {Plane} plane
 * @param {number} across  in device pixels
 * @param {number} down
 * @returns {[number, number] | null}
 */
export function inPlane({ box: { left, right, top, bottom }, x, y }, across, down) {
  if (across < left || across > right || down < top || down > bottom) return null;
  return [valueAt(x, (across - left) / (right - left)), valueAt(y, (bottom - down) / (bottom - top))];
}

/**
 * An arrow around the origin that looks in a direction: its corners, the tip first, with down as positive y.
 * @param {number} heading  in degrees clockwise from up
 * @returns {[number, number][]}
 */
export function arrowOf(heading) {
  const angle = (heading * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  /** @type {[number, number][]} */
  const corners = [
    [0, -1],
    [0.7, 0.8],
    [0, 0.4],
    [-0.7, 0.8],
  ];
  return corners.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos]);
}

/** A number with as many digits as tell two pixels apart. @param {number} value @param {number} pixel */
export function roundedTo(value, pixel) {
  const digits = Math.min(Math.max(Math.ceil(-Math.log10(pixel)), 0), 9);
  return Number(value.toFixed(digits));
}

/** `<dd-map>`: what is where on a plane. */
export class DdMap extends ChartElement {
  /** @type {Plane | null} */
  #plane = null;
  /** What a person reads: a point of a track, or a pose behind them. @type {Place | null} */
  #place = null;
  /** The place that Enter sends. @type {[number, number] | null} */
  #cross = null;
  /** Where a pointer was put down. @type {{ x: number, y: number, at: [number, number] | null } | null} */
  #down = null;

  mount() {
    super.mount();
    const plot = this.#plot;
    // What is sent is the place that the person saw: the map may move while the pointer is down.
    plot?.addEventListener("pointerdown", ({ offsetX, offsetY, clientX, clientY }) => {
      const at = this.#plane && inPlane(this.#plane, offsetX * devicePixelRatio, offsetY * devicePixelRatio);
      this.#down = { x: clientX, y: clientY, at };
    });
    plot?.addEventListener("click", ({ clientX, clientY }) => {
      const down = this.#down;
      this.#down = null;
      if (down?.at && Math.hypot(clientX - down.x, clientY - down.y) <= MAP_STILL) this.#send(down.at);
    });
    plot?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.repeat || !this.#cross) return;
      event.preventDefault();
      this.#send(this.#cross);
    });
    this.#allow();
  }

  /** @param {string} name */
  update(name) {
    if (name === "clickable" || name === "disabled") this.#allow();
    const { curve, at } = this.#place ?? { curve: 0, at: 0 };
    if (this.#place && !isPoint(this.#curves()[curve]?.points[at])) this.#place = null;
    this.#write();
    this.restyle();
  }

  get #props() {
    return /** @type {MapProps} */ (this.props);
  }

  /** @returns {HTMLElement | null} */
  get #plot() {
    return this.querySelector(".dd-map-plot");
  }

  get #sends() {
    return this.#props.clickable && !this.#props.disabled;
  }

  #allow() {
    this.#plot?.toggleAttribute("data-clickable", this.#sends);
    if (!this.#sends) this.#cross = null;
  }

  /** @param {[number, number]} at */
  #send([x, y]) {
    if (!this.#sends || !this.#plane) return;
    const { box, x: axis } = this.#plane;
    const pixel = ((axis.max - axis.min) * box.unit) / (box.right - box.left);
    this.send("click", { x: roundedTo(x, pixel), y: roundedTo(y, pixel) });
  }

  /** The tracks, and each pose as a curve of one point. @returns {Curve[]} */
  #curves() {
    const { tracks, poses } = this.#props;
    const single = poses.map(({ x, y }) => ({ points: [/** @type {Point} */ ([x, y])], dots: true }));
    return [...tracks.map(({ points }) => ({ points, dots: false })), ...single];
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   * @param {Size} size
   */
  draw(context, palette, size) {
    const { fences, tracks, unit, x_min, x_max, y_min, y_max } = this.#props;
    const [x, y] = [
      { min: x_min, max: x_max },
      { min: y_min, max: y_max },
    ];
    const all = [...this.#curves(), ...fences.map(({ points }) => ({ points, dots: false }))];
    const { plane, labels } = layPlane(
      context,
      size,
      palette,
      (across, up) => planeAxes(all, x, y, across, up),
      { x: unit, y: unit },
      squarePlane,
    );
    this.#plane = plane;
    drawPlane(context, plane, palette, labels);
    const { left, right, top, bottom } = plane.box;
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    for (const fence of fences) drawFence(context, plane, palette, fence);
    tracks.forEach((track, number) => {
      drawTrack(context, plane, palette.series[number] ?? palette.text, track);
    });
    this.#props.poses.forEach((pose, number) => {
      drawPose(context, plane, palette, palette.series[tracks.length + number] ?? palette.text, pose);
    });
    context.restore();
    const read = this.#place && this.#curves()[this.#place.curve]?.points[this.#place.at];
    if (this.#cross) drawReading(context, plane, palette, this.#cross, -1);
    else if (this.#place && isPoint(read ?? undefined))
      drawReading(context, plane, palette, /** @type {[number, number]} */ (read), this.#place.curve);
  }

  /** @param {number} across @param {number} down */
  point(across, down) {
    this.#read(this.#plane && nearestPoint(this.#plane, this.#curves(), across, down));
  }

  leave() {
    this.#cross = null;
    this.#read(null);
  }

  /** @param {Place | null} place */
  #read(place) {
    this.#place = place;
    this.#write();
    this.request();
  }

  /** @param {number | null} x @param {number | null} y */
  #where(x, y) {
    const unit = unitSuffix(this.#props.unit);
    return `${formatNumber(x)}${unit}, ${formatNumber(y)}${unit}`;
  }

  /** What is read: "Rover: 1.2 m, 3.4 m, 45°". */
  #words() {
    if (this.#cross) return this.#where(...this.#cross);
    if (!this.#place) return "";
    const { tracks, poses } = this.#props;
    const { curve, at } = this.#place;
    const [x = null, y = null] = this.#curves()[curve]?.points[at] ?? [];
    const pose = poses[curve - tracks.length];
    const heading = pose?.heading ?? null;
    const turn = heading === null ? "" : `, ${formatNumber(Math.round(heading * 10) / 10)}°`;
    return `${(pose ?? tracks[curve])?.name ?? ""}: ${this.#where(x, y)}${turn}`;
  }

  #write() {
    this.write(this.#words());
  }

  /**
   * On a map that sends places, the keys move the cross. On another one they go to the next pose, and from it along its
   * list.
   * @param {number} across
   * @param {number} up
   */
  step(across, up) {
    if (this.#sends) this.#move(across, up);
    else this.#next(across - up);
    this.request();
    this.#write();
    return this.#words();
  }

  /** @param {number} across @param {number} up */
  #move(across, up) {
    if (!this.#plane) return;
    const { x, y } = this.#plane;
    const [from, to] = this.#cross ?? [(x.min + x.max) / 2, (y.min + y.max) / 2];
    const moved = (/** @type {typeof x} */ axis, /** @type {number} */ at, /** @type {number} */ by) =>
      Math.min(Math.max(at + by * axis.step * MAP_KEY_STEP, axis.min), axis.max);
    // The first press shows it where it is.
    this.#cross = this.#cross ? [moved(x, from, across), moved(y, to, up)] : [from, to];
  }

  /** @param {number} by */
  #next(by) {
    const { tracks, poses } = this.#props;
    const known = poses.flatMap(({ x, y }, at) => (isPoint([x, y]) ? [tracks.length + at] : []));
    if (known.length === 0) return;
    const now = this.#place ? known.indexOf(this.#place.curve) : -1;
    const next = Number.isFinite(by) ? now + Math.sign(by) : by < 0 ? 0 : known.length - 1;
    this.#place = { curve: known[Math.min(Math.max(next, 0), known.length - 1)] ?? 0, at: 0 };
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Palette} palette
 * @param {Fence} fence
 */
function drawFence(context, plane, palette, { name, points, tone }) {
  const corners = points.filter(isPoint).map((point) => onCanvas(plane, point));
  if (corners.length < 2) return;
  const { unit } = plane.box;
  const colour = palette.tones[tone ?? "neutral"] || palette.text;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.5 * unit;
  const path = new Path2D();
  for (const [across, down] of corners) path.lineTo(across, down);
  path.closePath();
  context.globalAlpha = 0.08;
  context.fill(path);
  context.globalAlpha = 1;
  context.setLineDash([6 * unit, 4 * unit]);
  context.stroke(path);
  context.setLineDash([]);
  context.textAlign = "start";
  context.textBaseline = "top";
  // Below the upper corner, of two the left one, or where the fence comes into the plot.
  const [left, top] = corners.reduce((one, other) =>
    other[1] < one[1] || (other[1] === one[1] && other[0] < one[0]) ? other : one,
  );
  const { box } = plane;
  context.fillText(name, Math.max(left, box.left) + 6 * unit, Math.max(top, box.top) + 8 * unit);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {string} colour
 * @param {Track} track
 */
function drawTrack(context, plane, colour, { points, planned }) {
  const { unit } = plane.box;
  context.strokeStyle = colour;
  context.lineWidth = 1.75 * unit;
  context.lineJoin = "round";
  if (planned) context.setLineDash([5 * unit, 4 * unit]);
  context.beginPath();
  let pen = false;
  for (const point of points) {
    if (isPoint(point)) {
      const [across, down] = onCanvas(plane, point);
      if (pen) context.lineTo(across, down);
      else context.moveTo(across, down);
    }
    pen = isPoint(point);
  }
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plane} plane
 * @param {Palette} palette
 * @param {string} colour
 * @param {Pose} pose
 */
function drawPose(context, plane, palette, colour, { name, x, y, heading }) {
  const point = /** @type {Point} */ ([x, y]);
  if (!isPoint(point)) return;
  const { unit } = plane.box;
  const [across, down] = onCanvas(plane, point);
  const path = new Path2D();
  if (heading === null) path.arc(across, down, 5 * unit, 0, 2 * Math.PI);
  else {
    const size = MAP_ARROW * unit;
    for (const [right, below] of arrowOf(heading)) path.lineTo(across + size * right, down + size * below);
    path.closePath();
  }
  context.lineJoin = "round";
  context.strokeStyle = palette.ground;
  context.lineWidth = 3 * unit;
  context.stroke(path);
  context.fillStyle = colour;
  context.fill(path);
  context.textAlign = "start";
  context.textBaseline = "middle";
  // Readable on lines.
  const at = /** @type {const} */ ([across + (MAP_ARROW + 4) * unit, down]);
  context.strokeText(name, ...at);
  context.fillStyle = palette.cursor;
  context.fillText(name, ...at);
}

define("dd-map", DdMap);
