"""The spine by noun, typed: what is proposed, judged, approved and done. For the synchronous client.

`async_spine.py` has the same names and parameters. Each method is its operation of the registry and nothing more: what
it means, which roles it takes and what it answers stands there. `each` walks a list page after page. All raise
`ClientError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chargehand.contracts.approval import Approval, ApprovalDecision, ApprovalStatus, DecideBody
from chargehand.contracts.explanation import Explanation, Rejudgement, View
from chargehand.contracts.limit import MachineLimits
from chargehand.contracts.machine import Machine, TelemetryPage
from chargehand.contracts.page import Page
from chargehand.contracts.proposal import ExecuteBody, Outcome, PermitRecord, ProposalBody, ProposalRecord
from chargehand.contracts.verdict import Verdict, VerdictName
from chargehand.sdk.noun import Noun


class Proposals(Noun):
    """Proposals: submit one, read them."""

    def submit(
        self,
        body: ProposalBody | dict[str, Any] | bytes,
        *,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Verdict:
        """Submit a proposal and get its verdict. Bytes are sent as they are."""
        verdict: Verdict = self._client.call(
            "proposal.submit", body=body, dry_run=dry_run, idempotency_key=idempotency_key
        )
        return verdict

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        kind: str | None = None,
        subject: str | None = None,
        status: str | None = None,
        proposer: str | None = None,
        verdict: VerdictName | None = None,
        code: str | None = None,
    ) -> Page[ProposalRecord]:
        """List proposals, newest first."""
        page: Page[ProposalRecord] = self._client.call(
            "proposal.list",
            limit=limit,
            cursor=cursor,
            kind=kind,
            subject=subject,
            status=status,
            proposer=proposer,
            verdict=verdict,
            code=code,
        )
        return page

    def each(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        status: str | None = None,
        proposer: str | None = None,
        verdict: VerdictName | None = None,
        code: str | None = None,
    ) -> Iterator[ProposalRecord]:
        """Every proposal, newest first."""
        return self._client.each(
            "proposal.list",
            kind=kind,
            subject=subject,
            status=status,
            proposer=proposer,
            verdict=verdict,
            code=code,
        )

    def show(self, proposal_id: str) -> ProposalRecord:
        """Show a proposal and where it stands."""
        record: ProposalRecord = self._client.call("proposal.show", id=proposal_id)
        return record


class Decisions(Noun):
    """Decisions: the verdict, its explanation, its permit, its execution."""

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        verdict: VerdictName | None = None,
        code: str | None = None,
        subject: str | None = None,
    ) -> Page[Verdict]:
        """List verdicts, newest first."""
        page: Page[Verdict] = self._client.call(
            "decision.list", limit=limit, cursor=cursor, verdict=verdict, code=code, subject=subject
        )
        return page

    def each(
        self, *, verdict: VerdictName | None = None, code: str | None = None, subject: str | None = None
    ) -> Iterator[Verdict]:
        """Every verdict, newest first."""
        return self._client.each("decision.list", verdict=verdict, code=code, subject=subject)

    def show(self, decision_id: str) -> Verdict:
        """Show a verdict."""
        verdict: Verdict = self._client.call("decision.show", id=decision_id)
        return verdict

    def explain(self, decision_id: str, *, view: View | None = None) -> Explanation:
        """Explain a verdict in words."""
        explanation: Explanation = self._client.call("decision.explain", id=decision_id, view=view)
        return explanation

    def rejudge(self, decision_id: str) -> Rejudgement:
        """Judge a decision again on what was recorded with it."""
        rejudgement: Rejudgement = self._client.call("decision.rejudge", id=decision_id)
        return rejudgement

    def permit(self, decision_id: str) -> PermitRecord:
        """Ask for the one-shot permit of an allowed or approved decision."""
        permit: PermitRecord = self._client.call("decision.permit", id=decision_id)
        return permit

    def execute(self, decision_id: str, permit: str) -> Outcome:
        """Carry out a decision under its permit."""
        outcome: Outcome = self._client.call("decision.execute", id=decision_id, body=ExecuteBody(permit=permit))
        return outcome


class Approvals(Noun):
    """Approvals: the inbox of what a person has to decide."""

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        status: ApprovalStatus | None = None,
        subject: str | None = None,
    ) -> Page[Approval]:
        """List approvals, newest first."""
        page: Page[Approval] = self._client.call(
            "approval.list", limit=limit, cursor=cursor, status=status, subject=subject
        )
        return page

    def each(self, *, status: ApprovalStatus | None = None, subject: str | None = None) -> Iterator[Approval]:
        """Every approval, newest first."""
        return self._client.each("approval.list", status=status, subject=subject)

    def show(self, approval_id: str) -> Approval:
        """Show an approval."""
        approval: Approval = self._client.call("approval.show", id=approval_id)
        return approval

    def decide(
        self,
        approval_id: str,
        decision: ApprovalDecision,
        reason: str = "",
        *,
        if_match: str | int | None = None,
        idempotency_key: str | None = None,
    ) -> Approval:
        """Approve, deny or send back."""
        approval: Approval = self._client.call(
            "approval.decide",
            id=approval_id,
            body=DecideBody(decision=decision, reason=reason),
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return approval


class Machines(Noun):
    """Machines and pages of their telemetry. The stream is the client's own `telemetry`."""

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        site: str | None = None,
        cell: str | None = None,
        with_state: bool | None = None,
    ) -> Page[Machine]:
        """List machines."""
        page: Page[Machine] = self._client.call(
            "machine.list", limit=limit, cursor=cursor, site=site, cell=cell, with_state=with_state
        )
        return page

    def each(
        self, *, site: str | None = None, cell: str | None = None, with_state: bool | None = None
    ) -> Iterator[Machine]:
        """Every machine."""
        return self._client.each("machine.list", site=site, cell=cell, with_state=with_state)

    def show(self, machine_id: str) -> Machine:
        """Show a machine with its present state."""
        machine: Machine = self._client.call("machine.show", id=machine_id)
        return machine

    def limits(self, machine_id: str) -> MachineLimits:
        """Show what a machine is held to at present."""
        limits: MachineLimits = self._client.call("machine.limits", id=machine_id)
        return limits

    def telemetry(
        self, machine_id: str, *, after: int | None = None, instance_id: str | None = None, limit: int | None = None
    ) -> TelemetryPage:
        """Read one page of a machine's telemetry from any position."""
        page: TelemetryPage = self._client.call(
            "machine.telemetry", id=machine_id, after=after, instance_id=instance_id, limit=limit
        )
        return page
