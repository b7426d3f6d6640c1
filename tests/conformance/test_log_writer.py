"""Group commit on every store: commands share one, each stands alone, none is acknowledged before it is durable."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from chargehand.contracts.problems import RefusedError
from chargehand.kernel import faults
from chargehand.kernel.log import Entry
from chargehand.kernel.store import ConstraintError, Session, Store, StoreError, StoreFullError
from chargehand.kernel.writer import Answer, Transaction
from chargehand.ledger import inspection
from chargehand.ledger.signing_key import Signer
from chargehand.testing.clock import SimClock
from tests.conformance.nodes import every, note, principals, put_principal, writer_of


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    yield
    faults.disarm()


@pytest.fixture
def commits() -> list[str]:
    """One entry per transaction that came to its commit."""
    reached: list[str] = []
    faults.arm("writer.before_commit", lambda: reached.append("commit"))
    return reached


def refuse(_transaction: Transaction) -> None:
    raise RefusedError("GATE.PERMIT_UNKNOWN", "no")


def put(key: str, *, revision: int = 1) -> Callable[[Transaction], str]:
    def command(transaction: Transaction) -> str:
        put_principal(transaction.session, key, revision=revision)
        note(f"principal/{key}", 1)(transaction)
        return key

    return command


def subjects(store: Store) -> list[str]:
    return [entry.subject for entry in every(store)]


def results(answers: list[Answer[Any]]) -> list[Any]:
    return [type(answer.error) if answer.error else answer.result for answer in answers]


def test_many_commands_share_one_commit(store: Store, commits: list[str]) -> None:
    count = store.batch_max
    answers = writer_of(store).run_batch([note(f"a/{number}", 1) for number in range(count)])
    assert results(answers) == [1] * count
    assert commits == ["commit"]
    assert [entry.seq for entry in every(store)] == list(range(1, count + 1))


def test_what_has_queued_up_goes_together_up_to_a_batch(store: Store, commits: list[str]) -> None:
    writer = writer_of(store)
    entered, go = threading.Event(), threading.Event()

    def slow(transaction: Transaction) -> int:
        entered.set()
        assert go.wait(60)
        return note("a/slow", 1)(transaction)

    writer.start()
    first = writer.submit(slow)
    assert entered.wait(60)
    rest = [writer.submit(note(f"a/{number}", 1)) for number in range(store.batch_max + 5)]
    go.set()
    assert [future.result(60) for future in (first, *rest)] == [1] * (store.batch_max + 6)
    assert len(commits) == 3
    writer.stop()


def test_a_refused_command_harms_no_neighbour(store: Store, commits: list[str]) -> None:
    def put_and_refuse(transaction: Transaction) -> None:
        put("human:refused")(transaction)
        refuse(transaction)

    answers = writer_of(store).run_batch([put("human:a"), put_and_refuse, put("human:b")])
    assert results(answers) == ["human:a", RefusedError, "human:b"]
    assert principals(store) == ["human:a", "human:b"]
    assert subjects(store) == ["principal/human:a", "principal/human:b"]
    assert commits == ["commit"]


def test_a_row_that_the_schema_refuses_harms_no_neighbour(store: Store) -> None:
    answers = writer_of(store).run_batch([put("human:a"), put("human:bad", revision=0), put("human:b")])
    assert results(answers) == ["human:a", ConstraintError, "human:b"]
    assert principals(store) == ["human:a", "human:b"]
    assert subjects(store) == ["principal/human:a", "principal/human:b"]


def test_an_event_that_the_log_refuses_harms_no_neighbour(store: Store) -> None:
    """The second event of the same revision comes to light only when the whole batch is appended."""
    answers = writer_of(store).run_batch([note("a/1", 1), note("a/1", 1), note("b/1", 1)])
    assert results(answers) == [1, ConstraintError, 1]
    assert subjects(store) == ["a/1", "b/1"]


def test_a_replay_happens_once_per_command(store: Store) -> None:
    runs: list[str] = []

    def counted(name: str, revision: int) -> Callable[[Transaction], str]:
        def command(transaction: Transaction) -> str:
            runs.append(name)
            return put(name, revision=revision)(transaction)

        return command

    writer_of(store).run_batch([counted("human:a", 1), counted("human:bad", 0)])
    assert runs == ["human:a", "human:bad", "human:a", "human:bad"]


def test_commands_of_a_batch_see_each_other(store: Store) -> None:
    def look(transaction: Transaction) -> bool:
        return transaction.session.one("principal.get", {"id": "human:a"}) is not None

    assert results(writer_of(store).run_batch([look, put("human:a"), look])) == [False, "human:a", True]


def test_a_batch_without_events_does_not_touch_the_head(store: Store) -> None:
    woken: list[int] = []
    writer = writer_of(store, on_commit=woken.append)
    writer.run_batch([lambda transaction: put_principal(transaction.session, "human:a")])
    assert woken == []
    writer.run_batch([note("a/1", 1), note("a/2", 1)])
    assert woken == [2]
    assert principals(store) == ["human:a"]


def test_an_oversized_payload_is_its_own_commands_fault(store: Store) -> None:
    answers = writer_of(store).run_batch([note("a/1", 1, data="x" * 70_000), note("a/2", 1)])
    assert results(answers) == [ValueError, 1]
    assert subjects(store) == ["a/2"]


class Killed(BaseException):
    """The process ends here."""


def kill() -> None:
    raise Killed


@pytest.mark.parametrize(
    ("point", "durable"), [("writer.in_command", False), ("writer.before_commit", False), ("writer.after_commit", True)]
)
def test_killed_at_any_point_a_batch_is_whole_or_absent(store: Store, point: str, *, durable: bool) -> None:
    writer = writer_of(store)
    writer.run_batch([note("a/0", 1)])
    faults.arm(point, kill)
    with pytest.raises(Killed):
        writer.run_batch([put("human:a"), put("human:b")])
    faults.disarm()
    assert principals(store) == (["human:a", "human:b"] if durable else [])
    assert len(every(store)) == (3 if durable else 1)
    writer.run_batch([note("a/1", 1)])
    with store.read() as session:
        assert inspection.verify(session, [Signer("l", bytes(32)).key]).findings == []


def test_an_answer_is_given_after_the_commit_only(shared_store: Store) -> None:
    """Whoever is answered finds the event in a view of their own."""
    found: list[list[Entry]] = []

    class Looking:
        def deliver(self, answers: Any) -> None:
            found.extend([every(shared_store) for _ in answers])
            done.set()

    done = threading.Event()
    writer = writer_of(shared_store)
    writer.start()
    writer.post(note("a/1", 1), Looking(), "ticket")
    assert done.wait(60)
    writer.stop()
    assert [[entry.subject for entry in entries] for entries in found] == [["a/1"]]


def test_every_command_has_its_instant_and_ids(store: Store) -> None:
    clock = SimClock()
    seen: list[tuple[int, str]] = []

    def look(transaction: Transaction) -> None:
        seen.append((transaction.now_us, transaction.ids.new("dec", transaction.now_us)))
        clock.advance(1000)

    writer_of(store, clock=clock).run_batch([look, look])
    (first, one), (second, two) = seen
    assert second - first == 1000
    assert one < two


class Broken:
    """A store of which one thing fails."""

    def __init__(self, store: Store, *, commit: StoreError | None = None, announce: Exception | None = None) -> None:
        self._store = store
        self._commit = commit
        self._announce = announce
        self.dialect = store.dialect
        self.reads_block = store.reads_block
        self.batch_max = store.batch_max

    def write(self) -> AbstractContextManager[Session]:
        @contextmanager
        def writing() -> Iterator[Session]:
            with self._store.write() as session:
                yield session
            if self._commit is not None:
                raise self._commit

        return writing()

    def announce(self) -> None:
        if self._announce is not None:
            raise self._announce

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("error", [StoreError("connection lost"), RuntimeError("no memory")])
def test_a_wake_up_that_fails_neither_repeats_nor_denies_what_is_durable(store: Store, error: Exception) -> None:
    broken: Any = Broken(store, announce=error)
    runs: list[int] = []

    def counted(transaction: Transaction) -> int:
        runs.append(1)
        return note(f"a/{len(runs)}", 1)(transaction)

    assert results(writer_of(broken).run_batch([counted, counted])) == [1, 1]
    assert subjects(store) == ["a/1", "a/2"]


def test_a_reader_that_fails_to_wake_neither_repeats_nor_denies_what_is_durable(store: Store) -> None:
    def fail(_head: int) -> None:
        raise StoreFullError

    assert results(writer_of(store, on_commit=fail).run_batch([note("a/1", 1)])) == [1]
    assert subjects(store) == ["a/1"]


def test_a_commit_of_unknown_outcome_is_reported_and_never_repeated(store: Store) -> None:
    """The connection is lost while the server commits: nobody knows, so nobody may do it again."""
    broken: Any = Broken(store, commit=StoreError("connection lost"))
    runs: list[int] = []

    def counted(transaction: Transaction) -> int:
        runs.append(1)
        return note(f"a/{len(runs)}", 1)(transaction)

    assert results(writer_of(broken).run_batch([counted, counted])) == [StoreError, StoreError]
    assert len(runs) == 2
    assert subjects(store) == ["a/1", "a/2"]
