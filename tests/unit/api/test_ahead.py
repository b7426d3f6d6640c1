"""Programs are run ahead in a thread, one at a time, and nothing costs nothing."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any, cast

import anyio
import pytest
from anyio.lowlevel import checkpoint

from chargehand.api import ahead
from chargehand.api.ahead import run_ahead
from chargehand.auditor.program_run import Run
from chargehand.proposals.foresight import Foresight

TURNS_MAX = 10_000


class Held:
    """Runs nothing, and each time waits to be let go."""

    def __init__(self) -> None:
        self.entered: list[tuple[Any, str]] = []
        self.free = threading.Event()

    def run(self, asked: Any) -> None:
        self.entered.append((asked, threading.current_thread().name))
        assert self.free.wait(60)


async def ahead_of(foresight: Foresight, asked: str | None, *, waits: bool = False) -> None:
    await run_ahead(foresight, lambda: cast("Run | None", asked), waits=waits)


def test_one_runs_at_a_time_and_not_on_the_loop() -> None:
    held = Held()
    foresight = cast(Foresight, held)

    async def two() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ahead_of, foresight, "one")
            tasks.start_soon(ahead_of, foresight, "other")
            for _ in range(TURNS_MAX):
                limiter = ahead._one.get(None)
                if limiter is not None and limiter.statistics().tasks_waiting == 1:
                    break
                await checkpoint()
            else:
                held.free.set()
                raise AssertionError("nobody waits")
            assert limiter.statistics().borrowed_tokens == 1
            held.free.set()

    anyio.run(two)
    assert sorted(asked for asked, _ in held.entered) == ["one", "other"]
    assert all(name != threading.current_thread().name for _, name in held.entered)


@pytest.mark.parametrize("waits", [False, True])
def test_nothing_to_run_takes_no_turn(*, waits: bool) -> None:
    held = Held()
    anyio.run(partial(ahead_of, cast(Foresight, held), None, waits=waits))
    assert held.entered == []


@pytest.mark.parametrize("waits", [False, True])
def test_finding_leaves_the_loop_where_it_may_wait(*, waits: bool) -> None:
    found: list[str] = []

    def find() -> None:
        found.append(threading.current_thread().name)

    anyio.run(partial(run_ahead, cast(Foresight, Held()), find, waits=waits))
    assert (found != [threading.current_thread().name]) is waits
