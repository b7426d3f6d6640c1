/** In one or two words what a machine does: how its connection is while that is not well, else what it executes. */
import type { Machine } from "../contracts/records";
import { UNKNOWN } from "../time/words";

export function standing(machine: Pick<Machine, "connection" | "state">): string {
  if (machine.connection !== "online") return machine.connection;
  return machine.state?.execution?.toLowerCase().replaceAll("_", " ") ?? UNKNOWN;
}
