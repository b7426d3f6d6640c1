"""The log as a stream: server-sent events and its WebSocket twin, from any position, in order, without a hole.

The message id is `seq`. A reader that comes back with the last id gets exactly what follows it; it is told an id before
anything else, so that one that is cut off before its first event comes back to the right place too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.websockets import WebSocket, WebSocketDisconnect

from chargehand.api.audience import Audience, Pulse, Seat
from chargehand.api.call import Call
from chargehand.api.feed import EventFeed, Filter
from chargehand.api.position import departure, start_position
from chargehand.api.sse import EventStream
from chargehand.contracts.machine import HeartbeatFrame
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import Clock, iso_utc
from chargehand.kernel.log import Entry

HEARTBEAT_S = 15.0


async def stream(call: Call, feed: EventFeed, audience: Audience) -> EventStream:
    """`GET /v1/events`."""
    wanted = Filter.parse(call.query["types"], call.query["subject"])
    position = start_position(call.request.headers.get("last-event-id"), call.query["after"], feed.head)
    seat = audience.seat(call.request, call.operation.roles)
    return EventStream(call, seat, _messages(feed, wanted, position, seat))


async def watch(
    socket: WebSocket, feed: EventFeed, wanted: Filter, after: int | None, *, clock: Clock, seat: Seat
) -> None:
    """`/ws/events`: the same, one JSON text per event."""
    position = start_position(None, after, feed.head)
    await socket.accept()
    pulse = Pulse(HEARTBEAT_S)
    gone = asyncio.create_task(departure(socket))
    try:
        while not feed.closing and not gone.done():
            if pulse.beats():
                await seat.confirm()
                beat = HeartbeatFrame(ts=iso_utc(clock.now_us()), event_seq=position)
                await socket.send_text(record_bytes(beat).decode())
            entries, position = await feed.after(position, wanted)
            await seat.confirm_if_changed()
            for entry in entries:
                await socket.send_text(entry.wire.decode())
            await feed.wait(position, pulse.left_s(), gone)
        if not gone.done():
            await socket.close(1001)
    except WebSocketDisconnect:
        return
    finally:
        gone.cancel()


def message(entry: Entry) -> bytes:
    """One event as a server-sent message."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (entry.seq, entry.kind.encode(), entry.wire)


async def _messages(feed: EventFeed, wanted: Filter, position: int, seat: Seat) -> AsyncGenerator[bytes, None]:
    pulse = Pulse(HEARTBEAT_S)
    sign = b"connected"
    while not feed.closing:
        if pulse.beats():
            await seat.confirm()
            # The position travels with the heartbeat, so that a filtered reader does not fall back on reconnect.
            yield b"id: %d\n: %b\n\n" % (position, sign)
            sign = b"heartbeat"
        entries, position = await feed.after(position, wanted)
        await seat.confirm_if_changed()
        if entries:
            yield b"".join([message(entry) for entry in entries])
        await feed.wait(position, pulse.left_s())
