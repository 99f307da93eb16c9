export function ohms(volts) {
  return `${volts Ω`;
}
