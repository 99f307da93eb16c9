export function watts(volts, amperes) {
  return `${(volts * (amperes ?? 0)).toFixed(1)} W`;
}
