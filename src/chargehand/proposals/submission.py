"""Submit: one proposal in, one verdict out, and both in the log before anybody hears of it.

The judgement runs inside the writer's transaction, so that every verdict sees what the one before it changed. A dry run
judges the same way and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from chargehand.approvals import inbox
from chargehand.auditor.auditor import Auditor
from chargehand.auditor.evidence import DRY_RUN, NO_EVIDENCE, Ids
from chargehand.auditor.judge import Assessment
from chargehand.contracts.approval import ApprovalRequested
from chargehand.contracts.proposal import Proposal, ProposalDecided, ProposalSubmitted
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import ordered_bytes, record_bytes
from chargehand.kernel.clock import Clock
from chargehand.kernel.reducer import Fact, record
from chargehand.kernel.store import Session
from chargehand.kernel.writer import Command, Transaction, Writer
from chargehand.proposals.commitments import decided_cut, promised
from chargehand.proposals.executor import Executor, Grounds, Kept
from chargehand.proposals.foresight import Foresight
from chargehand.proposals.lifecycle import PROPOSAL

LOOKED_FOR_BYTES = 65_536
"""Evidence larger than this, a part program, is looked for before it is written again."""


def stopwatch(clock: Clock) -> Callable[[], int]:
    """Started: gives the microseconds since, by this clock; 0 where the clock was set back in between."""
    started_us = clock.now_us()
    return lambda: max(0, clock.now_us() - started_us)


class Decided(msgspec.Struct, frozen=True):
    """What a submission came to.

    Attributes:
        verdict: the verdict.
        body: its canonical bytes, which every surface repeats.
    """

    verdict: Verdict
    body: bytes


class Judged(msgspec.Struct, frozen=True):
    """What is recorded of a judgement.

    Attributes:
        grounds: what it was judged on.
        assessment: what came of it.
        body: the verdict's canonical bytes.
        took_us: from the arrival of the proposal to the verdict, or None where nobody measures it.
    """

    grounds: Grounds
    assessment: Assessment
    body: bytes
    took_us: int | None


class Submissions:
    """Judges and records proposals.

    Args:
        auditor: judges by the active policy.
        executors: by kind of proposal.

    Attributes:
        foresight: what may be done of a judgement before it is asked for.
    """

    def __init__(self, auditor: Auditor, executors: Mapping[str, Executor]) -> None:
        self.foresight = Foresight(auditor, executors)
        self._auditor = auditor
        self._executors = executors
        self._stored: set[str] = set()

    def store_evidence(self, kept: list[Kept], writer: Writer) -> None:
        """Store what comes with every verdict, cards and policies, once and durably, before anything is judged."""

        def command(transaction: Transaction) -> None:
            transaction.session.many("proposal.put_evidence", [(item.digest, item.role, item.body) for item in kept])

        writer.call(command)
        self._stored.update(item.digest for item in kept)

    def dry_run(self, proposal: Proposal, session: Session, now_us: int) -> Decided:
        """The verdict this proposal would get now. Nothing is stored."""
        evidence = self.grounds(proposal, session, now_us).evidence
        verdict = self._auditor.assess(proposal, evidence, now_us, DRY_RUN).verdict
        return Decided(verdict, ordered_bytes(verdict))

    def submit(
        self, proposal: Proposal, proposer: str, elapsed_us: Callable[[], int] | None = None
    ) -> Command[Decided]:
        """Command: judge a proposal and record it with its verdict and, if one is needed, its approval.

        Args:
            proposal: the proposal.
            proposer: principal that submits it.
            elapsed_us: microseconds since it arrived, by the engine's clock; None where nobody measures it.
        """

        def command(transaction: Transaction) -> Decided:
            now_us, ids = transaction.now_us, transaction.ids
            named = Ids(
                decision=ids.new("dec", now_us), proposal=ids.new("prp", now_us), approval=ids.new("apr", now_us)
            )
            grounds = self.grounds(proposal, transaction.session, now_us)
            assessment = self._auditor.assess(proposal, grounds.evidence, now_us, named)
            decided = Decided(assessment.verdict, ordered_bytes(assessment.verdict))
            took_us = None if elapsed_us is None else elapsed_us()
            self._keep(transaction, grounds.kept)
            self._record(transaction, proposal, proposer, Judged(grounds, assessment, decided.body, took_us))
            return decided

        return command

    def grounds(self, proposal: Proposal, session: Session, now_us: int) -> Grounds:
        """What a proposal is judged on now."""
        executor = self._executors.get(proposal.kind)
        if executor is None:
            return Grounds(NO_EVIDENCE, [], None)
        return promised(executor.grounds(proposal), proposal, session, now_us)

    def _record(self, transaction: Transaction, proposal: Proposal, proposer: str, judged: Judged) -> None:
        grounds, assessment = judged.grounds, judged.assessment
        verdict, basis, cut = assessment.verdict, grounds.basis, decided_cut(assessment)
        named = {role: digest for role, digest, _ in (*grounds.kept, *self._auditor.standing)}
        evidence = assessment.evidence | named
        assert verdict.proposal_id is not None
        submitted = Fact(
            "proposal.submitted",
            ProposalSubmitted(digest=proposal.digest, proposal=proposal.body),
            b'{"digest":"%b","proposal":%b}' % (proposal.digest.encode(), proposal.canonical),
        )
        decided = Fact(
            "proposal.decided",
            ProposalDecided(basis=basis, cut=cut, evidence=evidence, took_us=judged.took_us, verdict=verdict),
            b'{"basis":%b,%b"evidence":%b,%b"verdict":%b}'
            % (
                record_bytes(basis),
                b"" if cut is None else b'"cut":%b,' % record_bytes(cut),
                record_bytes(evidence),
                b"" if judged.took_us is None else b'"took_us":%d,' % judged.took_us,
                judged.body,
            ),
        )
        record(
            PROPOSAL,
            transaction,
            verdict.proposal_id,
            None,
            [submitted, decided],
            actor=proposer,
            topic=proposal.subject,
            correlationid=verdict.proposal_id,
        )
        if verdict.approval_id is None:
            return
        requested = ApprovalRequested(
            kind=proposal.kind,
            subject=proposal.subject,
            proposal_id=verdict.proposal_id,
            proposal_digest=proposal.digest,
            risk=assessment.risk,
            reason_codes=verdict.reason_codes,
            requested_by=proposer,
            expires_at=verdict.valid_until,
        )
        inbox.request(transaction, verdict.approval_id, requested, proposer)

    def _keep(self, transaction: Transaction, kept: list[Kept]) -> None:
        for item in kept:
            if item.digest in self._stored:
                continue
            # Writing a row that is there already costs its whole body; above some size looking first is cheaper.
            if len(item.body) > LOOKED_FOR_BYTES and transaction.session.one(
                "proposal.evidence_role", {"digest": item.digest}
            ):
                continue
            transaction.later("proposal.put_evidence", (item.digest, item.role, item.body))
