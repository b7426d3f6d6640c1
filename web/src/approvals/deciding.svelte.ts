/**
 * One person deciding one approval: sent once however often it is clicked, true when the engine says so and not before.
 * If somebody else was first, that answer is fetched and shown instead.
 */
import { answer, engine, once } from "../engine/client";
import { Failure } from "../engine/failure";
import type { Approval } from "../contracts/records";

export type Decision = "approve" | "deny" | "rework";

/** Codes that mean: it is settled already, or is not what was looked at. */
const OVERTAKEN = new Set(["GATE.APPROVAL_ALREADY_DECIDED", "GATE.APPROVAL_EXPIRED", "REV.STALE_REVISION"]);

const BECOMES: Record<Decision, readonly Approval["status"][]> = { approve: ["approved", "consumed"], deny: ["denied"], rework: ["rework"] };

/** What to say to somebody who was about to decide what is settled by now. `principal` is who they are. */
export function overtaken(deciding: Deciding, settled: Approval, principal: string | undefined): { title: string; text: string } {
  if (deciding.isOurs(settled, principal)) return { title: "Your answer is recorded.", text: "Only its confirmation did not arrive." };
  const text = "This answer was not recorded.";
  if (settled.decided_by === null || settled.decided_by === undefined) return { title: "It was too late.", text };
  return settled.decided_by === principal ? { title: "You have answered it already, elsewhere.", text } : { title: "Somebody was first.", text };
}

export class Deciding {
  readonly approval: Approval;
  readonly decision: Decision;
  reason = $state("");
  /** For high risk: that the person says they looked at the named subject. */
  looked = $state(false);
  sending = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** How it was settled by somebody else meanwhile, or null. */
  winner = $state.raw<Approval | null>(null);

  /** The key of the act as it was last sent: with other words it is another act. */
  #sent = { reason: "", headers: once() };
  #tried = false;
  #done = false;

  constructor(approval: Approval, decision: Decision) {
    this.approval = approval;
    this.decision = decision;
  }

  get needsReason(): boolean {
    return this.decision !== "approve";
  }

  get needsLook(): boolean {
    return this.decision === "approve" && this.approval.risk === "high";
  }

  /** Why it cannot be sent as it stands, or null. */
  get missing(): string | null {
    if (this.needsReason && this.reason.trim() === "") return "Say why: the proposer reads this.";
    if (this.needsLook && !this.looked) return `Confirm that you looked at ${this.approval.subject}.`;
    return null;
  }

  /** Send it. Returns the approval as it is now, or null if it was refused. */
  async send(): Promise<Approval | null> {
    if (this.sending || this.winner !== null || this.missing !== null) return null;
    this.sending = true;
    this.failure = null;
    const { id, revision } = this.approval;
    const reason = this.reason.trim();
    if (reason !== this.#sent.reason) this.#sent = { reason, headers: once() };
    this.#tried = true;
    try {
      const settled = await answer(
        engine.POST("/v1/approvals/{id}/decide", {
          params: { path: { id }, header: { "If-Match": `"${revision}"`, ...this.#sent.headers } },
          body: { decision: this.decision, reason },
        }),
      );
      this.#done = true;
      return settled;
    } catch (error) {
      this.failure = Failure.from(error);
      if (OVERTAKEN.has(this.failure.code)) await this.#findWinner();
      return null;
    } finally {
      this.sending = false;
    }
  }

  /** Somebody else's answer arrived while this one was being written. */
  overtakenBy(approval: Approval): void {
    if (approval.status !== "pending" && !this.sending && !this.#done) this.winner = approval;
  }

  /** Whether an approval as it was settled says what was sent from here: then only the confirmation got lost. */
  isOurs(settled: Approval, principal: string | undefined): boolean {
    const said = this.#tried && (settled.reason ?? "") === this.#sent.reason && BECOMES[this.decision].includes(settled.status);
    return said && principal !== undefined && settled.decided_by === principal;
  }

  async #findWinner(): Promise<void> {
    try {
      this.winner = await answer(engine.GET("/v1/approvals/{id}", { params: { path: { id: this.approval.id } } }));
    } catch (error) {
      this.failure = Failure.from(error);
    }
  }
}
