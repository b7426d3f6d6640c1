"""A proposal's life as two pure functions: every command in every state is a transition or a refusal with a code."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.examples import VERDICT
from chargehand.contracts.problems import RefusedError
from chargehand.contracts.proposal import (
    DecidedCut,
    Outcome,
    ProposalDecided,
    ProposalExecuted,
    ProposalExecuting,
    ProposalPermitted,
    ProposalRefused,
    ProposalSubmitted,
)
from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.verdict import PERMITTING, VerdictName
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.kernel.reducer import Happened
from chargehand.proposals.lifecycle import (
    PROPOSAL,
    UNDER_WAY_US,
    Begin,
    Finish,
    Permit,
    ProposalState,
    Status,
    check_permit,
    check_permittable,
    decide,
    evolve,
)
from chargehand.testing.clock import START_US

PLANNER, OTTO = "agent:planner", "human:otto"
VALID_US, PERMIT_US = START_US + 1_000, START_US + 100
MINE, OTHER = "sha256:mine", "sha256:other"
STATUSES: tuple[Status, ...] = get_args(Status)
VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)
OUTCOMES = ("applied", "failed", "unknown")
APPLIED = Outcome(status="applied", at=iso_utc(START_US))


def happened(kind: str, payload: Any, revision: int, actor: str = PLANNER) -> Happened:
    return Happened(kind, payload, actor, START_US, revision)


def submitted() -> ProposalState:
    body = {"kind": "machine.change", "subject": "machine/CNC-001"}
    return evolve(None, "prp_1", happened("proposal.submitted", ProposalSubmitted(digest="d", proposal=body), 1))


def decided(name: VerdictName) -> ProposalState:
    verdict = msgspec.structs.replace(VERDICT, verdict=name, valid_until=iso_utc(VALID_US), approval_id=None)
    if name == "needs_approval":
        verdict = msgspec.structs.replace(verdict, approval_id="apr_1")
    payload = ProposalDecided(basis="b", evidence={}, verdict=verdict)
    return evolve(submitted(), "prp_1", happened("proposal.decided", payload, 2))


def apply(state: ProposalState, command: Any) -> ProposalState:
    for fact in decide(state, command):
        state = evolve(state, state.id, happened(fact.kind, fact.payload, state.revision + 1))
    return state


PERMIT = Permit(PLANNER, MINE, PERMIT_US, START_US)
BEGIN = Begin(PLANNER, MINE, "allow", "sha256:input", START_US)


def state_of(status: Status) -> ProposalState:
    """A proposal that came to a status in the only way there is."""
    if status == "submitted":
        return submitted()
    if status in ("denied", "allowed", "awaiting_approval"):
        name: dict[str, VerdictName] = {"denied": "deny", "allowed": "allow", "awaiting_approval": "needs_approval"}
        return decided(name[status])
    permitted = apply(decided("allow"), PERMIT)
    if status == "permitted":
        return permitted
    executing = apply(permitted, BEGIN)
    if status == "executing":
        return executing
    outcomes = {"executed": "applied", "failed": "failed", "unknown": "unknown"}
    return apply(executing, Finish(Outcome(status=outcomes[status], at=iso_utc(START_US))))  # type: ignore[arg-type]


def refusal(state: ProposalState, command: Any) -> str:
    with pytest.raises(RefusedError) as caught:
        decide(state, command)
    assert caught.value.code in REGISTRY
    return caught.value.code


@pytest.mark.parametrize("status", STATUSES)
def test_states_are_reached_as_named_and_fit_their_row(status: Status) -> None:
    state = state_of(status)
    assert state.status == status
    assert PROPOSAL.state(PROPOSAL.row(state)) == state


@pytest.mark.parametrize("name", VERDICTS)
def test_a_verdict_opens_only_what_it_permits(name: VerdictName) -> None:
    state = decided(name)
    expected = "allowed" if name in PERMITTING else "awaiting_approval" if name == "needs_approval" else "denied"
    assert state.status == expected
    assert (state.verdict, state.valid_until_us, state.basis) == (name, VALID_US, "b")
    assert state.reason_codes.split() == VERDICT.reason_codes


CUT = DecidedCut(load=1.3, seconds=200)


def cutting(status: Status) -> ProposalState:
    """A proposal for a cut of 200 s that came to a status."""
    verdict = msgspec.structs.replace(VERDICT, verdict="allow", valid_until=iso_utc(VALID_US), approval_id=None)
    payload = ProposalDecided(basis="b", cut=CUT, evidence={}, verdict=verdict)
    state = evolve(submitted(), "prp_1", happened("proposal.decided", payload, 2))
    commands: list[Any] = [PERMIT, BEGIN]
    if status in OUTCOME_OF:
        commands.append(Finish(Outcome(status=OUTCOME_OF[status], at=iso_utc(START_US + 7))))
    for command in commands[: {"allowed": 0, "permitted": 1, "executing": 2}.get(status, 3)]:
        state = apply(state, command)
    assert state.status == status
    return state


OUTCOME_OF: dict[str, Any] = {"executed": "applied", "failed": "failed", "unknown": "unknown"}
UNTIL: dict[Status, int | None] = {
    "allowed": None,
    "permitted": PERMIT_US,
    "executing": UNDER_WAY_US,
    "executed": START_US + 7 + 200 * SECOND_US,
    "unknown": START_US + 7 + 200 * SECOND_US,
    "failed": None,
}


@pytest.mark.parametrize(("status", "until_us"), UNTIL.items())
def test_until_when_a_cut_is_promised(status: Status, until_us: int | None) -> None:
    state = cutting(status)
    assert (state.load, state.cut_us, state.cut_until_us) == (1.3, 200 * SECOND_US, until_us)
    assert (state.permitted_us is None) is (status == "allowed")
    assert PROPOSAL.state(PROPOSAL.row(state)) == state


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_no_cut_that_ends_is_never_promised(status: Status) -> None:
    state = state_of(status)
    assert (state.load, state.cut_us, state.cut_until_us) == (None, None, None)


@pytest.mark.parametrize("status", ["permitted", "executing", "executed"])
def test_rows_of_what_is_no_cut_are_those_that_were_written_before_cuts_were_known(status: Status) -> None:
    """A folder of an earlier release has nothing in these columns, and its log has to lead to just that."""
    state = state_of(status)
    assert (state.load, state.cut_us, state.permitted_us, state.cut_until_us) == (None, None, None, None)


def test_a_permit_that_is_issued_anew_promises_the_cut_from_then_on() -> None:
    later = apply(cutting("permitted"), PERMIT._replace(expires_us=PERMIT_US + 5, permit_digest=OTHER))
    assert later.cut_until_us == PERMIT_US + 5


PERMIT_REFUSED: dict[Status, str] = {
    "submitted": "GATE.VERDICT_NOT_PERMITTING",
    "denied": "GATE.VERDICT_NOT_PERMITTING",
    "executing": "GATE.ALREADY_EXECUTED",
    "executed": "GATE.ALREADY_EXECUTED",
    "failed": "GATE.ALREADY_EXECUTED",
    "unknown": "GATE.ALREADY_EXECUTED",
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_permit_is_issued_in_these_states_and_no_other(status: Status) -> None:
    state = state_of(status)
    if status in PERMIT_REFUSED:
        assert refusal(state, PERMIT) == PERMIT_REFUSED[status]
        return
    later = apply(state, Permit(OTTO, OTHER, PERMIT_US, START_US))
    assert (later.status, later.permit_digest, later.permit_holder) == ("permitted", OTHER, OTTO)
    assert refusal(state, PERMIT._replace(now_us=VALID_US)) == "GATE.VERDICT_EXPIRED"
    assert apply(state, PERMIT._replace(now_us=VALID_US - 1)).status == "permitted"


BEGIN_REFUSED: dict[Status, str] = dict.fromkeys(STATUSES, "GATE.PERMIT_UNKNOWN") | {
    "executing": "GATE.PERMIT_CONSUMED",
    "executed": "GATE.PERMIT_CONSUMED",
    "failed": "GATE.PERMIT_CONSUMED",
    "unknown": "GATE.PERMIT_CONSUMED",
}


@pytest.mark.parametrize("status", STATUSES)
def test_an_execution_begins_once_on_its_permit(status: Status) -> None:
    state = state_of(status)
    if status != "permitted":
        assert refusal(state, BEGIN) == BEGIN_REFUSED[status]
        assert refusal(state, BEGIN._replace(permit_digest=OTHER)) == "GATE.PERMIT_UNKNOWN"
        return
    later = apply(state, BEGIN)
    assert (later.status, later.executing_us) == ("executing", START_US)


@pytest.mark.parametrize(("status", "outcome"), list(product(STATUSES, OUTCOMES)))
def test_an_outcome_ends_what_was_begun_and_nothing_else(status: Status, outcome: Any) -> None:
    command = Finish(Outcome(status=outcome, at=iso_utc(START_US), code=None))
    if status != "executing":
        assert refusal(state_of(status), command) == "REV.TRANSITION_ILLEGAL"
        return
    assert apply(state_of(status), command).outcome_status == outcome


def test_the_grounds_of_a_refused_permit_come_in_their_order() -> None:
    state = state_of("permitted")
    assert refusal(state, BEGIN._replace(permit_digest=OTHER, holder=OTTO, now_us=VALID_US)) == "GATE.PERMIT_UNKNOWN"
    assert refusal(state, BEGIN._replace(holder=OTTO, now_us=VALID_US)) == "GATE.PERMIT_FOREIGN"
    assert refusal(state, BEGIN._replace(now_us=VALID_US)) == "GATE.PERMIT_EXPIRED"
    assert refusal(state, BEGIN._replace(now_us=PERMIT_US)) == "GATE.PERMIT_EXPIRED"
    check_permit(state, PLANNER, MINE, PERMIT_US - 1)
    longer = apply(decided("allow"), PERMIT._replace(expires_us=VALID_US + 1))
    with pytest.raises(RefusedError, match=r"GATE\.VERDICT_EXPIRED"):
        check_permit(longer, PLANNER, MINE, VALID_US)
    check_permittable(state, VALID_US - 1)


def test_a_refused_execution_is_counted_and_changes_nothing_else() -> None:
    for status in STATUSES[1:]:
        state = state_of(status)
        payload = ProposalRefused(decision_id="dec_1", code="GATE.PERMIT_FOREIGN", reason_codes=["GATE.PERMIT_FOREIGN"])
        later = evolve(state, state.id, happened("proposal.refused", payload, state.revision + 1))
        assert later == msgspec.structs.replace(state, revision=state.revision + 1, refusals=state.refusals + 1)


instants = st.sampled_from([START_US, PERMIT_US - 1, PERMIT_US, VALID_US - 1, VALID_US])
holders, digests = st.sampled_from([PLANNER, OTTO]), st.sampled_from([MINE, OTHER])
commands = st.one_of(
    st.builds(Permit, holders, digests, st.sampled_from([PERMIT_US, VALID_US]), instants),
    st.builds(Begin, holders, digests, st.just("allow"), st.just("sha256:input"), instants),
    st.builds(Finish, st.sampled_from([APPLIED, Outcome(status="unknown", at=iso_utc(START_US), code="X")])),
)
NEXT: dict[str, set[str]] = {
    "allowed": {"permitted"},
    "awaiting_approval": {"permitted"},
    "permitted": {"permitted", "executing"},
    "executing": {"executed", "failed", "unknown"},
}


@given(st.sampled_from(VERDICTS), st.lists(commands, max_size=10))
def test_any_commands_in_any_order_move_along_the_ways_there_are(name: VerdictName, asked: list[Any]) -> None:
    state, begun = decided(name), 0
    for command in asked:
        try:
            later = apply(state, command)
        except RefusedError as refused:
            assert refused.code in REGISTRY  # noqa: PT017 - refusals are one of two good answers
            continue
        assert later.status in NEXT.get(state.status, set())
        assert later.revision == state.revision + 1
        begun += later.status == "executing"
        state = later
    assert begun <= 1


def test_every_event_has_its_place_in_the_order() -> None:
    state = state_of("permitted")
    events: list[tuple[str, Any]] = [
        ("proposal.decided", ProposalDecided(basis=None, evidence={}, verdict=VERDICT)),
        (
            "proposal.permitted",
            ProposalPermitted(decision_id="d", expires_at=iso_utc(1), holder="h", permit_digest="p"),
        ),
        (
            "proposal.executing",
            ProposalExecuting(decision_id="d", permit_digest="p", recheck="allow", recheck_digest="x"),
        ),
        ("proposal.executed", ProposalExecuted(decision_id="d", outcome=APPLIED)),
        ("proposal.refused", ProposalRefused(decision_id="d", code="c", reason_codes=["c"])),
    ]
    assert {kind for kind, _ in events} | {"proposal.submitted"} == set(PROPOSAL.payloads)
    for kind, payload in events:
        with pytest.raises(AssertionError):
            evolve(None, "prp_1", happened(kind, payload, 1))
    with pytest.raises(AssertionError):
        evolve(state, "prp_1", happened("proposal.submitted", ProposalSubmitted(digest="d", proposal={}), 9))
    with pytest.raises(AssertionError):
        evolve(state, "prp_1", happened("proposal.dreamt", None, 9))
