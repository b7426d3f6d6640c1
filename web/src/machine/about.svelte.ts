/**
 * What is read about one machine beside its samples: its record, its limits, the quarantines on it and the decisions about it.
 * Made anew for every machine, so nothing read for one is ever shown for another.
 */
import { SvelteMap } from "svelte/reactivity";
import type { ConditionFrame, DecisionFrame, Machine, MachineLimit, ProposalRecord } from "../contracts/records";
import type { components } from "../contracts/api.gen";
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import { feed } from "../telemetry/feed.svelte";
import { type Decided, fromFrame, fromRecord, merged, type Moment, ofCondition, ofDecision } from "./marks";

export type Quarantine = components["schemas"]["Quarantine"];

const DECISIONS = 50;
const QUARANTINES = 200;
/** Conditions that are remembered. */
const MOMENTS_MAX = 200;
/** Decisions that are remembered beside those that are listed. */
const STREAMED_MAX = 200;
/** The set-up and the interlocks are in no frame, so the record is read again this often while the page is seen. */
const RECORD_MS = 5_000;

export class About {
  readonly machineId: string;
  readonly machine: Loaded<Machine>;
  readonly limits: Loaded<MachineLimit[]>;
  readonly quarantines: Loaded<Quarantine[]>;
  readonly proposals: Loaded<ProposalRecord[]>;
  /** Decisions that came over the stream, by id. */
  readonly #streamed = new SvelteMap<string, Decided>();
  #conditions = $state.raw<readonly Moment[]>([]);

  constructor(machineId: string) {
    this.machineId = machineId;
    const path = { id: machineId };
    const subject = `machine/${machineId}`;
    this.machine = new Loaded((signal) => answer(engine.GET("/v1/machines/{id}", { params: { path }, signal })));
    this.limits = new Loaded(async (signal) => (await answer(engine.GET("/v1/machines/{id}/limits", { params: { path }, signal }))).items);
    this.proposals = new Loaded(
      async (signal) => (await answer(engine.GET("/v1/proposals", { params: { query: { subject, limit: DECISIONS } }, signal }))).items,
    );
    this.quarantines = new Loaded(async (signal) => {
      const query = { status: "active", limit: QUARANTINES } as const;
      const { items } = await answer(engine.GET("/v1/quarantines", { params: { query }, signal }));
      return items.filter(({ machine }) => machine === null || machine === machineId);
    });
  }

  /** Newest first, each once. */
  readonly decisions: readonly Decided[] = $derived.by(() => merged((this.proposals.value ?? []).map(fromRecord), [...this.#streamed.values()]));

  /** What is marked on the strips, without what the samples themselves tell. */
  readonly moments: readonly Moment[] = $derived.by(() => [
    ...this.decisions.map(ofDecision).filter((moment) => moment !== null),
    ...this.#conditions,
  ]);

  /** Begin to read and to follow; returns how to stop. */
  open(): () => void {
    const all = [this.machine, this.limits, this.quarantines, this.proposals];
    for (const loaded of all) void loaded.load();
    const again = setInterval(() => !document.hidden && this.machine.renew(), RECORD_MS);
    const stops = [
      feed.onDecision((frame) => this.#decided(frame)),
      feed.onCondition((frame) => this.#changed(frame)),
      log.on("proposal.", ({ topic, subject }) => [topic, subject].includes(`machine/${this.machineId}`) && this.proposals.renew()),
      log.on("quarantine.", () => this.quarantines.renew()),
      log.on("policy.loaded", () => this.limits.renew()),
      log.onResumed(() => this.#anew(all)),
      () => clearInterval(again),
    ];
    return () => {
      for (const stop of stops) stop();
      for (const loaded of all) loaded.close();
    };
  }

  /** The line was cut, and it may be another engine that has answered: only what is listed now was decided by this one. */
  #anew(all: readonly Loaded<unknown>[]): void {
    this.#streamed.clear();
    for (const loaded of all) loaded.renew();
  }

  #decided(frame: DecisionFrame): void {
    if (frame.machine_id !== this.machineId) return;
    const decided = fromFrame(frame);
    if (decided === null) return;
    this.#streamed.set(decided.id, decided);
    for (const id of [...this.#streamed.keys()].slice(0, -STREAMED_MAX)) this.#streamed.delete(id);
  }

  #changed(frame: ConditionFrame): void {
    if (frame.machine_id !== this.machineId) return;
    this.#conditions = [...this.#conditions, ofCondition(frame, Date.now() / 1_000)].slice(-MOMENTS_MAX);
    this.machine.renew();
  }
}
