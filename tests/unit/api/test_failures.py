"""Whatever was raised leaves as a problem with a registered code, and never in the words of a driver."""

from __future__ import annotations

import apsw
import pytest

from chargehand.api.failures import as_problem
from chargehand.contracts.problems import (
    AuthError,
    ConflictError,
    EngineError,
    ProblemError,
    RefusedError,
    RequestError,
    UnavailableError,
    to_problem,
)
from chargehand.contracts.reasons import REGISTRY
from chargehand.fleet.fleet import UnknownMachineError
from chargehand.kernel import sqlite, store
from chargehand.kernel.lease import LeaseHeldError, LeaseLostError
from chargehand.kernel.store import ConstraintError, StoreError

DRIVER = "UNIQUE constraint failed: principal.token_digest = 'sha256:secret'"
KINDS = [
    StoreError,
    store.StoreFullError,
    store.StoreCorruptError,
    store.StoreLockedError,
    store.StoreNewerError,
    ConstraintError,
]


def every_kind() -> set[type[StoreError]]:
    """The store's errors, and those that are made of them."""
    found, waiting = set(), [StoreError]
    while waiting:
        kind = waiting.pop()
        found.add(kind)
        waiting += kind.__subclasses__()
    return found


@pytest.mark.parametrize(
    "error",
    [
        RequestError("REQ.NOT_JSON", "x"),
        AuthError("AUTH.TOKEN_INVALID", "x"),
        ConflictError("REV.STALE_REVISION", "x", current_revision=3),
        RefusedError("GATE.RECHECK_REFUSED", "x", reason_codes=["MACH.ALARM_ACTIVE"]),
        UnavailableError("ENG.STOPPING", "x"),
    ],
)
def test_a_problem_stays_what_it_is(error: ProblemError) -> None:
    assert as_problem(error) is error


def test_an_unknown_machine_is_not_found_by_name() -> None:
    problem = as_problem(UnknownMachineError("CNC-999"))
    assert (problem.code, problem.status, problem.detail) == (
        "FLEET.MACHINE_UNKNOWN",
        404,
        "no such machine: 'CNC-999'",
    )


@pytest.mark.parametrize("error", [LeaseHeldError("held by 'node-b'"), LeaseLostError("no longer ours")])
def test_a_lease_is_told_in_its_own_words(error: LeaseHeldError | LeaseLostError) -> None:
    problem = as_problem(error)
    assert (problem.code, problem.detail) == (error.code, str(error))


def test_every_error_of_the_store_is_known_here() -> None:
    assert every_kind() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_of_the_store_keeps_its_code(kind: type[StoreError]) -> None:
    problem = as_problem(kind("x"))
    assert problem.code == kind.code
    assert problem.code in REGISTRY
    assert problem.status in (409, 412, 500, 503)


@pytest.mark.parametrize("kind", [StoreError, ConstraintError, store.StoreCorruptError])
def test_what_a_driver_said_stays_inside(kind: type[StoreError]) -> None:
    document = to_problem(as_problem(kind(DRIVER)), "req_1")
    for text in (document.detail, document.hint, document.title):
        assert "UNIQUE" not in text
        assert "secret" not in text


@pytest.mark.parametrize(
    "raised",
    [
        apsw.SQLError(DRIVER),
        apsw.ConstraintError(DRIVER),
        apsw.CorruptError(DRIVER),
        apsw.NotADBError(DRIVER),
        apsw.BusyError(DRIVER),
        apsw.FullError(DRIVER),
        apsw.IOError(DRIVER),
    ],
)
def test_no_text_of_the_database_library_gets_out(raised: apsw.Error) -> None:
    with pytest.raises(StoreError) as caught, sqlite.translated():
        raise raised
    problem = as_problem(caught.value)
    assert "UNIQUE" not in problem.detail
    assert "secret" not in problem.detail
    assert problem.code == caught.value.code


@pytest.mark.postgres
def test_no_text_of_the_other_library_gets_out() -> None:
    import psycopg

    from chargehand.kernel import postgres

    for kind in (
        psycopg.errors.UniqueViolation,
        psycopg.errors.DataCorrupted,
        psycopg.errors.DiskFull,
        psycopg.errors.SyntaxError,
        psycopg.OperationalError,
    ):
        with pytest.raises(StoreError) as caught, postgres.translated():
            raise kind(DRIVER)
        assert "secret" not in as_problem(caught.value).detail


@pytest.mark.parametrize("error", [RuntimeError("token chp_secret"), KeyError("secret"), AssertionError()])
def test_whatever_else_is_the_engines_fault_and_keeps_its_words(error: Exception) -> None:
    problem = as_problem(error)
    assert isinstance(problem, EngineError)
    assert (problem.code, problem.status) == ("ENG.INTERNAL", 500)
    assert "secret" not in problem.detail
