/** Which machines are shown: the filter as the address has it, and how a machine passes it. */
import type { Machine } from "../contracts/records";
import type { ConditionName } from "./condition";

export interface Choice {
  readonly site: string | null;
  readonly cell: string | null;
  readonly state: ConditionName | null;
  /** Words that all have to occur in id, name, place, kind, program or code, whatever their case. */
  readonly text: string;
}

/** Whether a machine is of the place and has the words; its state is asked for apart, since it is also counted. */
export function passes(machine: Machine, program: string | null, { site, cell, text }: Choice): boolean {
  if (site !== null && machine.site !== site) return false;
  if (cell !== null && machine.cell !== cell) return false;
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const codes = machine.last_decision?.reason_codes ?? [];
  const whole = [machine.id, machine.name, machine.site, machine.cell, machine.kind, program ?? "", ...codes].join("\n").toLocaleLowerCase();
  return words.every((word) => whole.includes(word));
}

/** How often each name occurs, for those that do. */
export function counted<T>(names: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The different values, in order. */
export function values(found: readonly string[]): string[] {
  return [...new Set(found)].sort();
}
