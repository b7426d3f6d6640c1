/**
 * What all strips of one machine share: the window of time, pause, the crosshair, and the redraw. One call draws every strip from
 * one track and then says on the figure what was drawn, so that name, counts and canvas never speak of two machines.
 */
import type { Track } from "../telemetry/track";
import type { Band } from "./bands";
import type { Chart } from "./chart";
import { type Moment, ofRuns } from "./marks";
import { nearest, rowAfter, rowsIn, slice, type Slice, type Span } from "./slice";
import type { StripPlan } from "./strips";

/** Between two changes of the numbers beside the strips; faster ones cannot be read. */
const READING_MS = 200;
const NOTHING: Slice = { times: [], columns: [], rows: 0 };

/** What the numbers beside the strips say. */
export interface Reading {
  /** Seconds since 1970; NaN where nothing is known. */
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface Subject {
  readonly machineId: string;
  /** The machine's samples, or null while there are none. */
  readonly track: Track | null;
  readonly plans: readonly StripPlan[];
  readonly moments: readonly Moment[];
}

export class Board {
  /** Shown at present; null before the first sample. */
  span = $state.raw<Span | null>(null);
  paused = $state(false);
  /** Samples that came since the pause. */
  fresh = $state(0);
  /** Where the crosshair stands, in seconds since 1970, or null. */
  cross = $state<number | null>(null);
  reading = $state.raw<Reading>({ at: Number.NaN, values: {} });
  /** Everything that is marked, also what the samples themselves tell. */
  moments = $state.raw<readonly Moment[]>([]);

  figure: HTMLElement | null = null;
  seconds = 120;
  #subject: Subject = { machineId: "", track: null, plans: [], moments: [] };
  #held: number | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #strips = new Map<string, { chart: Chart; bands: () => readonly Band[]; width: () => number }>();

  /** What is shown from now on. Another machine is drawn at once: nothing of the one before stays on a canvas. */
  show(subject: Subject): void {
    const other = subject.machineId !== this.#subject.machineId;
    this.#subject = subject;
    if (!other) return;
    this.resume();
    this.cross = null;
    this.draw();
  }

  /** A strip joins, under the id of its plan; returns how it leaves. Its successor may have joined before that. */
  join(id: string, chart: Chart, bands: () => readonly Band[], width: () => number): () => void {
    const strip = { chart, bands, width };
    this.#strips.set(id, strip);
    return () => {
      if (this.#strips.get(id) === strip) this.#strips.delete(id);
    };
  }

  toggle(): void {
    if (this.paused) return this.resume();
    this.#held = this.#newest();
    this.paused = this.#held !== null;
  }

  resume(): void {
    this.paused = false;
    this.fresh = 0;
    this.#held = null;
  }

  /** Move the crosshair by samples; from nowhere it begins at the newest. */
  step(samples: number): void {
    const times = this.#track?.times;
    if (times === undefined || times.length === 0 || this.span === null) return;
    const [first, end] = rowsIn(times, this.span);
    const row = this.cross === null ? end - 1 : nearest(times, this.cross) + samples;
    this.cross = times[Math.min(end - 1, Math.max(first, row))] as number;
  }

  /** Draw every strip, now. */
  draw = (): void => {
    const track = this.#track;
    const to = this.#held ?? this.#newest();
    const span = to === null ? null : { from: to - this.seconds, to };
    this.span = span;
    const runs = track === null ? [] : ofRuns(track);
    this.moments = runs.length > 0 ? [...this.#subject.moments, ...runs] : this.#subject.moments;
    const holes = track === null || span === null ? [] : holesIn(track, span);
    for (const plan of this.#subject.plans) {
      const strip = this.#strips.get(plan.id);
      if (strip === undefined) continue;
      const signals = plan.lines.map(({ signal }) => signal);
      const empty = { ...NOTHING, columns: signals.map(() => []) };
      const shown = track === null || span === null ? empty : slice(track, signals, span, strip.width());
      strip.chart.draw({ span: span ?? { from: 0, to: this.seconds }, slice: shown, bands: strip.bands(), moments: this.moments, holes });
    }
    if (track !== null && this.#held !== null) this.fresh = track.length - rowAfter(track.times, this.#held);
    this.#stamp(track);
    this.#readSoon(track === null);
  };

  /** Renew the numbers beside the strips at their pace: the last ones are never left out. */
  #readSoon(now: boolean): void {
    const wait = now ? 0 : this.#readAt + READING_MS - performance.now();
    if (wait <= 0) this.read();
    else this.#later ??= setTimeout(() => this.read(), wait);
  }

  /** Draw no more. */
  close(): void {
    clearTimeout(this.#later);
  }

  /** Renew the numbers beside the strips: at the crosshair, or else the newest in the window. */
  read(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#readAt = performance.now();
    const track = this.#track;
    const times = track?.times;
    const row = times === undefined ? -1 : this.cross === null ? rowAfter(times, this.span?.to ?? Number.POSITIVE_INFINITY) - 1 : nearest(times, this.cross);
    if (track === null || times === undefined || row === -1) {
      this.reading = { at: Number.NaN, values: {} };
      return;
    }
    const signals = this.#subject.plans.flatMap(({ lines }) => lines.map(({ signal }) => signal));
    const values = Object.fromEntries(signals.map((signal) => [signal, track.column(signal)[row] ?? Number.NaN]));
    this.reading = { at: times[row] as number, values };
  }

  /** The samples of the machine that is named, and of no other. */
  get #track(): Track | null {
    const { track, machineId } = this.#subject;
    return track?.machineId === machineId ? track : null;
  }

  #newest(): number | null {
    return this.#track?.times.at(-1) ?? null;
  }

  #stamp(track: Track | null): void {
    if (this.figure === null) return;
    const { dataset } = this.figure;
    const seqs = track?.seqs;
    const drawn = track === null || this.#held === null ? (seqs?.length ?? 0) : rowAfter(track.times, this.#held);
    const counts = track?.counts ?? { taken: 0, missing: 0, repeated: 0, foreign: 0 };
    dataset["machine"] = this.#subject.machineId;
    dataset["instance"] = track?.instanceId ?? "";
    dataset["firstSeq"] = String(seqs?.[0] ?? 0);
    dataset["lastSeq"] = String(track?.lastSeq ?? 0);
    dataset["frames"] = String(counts.taken);
    dataset["missing"] = String(counts.missing);
    dataset["repeated"] = String(counts.repeated);
    dataset["foreign"] = String(counts.foreign);
    dataset["drawnAt"] = String(performance.timeOrigin + performance.now());
    dataset["drawnSeq"] = String(seqs?.[drawn - 1] ?? 0);
  }
}

/** Spans of a window in which samples are missing. */
function holesIn(track: Track, span: Span): Span[] {
  const whole = track.holes.map(({ at, until }) => ({ from: Number.isNaN(at) ? span.from : at, to: Number.isNaN(until) ? span.to : until }));
  return whole.filter(({ from, to }) => to >= span.from && from <= span.to);
}
