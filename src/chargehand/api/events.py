"""The log as a stream: server-sent events and its WebSocket twin, from any position, in order, without a hole.

The message id is `seq`. A reader that comes back with the last id gets exactly what follows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from chargehand.api.call import Call
from chargehand.api.feed import EventFeed, Filter
from chargehand.api.position import departure, start_position
from chargehand.contracts.machine import HeartbeatFrame
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import Clock, iso_utc
from chargehand.kernel.log import Entry

HEARTBEAT_S = 15.0
SSE_HEADERS = {"x-accel-buffering": "no"}


async def stream(call: Call, feed: EventFeed) -> StreamingResponse:
    """`GET /v1/events`."""
    wanted = Filter.parse(call.query["types"], call.query["subject"])
    position = start_position(call.request.headers.get("last-event-id"), call.query["after"], feed.head)
    return StreamingResponse(_messages(feed, wanted, position), 200, SSE_HEADERS, "text/event-stream")


async def watch(socket: WebSocket, feed: EventFeed, wanted: Filter, after: int | None, clock: Clock) -> None:
    """`/ws/events`: the same, one JSON text per event."""
    position = start_position(None, after, feed.head)
    await socket.accept()
    gone = asyncio.create_task(departure(socket))
    try:
        while not feed.closing and not gone.done():
            entries, position = await feed.after(position, wanted)
            for entry in entries:
                await socket.send_text(entry.wire.decode())
            if await feed.wait(position, HEARTBEAT_S, gone) or feed.closing:
                continue
            if not gone.done():
                await socket.send_text(record_bytes(HeartbeatFrame(ts=iso_utc(clock.now_us()))).decode())
        if not gone.done():
            await socket.close(1001)
    except WebSocketDisconnect:
        return
    finally:
        gone.cancel()


def message(entry: Entry) -> bytes:
    """One event as a server-sent message."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (entry.seq, entry.kind.encode(), entry.wire)


async def _messages(feed: EventFeed, wanted: Filter, position: int) -> AsyncIterator[bytes]:
    # Something is sent at once, so that a reader knows that it is connected.
    yield b": connected\n\n"
    while not feed.closing:
        entries, position = await feed.after(position, wanted)
        if entries:
            yield b"".join([message(entry) for entry in entries])
        if not await feed.wait(position, HEARTBEAT_S) and not feed.closing:
            # The position travels with the heartbeat, so that a filtered reader does not fall back on reconnect.
            yield b"id: %d\n: heartbeat\n\n" % position
