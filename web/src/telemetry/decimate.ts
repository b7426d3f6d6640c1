/**
 * Fewer points for the same picture: of the samples that share a pixel every line keeps its first, least, greatest and last
 * value. So no peak is lost, lines meet across pixels as they do in full, and what is unknown stays a break.
 */

/** Most points of one line on a pixel: twelve lines over 2,000 pixels stay under 100,000 points a redraw. */
export const PER_PIXEL = 4;

export interface Drawn {
  /** Seconds since 1970, never falling. */
  readonly times: number[];
  /** Per line its values at these times; null where they are unknown. */
  readonly columns: (number | null)[][];
}

/**
 * Rows `first` to before `end`, where a pixel is so many seconds wide.
 *
 * `breaks` are rows before which every line must break. Pixels stand on the clock and not on the first row, so that the
 * picture does not flicker as rows move on.
 */
export function decimate(
  times: Float64Array,
  sources: readonly Float64Array[],
  breaks: ReadonlySet<number>,
  [first, end]: readonly [number, number],
  pixel: number,
): Drawn {
  const drawn: Drawn = { times: [], columns: sources.map(() => []) };
  for (let row = first; row < end; ) {
    if (row > first && breaks.has(row)) unknownAt(drawn, times[row] as number);
    const until = (Math.floor((times[row] as number) / pixel) + 1) * pixel;
    let next = row + 1;
    while (next < end && (times[next] as number) < until && !breaks.has(next)) next += 1;
    if (next - row <= PER_PIXEL) keep(drawn, times, sources, row, next);
    else thin(drawn, times, sources, row, next);
    row = next;
  }
  return drawn;
}

function keep(drawn: Drawn, times: Float64Array, sources: readonly Float64Array[], row: number, end: number): void {
  for (let at = row; at < end; at += 1) {
    drawn.times.push(times[at] as number);
    sources.forEach((source, line) => drawn.columns[line]?.push(known(source[at])));
  }
}

function thin(drawn: Drawn, times: Float64Array, sources: readonly Float64Array[], row: number, end: number): void {
  const begin = times[row] as number;
  const last = times[end - 1] as number;
  // Lines share their times, so extremes stand at thirds of the pixel: less than a pixel from where they were.
  drawn.times.push(begin, begin + (last - begin) / 3, begin + ((last - begin) * 2) / 3, last);
  sources.forEach((source, line) => {
    const [one, other] = extremes(source, row, end);
    drawn.columns[line]?.push(known(source[row]), one, other, known(source[end - 1]));
  });
}

/** Least and greatest known value of some rows, in the order in which they came. */
function extremes(source: Float64Array, row: number, end: number): [number | null, number | null] {
  let least = -1;
  let most = -1;
  for (let at = row; at < end; at += 1) {
    const value = source[at] as number;
    if (Number.isNaN(value)) continue;
    if (least === -1 || value < (source[least] as number)) least = at;
    if (most === -1 || value > (source[most] as number)) most = at;
  }
  const rows = least <= most ? [least, most] : [most, least];
  return [known(source[rows[0] as number]), known(source[rows[1] as number])];
}

function unknownAt(drawn: Drawn, time: number): void {
  drawn.times.push(time);
  for (const column of drawn.columns) column.push(null);
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
