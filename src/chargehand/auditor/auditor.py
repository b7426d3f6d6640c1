"""The auditor as the engine holds it: one compiled rulebook, and the pure functions that judge by it."""

from __future__ import annotations

from typing import NamedTuple

from chargehand.auditor.case import Case
from chargehand.auditor.change import read_change
from chargehand.auditor.checks_program import pending
from chargehand.auditor.evidence import Evidence, Ids
from chargehand.auditor.judge import Assessment, assess
from chargehand.auditor.program_run import Run
from chargehand.auditor.rulebook import Rulebook
from chargehand.contracts.policy import PolicyRecord
from chargehand.contracts.proposal import Proposal
from chargehand.kernel.canonical import canonical_bytes, sha256_text


class Standing(NamedTuple):
    """What every verdict of this auditor refers to: its role, digest, and the canonical bytes that have it."""

    role: str
    digest: str
    body: bytes


class Auditor:
    """Judges by one rulebook. Immutable, and safe to share between threads.

    Attributes:
        rulebook: policy and cards, compiled.
        standing: what every decision refers to beside its own evidence: the policy, and all tool and material cards.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        cards = canonical_bytes(
            {
                "materials": {key: entry.card for key, entry in rulebook.materials.items()},
                "tools": {key: entry.card for key, entry in rulebook.tools.items()},
            }
        )
        self.standing = (
            Standing("policy", rulebook.policy.digest, canonical_bytes(rulebook.policy.document)),
            Standing("cards", sha256_text(cards), cards),
        )

    @property
    def single_operator(self) -> bool:
        """Whether a person may approve their own proposal."""
        return self.rulebook.policy.single_operator

    def assess(self, proposal: Proposal, evidence: Evidence, now_us: int, ids: Ids) -> Assessment:
        """The verdict on a proposal, with what it was judged on: a pure function of the arguments and the rulebook."""
        return assess(proposal, evidence, self.rulebook, now_us, ids)

    def pending(self, proposal: Proposal, evidence: Evidence) -> Run | None:
        """The part program that judging this proposal would have to run, because nobody has run it like this before.

        `program_run.judged` of it, called beforehand in whatever thread, leaves to the judgement only to look it up.
        """
        if proposal.kind != "machine.change" or evidence.program is None:
            return None
        case = Case(proposal=proposal, evidence=evidence, book=self.rulebook, now_us=0, found=[], state=evidence.state)
        case.change = read_change(proposal.body.get("action"), case.found)
        return pending(case)

    def record(self) -> PolicyRecord:
        """The active policy as the engine publishes it."""
        return self.rulebook.record(active=True, document=True)
