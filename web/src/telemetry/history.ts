/**
 * What is read instead of streamed: the newest frames when a machine is opened, what lies in the track's holes, and what
 * came before the first sample. Live frames never wait for it. A hole that the engine cannot fill is left as it is.
 */
import type { TelemetryPage } from "../contracts/records";
import { Failure } from "../engine/failure";
import { backoffMs } from "../time/backoff";
import { missingIn } from "./hole";
import { FIRST_FRAMES, pagePath, refuses } from "./lines";
import type { Track } from "./track";
import type { Wires } from "./wires";

/** Frames in one answer: a tenth of what the engine allows, so that reading one never holds the page up. */
export const PAGE_FRAMES = 500;
/** Answers in vain before a hole counts as final. */
export const TRIES_MAX = 5;
const USUAL_HZ = 10;

export interface HistoryEvents {
  /** Something was put into the track. */
  changed(): void;
  /** Frames came after this was closed, and were thrown away. */
  late(frames: number): void;
}

export class History {
  readonly #track: Track;
  readonly #wires: Wires;
  readonly #on: HistoryEvents;
  #closed = false;
  #vain = 0;
  #failures = 0;
  #cancel = (): void => undefined;
  #filling: Promise<void> | null = null;
  #beginning: Promise<void> | null = null;

  constructor(track: Track, wires: Wires, on: HistoryEvents) {
    this.#track = track;
    this.#wires = wires;
    this.#on = on;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  /** Read the newest frames of a machine of which there are none. */
  begin(): Promise<void> {
    return (this.#beginning ??= this.#begin().finally(() => (this.#beginning = null)));
  }

  /** Fill what can be filled; resolves when nothing is left to ask for now. */
  fill(): Promise<void> {
    this.#cancel();
    return (this.#filling ??= this.#fill().finally(() => (this.#filling = null)));
  }

  /** Read up to `seconds` before the first sample. */
  async earlier(seconds: number): Promise<void> {
    if (this.#track.reach(Math.ceil(seconds * this.#hertz())) !== null) await this.fill();
  }

  async #begin(): Promise<void> {
    let page: TelemetryPage;
    try {
      page = (await this.#wires.read(pagePath(this.#track.machineId, null, FIRST_FRAMES))) as TelemetryPage;
    } catch (error) {
      return this.#failed(error, () => void this.begin());
    }
    if (this.#late(page)) return;
    const { first } = this.#track;
    const oldest = page.items[0];
    if (first === null) {
      for (const frame of page.items) this.#track.take(frame);
      this.#track.interrupt();
    } else if (oldest?.instance_id === first.instanceId && oldest.seq < first.seq) {
      const gap = this.#track.reach(first.seq - oldest.seq);
      if (gap !== null) this.#track.fill(gap, page);
    }
    this.#on.changed();
    await this.fill();
  }

  async #fill(): Promise<void> {
    for (let gap = this.#track.unfilled; gap !== null && !this.#closed; gap = this.#track.unfilled) {
      const limit = Math.min(PAGE_FRAMES, missingIn(gap) || PAGE_FRAMES);
      let page: TelemetryPage;
      try {
        page = (await this.#wires.read(pagePath(this.#track.machineId, gap.after, limit))) as TelemetryPage;
      } catch (error) {
        return this.#failed(error, () => void this.fill());
      }
      if (this.#late(page)) return;
      this.#failures = 0;
      if (this.#track.fill(gap, page)) this.#vain = 0;
      else if ((this.#vain += 1) < TRIES_MAX) return this.#again(this.#vain, () => void this.fill());
      else {
        this.#vain = 0;
        this.#track.settle(gap);
      }
      this.#on.changed();
    }
  }

  /** Whether this was closed before the answer came. */
  #late(page: TelemetryPage): boolean {
    if (this.#closed) this.#on.late(page.items.length);
    return this.#closed;
  }

  #failed(error: unknown, call: () => void): void {
    this.#failures += 1;
    if (!refuses(Failure.from(error).status)) this.#again(this.#failures, call);
  }

  #again(attempt: number, call: () => void): void {
    if (!this.#closed) this.#cancel = this.#wires.after(backoffMs(attempt, this.#wires.draw()), call);
  }

  /** Frames a second, by the newest samples. */
  #hertz(): number {
    const times = this.#track.times.subarray(-FIRST_FRAMES);
    const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
    return span > 0 ? (times.length - 1) / span : USUAL_HZ;
  }
}
