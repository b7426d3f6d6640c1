/**
 * Limits as bands: what lies beyond the greatest or below the least admissible value. Several limits may bear on one line;
 * the strictest on either side is the edge, and the legend names the rule that set it.
 */
import type { LimitEnd, MachineLimit } from "../contracts/records";
import type { Line, StripPlan } from "./strips";

/** One side of a line's admissible range. */
export interface Band {
  readonly signal: string;
  readonly label: string;
  readonly side: "above" | "below";
  readonly edge: number;
  readonly origin: LimitEnd["origin"];
  readonly rule: string;
}

/** The bands of a strip, by its lines. */
export function bandsOf(plan: StripPlan, limits: readonly MachineLimit[]): Band[] {
  return plan.lines.flatMap((line) => [strictest(line, limits, "above"), strictest(line, limits, "below")]).filter((band) => band !== null);
}

function strictest(line: Line, limits: readonly MachineLimit[], side: Band["side"]): Band | null {
  let found: Band | null = null;
  for (const limit of limits) {
    const end = side === "above" ? limit.max : limit.min;
    if (end === null || !line.fields.includes(limit.field)) continue;
    if (found !== null && (side === "above" ? end.value >= found.edge : end.value <= found.edge)) continue;
    found = { signal: line.signal, label: line.label, side, edge: end.value, origin: end.origin, rule: end.rule_id };
  }
  return found;
}
