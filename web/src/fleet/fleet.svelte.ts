/**
 * Every machine as the list has it: with its state and its newest verdict at the time of reading. It is read at the start
 * and whenever the log is back after a cut; only the fleet view keeps it more current than that.
 */
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import type { Machine } from "../contracts/records";

const PAGE = 200;

class Fleet {
  readonly machines = new Loaded<Machine[]>((signal) => readAll(signal));

  /** Ids in the order of the list, or null until the list has arrived. */
  readonly ids: string[] | null = $derived(this.machines.value?.map((machine) => machine.id) ?? null);

  constructor() {
    log.onResumed(() => void this.machines.load());
  }

  machine(id: string): Machine | undefined {
    return this.machines.value?.find((machine) => machine.id === id);
  }
}

async function readAll(signal: AbortSignal): Promise<Machine[]> {
  const found: Machine[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; with_state: boolean; cursor?: string } =
      cursor === null ? { limit: PAGE, with_state: true } : { limit: PAGE, with_state: true, cursor };
    const page: { items: Machine[]; next_cursor?: string | null } = await answer(
      engine.GET("/v1/machines", { params: { query }, signal }),
    );
    found.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return found;
}

export const fleet = new Fleet();
