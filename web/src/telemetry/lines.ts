/**
 * The four ways to a machine's live data, each as a line that hands on frames: the machine's own WebSocket, the one of all
 * machines, the machine's event stream, and asking again and again. A line only carries; what is a repetition or foreign is
 * the track's to say, and which line is used is the ladder's.
 */
import type {
  ConditionFrame,
  DecisionFrame,
  EngineEvent,
  GapFrame,
  HeartbeatFrame,
  Problem,
  TelemetryFrame,
  TelemetryPage,
} from "../contracts/records";
import { Failure } from "../engine/failure";
import type { Position } from "./hole";
import type { Wires } from "./wires";

/** Ways to live data, best first. */
export type Rung = "machine-ws" | "fleet-ws" | "machine-sse" | "poll";
export const RUNGS: readonly Rung[] = ["machine-ws", "fleet-ws", "machine-sse", "poll"];

export const POLL_MS = 1_000;
/** Frames that are shown at once when a machine is opened: half a minute at 10 Hz. */
export const FIRST_FRAMES = 300;
const POLL_FRAMES = 1_000;
const EVENTS_RETRY_MS = 5_000;
/** Close code of a socket whose reader may read no more. */
const MAY_NOT = 1008;
const KINDS = "proposal.decided,machine.state,machine.condition";

export type Frame = TelemetryFrame | GapFrame | HeartbeatFrame | DecisionFrame | ConditionFrame;
type Batch = { readonly type: "batch"; readonly frames: readonly TelemetryFrame[] };

/** Where a machine's reader stands. */
export interface Place {
  readonly machineId: string;
  /** The last frame that is here; null to begin with what comes next. */
  readonly position: Position | null;
  /** Position of the log up to which verdicts and conditions are here; null to begin with what comes next. */
  readonly eventSeq: number | null;
}

export interface LineEvents {
  frames(frames: readonly Frame[]): void;
  /** The line lives. */
  sign(): void;
  /** Everything up to this position of the log was handed on; null if the position is none of this engine's. */
  eventSeq(seq: number | null): void;
  /** The line is gone; refused where the reader may not read. */
  closed(refused: boolean): void;
}

/** Open a line from `place`, which is looked up again wherever the line asks again; returns how to close it. */
export function openLine(rung: Rung, wires: Wires, place: () => Place, on: LineEvents): () => void {
  if (rung === "poll") return together(poll(wires, place, on), events(wires, place, on));
  if (rung === "machine-sse") return together(stream(wires, place(), on), events(wires, place, on));
  return socket(rung, wires, place(), on);
}

/** Path of a page of frames after a position; without one the newest. */
export function pagePath(machineId: string, after: Position | null, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (after !== null) {
    query.set("after", String(after.seq));
    query.set("instance_id", after.instanceId);
  }
  return `/v1/machines/${encodeURIComponent(machineId)}/telemetry?${query}`;
}

/** Whether a failure says that this reader may not read. */
export function refuses(status: number): boolean {
  return status === 401 || status === 403;
}

function together(...closes: (() => void)[]): () => void {
  return () => closes.forEach((close) => close());
}

function socket(rung: Rung, wires: Wires, { machineId, position, eventSeq }: Place, on: LineEvents): () => void {
  const query = new URLSearchParams({ batch: "true" });
  if (eventSeq !== null) query.set("after_event", String(eventSeq));
  if (rung === "machine-ws" && position !== null) {
    query.set("after", String(position.seq));
    query.set("instance_id", position.instanceId);
  }
  const scope = rung === "machine-ws" ? `/${encodeURIComponent(machineId)}` : "";
  return wires.socket(`/ws/telemetry${scope}?${query}`, {
    message(text) {
      const frame = JSON.parse(text) as Frame | Batch;
      const frames = frame.type === "batch" ? frame.frames : [frame];
      on.sign();
      // Other machines belong on the socket of all machines; on any other line the track refuses and counts them.
      const ours = (one: Frame): boolean => !("machine_id" in one) || (one.machine_id ?? machineId) === machineId;
      on.frames(rung === "fleet-ws" ? frames.filter(ours) : frames);
    },
    closed: (code) => on.closed(code === MAY_NOT),
  });
}

function stream(wires: Wires, { machineId, position }: Place, on: LineEvents): () => void {
  const lastEventId = position === null ? null : `${position.instanceId}:${position.seq}`;
  return wires.stream(`/v1/machines/${encodeURIComponent(machineId)}/telemetry`, lastEventId, {
    message({ event, data }) {
      if (event === "problem") on.closed(refuses((JSON.parse(data) as Problem).status));
      else on.frames([JSON.parse(data) as Frame]);
    },
    sign: () => on.sign(),
    closed: (status) => on.closed(refuses(status)),
  });
}

function poll(wires: Wires, place: () => Place, on: LineEvents): () => void {
  let cancel = (): void => undefined;
  let open = true;
  const ask = async (): Promise<void> => {
    const { machineId, position } = place();
    const limit = position === null ? FIRST_FRAMES : POLL_FRAMES;
    try {
      const page = (await wires.read(pagePath(machineId, position, limit))) as TelemetryPage;
      on.sign();
      on.frames(page.gap ? [page.gap, ...page.items] : page.items);
      if (open) cancel = wires.after(page.items.length === limit && position !== null ? 0 : POLL_MS, () => void ask());
    } catch (error) {
      if (open) on.closed(refuses(Failure.from(error).status));
    }
  };
  void ask();
  return () => {
    open = false;
    cancel();
  };
}

/** Verdicts and conditions beside a line that carries none. Losing it loses nothing: they are read on from their position. */
function events(wires: Wires, place: () => Place, on: LineEvents): () => void {
  let cancel = (): void => undefined;
  let close = (): void => undefined;
  let open = true;
  const begin = (): void => {
    const { machineId, eventSeq } = place();
    const query = new URLSearchParams({ types: KINDS, subject: `machine/${machineId}` });
    close = wires.stream(`/v1/events?${query}`, eventSeq === null ? null : String(eventSeq), {
      message: ({ event, data }) => {
        if (event !== "problem" && event !== "gap") on.frames([asFrame(machineId, JSON.parse(data) as EngineEvent)]);
      },
      sign: (id) => {
        if (id !== null) on.eventSeq(Number(id));
      },
      closed: (status) => {
        if (!open) return;
        if (status === 400) on.eventSeq(null);
        cancel = wires.after(EVENTS_RETRY_MS, begin);
      },
    });
  };
  begin();
  return () => {
    open = false;
    cancel();
    close();
  };
}

/** An event of the log as the machine's own socket would have sent it. */
function asFrame(machineId: string, event: EngineEvent): DecisionFrame | ConditionFrame {
  const data = event.data as Record<string, unknown>;
  if (event.type === "proposal.decided") {
    return { type: "decision", machine_id: machineId, seq: event.seq, verdict: data["verdict"] as DecisionFrame["verdict"] };
  }
  return { type: "condition", machine_id: machineId, seq: event.seq, kind: event.type, data };
}
