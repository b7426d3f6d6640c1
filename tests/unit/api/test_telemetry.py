"""A reader that is slower than its machine gets the newest and an explicit gap; of verdicts it misses none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from chargehand.api import telemetry
from chargehand.api.delivery import BEHIND_FRAMES_MAX, PAGE_FRAMES, Delivery, Reader
from chargehand.api.feed import EventFeed, Filter
from chargehand.api.telemetry import LiveTelemetry, watch
from chargehand.contracts.machine import GapFrame
from chargehand.fleet.telemetry import Page
from chargehand.kernel.log import Entry

MACHINE = "CNC-001"


class Frames:
    """A machine's frames, all in memory."""

    def __init__(self) -> None:
        self.sent = 0

    def send(self, count: int) -> None:
        """The machine sends so many."""
        self.sent += count

    def latest(self, _machine_id: str) -> tuple[str, int]:
        """The newest position."""
        return "ins_1", self.sent

    def in_memory(self, _machine_id: str, _instance_id: str | None, seq: int, limit: int) -> Page:
        """What follows a position."""
        found = [b'{"seq":%d,"type":"telemetry"}' % at for at in range(seq + 1, min(self.sent, seq + limit) + 1)]
        return Page("ins_1", found, seq + 1, seq + len(found), None)


class Feed:
    """A log that grows by hand."""

    def __init__(self) -> None:
        self.closing = False
        self.listeners: set[asyncio.Event] = set()
        self.entries: list[Entry] = []

    @property
    def head(self) -> int:
        """Position of the newest event."""
        return len(self.entries)

    def decide(self, count: int) -> None:
        """So many verdicts are given."""
        for _ in range(count):
            data = b'{"verdict":{"id":"dec_%d"}}' % (self.head + 1)
            self.entries.append(
                Entry(self.head + 1, "proposal.decided", "proposal/1", f"machine/{MACHINE}", b"{}", data)
            )

    async def after(self, position: int, _wanted: Filter) -> tuple[Sequence[Entry], int]:
        """What follows a position."""
        return self.entries[position:], self.head


class Socket:
    """A reader that takes a text only while it is let through."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.accepted = asyncio.Event()
        self.reading = asyncio.Event()
        self.reached = asyncio.Event()
        self.wanted = 0

    async def accept(self) -> None:
        """The handshake."""
        self.accepted.set()

    async def send_text(self, text: str) -> None:
        """Wait until the reader reads. Heartbeats are passed over."""
        frame = msgspec.json.decode(text)
        if frame["type"] == "heartbeat":
            return
        await self.reading.wait()
        self.taken.append(frame)
        if len(self.taken) >= self.wanted:
            self.reached.set()

    async def takes(self, count: int) -> list[dict[str, Any]]:
        """Read on until so many texts have come in all."""
        self.wanted = count
        self.reached.clear()
        self.reading.set()
        await self.reached.wait()
        self.reading.clear()
        return self.taken

    async def receive(self) -> dict[str, Any]:
        """The reader never says anything."""
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def close(self, _code: int) -> None:
        """The end."""


class Chair:
    """A place that is never taken away."""

    async def confirm(self) -> None:
        """The reader may read."""

    async def confirm_if_changed(self) -> None:
        """The reader may read."""


class World:
    """A stream of one machine to one slow reader."""

    def __init__(self) -> None:
        self.frames, self.feed, self.socket = Frames(), Feed(), Socket()
        fleet = SimpleNamespace(machine=lambda _machine_id: SimpleNamespace(connection="online"))
        services = SimpleNamespace(telemetry=self.frames, fleet=fleet, clock=SimpleNamespace(now_us=lambda: 0))
        self.live = LiveTelemetry(cast("Any", services), cast("EventFeed", self.feed))

    def ring(self) -> None:
        """Wake the stream."""
        for event in self.feed.listeners:
            event.set()

    def serve(self, after: int | None, **wanted: Any) -> asyncio.Task[None]:
        """Serve the reader from a position."""
        reader = Reader(self.live, MACHINE, None if after is None else "ins_1", after)
        socket, seat = cast("Any", self.socket), cast("Any", Chair())
        delivery = Delivery(socket, lambda: [reader], **wanted)
        return asyncio.create_task(watch(socket, self.live, delivery, MACHINE, position=0, seat=seat))


def kinds(taken: list[dict[str, Any]]) -> list[str]:
    return [frame["type"] for frame in taken]


async def _slow_reader() -> None:
    world = World()
    serving = world.serve(None)
    await world.socket.accepted.wait()
    world.frames.send(1)
    world.ring()
    assert [frame["seq"] for frame in await world.socket.takes(1)] == [1]
    # The reader stands still while the machine goes on and verdicts are given. One frame may be on its way already.
    world.frames.send(BEHIND_FRAMES_MAX + 150)
    world.feed.decide(40)
    world.ring()
    taken = (await world.socket.takes(43))[1:]
    assert kinds(taken) == ["gap", "telemetry"] + ["decision"] * 40
    newest = BEHIND_FRAMES_MAX + 151
    assert (taken[0]["code"], taken[0]["from"], taken[0]["to"]) == ("TELEM.COALESCED", 2, newest - 1)
    assert taken[1]["seq"] == newest
    assert [frame["verdict"]["id"] for frame in taken[2:]] == [f"dec_{at}" for at in range(1, 41)]
    # Afterwards it is live again, without another gap.
    world.frames.send(3)
    world.ring()
    assert [frame["seq"] for frame in (await world.socket.takes(46))[-3:]] == [newest + 1, newest + 2, newest + 3]
    serving.cancel()


def test_slow_reader_gets_the_newest_and_a_gap_and_every_verdict() -> None:
    asyncio.run(asyncio.wait_for(_slow_reader(), 30))


async def _reader_that_resumes(frames: int) -> None:
    world = World()
    world.frames.send(frames)
    serving = world.serve(0)
    taken = await world.socket.takes(frames)
    assert [frame["seq"] for frame in taken] == list(range(1, frames + 1))
    serving.cancel()


@pytest.mark.parametrize("frames", [BEHIND_FRAMES_MAX + 1, 3 * PAGE_FRAMES + 17])
def test_reader_that_resumes_is_given_everything_however_far_behind(frames: int) -> None:
    """Coalescing is for who is live and slow; whoever asks for a position wants what follows it."""
    asyncio.run(asyncio.wait_for(_reader_that_resumes(frames), 30))


async def _slow_reader_of_a_machine_with_a_hole() -> None:
    world = World()
    world.frames.send(5)
    reader = Reader(world.live, MACHINE, None, None)
    assert await reader.next() == ([], [])
    hole = GapFrame(machine_id=MACHINE, instance_id="ins_1", from_=6, to=9, code="TELEM.OVERFLOW")
    found = [b"{}"] * (BEHIND_FRAMES_MAX + 1)
    page = Page("ins_1", found, 10, 9 + len(found), hole)
    world.frames.in_memory = lambda *_asked: page  # type: ignore[method-assign]
    gaps, frames = await reader.next()
    # What was never stored and what is passed over are two things, and both are said.
    assert [(gap.code, gap.from_, gap.to) for gap in gaps] == [
        ("TELEM.OVERFLOW", 6, 9),
        ("TELEM.COALESCED", 10, 8 + len(found)),
    ]
    assert len(frames) == 1


def test_hole_before_what_is_coalesced_is_announced_too() -> None:
    asyncio.run(_slow_reader_of_a_machine_with_a_hole())


async def _bound() -> None:
    world = World()
    serving = world.serve(None)
    await world.socket.accepted.wait()
    world.frames.send(BEHIND_FRAMES_MAX)
    world.ring()
    taken = await world.socket.takes(BEHIND_FRAMES_MAX)
    assert kinds(taken) == ["telemetry"] * BEHIND_FRAMES_MAX
    serving.cancel()


def test_reader_at_the_bound_gets_every_frame() -> None:
    asyncio.run(asyncio.wait_for(_bound(), 30))


async def _paced() -> None:
    world = World()
    serving = world.serve(None, every_ms=100)
    await world.socket.accepted.wait()
    world.frames.send(5)
    taken = await world.socket.takes(1)
    world.frames.send(20)
    taken = await world.socket.takes(2)
    # Nobody has rung, and the heart beats once an hour: the period alone has brought them.
    assert [frame["seq"] for frame in taken] == [5, 25]
    world.feed.decide(3)
    world.ring()
    assert kinds((await world.socket.takes(5))[2:]) == ["decision"] * 3
    serving.cancel()


def test_a_paced_reader_is_served_by_its_period_and_woken_by_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", 3_600.0)
    asyncio.run(asyncio.wait_for(_paced(), 30))


def test_frames_do_not_wake_a_paced_reader_and_do_wake_others() -> None:
    async def story() -> None:
        live = World().live
        paced, every = live.listen(None, frames=False), live.listen(None)
        other = live.listen("CNC-002")
        live._wake(frozenset({MACHINE}))
        assert [event.is_set() for event in (paced, every, other)] == [False, True, False]
        for event in (paced, every, other):
            live.leave(event)
        assert not live.feed.listeners

    asyncio.run(story())
