/**
 * What a machine is doing, in one word, from everything that is known of it. What is worse wins: an alarm of a machine that
 * has fallen silent is still an alarm, for nobody has seen it end. What is not known is never called running.
 */
import type { Machine, MachineState } from "../contracts/records";
import type { IconName } from "../parts/Icon.svelte";
import type { Tone } from "../parts/Mark.svelte";

export type ConditionName =
  | "estop"
  | "alarm"
  | "faulted"
  | "offline"
  | "connecting"
  | "stale"
  | "unavailable"
  | "unknown"
  | "feed_hold"
  | "interrupted"
  | "running"
  | "waiting"
  | "ready"
  | "stopped"
  | "completed";

export interface Condition {
  readonly name: ConditionName;
  readonly word: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

export type Interlocks = MachineState["interlocks"];

export interface Seen {
  readonly connection: Machine["connection"];
  /** As the machine says it, or null. */
  readonly execution: string | null;
  /** Null where nothing of it is known. */
  readonly interlocks: Interlocks | null;
  /** Whether the newest data is too old to speak for the present. */
  readonly aged: boolean;
}

/** Every condition, the one that needs somebody most first. */
export const CONDITIONS: readonly Condition[] = [
  { name: "estop", word: "e-stop", icon: "alarm", tone: "bad" },
  { name: "alarm", word: "alarm", icon: "alarm", tone: "bad" },
  { name: "faulted", word: "faulted", icon: "alarm", tone: "bad" },
  { name: "offline", word: "offline", icon: "offline", tone: "unknown" },
  { name: "connecting", word: "connecting", icon: "offline", tone: "unknown" },
  { name: "stale", word: "stale", icon: "offline", tone: "unknown" },
  { name: "unavailable", word: "unavailable", icon: "ask", tone: "unknown" },
  { name: "unknown", word: "unknown", icon: "ask", tone: "unknown" },
  { name: "feed_hold", word: "feed hold", icon: "hold", tone: "warn" },
  { name: "interrupted", word: "interrupted", icon: "hold", tone: "warn" },
  { name: "running", word: "running", icon: "run", tone: "good" },
  { name: "waiting", word: "waiting", icon: "hold", tone: "calm" },
  { name: "stopped", word: "stopped", icon: "idle", tone: "calm" },
  { name: "completed", word: "completed", icon: "idle", tone: "calm" },
  { name: "ready", word: "ready", icon: "idle", tone: "calm" },
];

const BY_NAME = Object.fromEntries(CONDITIONS.map((entry) => [entry.name, entry])) as Record<ConditionName, Condition>;

/** Words of MTConnect's EXECUTION. Others are unknown, for a word that is not understood promises nothing. */
const EXECUTIONS: Readonly<Record<string, ConditionName>> = {
  ACTIVE: "running",
  READY: "ready",
  WAIT: "waiting",
  INTERRUPTED: "interrupted",
  FEED_HOLD: "feed_hold",
  STOPPED: "stopped",
  OPTIONAL_STOP: "stopped",
  PROGRAM_STOPPED: "stopped",
  PROGRAM_OPTIONAL_STOP: "stopped",
  PROGRAM_COMPLETED: "completed",
  UNAVAILABLE: "unavailable",
};

/** The condition of a machine. */
export function condition(seen: Seen): Condition {
  return BY_NAME[named(seen)];
}

/** A condition by the name that the address has, or null for what is none. */
export function conditionOf(name: string | null): Condition | null {
  return name !== null && Object.hasOwn(BY_NAME, name) ? BY_NAME[name as ConditionName] : null;
}

function named({ connection, execution, interlocks, aged }: Seen): ConditionName {
  if (connection === "offline" || connection === "faulted" || connection === "connecting") return connection;
  if (interlocks?.estop) return "estop";
  if (interlocks?.alarms?.length) return "alarm";
  if (connection === "stale" || aged) return "stale";
  if (interlocks?.feed_hold) return "feed_hold";
  return execution !== null && Object.hasOwn(EXECUTIONS, execution) ? (EXECUTIONS[execution] ?? "unknown") : "unknown";
}

/** What stops the machine, in words, the worst first; null where it reports nothing at all. */
export function obstacles(interlocks: Interlocks | null): string[] | null {
  if (interlocks === null) return null;
  const { alarms, door_open, estop, feed_hold } = interlocks;
  if (alarms === null && door_open === null && estop === null && feed_hold === null) return null;
  return [
    ...(estop ? ["emergency stop pressed"] : []),
    ...(alarms ?? []).map((alarm) => `alarm ${alarm}`),
    ...(door_open ? ["guard door open"] : []),
    ...(feed_hold ? ["feed hold"] : []),
  ];
}
