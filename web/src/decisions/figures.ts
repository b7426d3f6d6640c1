/** How figures of a verdict are written: exactly where that is short, else rounded, but never so that two that differ look alike. */
import { UNKNOWN } from "../time/words";

const DIGITS = 6;
const DIGITS_MAX = 17;

/** A figure in at most six significant digits, or as many as it takes to differ from `beside`. */
export function figure(value: number, beside: number | null = null): string {
  if (String(value).length <= DIGITS + 1) return String(value);
  for (let digits = DIGITS; digits < DIGITS_MAX; digits += 1) {
    const rounded = Number(value.toPrecision(digits));
    if (beside === null || value === beside || rounded !== Number(beside.toPrecision(digits))) return String(rounded);
  }
  return String(value);
}

/** A latency in microseconds in the unit that fits; a dash where none was recorded. */
export function latency(us: number | null | undefined): string {
  if (us === null || us === undefined) return UNKNOWN;
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${Number((us / 1_000).toPrecision(3))} ms`;
  return `${Number((us / 1_000_000).toPrecision(3))} s`;
}

/** A digest short enough to stand in a line; the whole of it belongs beside. */
export function shortDigest(digest: string): string {
  return digest.replace(/^(sha256:)?([0-9a-f]{12})[0-9a-f]+$/, "$2…");
}

/** A field's name as people read it: `spindle_speed` is `spindle speed`. */
export function spoken(name: string): string {
  return name.replaceAll("_", " ");
}
