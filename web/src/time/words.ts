/** Times in words. What is not known is a dash, never now and never zero. */
import type { Zone } from "./clock.svelte";

export const UNKNOWN = "–";
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in the two largest units that matter: `4 s`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function span(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000));
  if (s < MINUTE) return `${s} s`;
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min`;
  if (s < DAY) return `${Math.floor(s / HOUR)} h ${String(Math.floor((s % HOUR) / MINUTE)).padStart(2, "0")} min`;
  return `${Math.floor(s / DAY)} d ${Math.floor((s % DAY) / HOUR)} h`;
}

/** How long ago or how far ahead a UTC time is. */
export function relative(iso: string | null | undefined, now: number): string {
  const at = instant(iso);
  if (at === null) return UNKNOWN;
  const ms = now - at;
  if (Math.abs(ms) < 1_000) return "now";
  return ms > 0 ? `${span(ms)} ago` : `in ${span(-ms)}`;
}

/** A UTC time to the second: `2026-11-21 04:05:06 UTC`, or with the zone's offset. */
export function absolute(iso: string | null | undefined, zone: Zone): string {
  const at = instant(iso);
  if (at === null) return UNKNOWN;
  if (zone === "utc") return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const date = new Date(at);
  const local = new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19).replace("T", " ");
  return `${local} ${offset(-date.getTimezoneOffset())}`;
}

/** ms since 1970, or null for what is no time. */
export function instant(iso: string | null | undefined): number | null {
  const at = iso ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

function offset(minutes: number): string {
  const sign = minutes < 0 ? "-" : "+";
  const size = Math.abs(minutes);
  return `UTC${sign}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
}
