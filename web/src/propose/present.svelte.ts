/** What the form measures against: how the machine is set now, what it is held to, and the cards that a proposal may name. */
import type { components } from "../contracts/api.gen";
import type { EngineEvent, MachineState } from "../contracts/records";
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import { UNITS, type ValueField } from "./fields";

export type Limit = components["schemas"]["MachineLimit"];
export type Setup = MachineState["setup"];
const PAGE = 200;

/** A card as the form names it. */
export interface Card {
  readonly id: string;
  readonly name: string;
}

export interface Cards {
  readonly tools: readonly Card[];
  readonly materials: readonly Card[];
}

export class Present {
  readonly setup: Loaded<Setup | null>;
  readonly limits: Loaded<readonly Limit[]>;
  readonly cards = new Loaded<Cards>(readCards);
  readonly #subject: string;

  constructor(machine: string) {
    const params = { path: { id: machine } };
    this.#subject = `machine/${machine}`;
    this.setup = new Loaded(async (signal) => (await answer(engine.GET("/v1/machines/{id}", { params, signal }))).state?.setup ?? null);
    this.limits = new Loaded(async (signal) => (await answer(engine.GET("/v1/machines/{id}/limits", { params, signal }))).items);
  }

  /** Read, and stay current until the returned function is called. */
  follow(): () => void {
    const all = [this.setup, this.limits, this.cards];
    for (const each of all) void each.load();
    const changed = (event: EngineEvent) => {
      if (event.topic === this.#subject || event.subject === this.#subject) void this.setup.load();
    };
    const stops = [
      log.on("proposal.executed", changed),
      log.on("machine.state", changed),
      log.on("policy.", () => void this.limits.load()),
      log.onResumed(() => void this.setup.load()),
    ];
    return () => {
      stops.forEach((stop) => stop());
      for (const each of all) each.close();
    };
  }
}

/** How a value is set now, in the unit that the engine works in; null if that is unknown. */
export function presentOf(setup: Setup | null, field: ValueField): string | null {
  if (setup === null) return null;
  const value = field.name.startsWith("offset_") ? setup.offsets?.[field.name.slice("offset_".length)] : (setup as unknown as Record<string, unknown>)[field.name];
  return typeof value === "number" ? `${value} ${UNITS[field.dimension][0]}` : null;
}

/** What a field is held to, in words; null if there is no limit of it. */
export function boundsOf(limits: readonly Limit[], name: string): string | null {
  const mine = limits.find(({ field }) => field === name);
  if (mine === undefined) return null;
  const { min, max, unit } = mine;
  if (min !== null && max !== null) return `${min.value} to ${max.value} ${unit}`;
  if (min !== null) return `at least ${min.value} ${unit}`;
  return max !== null ? `at most ${max.value} ${unit}` : null;
}

async function readCards(signal: AbortSignal): Promise<Cards> {
  const params = { query: { limit: PAGE } };
  const [tools, materials] = await Promise.all([
    answer(engine.GET("/v1/tools", { params, signal })),
    answer(engine.GET("/v1/materials", { params, signal })),
  ]);
  return { tools: tools.items, materials: materials.items };
}
