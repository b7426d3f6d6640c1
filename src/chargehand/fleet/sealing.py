"""Digests of closed minutes: what makes recorded telemetry provable without putting every frame into the ledger.

A minute's digest is SHA-256 over its stored frames, each followed by a line feed. A minute is sealed once, when it is
over or when its instance has ended within it (`partial`). Frames that were never stored are not covered, and the count
shows it.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from chargehand.kernel.clock import MINUTE_US


class Seal(NamedTuple):
    """One sealed minute.

    Attributes:
        machine_id: the machine.
        instance_id: the adapter's run.
        minute_us: start of the minute.
        first_seq: first frame.
        last_seq: last frame.
        frames: number of frames.
        digest: `sha256:` and hexadecimal digits.
        partial: the instance ended within the minute.
    """

    machine_id: str
    instance_id: str
    minute_us: int
    first_seq: int
    last_seq: int
    frames: int
    digest: str
    partial: bool


class _Minute:
    __slots__ = ("first_seq", "frames", "hash", "last_seq", "minute_us")

    def __init__(self, minute_us: int, first_seq: int) -> None:
        self.minute_us = minute_us
        self.first_seq = first_seq
        self.last_seq = first_seq
        self.frames = 0
        self.hash = hashlib.sha256()


class Minutes:
    """The minutes that are still open, one per machine and instance."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], _Minute] = {}

    def add(self, machine_id: str, instance_id: str, first_seq: int, first_us: int, body: bytes) -> Seal | None:
        """Count stored frames in; returns the minute before them if they begin a new one.

        Args:
            machine_id: the machine.
            instance_id: the adapter's run.
            first_seq: position of the first frame.
            first_us: arrival of the first frame; the others lie within the same minute.
            body: frames, joined by line feeds.
        """
        minute_us = first_us - first_us % MINUTE_US
        sealed: Seal | None = None
        minute = self._open.get((machine_id, instance_id))
        if minute is not None and minute.minute_us != minute_us:
            sealed = self._seal(machine_id, instance_id, partial=False)
            minute = None
        if minute is None:
            minute = self._open[machine_id, instance_id] = _Minute(minute_us, first_seq)
        count = body.count(b"\n") + 1
        minute.hash.update(body)
        minute.hash.update(b"\n")
        minute.frames += count
        minute.last_seq = first_seq + count - 1
        return sealed

    def over(self, now_us: int) -> list[Seal]:
        """Seal every minute that is over."""
        done = [name for name, minute in self._open.items() if minute.minute_us + MINUTE_US <= now_us]
        return [self._seal(*name, partial=False) for name in done]

    def end(self, machine_id: str, instance_id: str) -> Seal | None:
        """Seal what there is of an instance that has ended."""
        known = (machine_id, instance_id) in self._open
        return self._seal(machine_id, instance_id, partial=True) if known else None

    def _seal(self, machine_id: str, instance_id: str, *, partial: bool) -> Seal:
        minute = self._open.pop((machine_id, instance_id))
        return Seal(
            machine_id,
            instance_id,
            minute.minute_us,
            minute.first_seq,
            minute.last_seq,
            minute.frames,
            "sha256:" + minute.hash.hexdigest(),
            partial,
        )
