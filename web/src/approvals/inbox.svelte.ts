/**
 * What waits for a person: read once, then kept by the log's events, one record read again per event. Nothing is polled
 * and nothing is assumed: an approval counts as decided when the engine says so. One that is decided while it is looked at
 * stays in its place with its outcome until it is put away, so that nothing vanishes under anybody's hand.
 */
import { untrack } from "svelte";
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import type { Approval, EngineEvent } from "../contracts/records";
import { inOrder } from "./order";

const PAGE = 200;
/** Most pending approvals that are read. A longer inbox is said to be cut. */
export const PENDING_MAX = 1_000;
export const LATELY_MAX = 20;
const SUBJECT = "approval/";

export interface Pending {
  readonly items: Approval[];
  /** Whether there are more than were read. */
  readonly cut: boolean;
}

export class Inbox {
  readonly pending = new Loaded<Pending>((signal) => readPending(signal));
  readonly lately = new Loaded<Approval[]>((signal) => readLately(signal));
  /** Approvals that were decided or ran out while this page showed them, by id. */
  settled = $state.raw<ReadonlyMap<string, Approval>>(new Map());

  /** What is shown, in order: what waits, and what was settled and not put away yet. */
  readonly shown: Approval[] = $derived(inOrder([...(this.pending.value?.items ?? []), ...this.settled.values()]));

  /** Read, and follow the log; returns how to stop. */
  follow(): () => void {
    void this.#read();
    const stops = [log.on("approval.", (event) => void this.#heard(event)), log.onResumed(() => void this.#read())];
    return () => {
      stops.forEach((stop) => stop());
      this.pending.close();
      this.lately.close();
      this.settled = new Map();
    };
  }

  /** Take an approval as the engine just answered it. */
  take(approval: Approval): void {
    const known = this.pending.value;
    if (known === null) return;
    const others = known.items.filter((item) => item.id !== approval.id);
    if (approval.status === "pending") {
      this.pending.value = { ...known, items: [...others, approval] };
      return;
    }
    const wasShown = others.length < known.items.length || this.settled.has(approval.id);
    this.pending.value = { ...known, items: others };
    if (wasShown) this.settled = new Map(this.settled).set(approval.id, approval);
    const rest = (this.lately.value ?? []).filter((item) => item.id !== approval.id);
    if (this.lately.value !== null) this.lately.value = [approval, ...rest].slice(0, LATELY_MAX);
  }

  /** Put a settled approval away. */
  dismiss(id: string): void {
    const left = new Map(this.settled);
    left.delete(id);
    this.settled = left;
  }

  async #read(): Promise<void> {
    // Whoever starts this in an effect must not start it again for every value that arrives.
    const seen = untrack(() => this.pending.value?.items ?? []);
    await Promise.all([this.pending.load(), this.lately.load()]);
    const left = new Set(this.pending.value?.items.map((item) => item.id));
    // What was settled while the line was cut is found by asking, since its event belongs to the time before.
    for (const { id } of seen) if (!left.has(id)) await this.#refresh(id, true);
  }

  async #heard(event: EngineEvent): Promise<void> {
    await this.#refresh(event.subject.slice(SUBJECT.length), false);
  }

  async #refresh(id: string, wasShown: boolean): Promise<void> {
    try {
      const approval = await answer(engine.GET("/v1/approvals/{id}", { params: { path: { id } } }));
      if (wasShown && approval.status !== "pending") this.settled = new Map(this.settled).set(id, approval);
      this.take(approval);
    } catch {
      // One record could not be read, so the list is not known to be current: read it, and show its failure as its own.
      await this.pending.load();
    }
  }
}

async function readPending(signal: AbortSignal): Promise<Pending> {
  const items: Approval[] = [];
  let cursor: string | null = null;
  do {
    const query = { status: "pending" as const, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: { items: Approval[]; next_cursor?: string | null } = await answer(engine.GET("/v1/approvals", { params: { query }, signal }));
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null && items.length < PENDING_MAX);
  return { items, cut: cursor !== null };
}

async function readLately(signal: AbortSignal): Promise<Approval[]> {
  const page = await answer(engine.GET("/v1/approvals", { params: { query: { limit: PAGE } }, signal }));
  const settled = page.items.filter((item) => item.status !== "pending");
  const at = (item: Approval): string => item.decided_at ?? item.expires_at;
  return settled.sort((one, other) => (at(one) < at(other) ? 1 : -1)).slice(0, LATELY_MAX);
}
