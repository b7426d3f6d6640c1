/**
 * What waits for a person: read once, then kept by the log's events, one record read again per event. Nothing is polled
 * and nothing is assumed: an approval counts as decided when the engine says so. One that is decided while it is looked at
 * stays in its place with its outcome until it is put away, so that nothing vanishes under anybody's hand.
 *
 * Lists and single records are under way at the same time and may arrive in any order. A list says nothing against a record
 * that came after the list was asked for, and of two states of one approval the later revision holds.
 */
import { untrack } from "svelte";
import { answer, engine } from "../engine/client";
import { Failure } from "../engine/failure";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import type { Approval, EngineEvent } from "../contracts/records";
import { inOrder } from "./order";

const PAGE = 200;
/** Most pending approvals that are read. A longer inbox is said to be cut. */
export const PENDING_MAX = 1_000;
export const LATELY_MAX = 20;
/** Read of each way in which an approval is settled. */
const LATELY_PAGE = 50;
/** Beyond so many records that were read one by one the lists are read anew. */
const SINGLE_MAX = 500;
const WAYS = ["approved", "denied", "rework", "expired", "consumed"] as const;
const SUBJECT = "approval/";

export interface Pending {
  readonly items: readonly Approval[];
  /** Whether there are more than were read. */
  readonly cut: boolean;
}

/** A record that was read by itself, and during which turn of reading the lists. */
interface Single {
  readonly approval: Approval;
  readonly turn: number;
}

export class Inbox {
  readonly pending = new Loaded<Pending & { readonly turn: number }>((signal) => this.#readPending(signal));
  readonly lately = new Loaded<readonly Approval[]>((signal) => readLately(signal));
  #singles = $state.raw<ReadonlyMap<string, Single>>(new Map());
  /** Ids of what was shown as pending and is to be kept in sight. */
  #kept = $state.raw<ReadonlySet<string>>(new Set());
  #turn = 0;

  /** What waits, as far as is known. */
  readonly #waiting: readonly Approval[] = $derived.by(() => {
    const list = this.pending.value;
    if (list === null) return [];
    const after = [...this.#singles.values()].filter(({ turn }) => turn >= list.turn).map(({ approval }) => approval);
    return newest([...list.items, ...after]).filter(({ status }) => status === "pending");
  });
  /** Approvals that were decided or ran out while this page showed them, by id. */
  readonly settled: ReadonlyMap<string, Approval> = $derived(
    new Map([...this.#singles].flatMap(([id, { approval }]) => (this.#kept.has(id) && approval.status !== "pending" ? [[id, approval] as const] : []))),
  );
  /** What is shown, in order: what waits, and what was settled and not put away yet. */
  readonly shown: Approval[] = $derived(inOrder(newest([...this.#waiting, ...this.settled.values()])));
  /** What was settled lately, the newest first. */
  readonly done: readonly Approval[] = $derived(
    latest(newest([...(this.lately.value ?? []), ...[...this.#singles.values()].map(({ approval }) => approval)])),
  );

  /** Read, and follow the log; returns how to stop. */
  follow(): () => void {
    this.#read();
    const stops = [log.on("approval.", (event) => void this.#heard(event)), log.onResumed(() => this.#read())];
    return () => {
      stops.forEach((stop) => stop());
      this.pending.close();
      this.lately.close();
    };
  }

  /** Take an approval as the engine just answered it; `turn` is the one in which it was asked for. */
  take(approval: Approval, turn = this.#turn): void {
    const { id } = approval;
    const known = this.#singles.get(id);
    if (known && known.approval.revision > approval.revision) return;
    if (approval.status !== "pending" && this.#waiting.some((item) => item.id === id)) this.#kept = new Set(this.#kept).add(id);
    this.#singles = new Map(this.#singles).set(id, { approval, turn });
    if (this.#singles.size > SINGLE_MAX) this.#read();
  }

  /** Put a settled approval away. */
  dismiss(id: string): void {
    this.#kept = new Set([...this.#kept].filter((kept) => kept !== id));
  }

  /** Put all that is settled away. */
  dismissAll(): void {
    this.#kept = new Set();
  }

  #read(): void {
    // Whoever starts this in an effect must not start it again for every value that arrives.
    untrack(() => {
      void this.pending.load();
      void this.lately.load();
    });
  }

  async #readPending(signal: AbortSignal): Promise<Pending & { turn: number }> {
    const turn = (this.#turn += 1);
    const seen = untrack(() => this.#waiting.map(({ id }) => id));
    const list = await readPending(signal);
    const left = new Set(list.items.map(({ id }) => id));
    const gone = new Set(seen.filter((id) => !left.has(id)));
    // What was settled while the line was cut is found by asking, since its event belongs to the time before.
    for (const id of gone) {
      try {
        await this.#ask(id, signal);
      } catch (error) {
        // Another engine may stand at this address: it has never heard of what the one before asked.
        if (Failure.from(error).status !== 404) throw error;
      }
    }
    const old = ([id, { turn: at, approval }]: [string, Single]): boolean => at < turn && !(this.#kept.has(id) && approval.status !== "pending");
    this.#singles = new Map([...this.#singles].filter((entry) => !old(entry)));
    return { ...list, turn };
  }

  async #heard(event: EngineEvent): Promise<void> {
    try {
      await this.#ask(event.subject.slice(SUBJECT.length));
    } catch {
      // One record could not be read, so the list is not known to be current: read it, and show its failure as its own.
      await this.pending.load();
    }
  }

  async #ask(id: string, signal?: AbortSignal): Promise<void> {
    const turn = this.#turn;
    this.take(await answer(engine.GET("/v1/approvals/{id}", { params: { path: { id } }, ...(signal && { signal }) })), turn);
  }
}

/** Each approval once, in its latest revision. */
function newest(approvals: readonly Approval[]): Approval[] {
  const found = new Map<string, Approval>();
  for (const approval of approvals) {
    const known = found.get(approval.id);
    if (known === undefined || approval.revision >= known.revision) found.set(approval.id, approval);
  }
  return [...found.values()];
}

function latest(approvals: readonly Approval[]): Approval[] {
  const at = (item: Approval): string => item.decided_at ?? item.expires_at;
  const settled = approvals.filter((item) => item.status !== "pending");
  return settled.sort((one, other) => (at(one) < at(other) ? 1 : -1)).slice(0, LATELY_MAX);
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

/** Each way by itself: however many wait, what was settled is among what is read. */
async function readLately(signal: AbortSignal): Promise<Approval[]> {
  const pages = await Promise.all(
    WAYS.map((status) => answer(engine.GET("/v1/approvals", { params: { query: { status, limit: LATELY_PAGE } }, signal }))),
  );
  return pages.flatMap(({ items }) => items);
}
