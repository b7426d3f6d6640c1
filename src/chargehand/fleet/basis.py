"""When a machine's recent samples arrived, so that the age of the state a proposal was made for can be judged.

It keeps at most one entry per `STEP_US`, the first sample of each: a position in between counts as old as the entry
before it, so an age is never understated. It covers `SPAN_US`; what lies before is unknown, and that is older.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque

STEP_US = 50_000
SPAN_US = 120 * 1_000_000


class Basis:
    """Arrivals of one machine's samples within the present instance."""

    def __init__(self) -> None:
        self._entries: deque[tuple[int, int]] = deque()
        self._last_seq = 0

    def add(self, seq: int, ts_us: int) -> None:
        """Note that a sample arrived; positions and times never go back."""
        self._last_seq = seq
        if self._entries and ts_us - self._entries[-1][1] < STEP_US:
            return
        self._entries.append((seq, ts_us))
        while self._entries[0][1] < ts_us - SPAN_US:
            self._entries.popleft()

    def recent(self) -> list[tuple[int, int]]:
        """`(seq, arrival in us)`, ascending, thinned out to one per `STEP_US`."""
        return list(self._entries)

    def arrived_us(self, seq: int) -> int | None:
        """When a position arrived, at the earliest; None for one that is too old to be known or does not exist yet."""
        if not 0 < seq <= self._last_seq:
            return None
        at = bisect_right(self._entries, seq, key=lambda entry: entry[0])
        return self._entries[at - 1][1] if at else None

    def clear(self) -> None:
        """A new instance begins."""
        self._entries.clear()
        self._last_seq = 0
