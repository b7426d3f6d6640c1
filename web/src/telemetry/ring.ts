/**
 * Rows of numbers in the order of time: one `Float64Array` per column, twice as long as the rows that it may hold, so that
 * what is there is always one piece that can be drawn without a copy. Full, it forgets its oldest rows. What a row does not
 * say is NaN, never 0.
 */

/** One hour at 10 Hz. */
export const CAPACITY = 36_000;
const FIRST_ROOM = 1_024;

export class Ring {
  length = 0;
  #start = 0;
  #room: number;
  readonly #capacity: number;
  readonly #columns = new Map<string, Float64Array>();

  constructor(capacity: number = CAPACITY) {
    this.#capacity = capacity;
    this.#room = Math.min(capacity, FIRST_ROOM);
  }

  /** Rows that can join without another one being forgotten. */
  get free(): number {
    return this.#capacity - this.length;
  }

  /** Names of the columns that have ever had a number. */
  get names(): string[] {
    return [...this.#columns.keys()];
  }

  /** A column, oldest first. The view is good until the next change of the ring. */
  column(name: string): Float64Array {
    const column = this.#columns.get(name);
    if (column === undefined) return new Float64Array(this.length).fill(Number.NaN);
    return column.subarray(this.#start, this.#start + this.length);
  }

  /** A number of a row; NaN outside. */
  at(name: string, index: number): number {
    if (index < 0 || index >= this.length) return Number.NaN;
    return this.#columns.get(name)?.[this.#start + index] ?? Number.NaN;
  }

  /**
   * Make `count` empty rows before row `index`; returns how many rows were forgotten for them, and how many of the new ones
   * there are: the oldest of them may have no room themselves.
   */
  insert(index: number, count: number): { forgotten: number; added: number } {
    const over = Math.max(0, count - this.free);
    const forgotten = Math.min(over, index);
    const added = count - (over - forgotten);
    this.forget(forgotten);
    this.#reserve(added);
    const from = this.#start + index - forgotten;
    for (const column of this.#columns.values()) {
      column.copyWithin(from + added, from, this.#start + this.length);
      column.fill(Number.NaN, from, from + added);
    }
    this.length += added;
    return { forgotten, added };
  }

  /** Write one number of a row. */
  set(name: string, index: number, value: number): void {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = new Float64Array(2 * this.#room).fill(Number.NaN);
      this.#columns.set(name, column);
    }
    column[this.#start + index] = value;
  }

  /** Forget the oldest rows. */
  forget(count: number): void {
    this.#start += count;
    this.length -= count;
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.#room) {
      this.#room = Math.min(this.#capacity, Math.max(2 * this.#room, needed));
      for (const [name, column] of this.#columns) {
        const grown = new Float64Array(2 * this.#room).fill(Number.NaN);
        grown.set(column.subarray(this.#start, this.#start + this.length));
        this.#columns.set(name, grown);
      }
      this.#start = 0;
    } else if (this.#start + needed > 2 * this.#room) {
      for (const column of this.#columns.values()) column.copyWithin(0, this.#start, this.#start + this.length);
      this.#start = 0;
    }
  }
}
