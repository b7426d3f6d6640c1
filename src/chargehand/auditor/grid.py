"""The grid of a machine: what can be set is a whole number of its steps, and a clamped value lies on one of them.

Values go down, so that what was admitted stays so; up only where down would leave a box through its low end. It moves
nothing that need not move.

Source: definitions, section 1 (clamp, step 5).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from chargehand.auditor.cut import Cut, Point
from chargehand.auditor.room import Knob
from chargehand.auditor.shrink import Coordinate, Room, Span, edges, is_air
from chargehand.contracts.units import UNITS
from chargehand.kernel.canonical import number

_ROUNDING = 1e-12
"""By how much of itself a value may lie under a grid point and still be it."""
_STEPS_MAX = 3
"""By how many digits of the last place a value is nudged until its conversion does not overshoot."""


class Move(NamedTuple):
    """A parameter's new value.

    Attributes:
        to: in the working unit, on the grid.
        down: whether what is beyond it was refused above; else below.
    """

    to: float
    down: bool


def on_grid(value: float, step: float, *, down: bool) -> float:
    """The grid point next to a value, in decimal arithmetic: 0.29 lies on a grid of 0.01."""
    size = Decimal(repr(step))
    count = (Decimal(repr(value)) / size).to_integral_value(ROUND_FLOOR if down else ROUND_CEILING)
    return float(count * size)


def settled(value: float, span: Span, step: float) -> Move | None:
    """The grid point nearest to a value outside of its own box; None if there is none inside."""
    down = not value <= span.high
    to = on_grid(span.high if down else span.low, step, down=down)
    return Move(to, down) if span.low <= to <= span.high else None


def laid(cut: Cut, point: Point, room: Room, knobs: Mapping[Coordinate, Knob]) -> dict[str, Move] | None:
    """A point on the machine's grid, by parameter; None where a box has no grid point.

    Args:
        cut: the cut that was asked for.
        point: where it has to be made.
        room: the box of the point.
        knobs: what moves each coordinate.
    """
    asked, moves = cut.point, dict[str, Move]()
    speed, turned = point.speed, point.speed != asked.speed
    if turned:
        move = _inside(knobs["speed"], point.speed, asked.speed, room.speed.holds)
        if move is None:
            return None
        moves[knobs["speed"].name] = move
        speed = knobs["speed"].effective(move.to)
    if "feed" in knobs and (turned or point.feed != asked.feed):
        turns, air = edges(cut.tool) * speed, is_air(cut.tool, point)

        def fed(feed: float) -> bool:
            return room.feed.holds(feed) and (air or room.feed_per_tooth.holds(feed / turns))

        move = _inside(knobs["feed"], min(point.feed * (speed / point.speed), room.feed.high), asked.feed, fed)
        if move is None:
            return None
        if knobs["feed"].effective(move.to) != asked.feed:
            moves[knobs["feed"].name] = move
    if point.axial_depth != asked.axial_depth:
        least = min(asked.axial_depth, room.axial_depth_min)
        depths = room.axial_depth.within(Span(least, math.inf))
        move = _inside(knobs["axial_depth"], point.axial_depth, asked.axial_depth, depths.holds)
        if move is None:
            return None
        moves[knobs["axial_depth"].name] = move
    return moves


def _inside(knob: Knob, coordinate: float, asked: float, holds: Callable[[float], bool]) -> Move | None:
    """The grid point at or under a coordinate, or over it where under would be outside."""
    value = coordinate * 100 / knob.other if knob.other != 100 else coordinate
    for to in (
        on_grid(value * (1.0 + _ROUNDING), knob.step, down=True),
        on_grid(value, knob.step, down=True),
        on_grid(value, knob.step, down=False),
    ):
        if knob.span.holds(to) and holds(knob.effective(to)):
            return Move(to, knob.effective(to) <= asked)
    return None


def in_unit(move: Move, unit: str, working: str) -> int | float | None:
    """A working value in the proposal's unit, such that converting it back does not overshoot."""
    if unit == working:
        return number(move.to)
    known = UNITS[unit]
    own = (move.to - known.offset) / known.factor
    for _ in range(_STEPS_MAX):
        back = own * known.factor + known.offset
        if back <= move.to if move.down else back >= move.to:
            return number(own)
        own = math.nextafter(own, -math.inf if move.down else math.inf)
    return None
