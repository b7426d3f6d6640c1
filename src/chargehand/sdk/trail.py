"""A reader's place in a stream: what it has, what comes twice, and what is missing. Pure, for both clients.

A trail hands on each record once and in order, whatever the connections do. It never closes a hole in silence: one that
the engine announces is handed on, one that nobody announced is made a `gap` of its own. Records of a kind that is newer
than this client are skipped and counted.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame, TelemetryFrame
from chargehand.sdk.errors import UnreadableAnswer
from chargehand.sdk.sse import Message

T = TypeVar("T")


class Received(NamedTuple, Generic[T]):
    """One record with its bytes. A gap that the client found itself has bytes that the client made."""

    item: T
    data: bytes


class Trail(Protocol[T]):
    """A reader's place in one stream.

    Attributes:
        skipped: records of an unknown kind so far.
    """

    skipped: int

    def last_event_id(self) -> str | None:
        """Position to come back to; null while there is none."""
        ...

    def accept(self, message: Message) -> list[Received[T]]:
        """What a message brings: nothing for a repeated one, a gap before a record that leaves a hole."""
        ...


class EventTrail:
    """A place in the log.

    Attributes:
        seq: everything up to here was handed on, or is not wanted; null while the place is not known.
        skipped: messages of an unknown kind so far.
    """

    def __init__(self, seq: int | None, *, filtered: bool) -> None:
        self.seq = seq
        self.skipped = 0
        # Only an unfiltered reader can tell a hole from what it did not ask for.
        self._filtered = filtered

    def last_event_id(self) -> str | None:
        """Position to come back to."""
        return None if self.seq is None else str(self.seq)

    def accept(self, message: Message) -> list[Received[EngineEvent | GapFrame]]:
        """The event, or the gap; nothing for what was there already.

        Raises:
            UnreadableAnswer: the message is no event of this contract.
        """
        if not message.data:
            self._note(message.id)
            return []
        if message.event == "gap":
            return self._gap(_decode(message, GapFrame), message.data)
        event = _decode(message, EngineEvent)
        if self.seq is not None and event.seq <= self.seq:
            return []
        found: list[Received[EngineEvent | GapFrame]] = []
        if not self._filtered and self.seq is not None and event.seq > self.seq + 1:
            found.append(_hole(GapFrame(from_=self.seq + 1, to=event.seq - 1, code="REQ.EVENTS_COMPACTED")))
        self.seq = event.seq
        return [*found, Received(event, message.data)]

    def _note(self, position: str) -> None:
        # A position without an event says what a filter left out. Without a filter it could only hide a hole.
        if position.isdecimal() and (self._filtered or self.seq is None):
            self.seq = max(self.seq or 0, int(position))

    def _gap(self, gap: GapFrame, data: bytes) -> list[Received[EngineEvent | GapFrame]]:
        known, self.seq = self.seq, max(self.seq or 0, gap.to)
        if known is not None and gap.to <= known:
            return []
        return [_joined(gap, data, None if self._filtered else known)]


class FrameTrail:
    """A place in one machine's telemetry: an instance of its adapter, and a frame of that instance.

    Attributes:
        instance_id: the instance; null while it is not known.
        seq: everything up to here was handed on; null while the place is not known.
        skipped: messages of an unknown kind so far.
    """

    def __init__(self, instance_id: str | None, seq: int | None) -> None:
        self.instance_id = instance_id
        self.seq = seq
        self.skipped = 0

    def last_event_id(self) -> str | None:
        """Position to come back to, `INSTANCE:SEQ`."""
        known = self.instance_id is not None and self.seq is not None
        return f"{self.instance_id}:{self.seq}" if known else None

    def accept(self, message: Message) -> list[Received[TelemetryFrame | GapFrame]]:
        """The frame, or the gap; nothing for what was there already.

        Raises:
            UnreadableAnswer: the message is no frame of this contract.
        """
        if not message.data:
            self._note(message.id)
            return []
        if message.event == "gap":
            return self._gap(_decode(message, GapFrame), message.data)
        if message.event != "telemetry":
            self.skipped += 1
            return []
        frame = _decode(message, TelemetryFrame)
        found: list[Received[TelemetryFrame | GapFrame]] = []
        if self.instance_id in (None, frame.instance_id):
            if self.seq is not None and frame.seq <= self.seq:
                return []
            if self.seq is not None and frame.seq > self.seq + 1:
                found.append(_hole(_missing(frame, self.seq + 1, "TELEM.COMPACTED")))
        else:
            found.append(_hole(_missing(frame, 1, "TELEM.INSTANCE_CHANGED")))
        self.instance_id, self.seq = frame.instance_id, frame.seq
        return [*found, Received(frame, message.data)]

    def _note(self, position: str) -> None:
        # Where a reader without a place begins. Of one that has a place it could only hide a hole.
        instance_id, _, seq = position.rpartition(":")
        if self.seq is None and instance_id and seq.isdecimal() and self.instance_id in (None, instance_id):
            self.instance_id, self.seq = instance_id, int(seq)

    def _gap(self, gap: GapFrame, data: bytes) -> list[Received[TelemetryFrame | GapFrame]]:
        if gap.code == "TELEM.SEQ_AHEAD":
            # The reader was ahead of the machine: it goes on where the machine is.
            known, self.seq = self.seq, gap.from_ - 1
            return [] if known == self.seq else [Received(gap, data)]
        known = self.seq if self.instance_id in (None, gap.instance_id) else None
        if known is not None and gap.to <= known:
            return []
        self.instance_id, self.seq = gap.instance_id, gap.to
        return [_joined(gap, data, known)]


def _missing(frame: TelemetryFrame, first: int, code: str) -> GapFrame:
    return GapFrame(
        machine_id=frame.machine_id, instance_id=frame.instance_id, from_=first, to=frame.seq - 1, code=code
    )


def _joined(gap: GapFrame, data: bytes, known: int | None) -> Received[Any]:
    """A gap that begins right after what is known: it neither takes back what was handed on nor leaves anything out."""
    if known is None or gap.from_ == known + 1:
        return Received(gap, data)
    return _hole(msgspec.structs.replace(gap, from_=known + 1))


def _hole(gap: GapFrame) -> Received[Any]:
    return Received(gap, msgspec.json.encode(gap, order="sorted"))


def _decode(message: Message, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(message.data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableAnswer(f"message {message.id}", f"it is no {kind.__name__}: {error}") from error
