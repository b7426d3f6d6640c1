/** How long to wait before the next try: doubling from half a second to ten, with jitter so that pages do not march in step. */
export const FIRST_MS = 500;
export const LONGEST_MS = 10_000;

/** Milliseconds before try number `attempt`, counted from 1. `draw` is uniform in [0, 1). */
export function backoffMs(attempt: number, draw: number = Math.random()): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return ceiling * (0.5 + 0.5 * draw);
}
