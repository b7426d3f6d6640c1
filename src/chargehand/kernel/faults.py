"""Named crash points: places where a fault matters, so that tests can put one exactly there.

In production every point is a dictionary look-up in an empty dictionary. A test, or a process started with
`CHARGEHAND_FAULT`, arms a point with an action. Nothing else may use this module to change behaviour.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

_armed: dict[str, Callable[[], None]] = {}

POINTS = (
    "writer.before_commit",
    "writer.after_commit",
    "writer.before_reply",
    "writer.in_command",
    "execute.before_write",
    "execute.after_write",
    "telemetry.before_commit",
    "telemetry.after_commit",
)
"""Every point there is; arming any other is refused."""


def point(name: str) -> None:
    """Do what a test has put here; usually nothing."""
    if _armed and (action := _armed.get(name)) is not None:
        action()


def arm(name: str, action: Callable[[], None]) -> None:
    """Put an action at a point. It stays until `disarm`."""
    assert name in POINTS, f"no such crash point: {name!r}"
    _armed[name] = action


def disarm(name: str | None = None) -> None:
    """Clear one point, or all."""
    if name is None:
        _armed.clear()
    else:
        _armed.pop(name, None)


def arm_from_text(text: str) -> None:
    """Arm from `point:kill:N`: the process kills itself at the N-th passage. For tests over real processes.

    Raises:
        ValueError: the text is not of that form.
    """
    name, action, count_text = text.split(":")
    if action != "kill" or name not in POINTS:
        raise ValueError(f"not a fault: {text!r}")
    left = int(count_text)

    def kill_at_nth_passage() -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    arm(name, kill_at_nth_passage)
