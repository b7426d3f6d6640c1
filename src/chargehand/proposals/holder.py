"""Acts that the holder of the permit does: a tool call is the agent's own, the engine only says when and how often.

Spending the permit is all that happens here. That makes an approval good for one call, and a call without a permit one
that the log does not know; whether the holder then did it is not known to the engine, and not claimed.
"""

from __future__ import annotations

from chargehand.auditor.evidence import NO_EVIDENCE
from chargehand.contracts.proposal import Outcome, Proposal
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.store import Session
from chargehand.proposals.executor import Grounds


class HolderExecutor:
    """Serves kinds of proposals whose act is the proposer's own."""

    def grounds(self, _proposal: Proposal) -> Grounds:
        """Nothing but the proposal itself is judged."""
        return Grounds(NO_EVIDENCE, [], None)

    def check_performable(self, _proposal: Proposal, _session: Session) -> None:
        """Whatever is allowed can be handed to its holder."""

    def perform(self, proposal: Proposal, _basis: str | None, now_us: int) -> Outcome:
        """Hand the act over: the permit is spent, the doing is the holder's."""
        return Outcome(status="applied", at=iso_utc(now_us), detail={"performed_by": "holder", "kind": proposal.kind})
