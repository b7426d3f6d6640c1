"""When a machine's recent samples arrived, so that the age of the state a proposal was made for can be judged.

It keeps at most one entry per `STEP_US`, the first sample of each: a position in between counts as old as the entry
before it, so an age is never understated. It covers `SPAN_US`; what lies before is unknown, and that is older.
"""

from __future__ import annotations

from collections import deque

STEP_US = 50_000
SPAN_US = 120 * 1_000_000


class Basis:
    """Arrivals of one machine's samples within the present instance."""

    def __init__(self) -> None:
        self._entries: deque[tuple[int, int]] = deque()

    def add(self, seq: int, ts_us: int) -> None:
        """Note that a sample arrived; positions and times never go back."""
        if self._entries and ts_us - self._entries[-1][1] < STEP_US:
            return
        self._entries.append((seq, ts_us))
        while self._entries[0][1] < ts_us - SPAN_US:
            self._entries.popleft()

    def recent(self) -> list[tuple[int, int]]:
        """`(seq, arrival in us)`, ascending. The arrival of a position is that of the last entry not beyond it."""
        return list(self._entries)

    def clear(self) -> None:
        """A new instance begins."""
        self._entries.clear()
