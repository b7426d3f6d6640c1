"""Live telemetry: one machine's stream, every machine's stream, and pages, all from the same frames.

A frame's bytes are made once by the fleet and sent as they are. A reader that comes from a position first gets exactly
what it missed, or a gap that says what is gone; only then is it live. A live reader that cannot keep up is given the
newest frames and a gap; verdicts and conditions are never left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio.to_thread
import msgspec
import structlog
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from chargehand.api import answer
from chargehand.api.audience import Audience, Pulse, Seat
from chargehand.api.call import Call
from chargehand.api.delivery import Delivery, Reader
from chargehand.api.feed import EventFeed, Filter
from chargehand.api.mailbox import hand_over
from chargehand.api.position import departure, frame_position, start_position
from chargehand.api.sse import EventStream
from chargehand.contracts.machine import HeartbeatFrame
from chargehand.fleet.telemetry import Page
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.log import Entry
from chargehand.kernel.store import StoreError

if TYPE_CHECKING:
    from chargehand.services import Services

HEARTBEAT_S = 5.0
ELSEWHERE_PERIOD_S = 0.25
"""Between two looks for frames that another node has stored; it stores a segment at a time, as long as this."""
MACHINE_KINDS = frozenset({"proposal.decided", "machine.state", "machine.condition"})
_logger = structlog.get_logger(__name__)


class _Decided(msgspec.Struct):
    verdict: msgspec.Raw


class LiveTelemetry:
    """Wakes the streams of one event loop when machines have sent something."""

    def __init__(self, services: Services, feed: EventFeed) -> None:
        self.services = services
        self.feed = feed
        self._listeners: dict[asyncio.Event, str | None] = {}
        self._elsewhere: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen to the fleet, and where nodes share a database to look what others have stored in it."""
        loop = asyncio.get_running_loop()
        self.services.on_frames(lambda machines: hand_over(loop, self._wake, machines))
        if self.services.telemetry_store.reads_block:
            self._elsewhere = loop.create_task(self._follow_others(), name="machines-elsewhere")

    async def stop(self) -> None:
        """Look no more."""
        if self._elsewhere is not None:
            self._elsewhere.cancel()
            await asyncio.gather(self._elsewhere, return_exceptions=True)

    def listen(self, machine_id: str | None, *, frames: bool = True) -> asyncio.Event:
        """An event that is set when the log, or with `frames` the machine (None: any machine), has something new."""
        event = asyncio.Event()
        if frames:
            self._listeners[event] = machine_id
        self.feed.listeners.add(event)
        return event

    def leave(self, event: asyncio.Event) -> None:
        """Stop listening."""
        self._listeners.pop(event, None)
        self.feed.listeners.discard(event)

    async def read(self, machine_id: str, instance_id: str | None, seq: int, limit: int) -> Page:
        """Frames after a position: from memory at once, from the disk of a network store in a thread."""
        telemetry = self.services.telemetry
        found = telemetry.in_memory(machine_id, instance_id, seq, limit)
        if found is not None:
            return found
        return await anyio.to_thread.run_sync(lambda: telemetry.read_after(machine_id, instance_id, seq, limit))

    async def _follow_others(self) -> None:
        """Wake the readers of machines that other nodes drive: their frames arrive in the store without a word."""
        known: dict[str, tuple[str, int] | None] = {}
        while True:
            await asyncio.sleep(ELSEWHERE_PERIOD_S)
            try:
                found = await anyio.to_thread.run_sync(self._newest_elsewhere)
            except StoreError:
                _logger.exception("telemetry.read_failed")
                continue
            self._wake(frozenset(machine_id for machine_id, newest in found.items() if newest != known.get(machine_id)))
            known = found

    def _newest_elsewhere(self) -> dict[str, tuple[str, int] | None]:
        """The newest frame of each machine that somebody reads and another node drives."""
        services, read = self.services, set(self._listeners.values())
        machines = {machine.id for machine in services.fleet.machines()} if None in read else read
        others = machines - services.ownership.owned
        return {machine_id: services.telemetry.latest(machine_id) for machine_id in others if machine_id is not None}

    def _wake(self, machines: frozenset[str]) -> None:
        for event, machine_id in self._listeners.items():
            if machine_id is None or machine_id in machines:
                event.set()


async def page(call: Call, live: LiveTelemetry, audience: Audience) -> Response:
    """`GET /v1/machines/{id}/telemetry`: a page, or a stream where `Accept` asks for one."""
    machine_id = call.path("id")
    call.services.fleet.machine(machine_id)
    after, instance_id = call.query["after"], call.query["instance_id"]
    if "text/event-stream" in call.request.headers.get("accept", ""):
        resumed = call.request.headers.get("last-event-id")
        if resumed is not None:
            instance_id, after = frame_position(resumed)
        reader = Reader(live, machine_id, instance_id, after)
        seat = audience.seat(call.request, call.operation.roles)
        return EventStream(call, seat, _messages(live, reader, seat))
    limit = call.query["limit"]
    if after is None:
        newest = call.services.telemetry.latest(machine_id)
        after = max(0, newest[1] - limit) if newest is not None and instance_id in (None, newest[0]) else 0
    found = await live.read(machine_id, instance_id, after, limit)
    return answer.raw(
        b'{"gap":%b,"instance_id":%b,"items":[%b],"next_cursor":%b}'
        % (
            record_bytes(found.gap),
            record_bytes(found.instance_id),
            b",".join(found.frames),
            record_bytes(str(found.next_seq) if found.frames else None),
        )
    )


async def watch(
    socket: WebSocket,
    live: LiveTelemetry,
    delivery: Delivery,
    machine_id: str | None,
    *,
    position: int,
    seat: Seat,
) -> None:
    """Serve a telemetry socket until it closes.

    Args:
        socket: not yet accepted.
        live: the wake-ups.
        delivery: how it is given its frames.
        machine_id: the one machine, or None for all.
        position: log position after which verdicts and conditions are sent.
        seat: the reader's place.

    Raises:
        AuthError: the reader may read no more.
    """
    await socket.accept()
    pulse = Pulse(HEARTBEAT_S)
    wake = live.listen(machine_id, frames=not delivery.paced)
    wanted = Filter(kinds=MACHINE_KINDS, subject=None if machine_id is None else f"machine/{machine_id}")
    closed = asyncio.create_task(_leave(socket, wake))
    try:
        while not live.feed.closing and not closed.done():
            wake.clear()
            if pulse.beats():
                await seat.confirm()
                await socket.send_text(_heartbeat(live.services, machine_id, position).decode())
            sent = await delivery.send()
            entries, position = await live.feed.after(position, wanted)
            await seat.confirm_if_changed()
            for entry in entries:
                if (frame := machine_frame(entry)) is not None:
                    await socket.send_text(frame.decode())
            if not sent and position >= live.feed.head:
                await _woken(wake, min(pulse.left_s(), delivery.left_s()))
        if not closed.done():
            await socket.close(1001)
    except WebSocketDisconnect:
        return
    finally:
        closed.cancel()
        live.leave(wake)


def machine_frame(entry: Entry) -> bytes | None:
    """A log event as a frame of a machine's stream; None if it belongs to no machine."""
    subject = entry.subject if entry.subject.startswith("machine/") else (entry.topic or "")
    if not subject.startswith("machine/") or entry.data is None:
        return None
    machine = record_bytes(subject.removeprefix("machine/"))
    if entry.kind == "proposal.decided":
        verdict = bytes(msgspec.json.decode(entry.data, type=_Decided).verdict)
        return b'{"machine_id":%b,"seq":%d,"type":"decision","verdict":%b}' % (machine, entry.seq, verdict)
    return b'{"data":%b,"kind":%b,"machine_id":%b,"seq":%d,"type":"condition"}' % (
        entry.data,
        record_bytes(entry.kind),
        machine,
        entry.seq,
    )


def event_position(after_event: int | None, feed: EventFeed) -> int:
    """Where a socket's verdicts and conditions begin.

    Raises:
        RequestError: the position lies beyond the log.
    """
    return start_position(None, after_event, feed.head)


async def _woken(wake: asyncio.Event, timeout_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(wake.wait(), timeout_s)


def _heartbeat(services: Services, machine_id: str | None, position: int) -> bytes:
    connection = None if machine_id is None else services.fleet.machine(machine_id).connection
    now = iso_utc(services.clock.now_us())
    return record_bytes(HeartbeatFrame(ts=now, machine_id=machine_id, connection=connection, event_seq=position))


async def _leave(socket: WebSocket, wake: asyncio.Event) -> None:
    try:
        await departure(socket)
    finally:
        wake.set()


async def _messages(live: LiveTelemetry, reader: Reader, seat: Seat) -> AsyncGenerator[bytes, None]:
    pulse = Pulse(HEARTBEAT_S)
    sign = b"connected"
    wake = live.listen(reader.machine_id)
    try:
        while not live.feed.closing:
            wake.clear()
            if pulse.beats():
                await seat.confirm()
                yield b"%b: %b\n\n" % (_id_line(reader, reader.seq), sign)
                sign = b"heartbeat"
            gaps, frames = await reader.next()
            await seat.confirm_if_changed()
            for gap in gaps:
                yield b"event: gap\ndata: %b\n\n" % record_bytes(gap)
            first = reader.seq - len(frames) + 1
            yield b"".join(
                b"%bevent: telemetry\ndata: %b\n\n" % (_id_line(reader, first + index), frame)
                for index, frame in enumerate(frames)
            )
            if not frames:
                await _woken(wake, pulse.left_s())
    finally:
        live.leave(wake)


def _id_line(reader: Reader, seq: int) -> bytes:
    """The line that names a position; none while the reader's instance is not known."""
    return b"" if reader.instance_id is None else b"id: %b:%d\n" % (reader.instance_id.encode(), seq)
