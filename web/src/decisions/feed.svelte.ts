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
import { firstPage, newer, type Rows, withAgain, withHead, withOlder } from "./rows";

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
  #missing = log.missing;

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
      log.onResumed(() => this.#pace.want()),
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

  /** The first page anew, laid over what is held; and what changed below it. */
  async #read(signal: AbortSignal): Promise<Rows> {
    const touched = [...this.#touched];
    const missing = log.missing;
    const head = await readPage({ ...toQuery(this.#filters), limit: PAGE }, signal);
    // Events that are gone may have changed any row that is held: only what was just read is known to be so.
    const whole = missing !== this.#missing ? head : withHead(this.list.value, head);
    const last = head.items.at(-1)?.id ?? "";
    const below = whole.items.filter(({ id }) => id < last && touched.includes(id));
    const again = below.length > SINGLE_MAX ? [] : await Promise.all(below.map(({ id }) => readOne(id, signal)));
    this.#missing = missing;
    for (const id of touched) this.#touched.delete(id);
    const { status } = this.#filters;
    return below.length > SINGLE_MAX ? head : withAgain(whole, again, (record) => !status || record.status === status);
  }
}

async function readPage(query: ListQuery, signal?: AbortSignal): Promise<Rows> {
  const { items, next_cursor } = await answer(engine.GET("/v1/proposals", { params: { query }, ...(signal && { signal }) }));
  return firstPage(items, next_cursor);
}

function readOne(id: string, signal: AbortSignal): Promise<ProposalRecord> {
  return answer(engine.GET("/v1/proposals/{id}", { params: { path: { id } }, signal }));
}
