"""The ticker: steps at its pace, outlives a step that raises, and stops when told. Nothing here sleeps.

The step itself moves the simulated clock past the next tick, so that the ticker never has to wait.
"""

from __future__ import annotations

import threading

import pytest

from chargehand.kernel.service import Ticker
from chargehand.testing.clock import START_US, SimClock

PATIENCE_S = 60.0
"""How long a test waits for another thread before it fails: never reached where the code is right."""


class Steps:
    """A step that counts, moves the clock on, and says when there were enough."""

    def __init__(self, clock: SimClock, *, enough: int = 3, fails: bool = False) -> None:
        self.at: list[int] = []
        self.done = threading.Event()
        self._clock = clock
        self._enough = enough
        self._fails = fails

    def __call__(self, now_us: int) -> None:
        self.at.append(now_us)
        self._clock.advance(2_000_000)
        if len(self.at) >= self._enough:
            self.done.set()
        if self._fails:
            raise RuntimeError("planted")


def test_it_steps_with_the_time_until_it_is_stopped() -> None:
    clock = SimClock()
    steps = Steps(clock)
    ticker = Ticker("test", steps, clock, period_s=1.0)
    ticker.start()
    assert steps.done.wait(PATIENCE_S)
    ticker.stop()
    assert steps.at[:3] == [START_US, START_US + 2_000_000, START_US + 4_000_000]
    count = len(steps.at)
    ticker.stop()
    assert len(steps.at) == count


def test_a_step_that_raises_does_not_end_it() -> None:
    clock = SimClock()
    steps = Steps(clock, fails=True)
    ticker = Ticker("test", steps, clock, period_s=1.0)
    ticker.start()
    assert steps.done.wait(PATIENCE_S)
    ticker.stop()
    assert len(steps.at) >= 3


def test_stop_ends_a_wait_at_once() -> None:
    clock = SimClock()
    stepped = threading.Event()
    ticker = Ticker("test", lambda _now_us: stepped.set(), clock, period_s=3_600.0)
    ticker.start()
    assert stepped.wait(PATIENCE_S)
    ticker.stop()


def test_it_starts_once_and_stops_without_a_start() -> None:
    clock = SimClock()
    idle = Ticker("idle", lambda _now_us: None, clock, period_s=1.0)
    idle.stop()
    idle.stop()
    ticker = Ticker("test", Steps(clock), clock, period_s=1.0)
    ticker.start()
    with pytest.raises(AssertionError, match="once"):
        ticker.start()
    ticker.stop()


def test_a_period_is_positive() -> None:
    with pytest.raises(AssertionError):
        Ticker("test", lambda _now_us: None, SimClock(), period_s=0)
