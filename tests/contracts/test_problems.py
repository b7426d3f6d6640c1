"""Problems: one status per code, one shape, everything from the registry unless the raise site knows better."""

from __future__ import annotations

import re

import jsonschema
import msgspec
import pytest

from chargehand.contracts import problems
from chargehand.contracts.problems import (
    PROBLEM_MEDIA_TYPE,
    STATUS,
    AuthError,
    ConflictError,
    EngineError,
    Problem,
    ProblemError,
    RefusedError,
    RequestError,
    UnavailableError,
    error_for,
    to_problem,
)
from chargehand.contracts.reasons import REGISTRY
from chargehand.contracts.schemas import documents

CLASSES = (RequestError, AuthError, ConflictError, RefusedError, UnavailableError, EngineError)


def test_problem_takes_everything_from_the_registry_but_the_detail() -> None:
    problem = to_problem(RequestError("REQ.TOO_DEEP", "5000 levels"), "req_1", "/v1/proposals")
    entry = REGISTRY["REQ.TOO_DEEP"]
    assert problem == Problem(
        type="/v1/reason-codes/REQ.TOO_DEEP",
        title=entry.title,
        status=400,
        detail="5000 levels",
        code="REQ.TOO_DEEP",
        hint=entry.caller_text,
        severity=entry.severity,
        retry=entry.retry,
        owner=entry.owner,
        request_id="req_1",
        instance="/v1/proposals",
    )


def test_hint_of_the_raise_site_wins() -> None:
    error = RequestError("REQ.MEDIA_TYPE", "text/plain", hint="Set the header.")
    assert to_problem(error, "req_1").hint == "Set the header."


def test_extras_are_carried_and_absent_ones_are_not_written() -> None:
    error = RefusedError("GATE.RECHECK_REFUSED", "the door", reason_codes=["GATE.RECHECK_REFUSED", "MACH.DOOR_OPEN"])
    written = msgspec.to_builtins(to_problem(error, "req_1"))
    assert written["reason_codes"] == ["GATE.RECHECK_REFUSED", "MACH.DOOR_OPEN"]
    assert not {"current_revision", "retry_after_s", "field"} & written.keys()
    later = msgspec.to_builtins(to_problem(UnavailableError("ENG.STOPPING", "stopping", retry_after_s=5), "req_1"))
    assert later["retry_after_s"] == 5


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RequestError("REQ.NOT_JSON", ""), 400),
        (RequestError("REQ.NOT_FOUND", ""), 404),
        (RequestError("REQ.METHOD_NOT_ALLOWED", ""), 405),
        (RequestError("REQ.TOO_LARGE", ""), 413),
        (RequestError("REQ.MEDIA_TYPE", ""), 415),
        (RequestError("REQ.NOT_A_PROPOSAL", ""), 422),
        (RequestError("REQ.OVERLOADED", ""), 429),
        (RequestError("FLEET.MACHINE_UNKNOWN", ""), 404),
        (AuthError("AUTH.TOKEN_INVALID", ""), 401),
        (AuthError("AUTH.ROLE_MISSING", ""), 403),
        (ConflictError("REV.STALE_REVISION", ""), 412),
        (ConflictError("REV.TRANSITION_ILLEGAL", ""), 409),
        (RefusedError("GATE.PERMIT_CONSUMED", ""), 409),
        (UnavailableError("ENG.STORE_FULL", ""), 503),
        (EngineError("ENG.INTERNAL", ""), 500),
    ],
    ids=lambda value: value.code if isinstance(value, ProblemError) else str(value),
)
def test_status_of(error: ProblemError, status: int) -> None:
    assert error.status == status
    assert to_problem(error, "req_1").status == status


def test_every_code_can_be_raised_and_validates() -> None:
    validator = jsonschema.Draft202012Validator(documents()["Problem.json"])
    for code in REGISTRY:
        error = error_for(code, "what happened")
        assert error.status in error.statuses, code
        validator.validate(msgspec.to_builtins(to_problem(error, "req_1", "/v1/x")))
        assert str(error) == f"{code}: what happened"


def test_class_refuses_a_code_of_another_status() -> None:
    with pytest.raises(AssertionError, match="not a AuthError"):
        AuthError("REQ.TOO_LARGE", "")
    with pytest.raises(AssertionError, match="not a EngineError"):
        EngineError("REQ.NOT_FOUND", "")


def test_unregistered_code_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        RequestError("REQ.MADE_UP", "")


def test_tree_drawn_on_top_is_the_tree() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) +([\d ]+?)  ", problems.__doc__ or ""))
    assert drawn == {kind.__name__: " ".join(map(str, kind.statuses)) for kind in CLASSES}
    assert set(ProblemError.__subclasses__()) == set(CLASSES)


def test_status_table_names_registered_codes_of_one_class() -> None:
    assert set(STATUS) <= set(REGISTRY)
    assert PROBLEM_MEDIA_TYPE == "application/problem+json"
