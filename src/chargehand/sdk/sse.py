"""Server-sent events, cut out of a stream of bytes however it arrives. Pure, for both clients.

It refuses a message larger than a bound, so that a stream without an end of line cannot fill the memory.

Source: WHATWG HTML, section 9.2.6, interpreting an event stream.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

MESSAGE_BYTES_MAX = 8 * 1024 * 1024


class MessageTooLargeError(Exception):
    """A message, or a line of it, is larger than `MESSAGE_BYTES_MAX`."""


class Message(NamedTuple):
    """One message.

    Attributes:
        id: position after it, as the engine named it; empty while it has named none.
        event: its kind; `message` where the engine says nothing.
        data: its bytes; empty for one that only moves the position.
    """

    id: str
    event: str
    data: bytes


class Cutter:
    """Cuts one connection's bytes into messages."""

    def __init__(self) -> None:
        self._pending = b""
        self._size = 0
        self._id = ""
        self._names_id = False
        self._event = ""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """The messages that are complete after `chunk`.

        Raises:
            MessageTooLargeError: there is no end to a message.
        """
        # A carriage return at the end may be the first half of CRLF, so it waits for the next chunk.
        text = self._pending + chunk
        held = text.endswith(b"\r")
        lines = (text[:-1] if held else text).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._pending = lines.pop() + (b"\r" if held else b"")
        for line in lines:
            message = self._take(line)
            if message is not None:
                yield message
        if self._size + len(self._pending) > MESSAGE_BYTES_MAX:
            raise MessageTooLargeError(f"a message of more than {MESSAGE_BYTES_MAX} bytes")

    def _take(self, line: bytes) -> Message | None:
        if not line:
            return self._finish()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._size += len(value) + 1
            self._data.append(value)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
            self._names_id = True
        return None

    def _finish(self) -> Message | None:
        event, data, named = self._event or "message", b"\n".join(self._data), self._names_id
        silent = not self._data
        self._event, self._data, self._size, self._names_id = "", [], 0, False
        if silent:
            return Message(self._id, event, b"") if named else None
        return Message(self._id, event, data)
