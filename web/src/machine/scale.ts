/**
 * How far a strip's scale reaches. It holds the plan's own range and every sample, in round numbers so that it does not
 * tremble. A limit is shown once the samples have come half the way to it: a far one would press the line flat.
 */
import type { Band } from "./bands";
import type { StripPlan } from "./strips";

/** Share of an upper limit at which it comes into sight. */
const NEAR = 0.5;
const STEPS = [1, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** Least and greatest value shown. `low` and `high` are the samples' own, null where there are none. */
export function reach(plan: StripPlan, bands: readonly Band[], low: number | null, high: number | null): [number, number] {
  const most = Math.max(plan.most, high ?? plan.most);
  const near = bands.filter(({ side, edge }) => side === "above" && edge <= most / NEAR).map(({ edge }) => edge * 1.08);
  const top = ceiling(Math.max(high === null ? plan.most : Math.max(high * 1.08, plan.most), ...near));
  const bottom = Math.min(plan.least, low ?? plan.least);
  return [bottom < 0 ? -ceiling(-bottom) : Math.min(bottom, plan.least), top];
}

/** Whether the edge of a band lies within a scale. */
export function inSight(band: Band, [low, high]: readonly [number, number]): boolean {
  return band.edge >= low && band.edge <= high;
}

/** The next round number that is not smaller. */
function ceiling(value: number): number {
  if (value <= 0) return 0;
  const size = 10 ** Math.floor(Math.log10(value));
  return size * (STEPS.find((step) => step * size >= value - size * 1e-9) ?? 10);
}
