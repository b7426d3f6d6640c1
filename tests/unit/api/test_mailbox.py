"""The way back into the loop: one wake-up per batch, nobody forgotten, and nobody who has left in the way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from chargehand.api.mailbox import LoopMailbox, commit, hand_over
from chargehand.contracts.problems import RequestError, UnavailableError
from chargehand.kernel import writer as writing
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Log
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.writer import Transaction
from chargehand.ledger import tree
from chargehand.testing.clock import SimClock
from chargehand.testing.inline import InlineWriter
from tests.conformance.nodes import every, note

Opens = Callable[..., SqliteStore]


@pytest.fixture
def writer(open_sqlite: Opens) -> InlineWriter:
    """A writer that commits and answers when it is told to."""
    clock = SimClock()
    log = Log("urn:test:mailbox", tree.seal, SeededIds(1))
    return InlineWriter(open_sqlite(":memory:"), log, clock, SeededIds(2))


class CountingLoop:
    """A loop that counts who wakes it."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.wakes = 0

    def call_soon_threadsafe(self, call: Callable[..., object], *arguments: Any) -> None:
        self.wakes += 1
        self.loop.call_soon(call, *arguments)


def fails(_transaction: Transaction) -> int:
    raise RequestError("REQ.NOT_FOUND", "nothing there")


def test_a_batch_is_answered_with_one_wake_up(writer: InlineWriter) -> None:
    async def course() -> tuple[list[Any], int]:
        loop = CountingLoop()
        mailbox = LoopMailbox(loop)  # type: ignore[arg-type]
        asked = [asyncio.ensure_future(commit(writer, mailbox, note(f"machine/M{n}", 1))) for n in range(50)]
        asked.append(asyncio.ensure_future(commit(writer, mailbox, fails)))
        await asyncio.sleep(0)
        assert not any(task.done() for task in asked)
        assert writer.drain() == 51
        return await asyncio.gather(*asked, return_exceptions=True), loop.wakes

    answers, wakes = asyncio.run(course())
    assert answers[:50] == [1] * 50
    assert isinstance(answers[50], RequestError)
    assert wakes == 1


def test_two_loops_get_their_own_letters(writer: InlineWriter) -> None:
    async def course() -> tuple[int, int]:
        first, second = CountingLoop(), CountingLoop()
        asked = [
            asyncio.ensure_future(commit(writer, LoopMailbox(loop), note(f"machine/{name}", 1)))  # type: ignore[arg-type]
            for name, loop in (("a", first), ("b", second))
        ]
        await asyncio.sleep(0)
        writer.drain()
        assert await asyncio.gather(*asked) == [1, 1]
        return first.wakes, second.wakes

    assert asyncio.run(course()) == (1, 1)


def test_a_caller_that_has_left_keeps_nobody_waiting(writer: InlineWriter) -> None:
    """What it asked for is durable all the same."""

    async def course() -> list[Any]:
        mailbox = LoopMailbox(asyncio.get_running_loop())
        asked = [asyncio.ensure_future(commit(writer, mailbox, note(f"machine/M{n}", 1))) for n in range(3)]
        asked.append(asyncio.ensure_future(commit(writer, mailbox, fails)))
        await asyncio.sleep(0)
        asked[0].cancel()
        asked[3].cancel()
        await asyncio.sleep(0)
        writer.drain()
        # Letter, future, task: three turns of the loop. Whoever is not through by then never will be.
        for _ in range(5):
            await asyncio.sleep(0)
        assert all(task.done() for task in asked)
        return await asyncio.gather(*asked, return_exceptions=True)

    left, *others, failed = asyncio.run(course())
    assert isinstance(left, asyncio.CancelledError)
    assert isinstance(failed, asyncio.CancelledError)
    assert others == [1, 1]
    assert [entry.subject for entry in every(writer._store)] == ["machine/M0", "machine/M1", "machine/M2"]


def test_a_caller_that_leaves_between_letter_and_reading_breaks_nothing(writer: InlineWriter) -> None:
    async def course() -> list[Any]:
        mailbox = LoopMailbox(asyncio.get_running_loop())
        asked = [asyncio.ensure_future(commit(writer, mailbox, note(f"machine/M{n}", 1))) for n in range(2)]
        await asyncio.sleep(0)
        writer.drain()
        asked[0].cancel()
        return await asyncio.gather(*asked, return_exceptions=True)

    first, second = asyncio.run(course())
    assert isinstance(first, asyncio.CancelledError)
    assert second == 1


def test_a_loop_that_has_closed_does_not_stop_the_writer(writer: InlineWriter) -> None:
    loop = asyncio.new_event_loop()
    mailbox = LoopMailbox(loop)
    writer.post(note("machine/M", 1), mailbox, None)
    loop.close()
    assert writer.drain() == 1
    hand_over(loop, lambda: None)
    assert len(every(writer._store)) == 1


def test_answers_come_from_another_thread(writer: InlineWriter) -> None:
    async def course() -> tuple[int, bool]:
        home = threading.get_ident()
        mailbox = LoopMailbox(asyncio.get_running_loop())
        asked = asyncio.ensure_future(commit(writer, mailbox, note("machine/M", 1)))
        await asyncio.sleep(0)
        there = threading.Thread(target=writer.drain)
        there.start()
        answer = await asked
        there.join()
        return answer, threading.get_ident() == home

    # An in-memory store is used from one thread at a time, whichever it is.
    assert asyncio.run(course()) == (1, True)


def test_a_full_queue_is_told_at_once_and_when_to_come_back(
    writer: InlineWriter, open_sqlite: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "QUEUE_MAX", 2)
    log = Log("urn:test:mailbox", tree.seal, SeededIds(3))
    small = InlineWriter(open_sqlite(":memory:"), log, SimClock(), SeededIds(4))

    async def course() -> RequestError:
        mailbox = LoopMailbox(asyncio.get_running_loop())
        waiting = [asyncio.ensure_future(commit(small, mailbox, note(f"machine/M{n}", 1))) for n in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(RequestError) as caught:
            await commit(small, mailbox, note("machine/late", 1))
        small.drain()
        assert await asyncio.gather(*waiting) == [1, 1]
        return caught.value

    refusal = asyncio.run(course())
    assert (refusal.code, refusal.status, refusal.retry_after_s) == ("REQ.OVERLOADED", 429, 1)


def test_an_engine_that_stops_says_so(open_sqlite: Opens) -> None:
    from tests.conformance.nodes import writer_of

    stopped = writer_of(open_sqlite("engine.db"))
    stopped.start()
    stopped.stop()

    async def course() -> None:
        await commit(stopped, LoopMailbox(asyncio.get_running_loop()), note("machine/M", 1))

    with pytest.raises(UnavailableError) as caught:
        asyncio.run(course())
    assert (caught.value.code, caught.value.status) == ("ENG.STOPPING", 503)
