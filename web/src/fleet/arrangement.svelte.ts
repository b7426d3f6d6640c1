/**
 * The order that is on the screen, as against the one that is wanted. Tiles must not jump away from under the pointer or the
 * focus: while either is inside, nothing moves and the page says that the order has changed; otherwise the wanted order is
 * taken over once in a while. Another filter is somebody's own wish and is followed at once.
 */

/** ms between two changes of the order that nobody asked for. */
export const SETTLE_MS = 3_000;

export class Arrangement {
  /** Ids in the order in which they are shown. */
  shown = $state.raw<readonly string[]>([]);
  /** Whether another order is wanted, and waits. */
  changed = $state(false);

  #wanted: readonly string[] = [];
  #filter: string | null = null;
  #sortedAt = Number.NEGATIVE_INFINITY;
  #engaged = false;

  /** Hear of the order that is wanted at `now`, under a filter; `known` are all machines, shown or not. */
  want(wanted: readonly string[], known: ReadonlySet<string>, filter: string, now: number): void {
    this.#wanted = wanted;
    if (filter !== this.#filter) {
      this.#filter = filter;
      return this.sort(now);
    }
    if (!this.#engaged && now - this.#sortedAt >= SETTLE_MS) return this.sort(now);
    if (this.shown.some((id) => !known.has(id))) this.shown = this.shown.filter((id) => known.has(id));
    this.changed = !same(this.shown, wanted);
  }

  /** Pointer or focus has come inside, or both are gone. */
  engage(inside: boolean): void {
    this.#engaged = inside;
  }

  /** Take the wanted order over now. */
  sort(now: number): void {
    this.changed = false;
    if (same(this.shown, this.#wanted)) return;
    this.shown = this.#wanted;
    this.#sortedAt = now;
  }
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, place) => id === other[place]);
}
