"""One contract for everything that runs in the background: started once, stopped safely as often as one likes.

A service does its work in `step(now)`; this file only repeats it. So the simulator can run every service without a
thread, and a test never waits for one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import structlog

from chargehand.kernel.clock import Clock

_log = structlog.get_logger(__name__)


class Service(Protocol):
    """Something with a beginning and an end."""

    def start(self) -> None:
        """Begin. Called once."""
        ...

    def stop(self) -> None:
        """End, and return when it has ended. Safe to call twice, and without a start."""
        ...


class Ticker:
    """Calls `step(now_us)` every `period_s` seconds in a thread of its own.

    A step that raises is logged and tried again at the next tick: one bad tick must not end a service.
    """

    def __init__(self, name: str, step: Callable[[int], None], clock: Clock, period_s: float) -> None:
        assert period_s > 0
        self._name = name
        self._step = step
        self._clock = clock
        self._period_s = period_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to tick."""
        assert self._thread is None, f"service {self._name!r} starts once"
        self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the present step and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self) -> None:
        due_us = self._clock.monotonic_us()
        while not self._stop.is_set():
            try:
                self._step(self._clock.now_us())
            except Exception:  # noqa: BLE001 - the ticker outlives whatever a step raises
                _log.exception("service.step_failed", service=self._name)
            # The next tick is due a period after this one was due, so a slow step does not make the pace drift;
            # after a long stall the pace starts anew rather than catching up in a burst.
            now_us = self._clock.monotonic_us()
            due_us = max(due_us + int(self._period_s * 1_000_000), now_us)
            self._stop.wait((due_us - now_us) / 1_000_000)
