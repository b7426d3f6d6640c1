/**
 * Something that is read from the engine, in one of four states that never look alike: loading, ready, stale (there is a
 * value, but the newest try failed), failed (there is none). A failed source is never shown as an empty one.
 */
import { backoffMs } from "../time/backoff";
import { Failure } from "./failure";

export class Loaded<T> {
  /** The newest value that arrived, or null. */
  value = $state.raw<T | null>(null);
  /** Why the newest try failed, or null. */
  failure = $state.raw<Failure | null>(null);
  /** When the value arrived, in ms since 1970 of this machine's clock, or null. */
  readAt = $state<number | null>(null);
  /** Tries since the last success. */
  attempt = $state(0);

  readonly #read: (signal: AbortSignal) => Promise<T>;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pending: AbortController | undefined;

  /** `read` is called by `load`; it must give up when its signal is aborted. */
  constructor(read: (signal: AbortSignal) => Promise<T>) {
    this.#read = read;
  }

  get state(): "loading" | "ready" | "stale" | "failed" {
    if (this.value === null) return this.failure === null ? "loading" : "failed";
    return this.failure === null ? "ready" : "stale";
  }

  /** Read now. A read that is under way is dropped: the newest question is the one that is answered. */
  async load(): Promise<void> {
    clearTimeout(this.#retry);
    this.#pending?.abort();
    const pending = new AbortController();
    this.#pending = pending;
    try {
      const value = await this.#read(pending.signal);
      if (this.#pending !== pending) return;
      this.value = value;
      this.failure = null;
      this.readAt = Date.now();
      this.attempt = 0;
    } catch (error) {
      if (this.#pending !== pending || pending.signal.aborted) return;
      this.failure = Failure.from(error);
      this.attempt += 1;
      if (this.failure.status === 0 || this.failure.status >= 500) {
        this.#retry = setTimeout(() => void this.load(), backoffMs(this.attempt));
      }
    }
  }

  /** Read no more. */
  close(): void {
    clearTimeout(this.#retry);
    this.#pending?.abort();
    this.#pending = undefined;
  }
}
