/** Of several questions under way only the one asked last is answered: whatever comes back late is dropped. */
export class Latest {
  #ticket = 0;
  #pending: AbortController | undefined;

  /** Begin another question and give up the one before. `current` says later whether it is still the last one. */
  begin(): { readonly signal: AbortSignal; readonly current: () => boolean } {
    this.#pending?.abort();
    this.#pending = new AbortController();
    const ticket = ++this.#ticket;
    return { signal: this.#pending.signal, current: () => ticket === this.#ticket };
  }

  /** Ask nothing more, and take no answer. */
  drop(): void {
    this.#pending?.abort();
    this.#ticket += 1;
  }
}
