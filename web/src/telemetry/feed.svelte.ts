/**
 * The selected machine's live data: one track, kept current over the best way that works, and the verdicts and conditions
 * that come with it. Nothing that was asked for under an earlier token is shown, and no frame of another machine.
 */
import type { ConditionFrame, DecisionFrame } from "../contracts/records";
import type { Track } from "./track";

/** Ways to live data, best first. */
export type Rung = "machine-ws" | "fleet-ws" | "machine-sse" | "poll";
export type FeedStatus = "connecting" | "live" | "lost" | "refused";

export class MachineFeed {
  /** The way that is live, or null while none is. */
  rung = $state<Rung | null>(null);
  status = $state<FeedStatus>("connecting");
  /** Rounds of tries since the line was lost; 0 while it is live. */
  attempt = $state(0);
  /** ms since 1970, of this computer's clock, when the newest frame of the machine arrived; null before the first. */
  lastArrival = $state<number | null>(null);
  /** Grows at most once an animation frame, when something was taken. Read it to redraw. */
  version = $state(0);
  /** The machine's samples; null while none is selected. The same object grows: redraw by `version`. */
  track = $state.raw<Track | null>(null);
  /** Frames thrown away because they arrived under an earlier token. */
  discarded = $state(0);
  /** Whether earlier history is being read. */
  loading = $state(false);

  /** Show a machine, under the selection's token. */
  open(machineId: string, token: number): void {
    void machineId;
    void token;
  }

  /** Show none. */
  close(): void {}

  /** Try again at once, after `lost` or `refused`. */
  retry(): void {}

  /** Call back for the machine's verdicts from now on, each once, whichever way they come; returns how to stop. */
  onDecision(call: (frame: DecisionFrame) => void): () => void {
    void call;
    return () => undefined;
  }

  /** As `onDecision`, for conditions and changes of state. */
  onCondition(call: (frame: ConditionFrame) => void): () => void {
    void call;
    return () => undefined;
  }

  /** Read up to `seconds` before the first sample, as far as the engine still has it and the track has room. */
  async loadEarlier(seconds: number): Promise<void> {
    void seconds;
  }
}

export const feed = new MachineFeed();
