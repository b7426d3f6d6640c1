/**
 * The rows of a track that a window shows, as charts take them: an unknown number is null, a hole breaks the line, and what
 * is too dense to be seen is drawn by the least and greatest value of every pixel, so that no peak is lost.
 */
import type { Track } from "../telemetry/track";

/** Rows on a pixel beyond which lines are thinned: with twelve signals, at 100,000 points on a screen of 2,000 pixels. */
export const ROWS_PER_PX = 4;

export interface Span {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface Slice {
  readonly times: number[];
  readonly columns: readonly (number | null)[][];
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
  const breaks = new Set(track.breaks);
  const dense = end - first > ROWS_PER_PX * width;
  return dense ? thinned(times, sources, breaks, [first, end], width) : full(times, sources, breaks, [first, end]);
}

type Rows = readonly [number, number];

function full(times: Float64Array, sources: readonly Float64Array[], breaks: ReadonlySet<number>, [first, end]: Rows): Slice {
  const found: number[] = [];
  const columns: (number | null)[][] = sources.map(() => []);
  for (let row = first; row < end; row += 1) {
    if (row > first && breaks.has(row)) gap(found, columns, times[row] as number);
    found.push(times[row] as number);
    for (let at = 0; at < sources.length; at += 1) (columns[at] as (number | null)[]).push(known(sources[at]?.[row]));
  }
  return { times: found, columns, rows: end - first };
}

function thinned(
  times: Float64Array,
  sources: readonly Float64Array[],
  breaks: ReadonlySet<number>,
  [first, end]: Rows,
  buckets: number,
): Slice {
  const found: number[] = [];
  const columns: (number | null)[][] = sources.map(() => []);
  const begin = times[first] as number;
  const width = ((times[end - 1] as number) - begin) / buckets || 1;
  for (let row = first; row < end; ) {
    if (row > first && breaks.has(row)) gap(found, columns, times[row] as number);
    // Buckets stand on the clock, not on the window, so that what is drawn does not swim as the window moves.
    const until = (Math.floor((times[row] as number) / width) + 1) * width;
    let last = row + 1;
    while (last < end && (times[last] as number) < until && !breaks.has(last)) last += 1;
    found.push(times[row] as number, times[last - 1] as number);
    for (let at = 0; at < sources.length; at += 1) extremes(sources[at] as Float64Array, row, last, columns[at] as (number | null)[]);
    row = last;
  }
  return { times: found, columns, rows: end - first };
}

/** Least and greatest known value of some rows, in the order in which they came. */
function extremes(source: Float64Array, row: number, last: number, into: (number | null)[]): void {
  let least = -1;
  let most = -1;
  for (let at = row; at < last; at += 1) {
    const value = source[at] as number;
    if (Number.isNaN(value)) continue;
    if (least === -1 || value < (source[least] as number)) least = at;
    if (most === -1 || value > (source[most] as number)) most = at;
  }
  const [one, other] = least <= most ? [least, most] : [most, least];
  into.push(known(source[one]), known(source[other]));
}

function gap(times: number[], columns: readonly (number | null)[][], before: number): void {
  times.push(before);
  for (const column of columns) column.push(null);
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
