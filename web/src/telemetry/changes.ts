/** What a text signal said and since when: changes only, for a program's name stands for hours while samples come. */
export interface Change {
  /** Arrival of the first sample that said so, in seconds since 1970. */
  readonly at: number;
  /** What it said; null where the signal was unknown, unavailable or bad. */
  readonly value: string | null;
}

export class Changes {
  #list: Change[] = [];

  /** All that is kept, oldest first. */
  get list(): readonly Change[] {
    return this.#list;
  }

  /** What held at a time; null where nothing was known. */
  valueAt(seconds: number): string | null {
    return this.#list[this.#before(seconds)]?.value ?? null;
  }

  /** The signal's value in the newest sample. */
  push(at: number, value: string | null): void {
    if (value !== (this.#list.at(-1)?.value ?? null)) this.#list.push({ at, value });
  }

  /** Changes found later between samples that are here already; `next` is the time of the sample that follows them. */
  insert(found: readonly Change[], next: number): void {
    const first = found[0];
    if (first === undefined) return;
    const kept = this.#list;
    const later = kept.findIndex((change) => change.at >= next);
    const head = kept.filter((change) => change.at < first.at);
    const after = later === -1 ? [] : kept.slice(later);
    const merged = [...head, ...found];
    if (Number.isFinite(next)) merged.push({ at: next, value: this.valueAt(next) });
    this.#list = [];
    for (const { at, value } of [...merged, ...after]) this.push(at, value);
  }

  /** Forget what no longer held at a time. */
  clearBefore(seconds: number): void {
    const standing = this.#before(seconds);
    if (standing > 0) this.#list.splice(0, standing);
  }

  /** Index of the newest change that is not later than a time; -1 before the first. */
  #before(seconds: number): number {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle] as Change).at <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
