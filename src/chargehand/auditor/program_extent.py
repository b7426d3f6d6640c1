"""What a program comes to: how far it reaches, how much it cuts, how long it takes. Nothing here is a limit.

How long is told twice: at the programmed feeds as they stand, and as the planner of `machining/motion.py` runs it,
which slows down for corners and arcs by what the card says of the axes. The second takes a card that says all of it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from chargehand.auditor import program_path as path
from chargehand.contracts.card import MachineCard
from chargehand.machining.gcode.moves import Move, Point, Program
from chargehand.machining.motion import Dynamics, plan

AXES = ("X", "Y", "Z")


class Extent(NamedTuple):
    """What a program comes to.

    Attributes:
        low: least programmed coordinate in the work frames, by axis; empty where nothing moves in one.
        high: greatest.
        cut_mm: length of all feed moves.
        rapid_mm: length of all rapids.
        seconds: at the programmed feeds and the card's rapids, without acceleration.
        planned_s: seconds with the acceleration, jerk and rapids of the card's axes, without what the spindle takes to
            speed up; None where the card lacks one of them or a feed cannot be run.
        radius: mm, the smallest radius under feed, or None.
    """

    low: dict[str, float]
    high: dict[str, float]
    cut_mm: float
    rapid_mm: float
    seconds: float
    planned_s: float | None
    radius: float | None


def extent_of(program: Program, card: MachineCard) -> Extent:
    """What a program comes to."""
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    cut = rapid = seconds = 0.0
    for move in program.moves:
        if move.kind == "dwell":
            seconds += move.seconds
            continue
        # A straight move begins where another has ended, or at home, which is not the program's doing.
        swept = path.straight(move.end, move.end)
        length = path.distance(move.start, move.end)
        if move.arc is not None:
            swept = path.arc_bounds(move.start, move.end, move.arc)
            length = path.arc_length(move.start, move.end, move.arc)
        if move.kind == "rapid":
            rapid += length
            seconds += _rapid_seconds(move, card)
        else:
            cut += length
            seconds += 60.0 * length / move.feed if move.feed > 0 else 0.0
        if move.frame == "G53":
            continue
        for axis, name in enumerate(AXES):
            if swept.low[axis] == swept.high[axis] == move.start[axis]:
                continue
            low[name] = min(low.get(name, math.inf), swept.low[axis])
            high[name] = max(high.get(name, -math.inf), swept.high[axis])
    return Extent(low, high, cut, rapid, seconds, planned_seconds(program, card), smallest_radius(program))


def planned_seconds(program: Program, card: MachineCard) -> float | None:
    """How long the planner takes for a program, in seconds; None where nobody can tell."""
    bounds = [_bounds(card, name) for name in ("acceleration", "jerk", "rapid")]
    if None in bounds or any(move.kind in ("feed", "arc") and not 0 < move.feed < math.inf for move in program.moves):
        return None
    acceleration, jerk, rapid = (bound for bound in bounds if bound is not None)
    return plan(program.moves, Dynamics(acceleration, jerk, rapid, spindle=math.inf)).seconds


def _bounds(card: MachineCard, name: str) -> Point | None:
    """A figure of all three axes; along an axis that is not there nothing moves, and any will do."""
    found = [getattr(card.axes[axis], name) if axis in card.axes else math.inf for axis in AXES]
    return None if None in found else (found[0], found[1], found[2])


def smallest_radius(program: Program) -> float | None:
    """mm, the smallest radius that a program runs through under feed; None where all of it is straight."""
    return min((move.arc.radius for move in program.moves if move.arc is not None), default=None)


def _rapid_seconds(move: Move, card: MachineCard) -> float:
    longest = 0.0
    for axis, name in enumerate(AXES):
        found = card.axes.get(name)
        speed = (found.rapid if found is not None else None) or card.feed_rate_max
        longest = max(longest, 60.0 * abs(move.end[axis] - move.start[axis]) / speed)
    return longest
