/**
 * In which order machines are shown: those that need somebody first. Among equals the id decides, so that the order says
 * something and does not wander.
 */
import type { Machine } from "../contracts/records";
import type { ConditionName } from "./condition";

/** How long a denial, or a verdict that waits for somebody, keeps its machine in front. */
export const LATELY_MS = 10 * 60_000;

/** Groups in their order; smaller is sooner. Whoever is before `RUNNING` needs somebody. */
export const DANGER = 0;
export const VERDICT = 1;
export const SILENT = 2;
export const HELD = 3;
export const RUNNING = 4;
export const IDLE = 5;

const GROUPS: Record<ConditionName, number> = {
  estop: DANGER,
  alarm: DANGER,
  faulted: DANGER,
  offline: SILENT,
  connecting: SILENT,
  stale: SILENT,
  unavailable: SILENT,
  unknown: SILENT,
  feed_hold: HELD,
  interrupted: HELD,
  running: RUNNING,
  waiting: RUNNING,
  stopped: IDLE,
  completed: IDLE,
  ready: IDLE,
};
const PERMITTED = new Set(["allow", "allow_with_obligations"]);
const byId = new Intl.Collator("en", { numeric: true });

/** The group of a machine. `now` is the engine's time in ms since 1970. */
export function attention(name: ConditionName, decision: Machine["last_decision"], now: number): number {
  const group = GROUPS[name];
  return group > VERDICT && refusedLately(decision, now) ? VERDICT : group;
}

/** Whether somebody has to look at a machine of this group. */
export function needsSomebody(group: number): boolean {
  return group < RUNNING;
}

/** Ids by group and then by id, `CNC-9` before `CNC-10`. */
export function ordered(machines: readonly { readonly id: string; readonly group: number }[]): string[] {
  return [...machines].sort((one, other) => one.group - other.group || byId.compare(one.id, other.id)).map(({ id }) => id);
}

/** Whether the newest verdict permits nothing and is recent; a verdict of a kind not known here counts as one that does not. */
function refusedLately(decision: Machine["last_decision"], now: number): boolean {
  if (!decision || PERMITTED.has(decision.verdict)) return false;
  return now - Date.parse(decision.evaluated_at) < LATELY_MS;
}
