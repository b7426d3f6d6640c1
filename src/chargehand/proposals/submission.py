"""Submit: one proposal in, one verdict out, and both in the log before anybody hears of it.

The judgement runs inside the writer's transaction, so that every verdict sees what the one before it changed. A dry run
judges the same way and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from chargehand.approvals import inbox
from chargehand.contracts.approval import ApprovalRequested, Risk
from chargehand.contracts.proposal import Proposal, ProposalDecided, ProposalSubmitted
from chargehand.contracts.verdict import Verdict
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.reducer import Fact, record
from chargehand.kernel.writer import Command, Transaction, Writer
from chargehand.proposals.executor import Executor, Grounds, Kept
from chargehand.proposals.lifecycle import PROPOSAL


class Names(NamedTuple):
    """Ids that a verdict is given beforehand, so that judging stays a pure function. All null for a dry run."""

    proposal_id: str | None = None
    decision_id: str | None = None
    approval_id: str | None = None


class Judge(Protocol):
    """The auditor, as the spine calls it: a pure function of its arguments and the policy it was built with."""

    def judge(self, proposal: Proposal, evidence: Any, now_us: int, names: Names) -> Verdict:
        """The verdict on a proposal."""
        ...

    def risk(self, proposal: Proposal, verdict: Verdict) -> Risk:
        """How much attention its approval deserves."""
        ...

    def kept(self) -> list[Kept]:
        """The policy, as stored with every decision."""
        ...


class Decided(NamedTuple):
    """What a submission came to: the verdict and its canonical bytes, which every surface repeats."""

    verdict: Verdict
    body: bytes


class Submissions:
    """Judges and records proposals.

    Args:
        judge: the auditor with the active policy.
        executors: by kind of proposal.
    """

    def __init__(self, judge: Judge, executors: Mapping[str, Executor]) -> None:
        self._judge = judge
        self._executors = executors
        self._stored: set[str] = set()

    def store_evidence(self, kept: list[Kept], writer: Writer) -> None:
        """Store what comes with every verdict, cards and policies, once and durably, before anything is judged."""

        def command(transaction: Transaction) -> None:
            transaction.session.many("proposal.put_evidence", [(item.digest, item.role, item.body) for item in kept])

        writer.call(command)
        self._stored.update(item.digest for item in kept)

    def dry_run(self, proposal: Proposal, now_us: int) -> Decided:
        """The verdict this proposal would get now. Nothing is stored."""
        verdict = self._judge.judge(proposal, self.grounds(proposal).evidence, now_us, Names())
        return Decided(verdict, record_bytes(verdict))

    def submit(self, proposal: Proposal, proposer: str) -> Command[Decided]:
        """Command: judge a proposal and record it with its verdict and, if one is needed, its approval."""

        def command(transaction: Transaction) -> Decided:
            now_us, ids = transaction.now_us, transaction.ids
            names = Names(ids.new("prp", now_us), ids.new("dec", now_us), ids.new("apr", now_us))
            grounds = self.grounds(proposal)
            verdict = self._judge.judge(proposal, grounds.evidence, now_us, names)
            body = record_bytes(verdict)
            decided = Decided(verdict, body)
            self._record(transaction, proposal, proposer, grounds, decided)
            return decided

        return command

    def grounds(self, proposal: Proposal) -> Grounds:
        """What a proposal is judged on now."""
        executor = self._executors.get(proposal.kind)
        return Grounds(None, [], None) if executor is None else executor.grounds(proposal)

    def _record(
        self,
        transaction: Transaction,
        proposal: Proposal,
        proposer: str,
        grounds: Grounds,
        decided: Decided,
    ) -> None:
        verdict, body = decided
        assert verdict.proposal_id is not None
        kept = [*grounds.kept, *self._judge.kept()]
        self._keep(transaction, kept)
        evidence = {item.role: item.digest for item in kept}
        record(
            PROPOSAL,
            transaction,
            verdict.proposal_id,
            None,
            [
                Fact(
                    "proposal.submitted",
                    ProposalSubmitted(digest=proposal.digest, proposal=proposal.body),
                    b'{"digest":"%b","proposal":%b}' % (proposal.digest.encode(), proposal.canonical),
                ),
                Fact(
                    "proposal.decided",
                    ProposalDecided(basis=grounds.basis, evidence=evidence, verdict=verdict),
                    b'{"basis":%b,"evidence":%b,"verdict":%b}'
                    % (record_bytes(grounds.basis), record_bytes(evidence), body),
                ),
            ],
            actor=proposer,
            topic=proposal.subject,
            correlationid=verdict.proposal_id,
        )
        if verdict.approval_id is not None:
            self._request_approval(transaction, proposal, proposer, verdict)

    def _request_approval(self, transaction: Transaction, proposal: Proposal, proposer: str, verdict: Verdict) -> None:
        assert verdict.approval_id is not None
        assert verdict.proposal_id is not None
        requested = ApprovalRequested(
            kind=proposal.kind,
            subject=proposal.subject,
            proposal_id=verdict.proposal_id,
            proposal_digest=proposal.digest,
            risk=self._judge.risk(proposal, verdict),
            reason_codes=verdict.reason_codes,
            requested_by=proposer,
            expires_at=verdict.valid_until,
        )
        inbox.request(transaction, verdict.approval_id, requested, proposer)

    def _keep(self, transaction: Transaction, kept: list[Kept]) -> None:
        for item in kept:
            if item.digest not in self._stored:
                transaction.session.run("proposal.put_evidence", (item.digest, item.role, item.body))
