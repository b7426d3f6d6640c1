"""The part that a simulated machine makes over and over: load, approach, cut, retract, and what warms up meanwhile.

Where the machine stands after any time, how warm its spindle is and how long it has cut have closed forms. Nothing is
integrated step by step, so an instant can be evaluated without the ones before.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

PhaseName = Literal["load", "approach", "cut", "retract"]

LOAD_S = 4.0
APPROACH_S = 1.5
RETRACT_S = 1.5
CUT_LENGTH_MM = 300.0


class Phase(NamedTuple):
    """One part of the cycle.

    Attributes:
        name: what happens.
        seconds: how long it takes.
        heat: K above ambient that the spindle would settle at if this went on for ever.
    """

    name: PhaseName
    seconds: float
    heat: float


class Spot(NamedTuple):
    """A place within the cycle: which phase, how much of it is done (0 to 1), and how many cycles ended before."""

    phase: PhaseName
    done: float
    cycles: int


class Cycle:
    """A cycle with its phases in order.

    Attributes:
        phases: load, approach, cut, retract.
        seconds: of the whole cycle.
    """

    def __init__(self, *, feed_mm_per_min: float, air_heat: float, cut_heat: float) -> None:
        assert feed_mm_per_min > 0, "a machine without feed is halted, not in a cycle"
        self.phases = (
            Phase("load", LOAD_S, 0.0),
            Phase("approach", APPROACH_S, air_heat),
            Phase("cut", CUT_LENGTH_MM / feed_mm_per_min * 60.0, cut_heat),
            Phase("retract", RETRACT_S, air_heat),
        )
        self.seconds = sum(phase.seconds for phase in self.phases)

    def at(self, begun_s: float, elapsed_s: float) -> Spot:
        """Where the machine is, `elapsed_s` after it was `begun_s` into the cycle."""
        cycles, left = divmod(begun_s + elapsed_s, self.seconds)
        for phase in self.phases[:-1]:
            if left < phase.seconds:
                return Spot(phase.name, left / phase.seconds, int(cycles))
            left -= phase.seconds
        return Spot(self.phases[-1].name, min(left / self.phases[-1].seconds, 1.0), int(cycles))

    def begun_s(self, spot: Spot) -> float:
        """Seconds from the start of the cycle to a spot: the way to keep one's place when the feed changes."""
        before = 0.0
        for phase in self.phases:
            if phase.name == spot.phase:
                return before + spot.done * phase.seconds
            before += phase.seconds
        raise AssertionError(f"no such phase: {spot.phase!r}")

    def cut_seconds(self, begun_s: float, elapsed_s: float) -> float:
        """How much of the elapsed time was spent in the cut."""
        start = LOAD_S + APPROACH_S
        length = self.phases[2].seconds

        def until(at_s: float) -> float:
            cycles, left = divmod(at_s, self.seconds)
            return cycles * length + min(max(left - start, 0.0), length)

        return until(begun_s + elapsed_s) - until(begun_s)

    def warm(self, rise: float, begun_s: float, elapsed_s: float, lag_s: float) -> float:
        """Rise over ambient, K, after some time: a first-order lag behind each phase's heat in turn.

        Args:
            rise: K at the beginning.
            begun_s: seconds into the cycle at the beginning.
            elapsed_s: seconds since.
            lag_s: time constant.
        """
        cycles, left = divmod(elapsed_s, self.seconds)
        if cycles:
            # A whole cycle is an affine map rise -> keep * rise + gain, so n of them are a geometric series.
            keep = math.exp(-self.seconds / lag_s)
            gain = self._warm_within(0.0, begun_s, self.seconds, lag_s)
            rise = keep**cycles * rise + gain * (1.0 - keep**cycles) / (1.0 - keep)
        return self._warm_within(rise, begun_s, left, lag_s)

    def _warm_within(self, rise: float, begun_s: float, elapsed_s: float, lag_s: float) -> float:
        at = begun_s % self.seconds
        for phase in (*self.phases, *self.phases):
            if at >= phase.seconds:
                at -= phase.seconds
                continue
            spent = min(phase.seconds - at, elapsed_s)
            rise = settle(rise, phase.heat, spent, lag_s)
            elapsed_s -= spent
            at = 0.0
            if elapsed_s <= 0:
                break
        return rise


def settle(value: float, target: float, elapsed_s: float, lag_s: float) -> float:
    """A first-order lag: where a value is, some time after it began to approach a target."""
    return target + (value - target) * math.exp(-elapsed_s / lag_s)
