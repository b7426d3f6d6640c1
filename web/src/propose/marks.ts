/** Which field of the form a reason is about, by the JSON pointer it carries. */
import type { Reason } from "../contracts/records";

/** `/action/params/feed_rate/value` is about `feed_rate`, `/action/tool` about `tool`; null for what no field stands for. */
export function fieldName(path: string | null): string | null {
  const keys = path?.split("/").slice(1) ?? [];
  if (keys[0] === "intent") return "intent";
  if (keys[0] !== "action") return null;
  return (keys[1] === "params" ? keys[2] : keys[1]) ?? null;
}

export interface Marks {
  readonly byField: ReadonlyMap<string, readonly Reason[]>;
  /** What no field of the form stands for. */
  readonly others: readonly Reason[];
}

/** Reasons by the field that is `shown` for them, in the verdict's order. */
export function marksOf(reasons: readonly Reason[], shown: ReadonlySet<string>): Marks {
  const byField = new Map<string, Reason[]>();
  const others: Reason[] = [];
  for (const reason of reasons) {
    const name = fieldName(reason.path);
    if (name === null || !shown.has(name)) others.push(reason);
    else byField.set(name, [...(byField.get(name) ?? []), reason]);
  }
  return { byField, others };
}
