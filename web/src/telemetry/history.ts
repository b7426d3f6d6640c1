/**
 * What is read instead of streamed: the newest frames when a machine is opened, what lies in the track's holes, and what
 * came before the first sample. Live frames never wait for it. A hole that the engine cannot fill is left as it is.
 */
import type { TelemetryPage } from "../contracts/records";
import { Failure } from "../engine/failure";
import { backoffMs } from "../time/backoff";
import { type Gap, missingIn, type Position } from "./hole";
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
  /** Whether the newest frames are still to be read, of a machine of which there are none. */
  #unbegun: boolean;
  #closed = false;
  #vain = 0;
  #failures = 0;
  /** How not to try again after a wait; null while nothing waits. */
  #waiting: (() => void) | null = null;
  #reading: Promise<void> | null = null;

  constructor(track: Track, wires: Wires, on: HistoryEvents) {
    this.#track = track;
    this.#wires = wires;
    this.#on = on;
    this.#unbegun = track.instanceId === null;
  }

  close(): void {
    this.#closed = true;
    this.#waiting?.();
  }

  /** Read what can be had; resolves when nothing is left to ask for now. After a failure it waits its time. */
  async read(): Promise<void> {
    if (this.#waiting === null && !this.#closed) await (this.#reading ??= this.#read().finally(() => (this.#reading = null)));
  }

  /** As `read`, at once: the engine is there again. */
  resume(): Promise<void> {
    this.#waiting?.();
    this.#waiting = null;
    return this.read();
  }

  /** Read up to `seconds` before the first sample. */
  async earlier(seconds: number): Promise<void> {
    if (this.#track.reach(Math.ceil(seconds * this.#hertz())) !== null) await this.read();
  }

  async #read(): Promise<void> {
    try {
      if (this.#unbegun) await this.#begin();
      for (let gap = this.#track.unfilled; gap !== null && !this.#closed && this.#waiting === null; gap = this.#track.unfilled) {
        await this.#fill(gap);
      }
    } catch (error) {
      this.#failures += 1;
      // Who may not read asks again only when a line lives again.
      if (refuses(Failure.from(error).status)) this.#waiting = () => undefined;
      else this.#wait(this.#failures);
    }
  }

  async #begin(): Promise<void> {
    const page = await this.#page(null, FIRST_FRAMES);
    if (page === null) return;
    this.#unbegun = false;
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
  }

  async #fill(gap: Gap): Promise<void> {
    const page = await this.#page(gap.after, Math.min(PAGE_FRAMES, missingIn(gap) || PAGE_FRAMES));
    if (page === null) return;
    if (this.#track.fill(gap, page)) this.#vain = 0;
    else if ((this.#vain += 1) < TRIES_MAX) return this.#wait(this.#vain);
    else {
      this.#vain = 0;
      this.#track.settle(gap);
    }
    this.#on.changed();
  }

  /** A page of frames; null if this was closed before it came. */
  async #page(after: Position | null, limit: number): Promise<TelemetryPage | null> {
    const page = (await this.#wires.read(pagePath(this.#track.machineId, after, limit))) as TelemetryPage;
    this.#failures = 0;
    if (!this.#closed) return page;
    this.#on.late(page.items.length);
    return null;
  }

  #wait(attempt: number): void {
    if (this.#closed) return;
    this.#waiting = this.#wires.after(backoffMs(attempt, this.#wires.draw()), () => void this.resume());
  }

  /** Frames a second, by the newest samples. */
  #hertz(): number {
    const times = this.#track.times.subarray(-FIRST_FRAMES);
    const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
    return span > 0 ? (times.length - 1) / span : USUAL_HZ;
  }
}
