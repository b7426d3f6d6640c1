/**
 * The list of proposals, newest first, held together from pages that were read at different times. Ids rise with time, so a
 * newer page is laid over what is held by id alone: nothing comes twice, and where pages do not meet, the older part is let go
 * rather than shown as if nothing lay between.
 */
import type { ProposalRecord } from "../contracts/records";

/** Most rows that are held and rendered. */
export const ROWS_MAX = 500;
/** Where nobody asked for older pages, the list begins anew with its newest page beyond so many rows. */
export const LIVE_MAX = 200;

export interface Rows {
  readonly items: readonly ProposalRecord[];
  /** Where the next older page begins; null at the end, and where older rows were let go. */
  readonly cursor: string | null;
  /** Whether older pages were asked for. */
  readonly grown: boolean;
  /** Whether older rows were let go, so that there are more than can be reached from here. */
  readonly cut: boolean;
}

/** The newest page by itself. */
export function firstPage(items: readonly ProposalRecord[], cursor: string | null): Rows {
  return { items, cursor, grown: false, cut: false };
}

/** Lay the newest page over what is held. A row that says the same stays the same object, so that it is not drawn anew. */
export function withHead(held: Rows | null, read: Rows): Rows {
  const head = { ...read, items: kept(held?.items ?? [], read.items) };
  const last = head.items.at(-1);
  const newest = held?.items[0];
  if (held === null || last === undefined || newest === undefined || head.cursor === null || newest.id < last.id) return head;
  const older = held.items.filter(({ id }) => id < last.id);
  const items = [...head.items, ...older];
  if (older.length === 0 || (!held.grown && items.length > LIVE_MAX)) return head;
  return items.length > ROWS_MAX ? { items: items.slice(0, ROWS_MAX), cursor: null, grown: true, cut: true } : { ...held, items };
}

/** Put an older page below what is held. A page that was asked for before the list began anew is dropped. */
export function withOlder(held: Rows, asked: string, page: Rows): Rows {
  if (held.cursor !== asked) return held;
  const items = [...held.items, ...page.items];
  const cut = items.length > ROWS_MAX;
  return { items: items.slice(0, ROWS_MAX), cursor: cut ? null : page.cursor, grown: true, cut };
}

/** Put single proposals, read again, in their places; those that `keep` no longer wants leave the list. */
export function withAgain(held: Rows, again: readonly ProposalRecord[], keep: (record: ProposalRecord) => boolean): Rows {
  const found = new Map(again.map((record) => [record.id, record]));
  const items = held.items.map((record) => found.get(record.id) ?? record).filter((record) => !found.has(record.id) || keep(record));
  return { ...held, items };
}

/** How many rows of `now` are newer than everything in `then`. */
export function newer(then: Rows, now: Rows): number {
  const newest = then.items[0]?.id ?? "";
  return now.items.filter(({ id }) => id > newest).length;
}

/** The rows of `read`, each as it is held already if it says the same: a status may change by time alone, the rest by revision. */
function kept(held: readonly ProposalRecord[], read: readonly ProposalRecord[]): ProposalRecord[] {
  const known = new Map(held.map((record) => [record.id, record]));
  return read.map((record) => {
    const before = known.get(record.id);
    return before?.revision === record.revision && before.status === record.status ? before : record;
  });
}
