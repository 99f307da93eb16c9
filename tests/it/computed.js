export function computed(level) {
  return String(level);
}
