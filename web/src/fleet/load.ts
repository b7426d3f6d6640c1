/** The figures of a tile: a number with its unit and a share to be drawn, or a dash. What no machine said is never zero. */
import type { MachineState, SignalValue } from "../contracts/records";
import { UNKNOWN } from "../time/words";

export type Values = Readonly<Record<string, SignalValue>>;
type Setup = MachineState["setup"];

export interface Load {
  readonly label: string;
  readonly text: string;
  /** What the bar shows, 0 to 1 and beyond; null where there is nothing to draw. */
  readonly share: number | null;
}

const AXES = ["x", "y", "z"] as const;
const HOLDS = new Set(["good", "uncertain", "stale"]);

/** A signal's number, or null where it is not there, not a number, or known to be wrong. */
export function figure(values: Values, name: string): number | null {
  const value = values[name];
  return value !== undefined && HOLDS.has(value.q) && typeof value.v === "number" ? value.v : null;
}

/** A signal's text, or null where the machine does not tell it. */
export function words(values: Values, name: string): string | null {
  const value = values[name];
  return value !== undefined && HOLDS.has(value.q) && typeof value.v === "string" && value.v !== "" ? value.v : null;
}

/** A number of percent, to the nearest one. */
export function percent(value: number | null): string {
  return value === null ? UNKNOWN : `${Math.round(value)} %`;
}

export function spindleLoad(values: Values): Load {
  return ofRated("Spindle load", figure(values, "spindle_load"));
}

/** The hardest loaded axis; of a machine that reports none, the feed against the one that is set. The label says which. */
export function feedLoad(values: Values, sensors: readonly string[], setup: Setup | null): Load {
  const reporting = AXES.filter((axis) => sensors.includes(`axis_load_${axis}`));
  if (reporting.length === 0) return feedOfSet(values, setup);
  let hardest: Load | null = null;
  let most = -1;
  for (const axis of reporting) {
    const load = figure(values, `axis_load_${axis}`);
    if (load === null || Math.abs(load) <= most) continue;
    most = Math.abs(load);
    hardest = ofRated(`Axis load ${axis.toUpperCase()}`, load);
  }
  return hardest ?? ofRated("Axis load", null);
}

function ofRated(label: string, value: number | null): Load {
  return { label, text: percent(value), share: value === null ? null : Math.abs(value) / 100 };
}

function feedOfSet(values: Values, setup: Setup | null): Load {
  const feed = figure(values, "feed_rate");
  const set = setup?.feed_rate ?? null;
  const text = feed === null ? UNKNOWN : `${Math.round(feed)} mm/min`;
  return { label: "Feed of set", text, share: feed === null || set === null || set <= 0 ? null : feed / set };
}
