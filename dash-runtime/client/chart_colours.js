// The colours of numbers: from dark blue to light yellow, on a straight line in Oklab, so that equal steps look equally
// large. The lightness grows all the way, so the order of the colours can be seen without seeing hues.

/** The ends of the line: lightness, green to red, blue to yellow. chart.css has the same. */
export const DARK = [0.24, -0.005, -0.14];
export const LIGHT = [0.92, -0.06, 0.17];

/**
 * A colour of Oklab as the bytes of sRGB. What a screen cannot show is cut.
 * @param {number} lightness
 * @param {number} a
 * @param {number} b
 * @returns {[red: number, green: number, blue: number]}
 */
export function srgbOf(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const byte = (/** @type {number} */ linear) => {
    const light = Math.min(Math.max(linear, 0), 1);
    const coded = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
    return Math.round(255 * coded);
  };
  return [
    byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** The colour at a place between the darkest and the lightest. @param {number} share  0 to 1 */
export function colourAt(share) {
  const at = (/** @type {0 | 1 | 2} */ part) => {
    const [from, to] = [/** @type {number} */ (DARK[part]), /** @type {number} */ (LIGHT[part])];
    return from + share * (to - from);
  };
  return srgbOf(at(0), at(1), at(2));
}

/** 256 colours as the pixels of a canvas. */
export function colourTable() {
  const table = new Uint8ClampedArray(4 * 256);
  for (let at = 0; at < 256; at++) table.set([...colourAt(at / 255), 255], 4 * at);
  return new Uint32Array(table.buffer);
}
