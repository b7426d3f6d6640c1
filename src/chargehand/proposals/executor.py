"""The seam between the spine and what can be acted on: one executor per kind of proposal.

An executor knows the world of its kind: what a proposal is judged on, what must not have changed since, and how to do
it. It never judges. A kind without an executor can be judged and is never performed by the engine.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from chargehand.auditor.evidence import Evidence
from chargehand.contracts.proposal import Outcome, Proposal
from chargehand.kernel.store import Session


class Kept(NamedTuple):
    """One thing a verdict was judged on: its role, digest, and canonical bytes."""

    role: str
    digest: str
    body: bytes


class Grounds(NamedTuple):
    """What a proposal is judged on at this moment.

    Attributes:
        evidence: for the auditor.
        kept: what is stored with the decision, so that it can be judged again.
        basis: what must be the same at execution, or None if nothing must.
    """

    evidence: Evidence
    kept: list[Kept]
    basis: str | None


class Executor(Protocol):
    """Everything the spine asks of one kind of proposal."""

    def grounds(self, proposal: Proposal) -> Grounds:
        """What it is judged on now. What is missing is missing in the evidence.

        Raises:
            UnavailableError: another node has it; nothing is judged or recorded here.
        """
        ...

    def check_performable(self, proposal: Proposal, session: Session) -> None:
        """Refuse where this engine cannot perform it, whatever the verdict says. Runs in the caller's transaction.

        Raises:
            RefusedError: not writable, or owned by another node.
            RequestError: what it is about is not there any more.
        """
        ...

    def perform(self, proposal: Proposal, basis: str | None, now_us: int) -> Outcome:
        """Do it, provided that the basis still holds at the very moment of the write. Never raises."""
        ...
