"""Rows kept back until the end of a batch: whoever reads sees them, a refusal takes its own, nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chargehand.kernel.batch import Batch
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import ConstraintError, Session
from chargehand.kernel.writer import Command, Transaction
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import principals, writer_of

Act = Literal["later", "run", "read", "nested"]


class Step(NamedTuple):
    """One thing that a command does to one of a few keys."""

    act: Act
    key: int


class Doing(NamedTuple):
    """A command: what it does, and whether it is refused in the end."""

    steps: list[Step]
    refused: bool


steps = st.builds(Step, st.sampled_from(["later", "run", "read", "nested"]), st.integers(0, 3))
batches = st.lists(st.builds(Doing, st.lists(steps, max_size=5), st.booleans()), max_size=6)


def row(key: int, version: int) -> tuple[Any, ...]:
    return (f"human:{key}", version, "viewer", f"{key}-{version}", 1, "e", None)


def version(session: Session, key: int) -> int:
    found = session.one("principal.get", {"id": f"human:{key}"})
    return 0 if found is None else int(found[1])


def put_and_fail(session: Session, key: int, version: int) -> None:
    with session.savepoint():
        session.run("principal.put", row(key, version))
        raise KeyError


def command_of(doing: Doing, seen: list[int]) -> Command[None]:
    def command(transaction: Transaction) -> None:
        for count, (act, key) in enumerate(doing.steps):
            if act == "later":
                transaction.later("principal.put", row(key, 100 + count))
            elif act == "run":
                transaction.session.run("principal.put", row(key, 200 + count))
            elif act == "nested":
                with pytest.raises(KeyError):
                    put_and_fail(transaction.session, key, 300 + count)
            seen.append(version(transaction.session, key) if act == "read" else 0)
        if doing.refused:
            raise RuntimeError

    return command


def modelled(doings: list[Doing]) -> tuple[list[int], dict[int, int]]:
    """The same over a dictionary, with nothing kept back."""
    rows: dict[int, int] = {}
    seen: list[int] = []
    for doing in doings:
        own = dict(rows)
        for count, (act, key) in enumerate(doing.steps):
            if act in ("later", "run"):
                own[key] = (100 if act == "later" else 200) + count
            seen.append(own.get(key, 0) if act == "read" else 0)
        if not doing.refused:
            rows = own
    return seen, rows


@given(batches)
@example([Doing([Step("later", 0)], refused=False), Doing([Step("read", 0)], refused=False)])
@example(
    [Doing([Step("later", 0), Step("run", 1)], refused=True), Doing([Step("read", 0), Step("read", 1)], refused=False)]
)
def test_keeping_rows_back_changes_nothing_that_anybody_can_see(doings: list[Doing]) -> None:
    store = SqliteStore.open(":memory:", SimClock())
    seen: list[int] = []
    answers = writer_of(store, clock=SimClock()).run_batch([command_of(doing, seen) for doing in doings])
    expected_seen, expected_rows = modelled(doings)
    assert [answer.error is not None for answer in answers] == [doing.refused for doing in doings]
    assert seen == expected_seen
    with store.read() as session:
        assert {key: version(session, key) for key in range(4) if version(session, key)} == expected_rows
    store.close()


@pytest.fixture
def store(open_sqlite: Callable[..., SqliteStore]) -> SqliteStore:
    return open_sqlite(":memory:")


def test_rows_wait_until_the_end_and_go_together(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    with store.write() as session:
        many = session.many

        def counted(query: str, rows: Any) -> None:
            written.append(query)
            many(query, rows)

        monkeypatch.setattr(session, "many", counted)
        batch = Batch(session)
        for key in range(3):
            batch.begin()
            batch.later("principal.put", row(key, 1))
            batch.later("log.put_tile", (8, key, bytes(32)))
            batch.keep()
        assert written == []
        batch.write_kept()
        assert written == ["principal.put", "log.put_tile"]
        batch.write_kept()
        assert len(written) == 2
    assert len(principals(store)) == 3


def test_a_row_that_the_schema_refuses_in_the_end_harms_no_neighbour(store: SqliteStore) -> None:
    def put(key: int, version: int) -> Command[int]:
        def command(transaction: Transaction) -> int:
            transaction.later("principal.put", row(key, version))
            return key

        return command

    answers = writer_of(store).run_batch([put(1, 1), put(2, 0), put(3, 1)])
    assert [type(answer.error) for answer in answers] == [type(None), ConstraintError, type(None)]
    assert principals(store) == ["human:1", "human:3"]


def test_commands_do_not_nest(store: SqliteStore) -> None:
    with store.write() as session:
        batch = Batch(session)
        batch.begin()
        batch.run("principal.put", row(1, 1))
        with pytest.raises(AssertionError, match="one command at a time"):
            batch.begin()
        batch.undo(RuntimeError())
    assert principals(store) == []
