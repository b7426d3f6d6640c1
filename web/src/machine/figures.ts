/** Numbers and clock times as the strips write them. What is not known is a dash. */
import type { Zone } from "../time/clock.svelte";
import { UNKNOWN } from "../time/words";

const FORMATS = new Map<number, Intl.NumberFormat>();

/** A number with so many decimals, thousands set apart. */
export function figure(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return UNKNOWN;
  let format = FORMATS.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" });
    FORMATS.set(digits, format);
  }
  return format.format(value);
}

/** The time of day of a time in seconds since 1970: `04:05:06`, with tenths if asked for. */
export function timeOfDay(seconds: number, zone: Zone, tenths = false): string {
  if (Number.isNaN(seconds)) return UNKNOWN;
  const date = new Date(seconds * 1_000);
  const shift = zone === "utc" ? 0 : date.getTimezoneOffset() * 60_000;
  return new Date(date.getTime() - shift).toISOString().slice(11, tenths ? 21 : 19);
}
