/**
 * What every reason code means, read once for the whole page when the first code is shown. A code that it does not know is
 * no mistake: an engine newer than this page has more of them, and such a code is shown as itself.
 */
import type { ReasonCode } from "../contracts/records";
import { answer, engine } from "./client";
import { Loaded } from "./loaded.svelte";

const PAGE = 200;

export class Catalogue {
  readonly codes: Loaded<ReadonlyMap<string, ReasonCode>>;
  #asked = false;

  /** `read` gives every code that the engine knows. */
  constructor(read: (signal: AbortSignal) => Promise<readonly ReasonCode[]>) {
    this.codes = new Loaded(async (signal) => new Map((await read(signal)).map((entry) => [entry.code, entry])));
  }

  /** Read it, unless that was begun already. Every part that shows a code calls this. */
  need(): void {
    if (this.#asked) return;
    this.#asked = true;
    void this.codes.load();
  }

  /** Read it again if anybody has needed it: another engine may know other codes. */
  renew(): void {
    if (this.#asked) void this.codes.load();
  }

  /** What a code means, or undefined while that is not known. */
  find(code: string): ReasonCode | undefined {
    return this.codes.value?.get(code);
  }
}

async function readAll(signal: AbortSignal): Promise<ReasonCode[]> {
  const found: ReasonCode[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = cursor === null ? { limit: PAGE } : { limit: PAGE, cursor };
    const page: { items: ReasonCode[]; next_cursor: string | null } = await answer(
      engine.GET("/v1/reason-codes", { params: { query }, signal }),
    );
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

export const catalogue = new Catalogue(readAll);
