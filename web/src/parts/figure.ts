/** A number as people read it: no more digits than matter, no grouping that could be taken for a decimal point. */
import { UNKNOWN } from "../time/words";

/** `digits` after the point; else up to four figures that matter, none of a whole part cut. A dash for what is not known. */
export function figure(value: number | null | undefined, digits?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const shown = digits ?? Math.max(0, Math.min(3, 3 - Math.floor(Math.log10(Math.max(Math.abs(value), 1)))));
  const text = value.toFixed(shown);
  const trimmed = digits === undefined && shown > 0 ? text.replace(/\.?0+$/, "") : text;
  return /^-0(\.0*)?$/.test(trimmed) ? trimmed.slice(1) : trimmed;
}
