"""Where a reader of a stream begins, and how it is noticed that it has gone."""

from __future__ import annotations

from starlette.websockets import WebSocket

from chargehand.contracts.problems import RequestError

DIGITS_MAX = 18
"""Positions of more digits than this do not exist, and no store takes them as a number."""


def start_position(last_event_id: str | None, after: int | None, head: int) -> int:
    """Where a reader of the log begins: after its last event, else after `after`, else now.

    Raises:
        RequestError: the position is no number, or lies beyond the log, so it was read in another one.
    """
    position = after if last_event_id is None else _number(last_event_id, "a position")
    if position is None:
        return head
    if position > head:
        raise RequestError("REQ.CURSOR_INVALID", f"position {position} lies beyond the log, which ends at {head}")
    return position


def frame_position(last_event_id: str) -> tuple[str, int]:
    """Where a reader of telemetry begins: its instance and its last frame, from `INSTANCE:SEQ`.

    Raises:
        RequestError: it is not of that form.
    """
    instance_id, _, seq = last_event_id.rpartition(":")
    if not instance_id:
        raise RequestError("REQ.CURSOR_INVALID", "Last-Event-ID is INSTANCE:SEQ here")
    return instance_id, _number(seq, "INSTANCE:SEQ")


async def departure(socket: WebSocket) -> None:
    """Return when the reader has gone. What it says is read, so that its going is heard, and ignored."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        continue


def _number(text: str, form: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise RequestError("REQ.CURSOR_INVALID", f"Last-Event-ID is {form} here, a number of at most 18 digits")
    return int(text)
