"""The one approval object: a person's answer to one exact act, bound to its digest."""

from __future__ import annotations

from typing import Literal

import msgspec

ApprovalStatus = Literal["pending", "approved", "denied", "rework", "expired", "consumed"]
ApprovalDecision = Literal["approve", "deny", "rework"]
Risk = Literal["low", "medium", "high"]


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """An approval as everybody reads it.

    Attributes:
        id: `apr_...`.
        kind: kind of the proposal it is about.
        subject: what the proposal acts on.
        proposal_id: the proposal.
        proposal_digest: digest of the proposal; the approval is void for any other.
        risk: low, medium or high.
        reason_codes: why somebody has to decide.
        requested_by: principal that proposed.
        requested_at: UTC time.
        expires_at: UTC time after which it counts as denied.
        status: pending, approved, denied, rework, expired or consumed.
        revision: revision of this record.
        decided_by: principal that decided.
        decided_at: UTC time.
        reason: what they said.
        code: reason code of the way it was decided, such as OK.SINGLE_OPERATOR.
    """

    id: str
    kind: str
    subject: str
    proposal_id: str
    proposal_digest: str
    risk: Risk
    reason_codes: list[str]
    requested_by: str
    requested_at: str
    expires_at: str
    status: ApprovalStatus
    revision: int
    decided_by: str | None = None
    decided_at: str | None = None
    reason: str | None = None
    code: str | None = None


class DecideBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is posted to `/v1/approvals/{id}/decide`.

    Attributes:
        decision: approve, deny or rework.
        reason: why, in words; required for deny and rework.
    """

    decision: ApprovalDecision
    reason: str = ""


class ApprovalRequested(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `approval.requested`.

    Attributes:
        kind: kind of the proposal.
        subject: what it acts on.
        proposal_id: the proposal.
        proposal_digest: its digest.
        risk: low, medium or high.
        reason_codes: why somebody has to decide.
        requested_by: principal that proposed.
        expires_at: UTC time.
    """

    kind: str
    subject: str
    proposal_id: str
    proposal_digest: str
    risk: Risk
    reason_codes: list[str]
    requested_by: str
    expires_at: str


class ApprovalDecided(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `approval.decided`.

    Attributes:
        status: approved, denied or rework.
        decided_by: principal that decided.
        reason: what they said.
        code: how it was decided, OK.APPROVED_BY_HUMAN for example.
        proposal_digest: what was decided on.
    """

    status: Literal["approved", "denied", "rework"]
    decided_by: str
    reason: str
    code: str
    proposal_digest: str


class ApprovalExpired(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `approval.expired`.

    Attributes:
        expires_at: UTC time it was due.
    """

    expires_at: str


class ApprovalConsumed(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of `approval.consumed`: the approved act was started, so the approval serves no second one.

    Attributes:
        decision_id: the decision it was consumed for.
    """

    decision_id: str
