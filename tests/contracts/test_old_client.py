"""A client written for the first release, frozen here: it reads whatever later engines send, and acts rightly on it.

Its structs name only what it needs. They never follow the contracts.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chargehand.contracts.examples import DECISION_FRAME, EVENT, PROBLEM, TELEMETRY_FRAME, VERDICT


class OldReason(msgspec.Struct):
    """What the old client reads of a reason."""

    code: str
    severity: str
    retry: str
    owner: str


class OldVerdict(msgspec.Struct):
    """What the old client reads of a verdict."""

    verdict: str
    reasons: list[OldReason]


class OldDecision(msgspec.Struct, tag_field="type", tag="decision"):
    """What the old client reads of a decision frame."""

    machine_id: str
    seq: int
    verdict: OldVerdict


class OldSignal(msgspec.Struct):
    """What the old client reads of a signal."""

    v: int | float | str | None
    q: str


class OldTelemetry(msgspec.Struct, tag_field="type", tag="telemetry"):
    """What the old client reads of a telemetry frame."""

    machine_id: str
    seq: int
    values: dict[str, OldSignal]


class OldEvent(msgspec.Struct):
    """What the old client reads of an event."""

    type: str
    seq: int
    v: int
    data: msgspec.Raw


class OldProblem(msgspec.Struct):
    """What the old client reads of a problem."""

    code: str
    detail: str
    hint: str


FUTURE = {"zz_future": {"nested": [1, None, {"deep": True}]}}
KNOWN = {"MACH.SPEED_ABOVE_MAX"}


def grown(tree: Any) -> Any:
    """The same JSON with an unknown member in every object that is a record."""
    if isinstance(tree, dict):
        inner = {key: grown(value) if key != "values" else value for key, value in tree.items()}
        return {**inner, **FUTURE}
    if isinstance(tree, list):
        return [grown(value) for value in tree]
    return tree


def later(record: Any) -> bytes:
    """A record as a later engine might send it."""
    return msgspec.json.encode(grown(msgspec.to_builtins(record)))


def may_act(verdict: OldVerdict) -> bool:
    """The old client's rule: only what it knows to permit permits."""
    return verdict.verdict in {"allow", "allow_with_obligations"} and bool(verdict.reasons)


def advice(verdict: OldVerdict) -> set[tuple[str, str]]:
    """Who has to act and when to try again, by code where it is known, else by what stands beside it."""
    return {(reason.owner, reason.retry) for reason in verdict.reasons}


def test_decision_frame_of_a_later_engine() -> None:
    frame = msgspec.json.decode(later(DECISION_FRAME), type=OldDecision | OldTelemetry)
    assert isinstance(frame, OldDecision)
    assert frame.verdict.verdict == "deny"
    assert advice(frame.verdict) == {("agent", "after_change")}
    assert not may_act(frame.verdict)


def test_telemetry_frame_of_a_later_engine() -> None:
    frame = msgspec.json.decode(later(TELEMETRY_FRAME), type=OldDecision | OldTelemetry)
    assert isinstance(frame, OldTelemetry)
    assert frame.values["spindle_speed"].v == 3180.2
    assert frame.values["vibration"] == OldSignal(v=None, q="unavailable")


def test_event_of_a_later_engine() -> None:
    event = msgspec.json.decode(later(EVENT), type=OldEvent)
    assert (event.type, event.seq, event.v) == ("proposal.decided", 18, 1)
    assert msgspec.json.decode(event.data)["verdict"]["verdict"] == "deny"


def test_problem_of_a_later_engine() -> None:
    problem = msgspec.json.decode(later(PROBLEM), type=OldProblem)
    assert problem == OldProblem(code=PROBLEM.code, detail=PROBLEM.detail, hint=PROBLEM.hint)


def test_reason_code_of_the_future_is_acted_on_by_what_stands_beside_it() -> None:
    tree = msgspec.to_builtins(VERDICT)
    tree["reasons"] = [tree["reasons"][0] | {"code": "MACH.ZZ_FUTURE", "owner": "operator", "retry": "after_time"}]
    verdict = msgspec.json.decode(later(tree), type=OldVerdict)
    assert {reason.code for reason in verdict.reasons}.isdisjoint(KNOWN)
    assert advice(verdict) == {("operator", "after_time")}
    assert not may_act(verdict)


@pytest.mark.parametrize("change", [{"verdict": "zz_future"}, {"verdict": "allow", "reasons": []}])
def test_what_the_old_client_does_not_understand_permits_nothing(change: dict[str, Any]) -> None:
    verdict = msgspec.json.decode(later(msgspec.to_builtins(VERDICT) | change), type=OldVerdict)
    assert not may_act(verdict)


def test_a_frame_without_what_the_old_client_needs_is_noticed() -> None:
    for member in ("machine_id", "seq", "verdict"):
        tree = msgspec.to_builtins(DECISION_FRAME)
        del tree[member]
        with pytest.raises(msgspec.ValidationError, match=member):
            msgspec.json.decode(later(tree), type=OldDecision)
