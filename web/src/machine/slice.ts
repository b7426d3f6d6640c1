/**
 * The rows of a track that a window shows, as charts take them: an unknown number is null, a hole breaks the line, and of
 * what is too dense to be seen no peak is lost.
 */
import { decimate, type Drawn } from "../telemetry/decimate";
import type { Track } from "../telemetry/track";

export interface Span {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface Slice extends Drawn {
  /** Rows of the track that it stands for. */
  readonly rows: number;
}

type Source = Pick<Track, "times" | "column" | "breaks">;

/** First row at or after a time. */
export function rowAt(times: Float64Array, seconds: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First row after a time: so many rows are not later. */
export function rowAfter(times: Float64Array, seconds: number): number {
  let row = rowAt(times, seconds);
  while (row < times.length && (times[row] as number) <= seconds) row += 1;
  return row;
}

/** The row that lies nearest to a time, or -1 where there is none. */
export function nearest(times: Float64Array, seconds: number): number {
  const after = rowAt(times, seconds);
  if (after === 0) return times.length === 0 ? -1 : 0;
  if (after === times.length) return after - 1;
  return (times[after] as number) - seconds < seconds - (times[after - 1] as number) ? after : after - 1;
}

/** Rows of the window, and one on either side so that lines run to the edge. */
export function rowsIn(times: Float64Array, span: Span): [number, number] {
  return [Math.max(0, rowAt(times, span.from) - 1), Math.min(times.length, rowAt(times, span.to) + 1)];
}

/** What a window shows of some signals on so many pixels. */
export function slice(track: Source, signals: readonly string[], span: Span, width: number): Slice {
  const times = track.times;
  const [first, end] = rowsIn(times, span);
  const sources = signals.map((signal) => track.column(signal));
  const drawn = decimate(times, sources, new Set(track.breaks), [first, end], (span.to - span.from) / width);
  return { ...drawn, rows: end - first };
}
