/**
 * The selected machine's live data: one track, kept current over the best way that works, and the verdicts and conditions
 * that come with it. Nothing that was asked for under an earlier token is shown, and no frame of another machine.
 */
import { untrack } from "svelte";
import type { ConditionFrame, DecisionFrame } from "../contracts/records";
import { browser } from "./browser";
import { History } from "./history";
import { Ladder, type Signs } from "./ladder";
import { openLine, type Frame, type Place, type Rung } from "./lines";
import { Track } from "./track";
import type { Wires } from "./wires";

export type { Rung } from "./lines";
export type FeedStatus = "connecting" | "live" | "lost" | "refused";

/** Machines whose samples are kept, so that coming back to one shows them at once. */
export const KEPT = 8;
/** After a longer absence live frames come first, and what was missed is read behind them. */
export const AWAY_MS = 60_000;
/** Most that is read before the first sample in one go. */
export const EARLIER_S_MAX = 3_600;

/** What is kept of a machine that was shown. */
interface Kept {
  readonly track: Track;
  /** Position of the log up to which its verdicts and conditions were handed on; null before the first sign. */
  eventSeq: number | null;
  /** When its newest frame arrived, in ms since 1970; null before the first. */
  arrivedAt: number | null;
  /** When a line or a read last said what there is of it, in ms since 1970; null before the first. */
  heardAt: number | null;
}

/** One machine being shown, from `open` to the next `open`. */
interface Watch {
  readonly token: number;
  readonly kept: Kept;
  readonly history: History;
  ladder: Ladder;
  /** Stops listening for the network's return. */
  readonly deaf: () => void;
  /** Stops waiting for somebody to sign in, after a refusal. */
  unwait: () => void;
}

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

  readonly #wires: Wires;
  readonly #kept = new Map<string, Kept>();
  readonly #onDecision = new Set<(frame: DecisionFrame) => void>();
  readonly #onCondition = new Set<(frame: ConditionFrame) => void>();
  #watch: Watch | null = null;
  #drawing = false;

  constructor(wires: Wires) {
    this.#wires = wires;
  }

  /** Show a machine, under the selection's token. */
  open(machineId: string, token: number): void {
    untrack(() => this.#open(machineId, token));
  }

  /** Show none. What was shown is kept for a return. */
  close(): void {
    untrack(() => this.#close());
  }

  /** Try again at once, after `lost` or `refused`: the network is back, or somebody has signed in. */
  retry(): void {
    const watch = this.#watch;
    if (watch === null) return;
    if (untrack(() => this.status) !== "refused") return watch.ladder.hurry();
    watch.unwait();
    watch.ladder = this.#ladder(() => watch);
    this.status = "connecting";
    watch.ladder.start();
  }

  /** Call back for the machine's verdicts from now on, each once, whichever way they come; returns how to stop. */
  onDecision(call: (frame: DecisionFrame) => void): () => void {
    this.#onDecision.add(call);
    return () => this.#onDecision.delete(call);
  }

  /** As `onDecision`, for conditions and changes of state. */
  onCondition(call: (frame: ConditionFrame) => void): () => void {
    this.#onCondition.add(call);
    return () => this.#onCondition.delete(call);
  }

  /** Read up to `seconds` before the first sample, as far as the engine still has it and the track has room. */
  async loadEarlier(seconds: number): Promise<void> {
    const watch = this.#watch;
    if (watch === null) return;
    this.loading = true;
    await watch.history.earlier(Math.min(seconds, EARLIER_S_MAX));
    if (watch === this.#watch) this.loading = false;
  }

  #open(machineId: string, token: number): void {
    this.#close();
    const kept = this.#recall(machineId);
    const history = new History(kept.track, this.#wires, {
      changed: () => {
        kept.heardAt = this.#wires.now();
        this.#changed(token);
      },
      late: (frames) => (this.discarded += frames),
    });
    const deaf = this.#wires.online(() => watch.ladder.hurry());
    const watch: Watch = { token, kept, history, ladder: this.#ladder(() => watch), deaf, unwait: () => undefined };
    this.#watch = watch;
    this.track = kept.track;
    this.lastArrival = kept.arrivedAt;
    this.version += 1;
    if (kept.track.instanceId === null) void history.read();
    watch.ladder.start();
  }

  #close(): void {
    this.#watch?.ladder.close();
    this.#watch?.history.close();
    this.#watch?.deaf();
    this.#watch?.unwait();
    this.#watch = null;
    this.track = null;
    this.rung = null;
    this.attempt = 0;
    this.lastArrival = null;
    this.loading = false;
    this.status = "connecting";
  }

  #recall(machineId: string): Kept {
    const kept = this.#kept.get(machineId) ?? { track: new Track(machineId), eventSeq: null, arrivedAt: null, heardAt: null };
    this.#kept.delete(machineId);
    this.#kept.set(machineId, kept);
    for (const id of [...this.#kept.keys()].slice(0, -KEPT)) this.#kept.delete(id);
    return kept;
  }

  #ladder(of: () => Watch): Ladder {
    return new Ladder(this.#wires, (rung, signs) => this.#connect(of(), rung, signs), {
      live: (rung) => this.#live(of(), rung),
      lost: (attempt) => this.#lost(of(), attempt),
      refused: () => this.#refused(of()),
    });
  }

  #connect(watch: Watch, rung: Rung, signs: Signs): () => void {
    const { track, heardAt } = watch.kept;
    const away = heardAt === null || this.#wires.now() - heardAt > AWAY_MS;
    // The all-machines socket begins with what comes next, whatever is here.
    let leaps = rung === "fleet-ws" || (rung === "machine-ws" && away);
    const place = (): Place => {
      const position = leaps || track.instanceId === null ? null : { instanceId: track.instanceId, seq: track.lastSeq };
      return { machineId: track.machineId, position, eventSeq: watch.kept.eventSeq };
    };
    return openLine(rung, this.#wires, place, {
      frames: (frames) => this.#heard(watch, frames),
      sign: () => {
        if (this.#stale(watch)) return;
        if (leaps) track.interrupt();
        leaps = false;
        watch.kept.heardAt = this.#wires.now();
        signs.sign();
      },
      eventSeq: (seq) => (watch.kept.eventSeq = seq),
      closed: (refused) => signs.closed(refused),
    });
  }

  #live(watch: Watch, rung: Rung): void {
    if (this.#stale(watch)) return;
    this.rung = rung;
    this.status = "live";
    this.attempt = 0;
    void watch.history.resume();
  }

  #lost(watch: Watch, attempt: number): void {
    if (this.#stale(watch)) return;
    this.rung = null;
    this.status = "lost";
    this.attempt = attempt;
  }

  #refused(watch: Watch): void {
    if (this.#stale(watch)) return;
    this.rung = null;
    this.status = "refused";
    watch.unwait = this.#wires.signedIn(() => this.retry());
  }

  #heard(watch: Watch, frames: readonly Frame[]): void {
    if (this.#stale(watch)) {
      this.discarded += frames.length;
      return;
    }
    const { kept } = watch;
    let changed = false;
    for (const frame of frames) {
      if (frame.type === "telemetry") {
        if (!kept.track.take(frame)) continue;
        kept.arrivedAt = this.#wires.now();
        changed = true;
      } else if (frame.type === "gap") {
        kept.track.gap(frame);
        changed = true;
      } else if (frame.type === "heartbeat") {
        if (frame.event_seq != null) kept.eventSeq = Math.max(kept.eventSeq ?? 0, frame.event_seq);
      } else this.#event(kept, frame);
    }
    if (!changed) return;
    if (kept.track.unfilled !== null && this.status === "live") void watch.history.read();
    this.#changed(watch.token);
  }

  #event(kept: Kept, frame: DecisionFrame | ConditionFrame): void {
    if (kept.eventSeq !== null && frame.seq <= kept.eventSeq) return;
    kept.eventSeq = frame.seq;
    if (frame.machine_id !== kept.track.machineId) return;
    if (frame.type === "decision") this.#onDecision.forEach((call) => call(frame));
    else this.#onCondition.forEach((call) => call(frame));
  }

  /** Whether something was asked for under an earlier token. */
  #stale(watch: Watch): boolean {
    return watch !== this.#watch || watch.token !== this.#watch.token;
  }

  #changed(token: number): void {
    if (this.#drawing || token !== this.#watch?.token) return;
    this.#drawing = true;
    this.#wires.frame(() => {
      this.#drawing = false;
      this.lastArrival = this.#watch?.kept.arrivedAt ?? null;
      this.version += 1;
    });
  }
}

export const feed = new MachineFeed(browser);
