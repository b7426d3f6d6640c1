/** Which rows of a wall of tiles are worth having in the page: those in sight, and a few around them. */

export interface Rows {
  /** First row, counted from 0. */
  readonly first: number;
  /** The row after the last. */
  readonly end: number;
}

/** How many tiles fit side by side, one at least. All in px. */
export function columns(width: number, narrowest: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (narrowest + gap)));
}

/**
 * The rows in sight with `around` more on either side.
 *
 * @param top where the wall begins, in px below the upper edge of the window; negative once it is scrolled past
 * @param height of the window in px
 * @param pitch from one row to the next in px
 * @param rows how many there are
 */
export function inSight(top: number, height: number, pitch: number, rows: number, around: number): Rows {
  const first = Math.floor(-top / pitch) - around;
  const end = Math.ceil((height - top) / pitch) + around;
  return { first: clamp(first, rows), end: clamp(end, rows) };
}

function clamp(row: number, rows: number): number {
  return Math.min(rows, Math.max(0, row));
}
