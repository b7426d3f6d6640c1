/**
 * One machine's samples in this page, each once and in order, whichever way and however often they come. It takes no frame
 * of another machine, and a sequence number that is passed over is a hole that can be seen and filled. Numbers that are
 * unknown, unavailable, bad or stale are NaN, never 0: a stale value repeats what was measured long before.
 */
import type { GapFrame, SignalValue, TelemetryFrame, TelemetryPage } from "../contracts/records";
import { Changes, type Change } from "./changes";
import { type Gap, type Hole, type Position, INTERRUPTED, JUMPED, missingIn, UNREAD } from "./hole";
import { Ring } from "./ring";

const TIME = "time";
const SEQ = "seq";
const TEXTS = new Set(["execution", "mode", "program", "block"]);

/** Samples from `index` on, up to the next run, are of this run of the adapter. */
interface Run {
  readonly instanceId: string;
  index: number;
}

export class Track {
  readonly machineId: string;
  /** The newest run of the adapter; null before the first frame. */
  instanceId: string | null = null;
  /** Newest position in that run; 0 before its first frame. */
  lastSeq = 0;
  /** The newest frame that was taken, with units, qualities and source. */
  last: TelemetryFrame | null = null;
  readonly #counts = { taken: 0, repeated: 0, foreign: 0 };
  readonly #ring: Ring;
  readonly #changes = new Map<string, Changes>();
  readonly #seen = new Set<string>();
  #gaps: Gap[] = [];
  #runs: Run[] = [];

  constructor(machineId: string, capacity?: number) {
    this.machineId = machineId;
    this.#ring = new Ring(capacity);
  }

  /** Samples that are kept. */
  get length(): number {
    return this.#ring.length;
  }

  /** Frames taken, repeated, of other machines, and missing at present as far as is known. */
  get counts(): { taken: number; repeated: number; foreign: number; missing: number } {
    return { ...this.#counts, missing: this.#gaps.reduce((sum, gap) => sum + missingIn(gap), 0) };
  }

  /** Arrival of every sample in seconds since 1970, never falling. A view: good until the next frame is taken. */
  get times(): Float64Array {
    return this.#ring.column(TIME);
  }

  /** Position of every sample within its run. A view, as `times`. */
  get seqs(): Float64Array {
    return this.#ring.column(SEQ);
  }

  /** Signals that have had a number. */
  get signals(): string[] {
    return this.#ring.names.filter((name) => name.startsWith("=")).map((name) => name.slice(1));
  }

  /** Holes, oldest first. */
  get holes(): Hole[] {
    return this.#gaps.map((gap) => ({
      code: gap.code,
      instanceId: gap.instanceId,
      from: gap.from,
      to: gap.to,
      missing: missingIn(gap),
      at: this.#ring.at(TIME, gap.index - 1),
      until: this.#ring.at(TIME, gap.index),
      settled: gap.after === null,
    }));
  }

  /** Rows before which a line must break. */
  get breaks(): number[] {
    return this.#gaps.map((gap) => gap.index);
  }

  /** The runs in the track: the sample at `index` is the first one of its run. */
  get runs(): readonly Readonly<Run>[] {
    return this.#runs;
  }

  /** Every sample of a signal; NaN where it is not known. A view, as `times`. */
  column(signal: string): Float64Array {
    return this.#ring.column(`=${signal}`);
  }

  /** What a text signal said and since when. */
  changes(signal: string): readonly Change[] {
    return this.#changes.get(signal)?.list ?? [];
  }

  /** What a text signal said at a time in seconds; null where that is not known. */
  textAt(signal: string, seconds: number): string | null {
    return this.#changes.get(signal)?.valueAt(seconds) ?? null;
  }

  /** Take the next frame; false if it is of another machine or was taken before. */
  take(frame: TelemetryFrame): boolean {
    if (frame.machine_id !== this.machineId) {
      this.#counts.foreign += 1;
      return false;
    }
    const { instance_id: instanceId, seq } = frame;
    const begins = instanceId !== this.instanceId;
    if (begins ? this.#seen.has(instanceId) : seq <= this.lastSeq) {
      this.#counts.repeated += 1;
      return false;
    }
    if (this.instanceId !== null && !this.#closed(instanceId, seq - 1) && (begins || seq > this.lastSeq + 1)) {
      const after = { instanceId: this.instanceId, seq: this.lastSeq };
      this.#gaps.push({ code: JUMPED, index: this.length, instanceId, from: begins ? 1 : this.lastSeq + 1, to: seq - 1, after });
    }
    this.#moveTo(instanceId, seq);
    this.#put(this.length, this.#gaps.length, [frame]);
    this.last = frame;
    return true;
  }

  /** Take the engine's word that something cannot be delivered. */
  gap(frame: GapFrame): void {
    if (frame.machine_id !== this.machineId) {
      this.#counts.foreign += 1;
      return;
    }
    // A position ahead of the engine's store is answered with frames that are here already.
    if (frame.code === "TELEM.SEQ_AHEAD") return;
    const instanceId = frame.instance_id ?? this.instanceId;
    if (instanceId === null) return;
    const begins = instanceId !== this.instanceId;
    if (begins ? this.#seen.has(instanceId) : frame.to <= this.lastSeq) return;
    if (!this.#closed(instanceId, frame.to)) {
      const from = begins ? frame.from : Math.max(frame.from, this.lastSeq + 1);
      const after = frame.code === "TELEM.COALESCED" ? { instanceId, seq: from - 1 } : null;
      this.#gaps.push({ code: frame.code, index: this.length, instanceId, from, to: frame.to, after });
    }
    this.#moveTo(instanceId, frame.to);
  }

  /** What comes next may not follow what is here: nothing listened for a while. */
  interrupt(): void {
    if (this.instanceId === null || this.#gaps.at(-1)?.to === null) return;
    const after = { instanceId: this.instanceId, seq: this.lastSeq };
    this.#gaps.push({ code: INTERRUPTED, index: this.length, instanceId: this.instanceId, from: this.lastSeq + 1, to: null, after });
  }

  /** Position of the first sample that is kept, or null. */
  get first(): Position | null {
    const run = this.#runs[0];
    return run === undefined || this.length === 0 ? null : { instanceId: run.instanceId, seq: this.#ring.at(SEQ, 0) };
  }

  /** Ask for `count` frames before the first one, as a hole; null if there is no room, or nothing that could be asked for. */
  reach(count: number): Gap | null {
    const first = this.first;
    if (first === null || this.#gaps[0]?.index === 0) return null;
    const { instanceId, seq } = first;
    const wanted = Math.min(count, seq - 1, this.#ring.free);
    if (wanted <= 0) return null;
    const from = seq - wanted;
    const gap = { code: UNREAD, index: 0, instanceId, from, to: seq - 1, after: { instanceId, seq: from - 1 } };
    this.#gaps.unshift(gap);
    return gap;
  }

  /** The newest hole that can be filled, or null. Hand it back with what the engine answers. */
  get unfilled(): Gap | null {
    return this.#gaps.findLast((gap) => gap.after !== null) ?? null;
  }

  /** Put what the engine answered into a hole. False if that was nothing, so that asking again at once is in vain. */
  fill(gap: Gap, page: TelemetryPage): boolean {
    const place = this.#gaps.indexOf(gap);
    if (place === -1 || gap.after === null) return true;
    const told = page.gap !== null && page.gap !== undefined && this.#settleFront(gap, page.gap);
    const { instanceId, seq } = gap.after;
    const last = gap.to !== null && gap.instanceId === instanceId ? gap.to : Number.POSITIVE_INFINITY;
    const fitting = page.items.filter((frame) => this.#fits(frame, instanceId) && frame.seq > seq && frame.seq <= last);
    const newest = fitting.at(-1);
    if (newest !== undefined) {
      gap.after = { instanceId, seq: newest.seq };
      if (gap.instanceId === instanceId) gap.from = newest.seq + 1;
      if (gap.to === null) {
        this.#moveTo(instanceId, newest.seq);
        this.last = newest;
      }
      this.#put(gap.index, this.#gaps.indexOf(gap), fitting);
    }
    const full = gap.to !== null && gap.instanceId === instanceId && gap.after.seq >= gap.to;
    // An open hole ends where the engine has nothing newer: whatever follows comes live.
    const caughtUp = gap.to === null && newest === undefined && !told;
    if (full || caughtUp) this.#gaps = this.#gaps.filter((other) => other !== gap);
    return full || caughtUp || told || newest !== undefined;
  }

  /** Give a hole up: nothing more can be had. */
  settle(gap: Gap): void {
    gap.after = null;
  }

  /** Forget samples that arrived before a time in seconds. */
  clearBefore(seconds: number): void {
    const kept = this.times.findIndex((time) => time >= seconds);
    this.#forget(kept === -1 ? this.length : kept);
  }

  /** Whether an open hole at the end was closed by what comes at `seq + 1`. */
  #closed(instanceId: string, seq: number): boolean {
    const open = this.#gaps.at(-1);
    if (open === undefined || open.to !== null || open.after === null) return false;
    open.from = open.after.instanceId === instanceId ? open.after.seq + 1 : 1;
    open.to = seq;
    open.instanceId = instanceId;
    if (open.after.instanceId === instanceId && open.to < open.from) this.#gaps.pop();
    return true;
  }

  #moveTo(instanceId: string, seq: number): void {
    this.#seen.add(instanceId);
    this.instanceId = instanceId;
    this.lastSeq = seq;
  }

  /** Split off the front of a hole what the engine says is gone; true if the place to ask from has moved. */
  #settleFront(gap: Gap, told: GapFrame): boolean {
    const instanceId = told.instance_id ?? null;
    if (instanceId === null || gap.after === null || told.code === "TELEM.SEQ_AHEAD") return false;
    const begins = instanceId !== gap.after.instanceId;
    const to = gap.to !== null && instanceId === gap.instanceId ? Math.min(told.to, gap.to) : told.to;
    if (!begins && to <= gap.after.seq) return false;
    const settled = { code: told.code, index: gap.index, instanceId, from: told.from, to, after: null };
    this.#gaps.splice(this.#gaps.indexOf(gap), 0, settled);
    gap.after = { instanceId, seq: to };
    if (gap.to === null) {
      gap.instanceId = instanceId;
      this.#moveTo(instanceId, to);
    }
    if (gap.instanceId === instanceId) gap.from = to + 1;
    return true;
  }

  #fits(frame: TelemetryFrame, instanceId: string): boolean {
    if (frame.machine_id !== this.machineId) this.#counts.foreign += 1;
    return frame.machine_id === this.machineId && frame.instance_id === instanceId;
  }

  /** Write frames of one run before row `index` and before the holes from `place` on. */
  #put(index: number, place: number, frames: readonly TelemetryFrame[]): void {
    const { forgotten, added } = this.#ring.insert(index, frames.length);
    const row = index - forgotten;
    const kept = frames.slice(frames.length - added);
    this.#counts.taken += frames.length;
    this.#gaps.forEach((gap, at) => (gap.index += (at >= place ? added : 0) - forgotten));
    this.#enter(kept[0]?.instance_id, index, added, forgotten);
    const next = this.#ring.at(TIME, row + added);
    let time = this.#ring.at(TIME, row - 1);
    kept.forEach((frame, offset) => {
      time = between(time, Date.parse(frame.ts_ingest) / 1_000, next);
      this.#ring.set(TIME, row + offset, time);
      this.#ring.set(SEQ, row + offset, frame.seq);
      for (const [signal, value] of Object.entries(frame.values)) this.#write(signal, row + offset, value);
    });
    this.#say(kept, row, next);
    this.#tidy();
  }

  #write(signal: string, row: number, value: SignalValue): void {
    const known = typeof value.v === "number" && (value.q === "good" || value.q === "uncertain");
    if (known) this.#ring.set(`=${signal}`, row, value.v as number);
  }

  /** Note the changes of the text signals within new rows. */
  #say(frames: readonly TelemetryFrame[], row: number, next: number): void {
    for (const signal of TEXTS) {
      const found = frames.map((frame, offset) => ({ at: this.#ring.at(TIME, row + offset), value: textOf(frame.values[signal]) }));
      let changes = this.#changes.get(signal);
      if (changes === undefined) this.#changes.set(signal, (changes = new Changes()));
      if (Number.isNaN(next)) for (const { at, value } of found) changes.push(at, value);
      else changes.insert(found, next);
    }
  }

  /** Enter new rows into the list of runs. */
  #enter(instanceId: string | undefined, index: number, added: number, forgotten: number): void {
    if (instanceId === undefined) return;
    const before = this.#runs.filter((run) => run.index < index);
    const behind = this.#runs.filter((run) => run.index >= index).map((run) => ({ ...run, index: run.index + added }));
    if (before.at(-1)?.instanceId !== instanceId) before.push({ instanceId, index });
    if (behind[0]?.instanceId === instanceId) behind.shift();
    this.#runs = [...before, ...behind].map((run) => ({ ...run, index: run.index - forgotten }));
  }

  #forget(count: number): void {
    this.#ring.forget(count);
    for (const run of this.#runs) run.index -= count;
    for (const gap of this.#gaps) gap.index -= count;
    this.#tidy();
  }

  /** Forget runs, holes and texts that lie before the first sample. */
  #tidy(): void {
    if (this.#runs.some((run) => run.index < 0)) {
      const standing = this.#runs.findLastIndex((run) => run.index <= 0);
      this.#runs = this.#runs.slice(standing);
      (this.#runs[0] as Run).index = 0;
      this.#gaps = this.#gaps.filter((gap) => gap.index > 0 || (gap.index === 0 && gap.after !== null && this.#ring.free > 0));
      const first = this.#ring.at(TIME, 0);
      for (const changes of this.#changes.values()) changes.clearBefore(first);
    }
  }
}

/** A time, but not before the sample before it nor after the next one: a clock that was set back stands still here. */
function between(before: number, time: number, next: number): number {
  const at = time >= before || Number.isNaN(before) ? time : before;
  const known = Number.isNaN(at) ? before : at;
  return known > next ? next : known;
}

function textOf(value: SignalValue | undefined): string | null {
  return typeof value?.v === "string" && (value.q === "good" || value.q === "uncertain") ? value.v : null;
}
