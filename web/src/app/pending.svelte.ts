/** How many approvals wait for a person, for the header: read once, then moved by the log's events. Nothing is polled. */
import type { EngineEvent } from "../contracts/records";
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";

/** More than these are not counted: the number then says that there are more. */
export const COUNTED_MAX = 200;

interface Waiting {
  readonly ids: ReadonlySet<string>;
  readonly more: boolean;
}

export class PendingApprovals {
  readonly waiting: Loaded<Waiting>;

  constructor(read: (signal: AbortSignal) => Promise<Waiting>) {
    this.waiting = new Loaded(read);
  }

  /** `3`, `200+`, or null while it is not known. */
  get count(): string | null {
    const { value, failure } = this.waiting;
    if (value === null || failure !== null) return null;
    return value.more ? `${COUNTED_MAX}+` : String(value.ids.size);
  }

  /** An event of the log about an approval. */
  heard(event: Pick<EngineEvent, "type" | "subject">): void {
    const known = this.waiting.value;
    if (known === null || known.more) return this.waiting.renew();
    const ids = new Set(known.ids);
    if (event.type === "approval.requested") ids.add(event.subject);
    else ids.delete(event.subject);
    this.waiting.value = { ids, more: false };
  }
}

async function read(signal: AbortSignal): Promise<Waiting> {
  const page = await answer(engine.GET("/v1/approvals", { params: { query: { status: "pending", limit: COUNTED_MAX } }, signal }));
  return { ids: new Set(page.items.map((approval) => `approval/${approval.id}`)), more: page.next_cursor !== null };
}

export const pending = new PendingApprovals(read);
