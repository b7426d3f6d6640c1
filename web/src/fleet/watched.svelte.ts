/**
 * One machine as its tile shows it. What is read of it and what is streamed meet here, and the newer one counts; each field
 * is told apart, so that a sample touches its own tile and no other.
 */
import type { Machine, TelemetryFrame } from "../contracts/records";
import { instant } from "../time/words";
import { attention } from "./attention";
import { condition, obstacles } from "./condition";
import { feedLoad, figure, percent, spindleLoad, type Values, words } from "./load";

/** What is known of the time: the engine's own, and from when on data is too old. */
export interface Timing {
  /** The engine's time in ms since 1970. */
  readonly now: number;
  readonly staleMs: number;
}

const NOTHING: Values = {};

export class Watched {
  readonly id: string;
  readonly #timing: Timing;

  /** As it was read last. */
  machine = $state.raw() as Machine;
  values = $state.raw<Values>(NOTHING);
  execution = $state<string | null>(null);
  /** UTC time at which the newest values arrived at the engine, or null. */
  arrived = $state<string | null>(null);
  #instance: string | null = null;
  #seq = 0;

  constructor(machine: Machine, timing: Timing) {
    this.id = machine.id;
    this.#timing = timing;
    this.take(machine);
  }

  /** ms since the newest values arrived at the engine, or null where none ever did. */
  readonly age: number | null = $derived.by(() => {
    const at = instant(this.arrived);
    return at === null ? null : Math.max(0, this.#timing.now - at);
  });
  /** Whether the values are too old to speak for the present, or the engine says so. */
  readonly aged: boolean = $derived.by(() => this.machine.connection !== "online" || (this.age ?? 0) > this.#timing.staleMs);
  readonly condition = $derived.by(() =>
    condition({
      connection: this.machine.connection,
      execution: this.execution,
      interlocks: this.machine.state?.interlocks ?? null,
      aged: (this.age ?? 0) > this.#timing.staleMs,
    }),
  );
  readonly group: number = $derived.by(() => attention(this.condition.name, this.machine.last_decision, this.#timing.now));
  readonly obstacles: readonly string[] | null = $derived(obstacles(this.machine.state?.interlocks ?? null));
  readonly program: string | null = $derived(words(this.values, "program"));
  readonly spindle = $derived(spindleLoad(this.values));
  readonly feed = $derived(feedLoad(this.values, this.machine.sensors, this.machine.state?.setup ?? null));
  readonly spindleOverride: string = $derived(percent(figure(this.values, "spindle_override")));
  readonly feedOverride: string = $derived(percent(figure(this.values, "feed_override")));

  /** UTC time since when the machine is in its condition, or null: one that fell silent has been so since it last spoke. */
  readonly since: string | null = $derived(
    this.condition.name === "stale" && this.machine.connection === "online" ? this.arrived : (this.machine.state_since ?? null),
  );

  /** What was read. Values that were streamed since then stay. */
  take(machine: Machine): void {
    this.machine = machine;
    const { state } = machine;
    if (!state) return;
    if (state.instance_id === this.#instance && (state.seq ?? 0) < this.#seq) return;
    this.#instance = state.instance_id;
    this.#seq = state.seq ?? 0;
    this.values = state.values;
    this.execution = state.execution;
    this.arrived = state.ts_ingest;
  }

  /** A sample from the stream. True if it says that something else has to be read anew as well. */
  hear(frame: TelemetryFrame): boolean {
    const other = frame.instance_id !== this.#instance;
    if (other ? this.arrived !== null && frame.ts_ingest < this.arrived : frame.seq <= this.#seq) return false;
    const before = this.execution;
    this.#instance = frame.instance_id;
    this.#seq = frame.seq;
    this.values = frame.values;
    this.arrived = frame.ts_ingest;
    this.execution = executionOf(frame);
    return other || before !== this.execution || this.machine.connection !== "online";
  }
}

/** As the engine reads it: null where the machine has no such signal, UNAVAILABLE where it does not tell. */
function executionOf({ values }: TelemetryFrame): string | null {
  const value = values["execution"];
  if (value === undefined) return null;
  return value.v === null ? "UNAVAILABLE" : String(value.v);
}
