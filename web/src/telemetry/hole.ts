/** Frames that are not there, between two that are. A hole is shown, filled where the engine still has the frames, never drawn over. */

/** A sequence number that was passed over without a word. */
export const JUMPED = "page.jumped";
/** Nothing listened from the last frame on until something listened again. */
export const INTERRUPTED = "page.interrupted";
/** Earlier history that is being read. */
export const UNREAD = "page.unread";
/** Why there is a hole: a code of the engine's gap frames, or one of this page. */
export type HoleCode = `TELEM.${string}` | typeof JUMPED | typeof INTERRUPTED | typeof UNREAD;

export interface Position {
  readonly instanceId: string;
  readonly seq: number;
}

/** A hole as it is kept. Positions within the track are rows, which move; what is shown of it has times. */
export interface Gap {
  code: string;
  /** Rows before it. */
  index: number;
  /** The run in which it ends. */
  instanceId: string;
  /** First missing frame, in the run in which it ends. */
  from: number;
  /** Last missing frame; null while no frame has followed. */
  to: number | null;
  /** What the engine can be asked from to fill it; null where nothing more can be had. */
  after: Position | null;
}

/** A hole as it is shown. */
export interface Hole {
  readonly code: string;
  readonly instanceId: string;
  readonly from: number;
  readonly to: number | null;
  /** Frames that are missing, as far as that is known. */
  readonly missing: number;
  /** Arrival of the last sample before it in seconds since 1970; NaN at the beginning. */
  readonly at: number;
  /** Arrival of the first sample after it; NaN while there is none. */
  readonly until: number;
  /** Whether nothing more can be had; until then it is being filled. */
  readonly settled: boolean;
}

/** Frames missing in a gap, as far as is known. */
export function missingIn(gap: Gap): number {
  return gap.to === null ? 0 : Math.max(0, gap.to - gap.from + 1);
}
