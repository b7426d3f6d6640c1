/**
 * One proposal on its way to a verdict: its exact text, recorded once however often it is sent. Nothing counts as recorded
 * before the engine says so.
 */
import type { ProposalBody, Verdict } from "../contracts/records";
import { answer, engine, once } from "../engine/client";
import { Failure } from "../engine/failure";

export class Submission {
  /** The proposal as JSON, posted byte for byte. */
  readonly text: string;
  sending = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** The recorded verdict, or null until there is one. */
  verdict = $state.raw<Verdict | null>(null);
  readonly #headers = once();

  constructor(text: string) {
    this.text = text;
  }

  /** Send it, or send it again after a failure: the engine takes both for the same act. */
  async send(): Promise<Verdict | null> {
    if (this.sending || this.verdict !== null) return this.verdict;
    this.sending = true;
    this.failure = null;
    try {
      this.verdict = await posted(this.text, { header: this.#headers });
    } catch (error) {
      this.failure = Failure.from(error);
    } finally {
      this.sending = false;
    }
    return this.verdict;
  }
}

/** What the engine would say to a proposal, with nothing recorded. Throws Failure. */
export function judged(text: string, signal: AbortSignal): Promise<Verdict> {
  return posted(text, { query: { dry_run: true } }, signal);
}

function posted(text: string, params: { header?: { "Idempotency-Key": string }; query?: { dry_run: boolean } }, signal?: AbortSignal): Promise<Verdict> {
  const body = JSON.parse(text) as ProposalBody;
  return answer(engine.POST("/v1/proposals", { params, body, bodySerializer: () => text, ...(signal && { signal }) }));
}
