"""Aggregates: the row is its events, in one transaction; a rebuild finds and mends every row that is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chargehand.access.principals import PRINCIPAL, PrincipalState, add, revoke
from chargehand.contracts.principal import PrincipalAdded, PrincipalRevoked
from chargehand.kernel import log
from chargehand.kernel.reducer import Difference, Fact, differences, load, rebuild, record
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Transaction
from chargehand.testing.clock import START_US, SimClock
from tests.conformance.nodes import every, principals, writer_of

ANNA, OTTO, VERA = "human:anna", "human:otto", "human:vera"


@pytest.fixture
def store(open_sqlite: Callable[..., SqliteStore]) -> SqliteStore:
    """Three principals, one of them revoked."""
    made = open_sqlite(":memory:")
    writer = writer_of(made, clock=SimClock())
    commands: list[Any] = [add("anna", "approver", "human:local"), add("otto", "operator", "human:local")]
    commands += [add("vera", "viewer", "human:local"), revoke(OTTO, ANNA)]
    for answer in writer.run_batch(commands):
        assert answer.error is None
    return made


def found(store: SqliteStore) -> list[Difference]:
    with store.read() as session:
        return list(differences(PRINCIPAL, session))


def tamper(store: SqliteStore, statement: str) -> None:
    store._writer.execute(f"PRAGMA ignore_check_constraints = ON; {statement}").fetchall()


def rebuilt(store: SqliteStore) -> int:
    with store.write() as session:
        return rebuild(PRINCIPAL, session)


def test_rows_are_what_their_events_say(store: SqliteStore) -> None:
    assert found(store) == []
    assert rebuilt(store) == 0
    with store.read() as session:
        state = load(PRINCIPAL, session, OTTO)
        assert load(PRINCIPAL, session, "human:nobody") is None
    assert state is not None
    assert (state.role, state.revision, state.created_by, state.revoked_us) == ("operator", 2, "human:local", START_US)


def test_a_row_that_was_changed_is_found_and_mended(store: SqliteStore) -> None:
    tamper(store, "UPDATE principal SET role = 'admin' WHERE id = 'human:vera'")
    (difference,) = found(store)
    assert difference.subject == "principal/human:vera"
    assert difference.expected is not None
    assert difference.found is not None
    assert (difference.expected[2], difference.found[2]) == ("viewer", "admin")
    assert rebuilt(store) == 1
    assert found(store) == []


@pytest.mark.parametrize("column", ["revision", "role", "token_digest", "created_us", "created_by", "revoked_us"])
def test_no_column_may_differ(store: SqliteStore, column: str) -> None:
    value = "'admin'" if column in ("role", "token_digest", "created_by") else "77"
    tamper(store, f"UPDATE principal SET {column} = {value} WHERE id = 'human:vera'")
    assert [difference.subject for difference in found(store)] == ["principal/human:vera"]


def test_a_row_that_is_missing_is_found_and_made_again(store: SqliteStore) -> None:
    tamper(store, "DELETE FROM principal WHERE id = 'human:anna'")
    (difference,) = found(store)
    assert (difference.subject, difference.found, difference.unreadable) == ("principal/human:anna", None, False)
    assert rebuilt(store) == 1
    assert found(store) == []
    assert principals(store) == [ANNA, OTTO, VERA]


def test_a_row_that_no_event_speaks_of_is_found_and_removed(store: SqliteStore) -> None:
    tamper(store, "INSERT INTO principal VALUES ('human:eve', 1, 'admin', 'x', 1, 'eve', NULL)")
    (difference,) = found(store)
    assert (difference.subject, difference.expected) == ("principal/human:eve", None)
    assert rebuilt(store) == 1
    assert principals(store) == [ANNA, OTTO, VERA]


def test_everything_dropped_is_rebuilt_from_the_log_alone(store: SqliteStore) -> None:
    with store.read() as session:
        before = session.all("principal.page", {"after": "", "limit": 99})
    tamper(store, "DELETE FROM principal")
    assert rebuilt(store) == 3
    with store.read() as session:
        assert session.all("principal.page", {"after": "", "limit": 99}) == before


def test_an_erased_payload_is_said_and_its_row_left_alone(store: SqliteStore) -> None:
    with store.write() as session:
        session.run("log.erase_payload", {"seq": 2})
    (difference,) = found(store)
    assert (difference.subject, difference.expected, difference.unreadable) == ("principal/human:otto", None, True)
    assert difference.found is not None
    assert rebuilt(store) == 0
    assert principals(store) == [ANNA, OTTO, VERA]


def test_an_erased_payload_of_a_row_that_is_gone_is_said_too(store: SqliteStore) -> None:
    tamper(
        store, "UPDATE event SET data = NULL, salt = NULL WHERE seq = 4; DELETE FROM principal WHERE id = 'human:otto'"
    )
    assert found(store) == [Difference("principal/human:otto", None, None, unreadable=True)]
    assert rebuilt(store) == 0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE event SET data = x'7b' WHERE seq = 3",
        "UPDATE event SET data = x'7b7d' WHERE seq = 3",
        "UPDATE event SET envelope = x'7b7d' WHERE seq = 3",
        "UPDATE event SET envelope = x'ff' WHERE seq = 3",
        "UPDATE event SET kind = 'principal.revoked' WHERE seq = 3",
        "UPDATE event SET subject = 'principal/human:anna', revision = 9 WHERE seq = 3",
    ],
)
def test_a_log_that_was_damaged_is_reported_and_not_stumbled_over(store: SqliteStore, damage: str) -> None:
    tamper(store, damage)
    subjects = {difference.subject for difference in found(store)}
    assert subjects
    assert subjects <= {"principal/human:vera", "principal/human:anna"}
    rebuilt(store)


def test_a_long_log_and_many_rows_are_read_page_by_page(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PAGE_MAX", 2)
    assert found(store) == []
    tamper(store, "UPDATE principal SET role = 'admin'")
    assert len(found(store)) == 3


def transact(store: SqliteStore, command: Callable[[Transaction], Any]) -> Any:
    (answer,) = writer_of(store, seed=9, clock=SimClock()).run_batch([command])
    if answer.error is not None:
        raise answer.error
    return answer.result


def test_events_and_row_are_one_transaction(store: SqliteStore) -> None:
    added = PrincipalAdded(role="agent", token_digest="sha256:x")
    facts = [Fact("principal.added", added), Fact("principal.revoked", PrincipalRevoked(revoked_at="t"))]

    def recorded(transaction: Transaction) -> PrincipalState:
        return record(PRINCIPAL, transaction, "agent:a", None, facts, actor="human:anna", topic="t", correlationid="c")

    def refused(transaction: Transaction) -> None:
        recorded(transaction)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transact(store, refused)
    assert principals(store) == [ANNA, OTTO, VERA]
    assert len(every(store)) == 4

    state = transact(store, recorded)
    assert (state.revision, state.revoked_us) == (2, START_US)
    first, second = every(store)[4:]
    assert (first.kind, second.kind) == ("principal.added", "principal.revoked")
    assert {entry.topic for entry in (first, second)} == {"t"}
    envelope = msgspec.json.decode(second.envelope)
    assert (envelope["revision"], envelope["correlationid"], envelope["actor"]) == (2, "c", "human:anna")
    assert found(store) == []


def test_bytes_that_exist_are_recorded_as_they_are(store: SqliteStore) -> None:
    data = b'{"role":"agent","token_digest":"sha256:y"}'
    fact = Fact("principal.added", PrincipalAdded(role="agent", token_digest="sha256:y"), data)
    transact(store, lambda transaction: record(PRINCIPAL, transaction, "agent:b", None, [fact], actor="x"))
    assert every(store)[-1].data == data
    assert found(store) == []


def test_what_is_not_the_aggregates_own_is_a_programming_error(store: SqliteStore) -> None:
    with pytest.raises(AssertionError, match="has no event"):
        transact(store, lambda t: record(PRINCIPAL, t, "x", None, [Fact("proposal.executed", None)], actor="x"))
    with pytest.raises(AssertionError, match="records nothing"):
        transact(store, lambda t: record(PRINCIPAL, t, "x", None, [], actor="x"))
