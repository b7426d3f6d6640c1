"""Frames reach a socket in order: batched where asked, thinned out where asked, and a gap stays where it belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from chargehand.api import audience
from chargehand.api.delivery import BATCH_BYTES_MAX, PAGE_FRAMES, PASSED_PAGES_MAX, Delivery, Reader
from chargehand.api.telemetry import LiveTelemetry
from chargehand.contracts.machine import GapFrame
from chargehand.fleet.telemetry import Page

RUN = "ins_1"


class Machines:
    """Frames of some machines, all in memory, with holes where a test makes them."""

    def __init__(self, *ids: str) -> None:
        self.frames: dict[str, list[bytes]] = {key: [] for key in ids}
        self.holes: dict[str, int] = {}
        self.reads = 0

    def send(self, key: str, count: int = 1, *, size: int = 0) -> None:
        """A machine sends so many frames."""
        kept = self.frames[key]
        kept += [
            b'{"machine_id":"%b","pad":"%b","seq":%d,"type":"telemetry"}' % (key.encode(), b"x" * size, at)
            for at in range(len(kept) + 1, len(kept) + count + 1)
        ]

    def latest(self, key: str) -> tuple[str, int]:
        return RUN, len(self.frames[key])

    def in_memory(self, key: str, _instance_id: str | None, seq: int, limit: int) -> Page:
        self.reads += 1
        gap = None
        if (hole := self.holes.pop(key, None)) is not None:
            gap = GapFrame(machine_id=key, instance_id=RUN, from_=seq + 1, to=hole, code="TELEM.OVERFLOW")
            seq = hole
        found = self.frames[key][seq : seq + limit]
        return Page(RUN, found, seq + 1, seq + len(found), gap)


class Socket:
    """Takes everything at once."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []

    async def send_text(self, text: str) -> None:
        self.texts.append(text.encode())


class World:
    """Some machines, and one socket that is given what they send."""

    def __init__(self, *ids: str, **wanted: Any) -> None:
        self.machines, self.socket = Machines(*ids), Socket()
        live = LiveTelemetry(cast("Any", SimpleNamespace(telemetry=self.machines)), cast("Any", None))
        readers = [Reader(live, key, None, None) for key in ids]
        self.delivery = Delivery(cast("Any", self.socket), lambda: readers, **wanted)

    def taken(self) -> list[Any]:
        texts, self.socket.texts = self.socket.texts, []
        return [msgspec.json.decode(text) for text in texts]

    def places(self) -> list[Any]:
        """What was taken, each frame as its machine and position, a batch as a list, a gap as its code."""
        return [_place(message) for message in self.taken()]


def _place(message: dict[str, Any]) -> Any:
    if message["type"] == "batch":
        return [_place(frame) for frame in message["frames"]]
    return message["code"] if message["type"] == "gap" else (message["machine_id"], message["seq"])


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(story(), 30)

    asyncio.run(bounded())


def test_without_a_wish_every_frame_is_a_message() -> None:
    async def story() -> None:
        world = World("A", "B")
        assert not world.delivery.paced
        assert world.delivery.left_s() == float("inf")
        assert not await world.delivery.send()
        world.machines.send("A", 2)
        world.machines.send("B")
        assert await world.delivery.send()
        assert world.places() == [("A", 1), ("A", 2), ("B", 1)]

    run(story)


def test_frames_that_wait_together_leave_together() -> None:
    async def story() -> None:
        world = World("A", "B", batch=True)
        world.machines.send("A", 2)
        world.machines.send("B")
        assert await world.delivery.send()
        assert world.places() == [[("A", 1), ("A", 2), ("B", 1)]]
        assert not await world.delivery.send()
        assert world.places() == []
        world.machines.send("B")
        await world.delivery.send()
        assert world.places() == [[("B", 2)]]

    run(story)


def test_a_batch_carries_the_frames_bytes_as_they_are() -> None:
    async def story() -> None:
        world = World("A", batch=True)
        world.machines.send("A", 3)
        await world.delivery.send()
        frames = b",".join(world.machines.frames["A"])
        assert world.socket.texts == [b'{"frames":[' + frames + b'],"type":"batch"}']

    run(story)


def test_a_gap_is_a_message_of_its_own_before_the_frames_that_follow_it() -> None:
    async def story() -> None:
        world = World("A", "B", batch=True)
        world.machines.send("A", 2)
        world.machines.send("B", 5)
        world.machines.holes["B"] = 3
        await world.delivery.send()
        places = world.places()
        assert places == ["TELEM.OVERFLOW", [("A", 1), ("A", 2), ("B", 4), ("B", 5)]]

    run(story)


def test_a_batch_has_a_bound_and_what_is_over_it_follows() -> None:
    async def story() -> None:
        world = World("A", batch=True)
        size = BATCH_BYTES_MAX // 10
        world.machines.send("A", 35, size=size)
        await world.delivery.send()
        assert max(map(len, world.socket.texts)) < BATCH_BYTES_MAX + 2 * size
        places = world.places()
        assert len(places) == 4
        assert [place for batch in places for place in batch] == [("A", at) for at in range(1, 36)]

    run(story)


class Time:
    """The loop's time under a test's control."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        loop = SimpleNamespace(time=lambda: self.now)
        monkeypatch.setattr(audience, "asyncio", SimpleNamespace(get_running_loop=lambda: loop))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.mark.parametrize("batch", [False, True])
def test_of_each_period_a_machine_sends_the_newest_frame_and_no_gap(time: Time, batch: bool) -> None:
    async def story() -> None:
        world = World("A", "B", every_ms=500, batch=batch)
        assert world.delivery.paced
        world.machines.send("A", 3)
        assert await world.delivery.send()
        world.machines.send("A", 7)
        world.machines.send("B", 2)
        for time.now, left in ((100.1, 0.4), (100.499, 0.001)):
            assert not await world.delivery.send()
            assert world.delivery.left_s() == pytest.approx(left)
        time.now = 100.5
        assert world.delivery.left_s() == 0
        assert await world.delivery.send()
        time.now = 101.0
        assert not await world.delivery.send(), "nothing is newer"
        both = [("A", 10), ("B", 2)]
        assert world.places() == ([[("A", 3)], both] if batch else [("A", 3), *both])

    run(story)


def test_before_it_is_due_no_machine_is_looked_at(time: Time) -> None:
    async def story() -> None:
        world = World("A", every_ms=100)
        await world.delivery.send()
        reads = world.machines.reads
        for _ in range(50):
            world.machines.send("A")
            await world.delivery.send()
        assert world.machines.reads == reads

    run(story)


def test_the_newest_is_found_over_any_number_of_pages(time: Time) -> None:
    async def story() -> None:
        world = World("A", every_ms=60_000)
        for count in (PAGE_FRAMES - 1, PAGE_FRAMES, 3 * PAGE_FRAMES + 17):
            world.machines.send("A", count)
            await world.delivery.send()
            time.now += 60
            assert world.places() == [("A", len(world.machines.frames["A"]))]

    run(story)


def test_a_hole_is_passed_over_without_a_word(time: Time) -> None:
    async def story() -> None:
        world = World("A", every_ms=100)
        world.machines.send("A", 9)
        world.machines.holes["A"] = 4
        await world.delivery.send()
        assert world.places() == [("A", 9)]

    run(story)


def test_looking_for_the_newest_has_a_bound_and_is_taken_up_where_it_ended(time: Time) -> None:
    async def story() -> None:
        world = World("A", every_ms=100)
        bound = PASSED_PAGES_MAX * PAGE_FRAMES
        world.machines.send("A", bound + 5)
        await world.delivery.send()
        time.now += 1
        await world.delivery.send()
        assert world.places() == [("A", bound), ("A", bound + 5)]

    run(story)
