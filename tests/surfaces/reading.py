"""Readers of the engine's streams, written against the documents alone, so that they share no mistake with a client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RDWR
from typing import Any, NamedTuple

import httpx
import msgspec
from websockets.sync.client import ClientConnection, connect

from tests.surfaces.engine import WAIT_S, Engine


class Message(NamedTuple):
    """One server-sent message."""

    id: str
    event: str
    data: bytes


def cut_out(stream: bytes) -> list[Message]:
    """The complete messages in what arrived; a torn last one is dropped, as a browser drops it."""
    found: list[Message] = []
    for block in stream.split(b"\n\n")[:-1]:
        fields = {"id": b"", "event": b"message", "data": b""}
        for line in block.split(b"\n"):
            name, _, value = line.partition(b": ")
            fields[name.decode()] = value
        found.append(Message(fields["id"].decode(), fields["event"].decode(), fields["data"]))
    return found


@contextmanager
def event_stream(engine: Engine, path: str, **headers: str) -> Iterator[httpx.Response]:
    """An open event stream."""
    sent = {"accept": "text/event-stream", **{name.replace("_", "-"): value for name, value in headers.items()}}
    with engine.http.stream("GET", path, headers=sent) as response:
        assert response.status_code == 200, response.read()
        yield response


def messages(engine: Engine, path: str, count: int, **headers: str) -> list[Message]:
    """The first messages with data of an event stream."""
    with event_stream(engine, path, **headers) as response:
        stream = b""
        for chunk in response.iter_raw():
            stream += chunk
            found = [message for message in cut_out(stream) if message.data]
            if len(found) >= count:
                return found[:count]
    raise AssertionError(f"{path} ended after {stream!r}")


def torn(engine: Engine, path: str, size: int, **headers: str) -> list[Message]:
    """What is complete in the first `size` bytes of an event stream, which is then cut off."""
    with event_stream(engine, path, **headers) as response:
        return cut_out(next(response.iter_raw(size)))


@contextmanager
def web_socket(engine: Engine, path: str, **options: Any) -> Iterator[ClientConnection]:
    """An open WebSocket; it is dropped at the end, not closed politely."""
    with connect(
        engine.socket(path), proxy=None, open_timeout=WAIT_S, close_timeout=0, max_size=None, **options
    ) as opened:
        try:
            yield opened
        finally:
            with suppress(OSError):
                opened.socket.shutdown(SHUT_RDWR)


def receive(socket: ClientConnection) -> bytes:
    """The next text of a socket, as bytes."""
    text = socket.recv(timeout=WAIT_S)
    assert isinstance(text, str)
    return text.encode()


def receive_event(socket: ClientConnection) -> bytes:
    """The next event of a socket of the log; heartbeats are passed over."""
    while True:
        event = receive(socket)
        if kind_of(event) != "heartbeat":
            return event


def frames(socket: ClientConnection, *kinds: str) -> Iterator[bytes]:
    """Frames of a machine's socket that are of these kinds."""
    while True:
        frame = receive(socket)
        if kind_of(frame) in kinds:
            yield frame


def kind_of(frame: bytes) -> str:
    """The `type` of a frame."""
    return str(msgspec.json.decode(frame)["type"])


def member(record: bytes, *names: str) -> bytes:
    """The bytes of a member of a JSON object, exactly as they stand in it."""
    for name in names:
        record = bytes(msgspec.json.decode(record, type=dict[str, msgspec.Raw])[name])
    return record


def items(page: bytes) -> list[bytes]:
    """The bytes of each item of a page."""
    return [bytes(item) for item in msgspec.json.decode(member(page, "items"), type=list[msgspec.Raw])]
