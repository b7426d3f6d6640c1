"""The writer's thread: who is answered, when, and what becomes of those who wait when it stops or is too busy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest

from chargehand.kernel import writer as writers
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import ConstraintError
from chargehand.kernel.writer import OverloadedError, StoppedError, Transaction, Writer
from tests.conformance.nodes import every, note, put_principal, writer_of

PATIENCE_S = 60.0


@pytest.fixture
def store(open_sqlite: Callable[..., SqliteStore]) -> SqliteStore:
    return open_sqlite()


@pytest.fixture
def writer(store: SqliteStore) -> Iterator[Writer]:
    made = writer_of(store)
    made.start()
    yield made
    made.stop()


class Gate:
    """A command that holds the writer until it is let go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.go = threading.Event()

    def __call__(self, _transaction: Transaction) -> str:
        self.entered.set()
        assert self.go.wait(PATIENCE_S)
        return "through"


class Box:
    """A mailbox that keeps its letters by batch."""

    def __init__(self) -> None:
        self.batches: list[list[tuple[Any, Any, BaseException | None]]] = []
        self.came = threading.Event()

    def deliver(self, answers: Sequence[tuple[Any, Any, BaseException | None]]) -> None:
        self.batches.append(list(answers))
        self.came.set()


def test_a_call_returns_what_the_command_returned_or_raises_what_it_raised(writer: Writer) -> None:
    assert writer.call(note("a/1", 1)) == 1
    with pytest.raises(ConstraintError):
        writer.call(note("a/1", 1))
    with pytest.raises(ZeroDivisionError):
        writer.call(lambda _transaction: 1 // 0)
    assert writer.call(note("a/1", 2)) == 2


def test_callers_at_once_are_all_answered(writer: Writer, store: SqliteStore) -> None:
    futures = [writer.submit(note(f"a/{number}", 1)) for number in range(500)]
    assert [future.result(PATIENCE_S) for future in futures] == [1] * 500
    assert [entry.seq for entry in every(store)] == list(range(1, 501))


def test_answers_come_back_in_order_once_per_mailbox_and_batch(writer: Writer) -> None:
    gate, mine, yours = Gate(), Box(), Box()
    writer.post(gate, mine, "gate")
    assert gate.entered.wait(PATIENCE_S)
    for number in range(6):
        writer.post(note(f"a/{number}", 1), (mine, yours)[number % 2], number)
    gate.go.set()
    writer.stop()
    assert [[ticket for ticket, _, _ in batch] for batch in mine.batches] == [["gate"], [0, 2, 4]]
    assert [[ticket for ticket, _, _ in batch] for batch in yours.batches] == [[1, 3, 5]]


def test_stop_finishes_what_is_queued_and_takes_nothing_more(store: SqliteStore) -> None:
    writer, gate = writer_of(store), Gate()
    writer.start()
    first = writer.submit(gate)
    assert gate.entered.wait(PATIENCE_S)
    queued = [writer.submit(note(f"a/{number}", 1)) for number in range(700)]
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    gate.go.set()
    stopping.join(PATIENCE_S)
    assert first.result(0) == "through"
    assert [future.result(0) for future in queued] == [1] * 700
    assert len(every(store)) == 700
    with pytest.raises(StoppedError):
        writer.submit(note("late/1", 1))
    writer.stop()


def test_nobody_is_left_waiting_who_came_while_it_stopped(store: SqliteStore) -> None:
    """Every caller is either refused or answered, however the posts fall around the stop."""
    writer = writer_of(store)
    writer.start()
    ready = threading.Barrier(5)
    futures: list[Future[int]] = []
    refused: list[StoppedError] = []

    def post(node: int) -> None:
        ready.wait(PATIENCE_S)
        for number in range(300):
            try:
                futures.append(writer.submit(note(f"{node}/{number}", 1)))
            except StoppedError as error:
                refused.append(error)

    threads = [threading.Thread(target=post, args=(node,)) for node in range(4)]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE_S)
    writer.stop()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert all(future.done() for future in futures)
    assert len(futures) + len(refused) == 1_200
    assert len(every(store)) == len(futures)


def test_the_stop_mark_stands_last(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post that has passed the check just as the writer stops must not come to stand behind the mark."""
    writer, entered, go = writer_of(store), threading.Event(), threading.Event()
    put_nowait = writer._orders.put_nowait

    def slow_put(order: Any) -> None:
        entered.set()
        assert go.wait(PATIENCE_S)
        put_nowait(order)

    writer.start()
    monkeypatch.setattr(writer._orders, "put_nowait", slow_put)
    futures: list[Future[int]] = []
    poster = threading.Thread(target=lambda: futures.append(writer.submit(note("a/1", 1))))
    poster.start()
    assert entered.wait(PATIENCE_S)
    stopper = threading.Thread(target=writer.stop)
    stopper.start()
    # With the door open the stop would go through at this point, and the mark would stand first.
    while not writer._door.locked():
        pass
    go.set()
    poster.join(PATIENCE_S)
    stopper.join(PATIENCE_S)
    assert futures[0].result(0) == 1


def test_a_full_queue_says_so_at_once_and_records_nothing(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "QUEUE_MAX", 3)
    writer, gate = writer_of(store), Gate()
    writer.start()
    first = writer.submit(gate)
    assert gate.entered.wait(PATIENCE_S)
    waiting = [writer.submit(note(f"a/{number}", 1)) for number in range(3)]
    with pytest.raises(OverloadedError, match="3 commands are waiting"):
        writer.submit(note("a/3", 1))
    gate.go.set()
    assert first.result(PATIENCE_S) == "through"
    assert [future.result(PATIENCE_S) for future in waiting] == [1, 1, 1]
    assert writer.call(note("a/4", 1)) == 1
    writer.stop()
    assert [entry.subject for entry in every(store)] == ["a/0", "a/1", "a/2", "a/4"]


def test_a_mailbox_that_raises_neither_kills_the_writer_nor_robs_the_others(writer: Writer, store: SqliteStore) -> None:
    class Broken:
        def deliver(self, answers: Any) -> None:
            raise RuntimeError("gone")

    gate, box = Gate(), Box()
    blocked = writer.submit(gate)
    assert gate.entered.wait(PATIENCE_S)
    writer.post(note("a/1", 1), Broken(), "x")
    writer.post(note("a/2", 1), box, "y")
    gate.go.set()
    assert blocked.result(PATIENCE_S) == "through"
    assert box.came.wait(PATIENCE_S)
    assert writer.call(note("a/3", 1)) == 1
    assert [entry.subject for entry in every(store)] == ["a/1", "a/2", "a/3"]


def test_a_caller_that_has_given_up_does_not_rob_the_others(writer: Writer, store: SqliteStore) -> None:
    gate = Gate()
    blocked = writer.submit(gate)
    assert gate.entered.wait(PATIENCE_S)
    futures = [writer.submit(note(f"a/{number}", 1)) for number in range(3)]
    assert futures[0].cancel()
    gate.go.set()
    assert blocked.result(PATIENCE_S) == "through"
    assert [future.result(PATIENCE_S) for future in futures[1:]] == [1, 1]
    with pytest.raises(CancelledError):
        futures[0].result(0)
    assert len(every(store)) == 3


def test_a_batch_that_breaks_down_is_answered_and_the_writer_goes_on(
    writer: Writer, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(writer._log, "append", lambda _session, _staged: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            writer.call(note("a/1", 1))
    assert every(store) == []
    assert writer.call(note("a/1", 1)) == 1


def test_it_starts_once_and_stops_without_a_start(store: SqliteStore) -> None:
    writer = writer_of(store)
    writer.stop()
    writer.start()
    with pytest.raises(AssertionError, match="once"):
        writer.start()
    writer.stop()
    writer.stop()


def test_readers_are_woken_after_every_commit_with_the_new_head(store: SqliteStore) -> None:
    heads: list[int] = []
    writer = writer_of(store, on_commit=heads.append)
    writer.start()
    for number in range(3):
        writer.call(note(f"a/{number}", 1))
    writer.call(lambda transaction: put_principal(transaction.session, "human:a"))
    writer.stop()
    assert heads == [1, 2, 3]
    assert store.wait(0.0)
