/**
 * The newest proposals under some filters, kept current by the log: an event causes the first page to be read again, at most
 * four times a second however many events come, and a row below that page is read by itself. While paused, what arrives is
 * held back and counted.
 */
import type { EngineEvent, ProposalRecord } from "../contracts/records";
import { answer, engine } from "../engine/client";
import { Failure } from "../engine/failure";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import { type Filters, type ListQuery, toQuery } from "./filters";
import { Pace } from "./pace";
import { firstPage, newer, type Rows, ROWS_MAX, withAgain, withHead, withOlder } from "./rows";

export const PAGE = 100;
const GAP_MS = 250;
/** More rows than this that changed further down, and the list is read anew instead. */
const SINGLE_MAX = 20;

export class Feed {
  readonly list: Loaded<Rows>;
  readingOlder = $state(false);
  olderFailure = $state.raw<Failure | null>(null);
  /** What was shown when it was paused, or null while live. */
  #frozen = $state.raw<Rows | null>(null);
  readonly #filters: Filters;
  readonly #touched = new Set<string>();
  readonly #pace: Pace;
  /** Whether nothing that is held may be taken for current: after a cut, what came meanwhile is not known one by one. */
  #anew = false;

  constructor(filters: Filters) {
    this.#filters = filters;
    this.list = new Loaded((signal) => this.#read(signal));
    this.#pace = new Pace(() => this.list.load(), GAP_MS);
  }

  /** Read, and stay current until the returned function is called. */
  follow(): () => void {
    this.#pace.want();
    const stops = [
      log.on("proposal.", (event) => this.#heard(event)),
      log.on("approval.", (event) => this.#heard(event)),
      log.onResumed(() => {
        this.#anew = true;
        this.#pace.want();
      }),
    ];
    return () => {
      stops.forEach((stop) => stop());
      this.#pace.close();
      this.list.close();
    };
  }

  get paused(): boolean {
    return this.#frozen !== null;
  }

  /** What is to be seen. */
  get shown(): Rows {
    return this.#frozen ?? this.list.value ?? firstPage([], null);
  }

  /** How many came since it was paused. */
  get waiting(): number {
    return this.#frozen && this.list.value ? newer(this.#frozen, this.list.value) : 0;
  }

  pause(): void {
    this.#frozen = this.list.value;
  }

  resume(): void {
    this.#frozen = null;
  }

  /** Fetch the next older page. */
  async older(): Promise<void> {
    const asked = this.shown.cursor;
    if (asked === null || this.readingOlder) return;
    this.readingOlder = true;
    this.olderFailure = null;
    try {
      const page = await readPage({ ...toQuery(this.#filters), limit: PAGE, cursor: asked });
      if (this.#frozen) this.#frozen = withOlder(this.#frozen, asked, page);
      if (this.list.value) this.list.value = withOlder(this.list.value, asked, page);
    } catch (error) {
      this.olderFailure = Failure.from(error);
    } finally {
      this.readingOlder = false;
    }
  }

  #heard(event: EngineEvent): void {
    if (event.correlationid) this.#touched.add(event.correlationid);
    this.#pace.want();
  }

  /** The first page laid over what is held, and what changed below it; or all of it anew. */
  async #read(signal: AbortSignal): Promise<Rows> {
    const anew = this.#anew;
    const touched = [...this.#touched];
    const head = await readPage({ ...toQuery(this.#filters), limit: PAGE }, signal);
    const rows = withHead(this.list.value, head);
    const last = head.items.at(-1)?.id ?? "";
    const below = rows.items.filter(({ id }) => id < last && touched.includes(id));
    const { status } = this.#filters;
    const read =
      anew || below.length > SINGLE_MAX
        ? await this.#down(head, signal)
        : withAgain(rows, await Promise.all(below.map(({ id }) => readOne(id, signal))), (record) => !status || record.status === status);
    if (anew) this.#anew = false;
    for (const id of touched) this.#touched.delete(id);
    return read;
  }

  /** From the first page down as far as rows are held. */
  async #down(head: Rows, signal: AbortSignal): Promise<Rows> {
    const wanted = Math.min(this.list.value?.items.length ?? 0, ROWS_MAX);
    let rows = head;
    while (rows.cursor !== null && rows.items.length < wanted) {
      rows = withOlder(rows, rows.cursor, await readPage({ ...toQuery(this.#filters), limit: PAGE, cursor: rows.cursor }, signal));
    }
    return rows;
  }
}

async function readPage(query: ListQuery, signal?: AbortSignal): Promise<Rows> {
  const { items, next_cursor } = await answer(engine.GET("/v1/proposals", { params: { query }, ...(signal && { signal }) }));
  return firstPage(items, next_cursor);
}

function readOne(id: string, signal: AbortSignal): Promise<ProposalRecord> {
  return answer(engine.GET("/v1/proposals/{id}", { params: { path: { id } }, signal }));
}
