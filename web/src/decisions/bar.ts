/** Where observed and limit stand on a bar, as shares of its length, with everything in sight and zero included. */
export interface Bar {
  /** Where the fill begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** Whether the limit is the upper end of what is admissible, or its lower one. */
  readonly side: "max" | "min";
  readonly violated: boolean;
}

/** Room beyond the outermost value, so that neither stands on the edge. */
const ROOM = 1.08;

/** Null where there is nothing to measure: a bar of guessed numbers would be worse than none. */
export function bar(observed: unknown, limit: unknown, margin: unknown): Bar | null {
  if (typeof observed !== "number" || typeof limit !== "number" || typeof margin !== "number") return null;
  if (![observed, limit, margin].every(Number.isFinite)) return null;
  const low = Math.min(0, observed, limit) * ROOM;
  const high = Math.max(0, observed, limit) * ROOM;
  if (high === low) return null;
  const place = (value: number) => (value - low) / (high - low);
  const inside = limit - observed;
  const side = margin === 0 || Math.sign(inside) === Math.sign(margin) ? "max" : "min";
  return { from: Math.min(place(0), place(observed)), to: Math.max(place(0), place(observed)), limit: place(limit), side, violated: margin < 0 };
}
