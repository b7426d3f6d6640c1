/** What happened at a time and is marked on the strips: verdicts, executions, alarms and states, a new run, and missing samples. */
import type { ConditionFrame, DecisionFrame, ProposalRecord } from "../contracts/records";
import type { IconName } from "../parts/Icon.svelte";
import type { Tone } from "../parts/Mark.svelte";
import type { Track } from "../telemetry/track";
import { instant } from "../time/words";

export interface Moment {
  readonly key: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly words: string;
  /** The decision that it leads to, or null. */
  readonly decision: string | null;
}

const VERDICTS: Readonly<Record<string, { tone: Tone; icon: IconName }>> = {
  allow: { tone: "good", icon: "allow" },
  allow_with_obligations: { tone: "good", icon: "allow" },
  needs_approval: { tone: "warn", icon: "ask" },
  deny: { tone: "bad", icon: "deny" },
};
/** A verdict that is not understood permits nothing. */
const OTHER = { tone: "unknown", icon: "alarm" } as const;
const LEVELS: Readonly<Record<string, { tone: Tone; icon: IconName }>> = {
  normal: { tone: "good", icon: "allow" },
  warning: { tone: "warn", icon: "alarm" },
  fault: { tone: "bad", icon: "alarm" },
  unavailable: { tone: "unknown", icon: "offline" },
};

/** A decision about the machine, in short, from whichever source it is known. */
export interface Decided {
  readonly id: string;
  readonly verdict: string;
  readonly code: string;
  readonly codes: readonly string[];
  /** UTC time. */
  readonly at: string;
  readonly intent: string | null;
  readonly proposer: string | null;
  /** What has become of it, or null where only the verdict is known. */
  readonly status: string | null;
}

export function fromRecord(record: ProposalRecord): Decided {
  return {
    id: record.decision_id,
    verdict: record.verdict,
    code: record.primary_code,
    codes: record.reason_codes?.length ? record.reason_codes : [record.primary_code],
    at: record.evaluated_at ?? record.submitted_at,
    intent: record.intent ?? null,
    proposer: record.proposer,
    status: record.status,
  };
}

/** A verdict from the stream; null for one that was not recorded, which no list has. */
export function fromFrame({ verdict }: DecisionFrame): Decided | null {
  const { id, primary_code, reason_codes, evaluated_at } = verdict;
  if (id === null) return null;
  return { id, verdict: verdict.verdict, code: primary_code, codes: reason_codes, at: evaluated_at, intent: null, proposer: null, status: null };
}

/** All decisions, newest first and each once. A record says more than a frame, so it wins. */
export function merged(records: readonly Decided[], frames: readonly Decided[]): Decided[] {
  const known = new Set(records.map(({ id }) => id));
  return [...frames.filter(({ id }) => !known.has(id)), ...records].sort((one, other) => (one.at < other.at ? 1 : -1));
}

export function ofDecision(decided: Decided): Moment | null {
  const at = instant(decided.at);
  if (at === null) return null;
  const words = `${decided.verdict.replaceAll("_", " ")}, ${decided.code}${decided.intent ? `: ${decided.intent}` : ""}`;
  return { key: decided.id, at: at / 1_000, ...(VERDICTS[decided.verdict] ?? OTHER), words: `Proposal decided: ${words}`, decision: decided.id };
}

/** A condition or change of state. Frames of it carry no time: `at` is when it arrived, and tells it from one at the same
 * position of another engine's log. */
export function ofCondition(frame: ConditionFrame, at: number): Moment {
  const data = frame.data as Readonly<Record<string, unknown>>;
  const text = (name: string): string => (typeof data[name] === "string" ? (data[name] as string) : "");
  if (frame.kind === "machine.state") {
    const connection = text("connection") || "unknown";
    const tone: Tone = connection === "online" ? "good" : connection === "faulted" ? "bad" : "unknown";
    return { key: `event-${frame.seq}-${at}`, at, tone, icon: connection === "online" ? "pulse" : "offline", words: `Connection: ${connection}`, decision: null };
  }
  const level = LEVELS[text("level")] ?? OTHER;
  const words = [text("condition"), text("level"), text("native_code") || text("code"), text("text")].filter(Boolean).join(", ");
  return { key: `event-${frame.seq}-${at}`, at, ...level, words: `Condition: ${words}`, decision: null };
}

/** A new run of the adapter: counting begins anew, and what lies before it is of the run before. */
export function ofRuns(track: Pick<Track, "runs" | "times">): Moment[] {
  return track.runs.slice(1).map(({ instanceId, index }) => ({
    key: `run-${instanceId}`,
    at: track.times[index] as number,
    tone: "calm",
    icon: "pulse",
    words: `The adapter began a new run, ${instanceId}`,
    decision: null,
  }));
}

/** Marks nearer to the one before than `apart` seconds stand with it, where the newest of them is: it speaks. */
export function grouped(moments: readonly Moment[], apart: number): Moment[][] {
  const groups: Moment[][] = [];
  for (const moment of [...moments].sort((one, other) => one.at - other.at)) {
    const last = groups.at(-1);
    if (last !== undefined && moment.at - (last.at(-1) as Moment).at < apart) last.push(moment);
    else groups.push([moment]);
  }
  return groups;
}
