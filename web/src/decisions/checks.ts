/** The questions of a verdict in the order in which a reader needs them; every one of them, and in each group as they were asked. */
import type { Check } from "../contracts/records";

export interface CheckGroup {
  readonly status: string;
  readonly title: string;
  readonly checks: readonly Check[];
}

const ORDER: readonly [Check["status"], string][] = [
  ["failed", "Failed"],
  ["not_evaluable", "Could not be judged"],
  ["passed", "Passed"],
  ["not_applicable", "Do not apply"],
];

/** A status that this page does not know stands first: it may be what matters most. Groups without checks are left out. */
export function grouped(checks: readonly Check[]): CheckGroup[] {
  const known = new Set<string>(ORDER.map(([status]) => status));
  const foreign = [...new Set(checks.map(({ status }) => status as string).filter((status) => !known.has(status)))];
  return [...foreign.map((status) => [status, status] as const), ...ORDER]
    .map(([status, title]) => ({ status, title, checks: checks.filter((check) => check.status === status) }))
    .filter((group) => group.checks.length > 0);
}

/** `tool.axial_depth` in words: `tool: axial depth`. */
export function checkName(name: string): string {
  return name.replace(".", ": ").replaceAll("_", " ");
}
