/**
 * Something that is read from the engine, in one of four states that never look alike: loading, ready, stale (there is a
 * value, but the newest try failed), failed (there is none). A failed source is never shown as an empty one.
 *
 * What failed because the engine did not answer is tried again with growing pauses; what was refused for want of a session
 * is read again once there is one. Any other refusal stays until somebody asks anew.
 */
import { backoffMs } from "../time/backoff";
import { Failure } from "./failure";
import { refusal } from "./refusal";

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
  #unwait: (() => void) | undefined;
  #pending: AbortController | undefined;
  #again = false;

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
    this.close();
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
      if (this.#pending !== pending) return;
      this.#failed(Failure.from(error));
    }
    this.#pending = undefined;
    if (this.#again) void this.load();
  }

  /** The same question again: what is under way is finished first, since its answer may be shown meanwhile. */
  renew(): void {
    if (this.#pending === undefined) void this.load();
    else this.#again = true;
  }

  /** Read no more. */
  close(): void {
    clearTimeout(this.#retry);
    this.#unwait?.();
    this.#pending?.abort();
    this.#pending = undefined;
    this.#again = false;
  }

  #failed(failure: Failure): void {
    this.failure = failure;
    this.attempt += 1;
    if (failure.signedOut) this.#unwait = refusal.wait(() => void this.load());
    else if (failure.status === 0 || failure.status >= 500) this.#retry = setTimeout(() => void this.load(), backoffMs(this.attempt));
  }
}
