/**
 * Everything there is about one decision: its explanation, the bytes of its verdict, and the proposal with where it stands.
 * It is read by the decision's id alone, so it works for decisions that no list shows, and again when the log tells of it.
 */
import type { Explanation, ProposalRecord, Verdict } from "../contracts/records";
import { answer, engine } from "../engine/client";
import { Loaded } from "../engine/loaded.svelte";
import { log } from "../engine/log.svelte";
import { member } from "./verbatim";

export interface Found {
  readonly explanation: Explanation;
  readonly verdict: Verdict;
  /** The verdict's bytes as recorded. */
  readonly verdictText: string;
  /** The nearest admissible proposal as it stands in the verdict, or null. */
  readonly clampText: string | null;
  readonly record: ProposalRecord;
  /** The proposal as recorded, or null if its content was erased. */
  readonly proposalText: string | null;
}

export class WhyOf {
  readonly found: Loaded<Found>;

  constructor(id: string) {
    this.found = new Loaded((signal) => read(id, signal));
  }

  /** Read, and stay current until the returned function is called. */
  follow(): () => void {
    void this.found.load();
    const mine = (event: { correlationid?: string | null }) => {
      if (event.correlationid && event.correlationid === this.found.value?.record.id) void this.found.load();
    };
    const stops = [log.on("proposal.", mine), log.on("approval.", mine), log.onResumed(() => void this.found.load())];
    return () => {
      stops.forEach((stop) => stop());
      this.found.close();
    };
  }
}

async function read(id: string, signal: AbortSignal): Promise<Found> {
  const path = { path: { id } };
  const [explanation, verdictText] = await Promise.all([
    answer(engine.GET("/v1/decisions/{id}/explain", { params: path, signal })),
    answer(engine.GET("/v1/decisions/{id}", { params: path, parseAs: "text", signal })),
  ]);
  const verdict = JSON.parse(verdictText) as Verdict;
  const recordText = await answer(
    engine.GET("/v1/proposals/{id}", { params: { path: { id: verdict.proposal_id ?? "" } }, parseAs: "text", signal }),
  );
  return {
    explanation,
    verdict,
    verdictText,
    clampText: member(verdictText, "clamped_proposal"),
    record: JSON.parse(recordText) as ProposalRecord,
    proposalText: member(recordText, "proposal"),
  };
}
