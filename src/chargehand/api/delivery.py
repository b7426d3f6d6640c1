"""How a reader is given its frames: one by one or batched, all of them or the newest of each period.

A frame's bytes are those that the fleet encoded; here they are only put between brackets. A gap leaves as a message of
its own, before the frames that follow it; what a reader wanted left out is no gap. Events are not its business, so it
never holds one back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from starlette.websockets import WebSocket

from chargehand.api.audience import Pulse
from chargehand.contracts.machine import GapFrame
from chargehand.kernel.canonical import record_bytes

if TYPE_CHECKING:
    from chargehand.api.telemetry import LiveTelemetry

PAGE_FRAMES = 500
BEHIND_FRAMES_MAX = 100
"""A live reader further behind than this, ten seconds at the usual pace, is given the newest frame and a gap."""
PASSED_PAGES_MAX = 32
"""Pages that are passed over in search of the newest frame: a minute at 266 frames a second."""
BATCH_BYTES_MAX = 256 * 1024
"""A batch that has come to this leaves, and another one begins: readers bound their messages, often at a MiB."""


class Reader:
    """One reader's place in one machine's frames."""

    def __init__(self, live: LiveTelemetry, machine_id: str, instance_id: str | None, after: int | None) -> None:
        self._live = live
        self.machine_id = machine_id
        newest = live.services.telemetry.latest(machine_id)
        self.instance_id = instance_id
        if after is None and instance_id is None and newest is not None:
            self.instance_id, self.seq = newest
            self._caught_up = True
        else:
            self.seq = after or 0
            self._caught_up = False

    async def next(self) -> tuple[list[GapFrame], list[bytes]]:
        """What has come since: gaps that lie before the frames, and the frames."""
        page = await self._live.read(self.machine_id, self.instance_id, self.seq, PAGE_FRAMES)
        frames = page.frames
        gaps = [] if page.gap is None else [page.gap]
        if self._caught_up and len(frames) > BEHIND_FRAMES_MAX:
            skipped = len(frames) - 1
            coalesced = GapFrame(
                machine_id=self.machine_id,
                instance_id=page.instance_id,
                from_=page.first_seq,
                to=page.first_seq + skipped - 1,
                code="TELEM.COALESCED",
            )
            gaps.append(coalesced)
            frames = frames[skipped:]
        elif not frames:
            self._caught_up = True
        self.instance_id, self.seq = page.instance_id, page.next_seq
        return gaps, frames

    async def newest(self) -> list[bytes]:
        """The newest frame that has come since, if any. What lies before it is passed over, and no gap tells of it."""
        found: list[bytes] = []
        for _ in range(PASSED_PAGES_MAX):
            page = await self._live.read(self.machine_id, self.instance_id, self.seq, PAGE_FRAMES)
            self.instance_id, self.seq = page.instance_id, page.next_seq
            found = page.frames[-1:] or found
            if page.gap is None and len(page.frames) < PAGE_FRAMES:
                break
        return found


class Delivery:
    """Frames on their way to one socket.

    Attributes:
        paced: whether there is at most one frame per machine and period.
    """

    def __init__(
        self,
        socket: WebSocket,
        readers: Callable[[], Iterable[Reader]],
        *,
        every_ms: int | None = None,
        batch: bool = False,
    ) -> None:
        """Prepare to serve a socket.

        Args:
            socket: where the frames go.
            readers: the readers to serve; asked again at every turn, since machines may join.
            every_ms: the period, or None for every frame.
            batch: whether frames that wait together leave as one message.
        """
        self._socket = socket
        self._readers = readers
        self._pace = None if every_ms is None else Pulse(every_ms / 1000)
        self._batch = batch
        self.paced = every_ms is not None

    def left_s(self) -> float:
        """Seconds until there may be something to send though nobody has said so; infinite where every frame is."""
        return math.inf if self._pace is None else self._pace.left_s()

    async def send(self) -> bool:
        """Send what has come and is due; False if that was no frame."""
        if self._pace is not None and not self._pace.beats():
            return False
        sent = False
        waiting: list[bytes] = []
        size = 0
        for reader in self._readers():
            gaps, frames = await reader.next() if self._pace is None else ([], await reader.newest())
            for gap in gaps:
                await self._text(record_bytes(gap))
            for frame in frames:
                sent = True
                if not self._batch:
                    await self._text(frame)
                    continue
                waiting.append(frame)
                size += len(frame)
                if size >= BATCH_BYTES_MAX:
                    await self._together(waiting)
                    waiting, size = [], 0
        if waiting:
            await self._together(waiting)
        return sent

    async def _together(self, frames: list[bytes]) -> None:
        await self._text(b'{"frames":[%b],"type":"batch"}' % b",".join(frames))

    async def _text(self, message: bytes) -> None:
        await self._socket.send_text(message.decode())
