"""A proposal's life as two pure functions.

submitted -> denied | allowed | awaiting_approval;  allowed, awaiting_approval -> permitted -> executing ->
executed | failed | unknown. A permit may be issued anew while it was not used; it is used once. Everything else is
refused with a code. What an approval says is asked of the approval; the proposal does not repeat it.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from chargehand.contracts.problems import RefusedError
from chargehand.contracts.proposal import (
    Outcome,
    ProposalDecided,
    ProposalExecuted,
    ProposalExecuting,
    ProposalPermitted,
    ProposalRefused,
    ProposalSubmitted,
)
from chargehand.kernel.clock import SECOND_US, iso_utc, parse_utc
from chargehand.kernel.reducer import Aggregate, Fact, Happened

Status = Literal[
    "submitted", "denied", "allowed", "awaiting_approval", "permitted", "executing", "executed", "failed", "unknown"
]
REFUSALS_MAX = 20
"""Refused executions of one proposal that are recorded; whoever keeps asking is refused all the same."""
_AFTER_VERDICT: dict[str, Status] = {
    "allow": "allowed",
    "allow_with_obligations": "allowed",
    "needs_approval": "awaiting_approval",
    "deny": "denied",
    "indeterminate": "denied",
}
UNDER_WAY_US = 2**62
"""Until when a cut counts whose execution has not come to an outcome: later than any time."""
_AFTER_OUTCOME: dict[str, Status] = {"applied": "executed", "failed": "failed", "unknown": "unknown"}


class ProposalState(msgspec.Struct, frozen=True):
    """A proposal's row, in the order of its columns. `reason_codes` are set between blanks, to be searched.

    The last four are known of a cut that ends: its load and time, when it was last permitted, and until when its heat
    is promised. A permit promises it until it runs out; an execution until the cut is over, be it that nobody knows
    whether it was begun.
    """

    id: str
    revision: int
    status: Status
    kind: str
    subject: str
    proposer: str
    digest: str
    submitted_us: int
    decision_id: str
    verdict: str
    primary_code: str
    reason_codes: str
    policy_digest: str
    input_digest: str
    basis: str | None
    valid_until_us: int
    approval_id: str | None = None
    permit_digest: str | None = None
    permit_holder: str | None = None
    permit_expires_us: int | None = None
    executing_us: int | None = None
    refusals: int = 0
    outcome_status: Literal["applied", "failed", "unknown"] | None = None
    outcome_us: int | None = None
    outcome_code: str | None = None
    load: float | None = None
    cut_us: int | None = None
    permitted_us: int | None = None
    cut_until_us: int | None = None


class Permit(NamedTuple):
    """Issue a permit to somebody who may hold it."""

    holder: str
    permit_digest: str
    expires_us: int
    now_us: int


class Begin(NamedTuple):
    """Use the permit: the last step before the write."""

    holder: str
    permit_digest: str
    recheck: str
    recheck_digest: str
    now_us: int


class Finish(NamedTuple):
    """The write came to something."""

    outcome: Outcome


def decide(state: ProposalState, command: Permit | Begin | Finish) -> list[Fact]:
    """The events of a command.

    Raises:
        RefusedError: the command is not admissible in this state.
    """
    if isinstance(command, Permit):
        check_permittable(state, command.now_us)
        permitted = ProposalPermitted(
            decision_id=state.decision_id,
            expires_at=iso_utc(command.expires_us),
            holder=command.holder,
            permit_digest=command.permit_digest,
        )
        return [Fact("proposal.permitted", permitted)]
    if isinstance(command, Begin):
        check_permit(state, command.holder, command.permit_digest, command.now_us)
        executing = ProposalExecuting(
            decision_id=state.decision_id,
            permit_digest=command.permit_digest,
            recheck=command.recheck,
            recheck_digest=command.recheck_digest,
        )
        return [Fact("proposal.executing", executing)]
    if state.status != "executing":
        raise RefusedError("REV.TRANSITION_ILLEGAL", f"proposal {state.id} is {state.status}, nothing is under way")
    return [Fact("proposal.executed", ProposalExecuted(decision_id=state.decision_id, outcome=command.outcome))]


def check_permittable(state: ProposalState, now_us: int) -> None:
    """Refuse unless this proposal may be given a permit now. Its approval, where it needs one, is asked apart.

    Raises:
        RefusedError: the verdict does not permit, has run out, or the proposal was executed.
    """
    if state.status in ("executing", "executed", "failed", "unknown"):
        raise RefusedError("GATE.ALREADY_EXECUTED", f"proposal {state.id} is {state.status}; submit it anew")
    if state.status not in ("allowed", "awaiting_approval", "permitted"):
        raise RefusedError("GATE.VERDICT_NOT_PERMITTING", f"the verdict on {state.id} is {state.verdict}")
    if state.valid_until_us <= now_us:
        raise RefusedError("GATE.VERDICT_EXPIRED", f"the verdict on {state.id} ran out; submit it anew")


def check_permit(state: ProposalState, holder: str, permit_digest: str, now_us: int) -> None:
    """Refuse unless this very permit may be used by its holder now.

    Raises:
        RefusedError: unknown, foreign, used or run out.
    """
    if state.status in ("executing", "executed", "failed", "unknown") and state.permit_digest == permit_digest:
        raise RefusedError("GATE.PERMIT_CONSUMED", "this permit was used already; it works once")
    if state.status != "permitted" or state.permit_digest != permit_digest:
        raise RefusedError("GATE.PERMIT_UNKNOWN", f"this is not a permit of decision {state.decision_id}")
    if state.permit_holder != holder:
        raise RefusedError("GATE.PERMIT_FOREIGN", f"this permit was issued to {state.permit_holder}, not to {holder}")
    assert state.permit_expires_us is not None
    if state.permit_expires_us <= now_us:
        raise RefusedError("GATE.PERMIT_EXPIRED", f"this permit ran out at {iso_utc(state.permit_expires_us)}")
    if state.valid_until_us <= now_us:
        raise RefusedError("GATE.VERDICT_EXPIRED", f"the verdict on {state.id} ran out; submit it anew")


def evolve(state: ProposalState | None, key: str, event: Happened) -> ProposalState:
    """The proposal after an event."""
    payload: Any = event.payload
    if event.kind == "proposal.submitted":
        assert state is None, "a proposal is submitted once"
        return _submitted(key, payload, event)
    assert state is not None, f"{event.kind} before proposal.submitted"
    if event.kind == "proposal.decided":
        return _decided(state, payload, event)
    if event.kind == "proposal.permitted":
        expires_us = parse_utc(payload.expires_at)
        return msgspec.structs.replace(
            state,
            revision=event.revision,
            status="permitted",
            permit_digest=payload.permit_digest,
            permit_holder=payload.holder,
            permit_expires_us=expires_us,
            permitted_us=None if state.cut_us is None else event.time_us,
            cut_until_us=None if state.cut_us is None else expires_us,
        )
    if event.kind == "proposal.executing":
        return msgspec.structs.replace(
            state,
            revision=event.revision,
            status="executing",
            executing_us=event.time_us,
            cut_until_us=None if state.cut_us is None else UNDER_WAY_US,
        )
    if event.kind == "proposal.refused":
        return msgspec.structs.replace(state, revision=event.revision, refusals=state.refusals + 1)
    assert event.kind == "proposal.executed", event.kind
    outcome: Outcome = payload.outcome
    outcome_us = parse_utc(outcome.at)
    made = outcome.status != "failed" and state.cut_us is not None
    return msgspec.structs.replace(
        state,
        revision=event.revision,
        status=_AFTER_OUTCOME[outcome.status],
        outcome_status=outcome.status,
        outcome_us=outcome_us,
        outcome_code=outcome.code,
        cut_until_us=outcome_us + (state.cut_us or 0) if made else None,
    )


def _submitted(key: str, payload: ProposalSubmitted, event: Happened) -> ProposalState:
    return ProposalState(
        id=key,
        revision=event.revision,
        status="submitted",
        kind=str(payload.proposal.get("kind")),
        subject=str(payload.proposal.get("subject")),
        proposer=event.actor,
        digest=payload.digest,
        submitted_us=event.time_us,
        decision_id="",
        verdict="",
        primary_code="",
        reason_codes="",
        policy_digest="",
        input_digest="",
        basis=None,
        valid_until_us=0,
    )


def _decided(state: ProposalState, payload: ProposalDecided, event: Happened) -> ProposalState:
    verdict, cut = payload.verdict, payload.cut
    assert verdict.id is not None, "a recorded verdict has an id"
    return msgspec.structs.replace(
        state,
        revision=event.revision,
        status=_AFTER_VERDICT[verdict.verdict],
        decision_id=verdict.id,
        verdict=verdict.verdict,
        primary_code=verdict.primary_code,
        reason_codes=f" {' '.join(verdict.reason_codes)} ",
        policy_digest=verdict.policy_digest,
        input_digest=verdict.input_digest,
        basis=payload.basis,
        valid_until_us=parse_utc(verdict.valid_until),
        approval_id=verdict.approval_id,
        load=None if cut is None else float(cut.load),
        cut_us=None if cut is None else round(cut.seconds * SECOND_US),
    )


PROPOSAL: Aggregate[ProposalState] = Aggregate(
    name="proposal",
    payloads={
        "proposal.submitted": ProposalSubmitted,
        "proposal.decided": ProposalDecided,
        "proposal.permitted": ProposalPermitted,
        "proposal.refused": ProposalRefused,
        "proposal.executing": ProposalExecuting,
        "proposal.executed": ProposalExecuted,
    },
    evolve=evolve,
    queries="proposal",
    row=msgspec.structs.astuple,
    state=lambda row: ProposalState(*row),
)
