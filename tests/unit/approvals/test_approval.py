"""An approval's life: every command in every state is a transition or a refusal with a registered code."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.approvals.approval import (
    APPROVAL,
    ApprovalState,
    Consume,
    Decide,
    Expire,
    check_usable,
    decide,
    evolve,
    to_approval,
)
from chargehand.contracts.approval import ApprovalDecision, ApprovalRequested, ApprovalStatus
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.reasons import REGISTRY
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.reducer import Fact, Happened
from chargehand.testing.clock import START_US

ANNA, PLANNER = "human:anna", "agent:planner"
DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
EXPIRES_US = START_US + 1_000
STATUSES = get_args(ApprovalStatus)
DECISIONS = get_args(ApprovalDecision)
REQUESTED = ApprovalRequested(
    kind="machine.change",
    subject="machine/CNC-001",
    proposal_id="prp_1",
    proposal_digest=DIGEST,
    risk="high",
    reason_codes=["GATE.APPROVAL_REQUIRED"],
    requested_by=PLANNER,
    expires_at=iso_utc(EXPIRES_US),
)
PENDING = evolve(None, "apr_1", Happened("approval.requested", REQUESTED, PLANNER, START_US, 1))


def by(
    decision: ApprovalDecision = "approve",
    *,
    actor: str = ANNA,
    reason: str = "because",
    now_us: int = START_US,
    single_operator: bool = False,
) -> Decide:
    return Decide(decision, reason, actor, now_us, single_operator)


def after(state: ApprovalState, facts: list[Fact], actor: str = ANNA, time_us: int = START_US) -> ApprovalState:
    for fact in facts:
        state = evolve(state, state.id, Happened(fact.kind, fact.payload, actor, time_us, state.revision + 1))
    return state


def state_of(status: ApprovalStatus) -> ApprovalState:
    """An approval that came to a status in the only way there is."""
    if status == "pending":
        return PENDING
    if status == "expired":
        return after(PENDING, decide(PENDING, Expire(EXPIRES_US)))
    if status == "consumed":
        approved = state_of("approved")
        return after(approved, decide(approved, Consume("dec_1", DIGEST, START_US)))
    way: dict[ApprovalStatus, ApprovalDecision] = {"approved": "approve", "denied": "deny", "rework": "rework"}
    return after(PENDING, decide(PENDING, by(way[status])))


def refusal(state: ApprovalState, command: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        decide(state, command)
    return caught.value.code


IN_TIME: dict[ApprovalStatus, str] = {
    "pending": "GATE.APPROVAL_PENDING",
    "denied": "GATE.APPROVAL_DENIED",
    "rework": "GATE.REWORK_REQUESTED",
    "expired": "GATE.APPROVAL_EXPIRED",
    "consumed": "GATE.APPROVAL_CONSUMED",
}


@pytest.mark.parametrize("status", STATUSES)
def test_states_are_reached_as_named(status: ApprovalStatus) -> None:
    assert state_of(status).status == status


@pytest.mark.parametrize(("status", "decision"), list(product(STATUSES, DECISIONS)))
def test_a_decision_is_made_once(status: ApprovalStatus, decision: ApprovalDecision) -> None:
    if status == "pending":
        (fact,) = decide(PENDING, by(decision))
        assert fact.kind == "approval.decided"
        return
    assert refusal(state_of(status), by(decision)) == "GATE.APPROVAL_ALREADY_DECIDED"


@pytest.mark.parametrize("status", STATUSES)
def test_an_approval_is_spent_once_and_only_when_given(status: ApprovalStatus) -> None:
    command = Consume("dec_1", DIGEST, START_US)
    if status == "approved":
        (fact,) = decide(state_of(status), command)
        assert (fact.kind, fact.payload.decision_id) == ("approval.consumed", "dec_1")
        return
    assert refusal(state_of(status), command) == IN_TIME[status]


@pytest.mark.parametrize(("status", "late"), list(product(STATUSES, [False, True])))
def test_only_what_is_open_and_over_time_runs_out(status: ApprovalStatus, *, late: bool) -> None:
    command = Expire(EXPIRES_US if late else EXPIRES_US - 1)
    if late and status in ("pending", "approved"):
        (fact,) = decide(state_of(status), command)
        assert after(state_of(status), [fact]).status == "expired"
        return
    assert refusal(state_of(status), command) == "REV.TRANSITION_ILLEGAL"


def test_one_microsecond_decides() -> None:
    assert decide(PENDING, by(now_us=EXPIRES_US - 1))
    assert refusal(PENDING, by(now_us=EXPIRES_US)) == "GATE.APPROVAL_EXPIRED"
    approved = state_of("approved")
    check_usable(approved, DIGEST, EXPIRES_US - 1)
    assert refusal(approved, Consume("dec_1", DIGEST, EXPIRES_US)) == "GATE.APPROVAL_EXPIRED"


def test_an_approval_is_void_for_any_other_proposal() -> None:
    assert refusal(state_of("approved"), Consume("dec_1", OTHER, START_US)) == "GATE.DIGEST_MISMATCH"


def test_ones_own_proposal_is_approved_by_another() -> None:
    assert refusal(PENDING, by(actor=PLANNER)) == "GATE.SELF_APPROVAL"
    (fact,) = decide(PENDING, by(actor=ANNA))
    assert fact.payload.code == "OK.APPROVED_BY_HUMAN"


def test_a_single_operator_approves_their_own_under_a_code_of_its_own() -> None:
    (fact,) = decide(PENDING, by(actor=PLANNER, single_operator=True))
    assert (fact.payload.status, fact.payload.code) == ("approved", "OK.SINGLE_OPERATOR")
    (fact,) = decide(PENDING, by(actor=ANNA, single_operator=True))
    assert fact.payload.code == "OK.APPROVED_BY_HUMAN"


@pytest.mark.parametrize("single_operator", [False, True])
@pytest.mark.parametrize(("decision", "code"), [("deny", "GATE.APPROVAL_DENIED"), ("rework", "GATE.REWORK_REQUESTED")])
def test_anybody_may_say_no_to_their_own(decision: ApprovalDecision, code: str, *, single_operator: bool) -> None:
    (fact,) = decide(PENDING, by(decision, actor=PLANNER, single_operator=single_operator))
    assert fact.payload.code == code


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_saying_no_needs_a_reason_in_words(reason: str) -> None:
    for decision in ("deny", "rework"):
        assert refusal(PENDING, by(decision, reason=reason)) == "GATE.REASON_REQUIRED"
    assert decide(PENDING, by("approve", reason=reason))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("approved", f"was approved by {ANNA} at {iso_utc(START_US)}"),
        ("denied", f"was denied by {ANNA} at {iso_utc(START_US)}"),
        ("rework", f"was sent back for rework by {ANNA} at {iso_utc(START_US)}"),
        ("consumed", f"was approved by {ANNA} at {iso_utc(START_US)}, and has been used"),
    ],
)
def test_the_late_one_is_told_who_decided_what_and_when(status: Any, said: str) -> None:
    with pytest.raises(RefusedError) as caught:
        decide(state_of(status), by("deny", actor="human:otto"))
    assert caught.value.detail == f"approval {PENDING.id} {said}"


def test_the_late_one_is_told_that_nobody_decided_in_time() -> None:
    alone = msgspec.structs.replace(PENDING, status="expired")
    decided = after(state_of("approved"), decide(state_of("approved"), Expire(EXPIRES_US)))
    for state, said in (
        (alone, f"ran out at {iso_utc(EXPIRES_US)}"),
        (decided, f"was approved by {ANNA} at {iso_utc(START_US)}, and ran out at {iso_utc(EXPIRES_US)}"),
    ):
        with pytest.raises(RefusedError) as caught:
            decide(state, by("approve", actor="human:otto"))
        assert caught.value.detail == f"approval {PENDING.id} {said}"


commands = st.one_of(
    st.builds(
        Decide,
        st.sampled_from(DECISIONS),
        st.sampled_from(["", "because"]),
        st.sampled_from([ANNA, PLANNER]),
        st.sampled_from([START_US, EXPIRES_US - 1, EXPIRES_US]),
        st.booleans(),
    ),
    st.builds(Consume, st.just("dec_1"), st.sampled_from([DIGEST, OTHER]), st.sampled_from([START_US, EXPIRES_US])),
    st.builds(Expire, st.sampled_from([START_US, EXPIRES_US])),
)


@given(st.lists(commands, max_size=8))
def test_any_commands_in_any_order_are_transitions_or_refusals_with_a_code(asked: list[Any]) -> None:
    state = PENDING
    ends: dict[ApprovalStatus, set[ApprovalStatus]] = {
        "pending": {"approved", "denied", "rework", "expired"},
        "approved": {"consumed", "expired"},
    }
    for command in asked:
        try:
            facts = decide(state, command)
        except RefusedError as refused:
            assert refused.code in REGISTRY  # noqa: PT017 - refusals are one of two good answers
            continue
        later = after(state, facts)
        assert later.status in ends.get(state.status, set())
        assert later.revision == state.revision + 1
        state = later
        assert APPROVAL.state(APPROVAL.row(state)) == state


def test_events_come_after_the_request() -> None:
    with pytest.raises(AssertionError):
        evolve(None, "apr_1", Happened("approval.expired", None, ANNA, START_US, 1))
    with pytest.raises(AssertionError):
        evolve(PENDING, "apr_1", Happened("approval.requested", REQUESTED, ANNA, START_US, 2))


def test_readers_see_who_decided_when_and_why() -> None:
    seen = to_approval(state_of("approved"))
    assert (seen.status, seen.decided_by, seen.reason, seen.code) == (
        "approved",
        ANNA,
        "because",
        "OK.APPROVED_BY_HUMAN",
    )
    assert (seen.decided_at, seen.requested_at, seen.expires_at) == (
        iso_utc(START_US),
        iso_utc(START_US),
        iso_utc(EXPIRES_US),
    )
    assert (seen.reason_codes, seen.proposal_digest) == (["GATE.APPROVAL_REQUIRED"], DIGEST)
    assert to_approval(PENDING).decided_at is None
    assert set(msgspec.to_builtins(seen)) >= {"revision", "risk", "subject", "requested_by"}
