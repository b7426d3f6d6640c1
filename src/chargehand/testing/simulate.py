"""The whole engine under seeded crashes: `python -m chargehand.testing.simulate --seeds 200 --seed 1`.

One thread, simulated time, a real SQLite file, the real writer, spine and simulated fleet. Every step is drawn from the
seed, may be the engine's last, and is followed by every check. A failing seed fails again, by itself, with the same
story.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import structlog

from chargehand.kernel.clock import SystemClock
from chargehand.testing.checkers import Broken, check
from chargehand.testing.draws import Draws
from chargehand.testing.story import Story
from chargehand.testing.world import SimulatedCrash, World

STEPS = 60


class Told(NamedTuple):
    """A story that came to its end: its seed, and what happened in it."""

    seed: int
    crashes: int
    events: int
    writes: int
    acknowledged: int


class SeedFailed(Exception):  # noqa: N818 - it says what failed
    """A seed under which a check did not hold, with the way there."""


def tell(seed: int, *, steps: int = STEPS) -> Told:
    """Tell one story to its end.

    Raises:
        SeedFailed: something that must hold did not.
    """
    with tempfile.TemporaryDirectory(prefix="chargehand-sim-") as name:
        world = World(Path(name) / "world", seed)
        acts: list[str] = []
        try:
            return _tell(world, seed, steps, acts)
        except Exception as error:
            check_name = error.check if isinstance(error, Broken) else "engine"
            raise SeedFailed(f"seed {seed}, step {len(acts)} [{check_name}]: {error!r} after {acts[-8:]}") from error
        finally:
            world.close()


def _tell(world: World, seed: int, steps: int, acts: list[str]) -> Told:
    story = Story(world, Draws(seed))
    fences: dict[str, tuple[str, int]] = {}
    events = 0
    for _ in range(steps):
        try:
            acts.append(story.go_on())
        except SimulatedCrash as crash:
            acts.append(f"killed at {crash}")
            world.crash()
        events = check(world, fences)
    return Told(seed, world.crashes, events, len(world.writes), len(world.told))


def main(arguments: list[str] | None = None) -> int:
    """Tell many stories; prints how many a second, and the first seed that failed."""
    parser = argparse.ArgumentParser(prog="python -m chargehand.testing.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many stories")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each story")
    asked = parser.parse_args(arguments)
    # Refusals and replays are the daily bread of these stories; the engine's log of them would hide the result.
    logging = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        return _tell_all(range(asked.seed, asked.seed + asked.seeds), asked.steps)
    finally:
        structlog.configure(**logging)


def _tell_all(seeds: range, steps: int) -> int:
    clock = SystemClock()
    begun_us = clock.monotonic_us()
    stories: list[Told] = []
    for seed in seeds:
        try:
            stories.append(tell(seed, steps=steps))
        except SeedFailed as failed:
            sys.stdout.write(f"FAILED {failed}\nagain: python -m chargehand.testing.simulate --seeds 1 --seed {seed}\n")
            return 1
    seconds = (clock.monotonic_us() - begun_us) / 1_000_000
    sys.stdout.write(
        f"{len(stories)} seeds in {seconds:.1f} s ({len(stories) / seconds:.1f} seeds/s): "
        f"{sum(story.crashes for story in stories)} crashes, {sum(story.events for story in stories)} events, "
        f"{sum(story.writes for story in stories)} writes, "
        f"{sum(story.acknowledged for story in stories)} acknowledgements held\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
