/**
 * What the engine would say to what is typed: asked when the typing rests, never recorded. An answer is shown with the text
 * that it was given for, so a verdict never stands beside values that it does not speak of.
 */
import type { Verdict } from "../contracts/records";
import { judged } from "../decisions/submission.svelte";
import { Failure } from "../engine/failure";
import { backoffMs } from "../time/backoff";
import { Latest } from "./latest";

/** The typing rests after so long. */
export const REST_MS = 250;

export class DryRun {
  asking = $state(false);
  verdict = $state.raw<Verdict | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The proposal that `verdict` or `failure` speaks of. */
  about = $state<string | null>(null);

  readonly #latest = new Latest();
  readonly #judge: (text: string, signal: AbortSignal) => Promise<Verdict>;
  /** Tries in a row that the engine did not answer. */
  #unanswered = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(judge: (text: string, signal: AbortSignal) => Promise<Verdict> = judged) {
    this.#judge = judge;
  }

  /** Ask about a proposal once the typing rests; null asks nothing. An older question is dropped at once. */
  want(text: string | null): void {
    clearTimeout(this.#timer);
    this.#latest.drop();
    this.asking = text !== null && text !== this.about;
    this.#unanswered = 0;
    if (text === null || !this.asking) return;
    this.#timer = setTimeout(() => void this.#ask(text), REST_MS);
  }

  /** Ask about the same proposal again. */
  again(text: string): void {
    this.about = null;
    this.want(text);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#latest.drop();
  }

  async #ask(text: string): Promise<void> {
    const question = this.#latest.begin();
    let verdict: Verdict | null = null;
    let failure: Failure | null = null;
    try {
      verdict = await this.#judge(text, question.signal);
    } catch (error) {
      failure = Failure.from(error);
    }
    if (!question.current()) return;
    this.verdict = verdict;
    this.failure = failure;
    this.about = text;
    this.asking = false;
    const mute = failure !== null && (failure.status === 0 || failure.status >= 500);
    this.#unanswered = mute ? this.#unanswered + 1 : 0;
    if (mute) this.#timer = setTimeout(() => void this.#ask(text), backoffMs(this.#unanswered));
  }
}
