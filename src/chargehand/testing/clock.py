"""A clock that stands still until it is told to move. It refuses to go back by accident."""

from __future__ import annotations

START_US = 1_790_000_000_000_000
"""Where simulated time begins, 2026-09-21: an arbitrary instant, the same for everybody."""


class SimClock:
    """Wall time and monotonic time under a test's control.

    Args:
        now_us: the first instant, microseconds since the epoch.
    """

    def __init__(self, now_us: int = START_US) -> None:
        self._wall_us = now_us
        self._monotonic_us = 0

    def now_us(self) -> int:
        """Wall time in microseconds since the epoch."""
        return self._wall_us

    def monotonic_us(self) -> int:
        """Microseconds since the clock was made."""
        return self._monotonic_us

    def advance(self, by_us: int) -> int:
        """Let time pass; returns the new wall time."""
        assert by_us >= 0, "time passes forwards; `step_wall` is for a clock that was set"
        self._wall_us += by_us
        self._monotonic_us += by_us
        return self._wall_us

    def step_wall(self, by_us: int) -> int:
        """Set the wall clock, forwards or back, as an operator or NTP does; monotonic time does not notice."""
        self._wall_us += by_us
        return self._wall_us
