/**
 * Every machine with what is known of it now: read once with states and newest verdicts, then kept current by the
 * all-machines stream (at most one sample a machine and second) and by the log.
 */
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import type { Machine } from "../contracts/records";

const PAGE = 200;

class Fleet {
  readonly machines = new Loaded<Machine[]>((signal) => readAll(signal));

  /** Ids in the order of the list, or null until the list has arrived. */
  readonly ids: string[] | null = $derived(this.machines.value?.map((machine) => machine.id) ?? null);

  machine(id: string): Machine | undefined {
    return this.machines.value?.find((machine) => machine.id === id);
  }
}

async function readAll(signal: AbortSignal): Promise<Machine[]> {
  const found: Machine[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = cursor === null ? { limit: PAGE } : { limit: PAGE, cursor };
    const page: { items: Machine[]; next_cursor?: string | null } = await answer(
      engine.GET("/v1/machines", { params: { query }, signal }),
    );
    found.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return found;
}

export const fleet = new Fleet();
