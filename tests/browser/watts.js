/**
 * @param {number} volts
 * @param {number} amperes
 */
export function watts(volts, amperes) {
  if (amperes >= 5) throw new Error("the fuse has blown");
  return `${(volts * amperes).toFixed(1)} W`;
}
