/** Runs something whenever it is asked for, but never twice at once and never more often than a gap allows; the last wish counts. */
export class Pace {
  readonly #run: () => Promise<void>;
  readonly #gapMs: number;
  #begun = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #wanted = false;
  #closed = false;

  constructor(run: () => Promise<void>, gapMs: number) {
    this.#run = run;
    this.#gapMs = gapMs;
  }

  /** Run it: now if the gap has passed, else once it has, else after the run that is under way. */
  want(): void {
    this.#wanted = true;
    if (this.#timer !== undefined || this.#running || this.#closed) return;
    const wait = Math.max(0, this.#begun + this.#gapMs - Date.now());
    this.#timer = setTimeout(() => void this.#go(), wait);
  }

  /** Run nothing more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #go(): Promise<void> {
    this.#timer = undefined;
    this.#wanted = false;
    this.#running = true;
    this.#begun = Date.now();
    try {
      await this.#run();
    } finally {
      this.#running = false;
      if (this.#wanted) this.want();
    }
  }
}
