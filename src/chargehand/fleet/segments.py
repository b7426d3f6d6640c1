"""Segments of telemetry frames, and the ring that keeps a machine's newest ones in memory.

A segment is a run of frames without holes that spans at most `SEGMENT_US_MAX` and never a minute's boundary. The ring
forgets its oldest segment when it is full, but never one that still waits to be stored, so that between memory and
store no frame is out of reach. It refuses a frame out of sequence.
"""

from __future__ import annotations

from collections import deque
from typing import Literal

from chargehand.kernel.clock import MINUTE_US

SEGMENT_US_MAX = 250_000
SEGMENT_BYTES_MAX = 1024 * 1024
RING_FRAMES_MAX = 4_096
"""Frames of one machine that live readers find in memory: seven minutes at 10 Hz."""

Fate = Literal["open", "pending", "stored", "lost"]


class Segment:
    """Frames of one machine and instance.

    Attributes:
        machine_id: the machine.
        instance_id: the adapter's run.
        began_us: when that run began.
        first_seq: first frame.
        first_us: arrival of the first frame.
        last_us: arrival of the last frame.
        frames: encoded frames, in sequence.
        size: bytes of all frames.
        fate: open, pending (handed to the recorder), stored or lost.
    """

    __slots__ = ("began_us", "fate", "first_seq", "first_us", "frames", "instance_id", "last_us", "machine_id", "size")

    def __init__(self, machine_id: str, instance_id: str, began_us: int, first_seq: int, first_us: int) -> None:
        self.machine_id = machine_id
        self.instance_id = instance_id
        self.began_us = began_us
        self.first_seq = first_seq
        self.first_us = first_us
        self.last_us = first_us
        self.frames: list[bytes] = []
        self.size = 0
        self.fate: Fate = "open"

    @property
    def last_seq(self) -> int:
        """Last frame; one less than the first in an empty segment."""
        return self.first_seq + len(self.frames) - 1

    @property
    def minute_us(self) -> int:
        """Start of the minute that it belongs to."""
        return self.first_us - self.first_us % MINUTE_US

    def must_close(self, now_us: int) -> bool:
        """Whether a frame that arrives now belongs into the next segment."""
        return (
            now_us - self.first_us >= SEGMENT_US_MAX
            or self.size >= SEGMENT_BYTES_MAX
            or now_us - now_us % MINUTE_US != self.minute_us
        )


class Ring:
    """The newest segments of one machine and instance.

    Attributes:
        machine_id: the machine.
        instance_id: the adapter's run.
        last_seq: the newest frame, 0 before the first.
        lost_seq: the newest forgotten frame that was never stored, 0 if there is none.
    """

    def __init__(self, machine_id: str, instance_id: str, began_us: int) -> None:
        self.machine_id = machine_id
        self.instance_id = instance_id
        self.last_seq = 0
        self.lost_seq = 0
        self._began_us = began_us
        self._now_us = began_us
        self._open: Segment | None = None
        self._segments: deque[Segment] = deque()
        self._frames = 0

    @property
    def first_seq(self) -> int | None:
        """The oldest frame in memory, or None."""
        return self._segments[0].first_seq if self._segments else None

    def append(self, seq: int, frame: bytes, now_us: int) -> Segment | None:
        """Add the next frame; returns the segment that it closed, if any."""
        assert seq == self.last_seq + 1, f"frame {seq} after {self.last_seq}"
        assert b"\n" not in frame, "frames are stored one per line"
        closed = self.roll(now_us)
        if self._open is None:
            self._open = Segment(self.machine_id, self.instance_id, self._began_us, seq, self._now_us)
            self._segments.append(self._open)
        self._open.frames.append(frame)
        self._open.size += len(frame) + 1
        self._open.last_us = self._now_us
        self.last_seq = seq
        self._frames += 1
        self._forget()
        return closed

    def roll(self, now_us: int) -> Segment | None:
        """Close the open segment if its time is over."""
        # A clock that is set back must not put a frame into a minute that may be sealed already.
        self._now_us = max(self._now_us, now_us)
        return self.close() if self._open is not None and self._open.must_close(self._now_us) else None

    def close(self) -> Segment | None:
        """Close the open segment whatever its age."""
        closed, self._open = self._open, None
        if closed is not None:
            closed.fate = "pending"
        return closed

    def after(self, seq: int, limit: int) -> list[bytes]:
        """Frames that follow a position which lies within the ring, in sequence."""
        assert self.first_seq is not None
        assert self.first_seq <= seq + 1, "what the ring has forgotten is asked of the store"
        found: list[bytes] = []
        if seq >= self.last_seq:
            return found
        # Readers are mostly near the end, so the search for their place begins there.
        place = len(self._segments) - 1
        while self._segments[place].first_seq > seq + 1:
            place -= 1
        while place < len(self._segments) and len(found) < limit:
            segment = self._segments[place]
            start = max(0, seq + 1 - segment.first_seq)
            found += segment.frames[start : start + limit - len(found)]
            place += 1
        return found

    def _forget(self) -> None:
        spare = ("stored", "lost")
        while self._frames - len(self._segments[0].frames) >= RING_FRAMES_MAX and self._segments[0].fate in spare:
            forgotten = self._segments.popleft()
            self._frames -= len(forgotten.frames)
            if forgotten.fate == "lost":
                self.lost_seq = forgotten.last_seq
