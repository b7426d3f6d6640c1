"""The event feed: every reader sees every event after its position once, in order, however far back it starts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest

from chargehand.api import feed as feeding
from chargehand.api.feed import EventFeed, Filter
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.log import Entry, Log
from chargehand.kernel.sqlite import SqliteStore
from chargehand.ledger import tree
from chargehand.testing.clock import SimClock
from chargehand.testing.inline import InlineWriter
from tests.conformance.nodes import every, note

T = TypeVar("T")
Opens = Callable[..., SqliteStore]
ALL = Filter()


class World:
    """A log that grows by hand, and a feed on its tail."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.growth: list[Callable[[], object]] = []
        clock = SimClock()
        log = Log("urn:test:feed", tree.seal, SeededIds(1))
        self.writer = InlineWriter(store, log, clock, SeededIds(2), lambda _head: self._grown())
        self.count = 0

    def _grown(self) -> None:
        for wake in self.growth:
            wake()

    def grow(self, events: int = 1, kind: str = "machine.state") -> None:
        for _ in range(events):
            self.count += 1
            self.writer.run_batch([note(f"machine/M{self.count}", 1, kind=kind)])

    def run(self, course: Callable[[EventFeed], Awaitable[T]]) -> T:
        """Run a course beside a feed that follows the log."""

        async def whole() -> T:
            services = SimpleNamespace(store=self.store, on_log_growth=self.growth.append)
            feed = EventFeed(cast("Any", services))
            await feed.start()
            try:
                return await course(feed)
            finally:
                await feed.stop()

        return asyncio.run(whole())


async def caught_up(feed: EventFeed, head: int) -> None:
    while feed.head < head:
        await feed.wait(feed.head, 60)


async def read_all(feed: EventFeed, position: int, wanted: Filter = ALL) -> list[int]:
    """What a reader is given from a position on, page by page."""
    found: list[int] = []
    while position < feed.head:
        page, seen = await feed.after(position, wanted)
        assert seen > position
        found += [entry.seq for entry in page]
        position = seen
    return found


@pytest.fixture
def world(open_sqlite: Opens) -> World:
    return World(open_sqlite(":memory:"))


def entry(world: World, kind: str = "machine.state", **changes: Any) -> Entry:
    world.grow(1, kind)
    return every(world.store)[-1]._replace(**changes)


def test_readers_within_and_behind_the_ring_miss_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "RING_MAX", 7)
    monkeypatch.setattr(feeding, "PAGE", 3)
    world.grow(5)

    async def course(feed: EventFeed) -> None:
        assert feed.head == 5
        for _ in range(4):
            world.grow(5)
            await caught_up(feed, world.count)
            for position in range(world.count + 1):
                assert await read_all(feed, position) == list(range(position + 1, world.count + 1))

    world.run(course)


def test_a_reader_in_the_ring_costs_no_query(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def course(feed: EventFeed) -> None:
        world.grow(5)
        await caught_up(feed, 5)
        monkeypatch.setattr(world.store, "read", None)
        assert await read_all(feed, 0) == [1, 2, 3, 4, 5]
        monkeypatch.undo()

    world.run(course)


def test_positions_of_the_future_are_waited_for(world: World) -> None:
    async def course(feed: EventFeed) -> None:
        assert await feed.after(0, ALL) == ([], 0)
        assert await feed.after(99, ALL) == ([], 99)

    world.run(course)


def test_a_reader_that_wants_nothing_of_a_page_gets_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "PAGE", 2)

    async def course(feed: EventFeed) -> None:
        world.grow(5)
        world.grow(1, "policy.loaded")
        await caught_up(feed, 6)
        assert await read_all(feed, 0, Filter(frozenset({"policy.loaded"}))) == [6]

    world.run(course)


def test_waiting_ends_when_the_log_grows(world: World) -> None:
    async def course(feed: EventFeed) -> None:
        waiting = [asyncio.ensure_future(feed.wait(0, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        world.grow()
        assert await asyncio.gather(*waiting) == [True, True, True]
        assert await feed.wait(0, 0) is True

    world.run(course)


def test_waiting_ends_when_the_time_is_up_the_reader_leaves_or_the_feed_closes(world: World) -> None:
    async def course(feed: EventFeed) -> None:
        assert await feed.wait(0, 0) is False
        gone = asyncio.ensure_future(asyncio.sleep(0))
        assert await feed.wait(0, 60, gone) is False
        waiting = asyncio.ensure_future(feed.wait(0, 60))
        await asyncio.sleep(0)
        feed.close()
        assert await waiting is False
        assert feed.closing
        assert await feed.wait(0, 60) is False

    world.run(course)


def test_one_reader_that_leaves_takes_nobody_with_it(world: World) -> None:
    async def course(feed: EventFeed) -> None:
        leaving, staying = (asyncio.ensure_future(feed.wait(0, 60)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        world.grow()
        assert await staying is True

    world.run(course)


def test_listeners_are_rung(world: World) -> None:
    async def course(feed: EventFeed) -> None:
        bell = asyncio.Event()
        feed.listeners.add(bell)
        world.grow()
        await asyncio.wait_for(bell.wait(), 60)

    world.run(course)


def test_changes_of_principals_are_noted_by_position(world: World) -> None:
    async def course(feed: EventFeed) -> list[int]:
        seen = []
        for kind in ("machine.state", "principal.added", "machine.state", "principal.revoked", "policy.loaded"):
            world.grow(1, kind)
            await caught_up(feed, world.count)
            seen.append(feed.principals_seq)
        return seen

    assert world.run(course) == [0, 2, 2, 4, 4]


def test_a_read_that_failed_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "POLL_S", 0)
    failures = [OSError("gone"), OSError("gone")]
    read = EventFeed._from_log

    async def flaky(feed: EventFeed, position: int) -> list[Entry]:
        if failures:
            raise failures.pop()
        return await read(feed, position)

    monkeypatch.setattr(EventFeed, "_from_log", flaky)

    async def course(feed: EventFeed) -> None:
        world.grow(3)
        await caught_up(feed, 3)
        assert failures == []

    world.run(course)


def test_a_log_that_grew_unheard_is_looked_at_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "POLL_S", 0)

    async def course(feed: EventFeed) -> None:
        world.growth.clear()
        world.grow(2)
        await caught_up(feed, 2)

    world.run(course)


@pytest.mark.parametrize(
    ("types", "kinds", "families"),
    [
        (None, frozenset(), ()),
        ("", frozenset(), ()),
        (" , ", frozenset(), ()),
        ("a.b", frozenset({"a.b"}), ()),
        ("a.b, c.*", frozenset({"a.b"}), ("c.",)),
        ("*", frozenset(), ("",)),
    ],
)
def test_a_filter_is_read_from_its_parameter(
    types: str | None, kinds: frozenset[str], families: tuple[str, ...]
) -> None:
    assert Filter.parse(types, "x") == Filter(kinds, families, "x")


@pytest.mark.parametrize(
    ("types", "subject", "taken"),
    [
        (None, None, True),
        ("machine.state", None, True),
        ("machine.stat", None, False),
        ("machine.*", None, True),
        ("machines.*", None, False),
        ("policy.*,machine.state", None, True),
        ("*", None, True),
        (None, "machine/M1", True),
        (None, "topic/T", True),
        (None, "machine/M", False),
        ("machine.*", "machine/M2", False),
        ("policy.*", "machine/M1", False),
    ],
)
def test_a_filter_takes_by_kind_and_by_subject_or_topic(
    world: World, types: str | None, subject: str | None, *, taken: bool
) -> None:
    assert Filter.parse(types, subject).takes(entry(world, topic="topic/T")) is taken
