"""Follows one stream over as many connections as it takes. Pure: the clients lend it a network and a sleep.

Each connection starts where the trail ends. What is refused for good (a wrong parameter, a missing role) is raised;
what may pass (a cut, a restart, silence) is waited out, a bounded number of times in a row. A stream that ends with a
problem is refused as a request would be, once everything before it was handed on. The very first connection
is not waited for: an engine that is not there is an error, not a delay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from chargehand.sdk.answer import Answer, refusal
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.errors import (
    ClientError,
    EngineProblem,
    ProblemAnswer,
    Unreachable,
    UnreadableAnswer,
)
from chargehand.sdk.request import Request
from chargehand.sdk.sse import Cutter, Message, MessageTooLargeError
from chargehand.sdk.trail import Received, Trail

T = TypeVar("T")


class _Status(msgspec.Struct):
    status: int


class Follower(Generic[T]):
    """The course of one resuming reader.

    Attributes:
        trail: the reader's place.
    """

    def __init__(self, trail: Trail[T], request: Callable[[str | None], Request], backoff: Backoff) -> None:
        self.trail = trail
        self._request = request
        self._backoff = backoff
        self._cutter = Cutter()
        self._connected = False
        self._chunks = 0
        self._failures = 0
        self._ended_with: ClientError | None = None

    def connect(self) -> Request:
        """The request of the next connection."""
        self._cutter = Cutter()
        self._chunks = 0
        self._ended_with = None
        return self._request(self.trail.last_event_id())

    def take(self, chunk: bytes) -> list[Received[T]]:
        """What some bytes of the present connection bring.

        Raises:
            UnreadableAnswer: they are no event stream of this contract.
        """
        self._connected = True
        self._chunks += 1
        try:
            found = [received for message in self._cutter.feed(chunk) for received in self._accept(message)]
        except MessageTooLargeError as error:
            raise UnreadableAnswer("the stream", str(error)) from error
        if found or self._chunks > 1:
            # A greeting alone is no progress: an engine that greets and hangs up for ever is given up on.
            self._failures = 0
        return found

    def lost(self, error: ClientError | None) -> float:
        """Seconds to wait before the next connection.

        Args:
            error: why the connection failed; None when it just ended.

        Raises:
            ClientError: it will not get better, or it did not.
        """
        error = self._ended_with or error
        if error is not None and not (self._connected and _may_pass(error)):
            raise error
        self._failures += 1
        asked = error.retry_after_s if isinstance(error, ProblemAnswer) else None
        wait = self._backoff.wait_s(self._failures, asked)
        if wait is None:
            raise error or Unreachable("the stream", f"it ended {self._failures} times in a row without a message")
        return wait

    def _accept(self, message: Message) -> list[Received[T]]:
        if message.event != "problem":
            return self.trail.accept(message)
        self._ended_with = _told(message)
        return []


def _told(message: Message) -> ClientError:
    """The error that the last message of a stream tells."""
    try:
        status = msgspec.json.decode(message.data, type=_Status).status
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return UnreadableAnswer("the stream", f"it ended with what is no problem document: {error}")
    return refusal(Answer("the stream", status, {}, message.data))


def _may_pass(error: ClientError) -> bool:
    if isinstance(error, ProblemAnswer):
        return isinstance(error, EngineProblem) or error.status == 429
    return isinstance(error, Unreachable) and not isinstance(error, UnreadableAnswer)
