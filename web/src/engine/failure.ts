/** What went wrong with a call, always with a code: the engine's own problem, or that the engine did not answer. */
import type { Problem } from "../contracts/records";

export const UNREACHABLE = "unreachable";

export class Failure extends Error {
  /** A reason code of the engine, or `unreachable`. */
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** What to do. */
  readonly hint: string;
  /** The request's id in the engine's log, or null where it never arrived. */
  readonly requestId: string | null;
  /** Seconds to wait before another try, or null. */
  readonly retryAfter: number | null;

  private constructor(code: string, status: number, words: { title: string; detail: string; hint: string }) {
    super(`${code}: ${words.detail}`);
    this.code = code;
    this.status = status;
    this.title = words.title;
    this.detail = words.detail;
    this.hint = words.hint;
    this.requestId = null;
    this.retryAfter = null;
  }

  /** From a problem document of the engine. */
  static of(problem: Problem): Failure {
    const words = { title: problem.title, detail: problem.detail ?? problem.title, hint: problem.hint ?? "" };
    const failure = new Failure(problem.code, problem.status, words);
    return Object.assign(failure, { requestId: problem.request_id, retryAfter: problem.retry_after_s ?? null });
  }

  /** No answer came. */
  static unreachable(cause: unknown): Failure {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const hint = "The engine may be stopped or restarting; start it with `make run`. What this page reads it reads again by itself; what you have sent, send again: it counts once.";
    return new Failure(UNREACHABLE, 0, { title: "The engine does not answer", detail, hint });
  }

  /** An answer came that is no problem document: something stands between this page and the engine. */
  static unexpected(status: number): Failure {
    const words = { title: "Not an answer of the engine", detail: `HTTP ${status} without a problem document`, hint: "Is a proxy in between?" };
    return new Failure("unexpected_answer", status, words);
  }

  /** Whatever was thrown, as a failure. */
  static from(error: unknown): Failure {
    return error instanceof Failure ? error : Failure.unreachable(error);
  }

  /** Whether the caller has to sign in first. */
  get signedOut(): boolean {
    return this.status === 401;
  }
}
