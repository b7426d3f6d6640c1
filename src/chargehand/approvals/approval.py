"""An approval's life as two pure functions: who may decide what, until when, and that it is spent once.

pending -> approved | denied | rework | expired;  approved -> consumed | expired. Everything else is refused.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from chargehand.contracts.approval import (
    Approval,
    ApprovalConsumed,
    ApprovalDecided,
    ApprovalDecision,
    ApprovalExpired,
    ApprovalRequested,
    ApprovalStatus,
    Risk,
)
from chargehand.contracts.problems import RefusedError
from chargehand.kernel.clock import iso_utc, parse_utc
from chargehand.kernel.reducer import Aggregate, Fact, Happened


class ApprovalState(msgspec.Struct, frozen=True):
    """An approval's row, in the order of its columns. `reason_codes` is a JSON list."""

    id: str
    revision: int
    status: ApprovalStatus
    kind: str
    subject: str
    proposal_id: str
    proposal_digest: str
    risk: Risk
    reason_codes: str
    requested_by: str
    requested_us: int
    expires_us: int
    decided_by: str | None = None
    decided_us: int | None = None
    reason: str | None = None
    code: str | None = None


class Decide(NamedTuple):
    """Somebody decides. `single_operator`: the policy lets a person approve their own proposal."""

    decision: ApprovalDecision
    reason: str
    actor: str
    now_us: int
    single_operator: bool


class Consume(NamedTuple):
    """The approved act is started."""

    decision_id: str
    proposal_digest: str
    now_us: int


class Expire(NamedTuple):
    """Time has passed."""

    now_us: int


_DECIDED: dict[ApprovalDecision, Literal["approved", "denied", "rework"]] = {
    "approve": "approved",
    "deny": "denied",
    "rework": "rework",
}
_NOT_USABLE: dict[ApprovalStatus, tuple[str, str]] = {
    "pending": ("GATE.APPROVAL_PENDING", "nobody has decided yet"),
    "denied": ("GATE.APPROVAL_DENIED", "it was denied"),
    "rework": ("GATE.REWORK_REQUESTED", "rework was asked for"),
    "expired": ("GATE.APPROVAL_EXPIRED", "it has run out"),
    "consumed": ("GATE.APPROVAL_CONSUMED", "it was used already"),
}


def decide(state: ApprovalState, command: Decide | Consume | Expire) -> list[Fact]:
    """The events of a command.

    Raises:
        RefusedError: the command is not admissible in this state.
    """
    if isinstance(command, Decide):
        return _decide(state, command)
    if isinstance(command, Consume):
        check_usable(state, command.proposal_digest, command.now_us)
        return [Fact("approval.consumed", ApprovalConsumed(decision_id=command.decision_id))]
    if state.status in ("pending", "approved") and state.expires_us <= command.now_us:
        return [Fact("approval.expired", ApprovalExpired(expires_at=iso_utc(state.expires_us)))]
    raise RefusedError("REV.TRANSITION_ILLEGAL", f"approval {state.id} is {state.status} and does not expire now")


def check_usable(state: ApprovalState, proposal_digest: str, now_us: int) -> None:
    """Refuse unless this approval lets that very proposal happen now.

    Raises:
        RefusedError: not approved, run out, spent, or given for something else.
    """
    if state.status in _NOT_USABLE:
        code, why = _NOT_USABLE[state.status]
        raise RefusedError(code, f"approval {state.id} cannot be used: {why}")
    if state.expires_us <= now_us:
        raise RefusedError("GATE.APPROVAL_EXPIRED", f"approval {state.id} ran out at {iso_utc(state.expires_us)}")
    if state.proposal_digest != proposal_digest:
        raise RefusedError("GATE.DIGEST_MISMATCH", f"approval {state.id} was given for another proposal")


def _decide(state: ApprovalState, command: Decide) -> list[Fact]:
    if state.status != "pending":
        raise RefusedError("GATE.APPROVAL_ALREADY_DECIDED", f"approval {state.id} {told(state)}")
    if state.expires_us <= command.now_us:
        raise RefusedError("GATE.APPROVAL_EXPIRED", f"approval {state.id} ran out at {iso_utc(state.expires_us)}")
    if command.decision != "approve" and not command.reason.strip():
        raise RefusedError("GATE.REASON_REQUIRED", f"to {command.decision} needs a reason")
    own = command.actor == state.requested_by
    if own and command.decision == "approve" and not command.single_operator:
        raise RefusedError("GATE.SELF_APPROVAL", "nobody approves their own proposal under this policy")
    code = "OK.SINGLE_OPERATOR" if own else "OK.APPROVED_BY_HUMAN"
    refusal = {"deny": "GATE.APPROVAL_DENIED", "rework": "GATE.REWORK_REQUESTED"}
    decided = ApprovalDecided(
        status=_DECIDED[command.decision],
        decided_by=command.actor,
        reason=command.reason,
        code=refusal.get(command.decision, code),
        proposal_digest=state.proposal_digest,
    )
    return [Fact("approval.decided", decided)]


def told(state: ApprovalState) -> str:
    """Of one that waits no more: who decided what and when, or that nobody did in time, in words."""
    assert state.status != "pending", "nobody has decided yet"
    if state.decided_by is None or state.decided_us is None:
        return f"ran out at {iso_utc(state.expires_us)}"
    answer = state.status if state.status in ("denied", "rework") else "approved"
    since = {"consumed": ", and has been used", "expired": f", and ran out at {iso_utc(state.expires_us)}"}
    words = "was sent back for rework" if answer == "rework" else f"was {answer}"
    return f"{words} by {state.decided_by} at {iso_utc(state.decided_us)}{since.get(state.status, '')}"


def evolve(state: ApprovalState | None, key: str, event: Happened) -> ApprovalState:
    """The approval after an event."""
    payload: Any = event.payload
    if event.kind == "approval.requested":
        assert state is None, "an approval is requested once"
        return ApprovalState(
            id=key,
            revision=event.revision,
            status="pending",
            kind=payload.kind,
            subject=payload.subject,
            proposal_id=payload.proposal_id,
            proposal_digest=payload.proposal_digest,
            risk=payload.risk,
            reason_codes=msgspec.json.encode(payload.reason_codes).decode(),
            requested_by=payload.requested_by,
            requested_us=event.time_us,
            expires_us=parse_utc(payload.expires_at),
        )
    assert state is not None, f"{event.kind} before approval.requested"
    state = msgspec.structs.replace(state, revision=event.revision)
    if event.kind == "approval.decided":
        return msgspec.structs.replace(
            state,
            status=payload.status,
            decided_by=payload.decided_by,
            decided_us=event.time_us,
            reason=payload.reason,
            code=payload.code,
        )
    if event.kind == "approval.consumed":
        return msgspec.structs.replace(state, status="consumed")
    assert event.kind == "approval.expired", event.kind
    return msgspec.structs.replace(state, status="expired")


def to_approval(state: ApprovalState) -> Approval:
    """The approval as others read it."""
    return Approval(
        id=state.id,
        kind=state.kind,
        subject=state.subject,
        proposal_id=state.proposal_id,
        proposal_digest=state.proposal_digest,
        risk=state.risk,
        reason_codes=msgspec.json.decode(state.reason_codes, type=list[str]),
        requested_by=state.requested_by,
        requested_at=iso_utc(state.requested_us),
        expires_at=iso_utc(state.expires_us),
        status=state.status,
        revision=state.revision,
        decided_by=state.decided_by,
        decided_at=None if state.decided_us is None else iso_utc(state.decided_us),
        reason=state.reason,
        code=state.code,
    )


APPROVAL: Aggregate[ApprovalState] = Aggregate(
    name="approval",
    payloads={
        "approval.requested": ApprovalRequested,
        "approval.decided": ApprovalDecided,
        "approval.expired": ApprovalExpired,
        "approval.consumed": ApprovalConsumed,
    },
    evolve=evolve,
    queries="approval",
    row=msgspec.structs.astuple,
    state=lambda row: ApprovalState(*row),
)
