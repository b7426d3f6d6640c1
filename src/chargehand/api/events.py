"""The log as a stream: server-sent events and its WebSocket twin, from any position, in order, without a hole.

The message id is `seq`. A reader that comes back with the last id gets exactly what follows it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from chargehand.api.call import Call
from chargehand.api.feed import EventFeed, Filter
from chargehand.contracts.machine import HeartbeatFrame
from chargehand.contracts.problems import RequestError
from chargehand.kernel.canonical import record_bytes
from chargehand.kernel.clock import Clock, iso_utc
from chargehand.kernel.log import Entry

HEARTBEAT_S = 15.0
SSE_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


async def stream(call: Call, feed: EventFeed) -> StreamingResponse:
    """`GET /v1/events`."""
    wanted = Filter.parse(call.query["types"], call.query["subject"])
    position = start_position(call.request.headers.get("last-event-id"), call.query["after"], feed.head)
    return StreamingResponse(_messages(feed, wanted, position), 200, SSE_HEADERS, "text/event-stream")


async def watch(socket: WebSocket, feed: EventFeed, wanted: Filter, after: int | None, clock: Clock) -> None:
    """`/ws/events`: the same, one JSON text per event."""
    position = start_position(None, after, feed.head)
    await socket.accept()
    try:
        while not feed.closing:
            entries, position = await feed.after(position, wanted)
            for entry in entries:
                await socket.send_text(entry.wire.decode())
            if not await feed.wait(position, HEARTBEAT_S) and not feed.closing:
                await socket.send_text(record_bytes(HeartbeatFrame(ts=iso_utc(clock.now_us()))).decode())
        await socket.close(1001)
    except WebSocketDisconnect:
        return


def start_position(last_event_id: str | None, after: int | None, head: int) -> int:
    """Where a reader begins: after its last event, else after `after`, else now.

    Raises:
        RequestError: the position is no number, or lies beyond the log, so it was read in another one.
    """
    position = after
    if last_event_id is not None:
        if not last_event_id.isdigit():
            raise RequestError("REQ.CURSOR_INVALID", f"Last-Event-ID is a position, not {last_event_id!r}")
        position = int(last_event_id)
    if position is None:
        return head
    if position > head:
        raise RequestError("REQ.CURSOR_INVALID", f"position {position} lies beyond the log, which ends at {head}")
    return position


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
