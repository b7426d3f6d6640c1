/**
 * Which strips a machine has: one per quantity, so that no strip has two scales. A machine without a signal has no line for
 * it, and no strip where no line is left.
 */

/** One signal's line. Told apart by its dashes and its tag at the end as well as by its colour. */
export interface Line {
  readonly signal: string;
  readonly label: string;
  /** What stands at the line's end; "" where the strip has one line only. */
  readonly tag: string;
  /** Number of the colour among the custom properties `--series-n`. */
  readonly colour: number;
  /** Lengths of strokes and pauses in px; none for a full line. */
  readonly dash: readonly number[];
  /** Names under which limits speak of this signal. */
  readonly fields: readonly string[];
}

export interface StripPlan {
  readonly key: string;
  /** Its key with its lines: another machine's strip of the same quantity may have other lines, and then is another strip. */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Decimals of its numbers. */
  readonly digits: number;
  /** What the scale shows whatever the samples are. */
  readonly least: number;
  readonly most: number;
  readonly lines: readonly Line[];
}

const DASHES = { full: [], long: [9, 4], short: [4, 3], dots: [1.5, 3] } as const;

function line(signal: string, label: string, colour: number, more: Partial<Line> = {}): Line {
  return { signal, label, colour, tag: "", dash: DASHES.full, fields: [signal], ...more };
}

const PLANS: readonly Omit<StripPlan, "id">[] = [
  {
    key: "load",
    title: "Load",
    unit: "%",
    digits: 1,
    least: 0,
    most: 100,
    lines: [
      line("spindle_load", "Spindle", 1, { tag: "S" }),
      line("axis_load_x", "X axis", 2, { tag: "X", dash: DASHES.long }),
      line("axis_load_y", "Y axis", 3, { tag: "Y", dash: DASHES.short }),
      line("axis_load_z", "Z axis", 4, { tag: "Z", dash: DASHES.dots }),
    ],
  },
  // What is measured is the speed after the override, so limits of the set value and of the effective one both bear on it.
  { key: "speed", title: "Spindle speed", unit: "rev/min", digits: 0, least: 0, most: 100, lines: [line("spindle_speed", "Speed", 1, { fields: ["effective_speed", "spindle_speed"] })] },
  { key: "feed", title: "Feed", unit: "mm/min", digits: 0, least: 0, most: 100, lines: [line("feed_rate", "Feed", 2, { fields: ["effective_feed", "feed_rate"] })] },
  {
    key: "overrides",
    title: "Overrides",
    unit: "%",
    digits: 0,
    least: 0,
    most: 150,
    lines: [
      line("spindle_override", "Spindle", 1, { tag: "S" }),
      line("feed_override", "Feed", 2, { tag: "F", dash: DASHES.long }),
    ],
  },
  { key: "vibration", title: "Vibration", unit: "mm/s", digits: 2, least: 0, most: 2, lines: [line("vibration", "Vibration", 5)] },
  { key: "temperature", title: "Temperature", unit: "°C", digits: 1, least: 10, most: 40, lines: [line("spindle_temperature", "Spindle", 6)] },
  { key: "power", title: "Cutting power", unit: "kW", digits: 2, least: 0, most: 1, lines: [line("cutting_power", "Power", 4)] },
  { key: "coolant", title: "Coolant", unit: "L/min", digits: 1, least: 0, most: 10, lines: [line("coolant_flow", "Flow", 3)] },
];

/** The strips of a machine with these signals. */
export function stripsFor(sensors: readonly string[]): StripPlan[] {
  return PLANS.map((plan) => {
    const lines = plan.lines.filter(({ signal }) => sensors.includes(signal));
    return { ...plan, lines, id: [plan.key, ...lines.map(({ signal }) => signal)].join(" ") };
  }).filter(({ lines }) => lines.length > 0);
}
