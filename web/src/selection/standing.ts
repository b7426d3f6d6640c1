/**
 * How a machine stands, in a word. Its connection is pushed by the log and so is always current; what it executes is not,
 * and is said only where the list of machines was read for the purpose.
 */
import type { Machine } from "../contracts/records";
import { condition } from "../fleet/condition";

type Seen = Pick<Machine, "connection" | "state">;

/** What it was doing when the list was read. */
export function doing({ connection, state }: Seen): string {
  const execution = state?.execution ?? null;
  return condition({ connection, execution, interlocks: state?.interlocks ?? null, aged: false }).word;
}
