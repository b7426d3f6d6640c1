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
from chargehand.auditor.fields import PARAMETER_UNIT
from chargehand.auditor.room import Knob
from chargehand.auditor.shrink import ANY, Coordinate, Room, Span, edges, is_air
from chargehand.contracts.units import UNITS
from chargehand.kernel.canonical import number

_ROUNDING = 1e-12
"""By how much of itself a value may lie under a grid point and still be it."""
_STEPS_MAX = 3
"""By how many digits of the last place a value is nudged until its conversion does not overshoot."""


class Move(NamedTuple):
    """A parameter's new value.

    Attributes:
        own: in the proposal's unit.
        to: the same in the working unit, as the audit will read it.
    """

    own: int | float
    to: float


def on_grid(value: float, step: float, *, down: bool) -> float:
    """The grid point next to a value, in decimal arithmetic: 0.29 lies on a grid of 0.01."""
    size = Decimal(repr(step))
    count = (Decimal(repr(value)) / size).to_integral_value(ROUND_FLOOR if down else ROUND_CEILING)
    return float(count * size)


def settled(value: float, knob: Knob) -> Move | None:
    """The grid point nearest to a value outside of its own box; None if there is none inside."""
    target = knob.span.into(value)
    return None if target is None else _inside(knob, target, ANY.holds)


def laid(cut: Cut, point: Point, room: Room, knobs: Mapping[Coordinate, Knob]) -> tuple[dict[str, Move], Point] | None:
    """Speed and feed of a point on the machine's grid, by parameter, and the point that they make.

    Args:
        cut: the cut that was asked for.
        point: where it has to be made.
        room: the box of the point.
        knobs: what moves each coordinate.

    Returns:
        None where a box has no grid point.
    """
    asked, moves = cut.point, dict[str, Move]()
    speed, feed, turned = point.speed, point.feed, point.speed != asked.speed
    teeth, air = edges(cut.tool), is_air(cut.tool, point)

    def turning(speed: float) -> bool:
        # A feed that does not move sets the chip by the speed alone.
        return room.speed.holds(speed) and ("feed" in knobs or air or room.feed_per_tooth.holds(feed / (teeth * speed)))

    if turned:
        move = _inside(knobs["speed"], point.speed, turning)
        if move is None:
            return None
        moves[knobs["speed"].name] = move
        speed = knobs["speed"].effective(move.to)
    if "feed" in knobs and (turned or point.feed != asked.feed):

        def fed(feed: float) -> bool:
            return room.feed.holds(feed) and (air or room.feed_per_tooth.holds(feed / (teeth * speed)))

        move = _inside(knobs["feed"], min(point.feed * (speed / point.speed), room.feed.high), fed)
        if move is None:
            return None
        feed = knobs["feed"].effective(move.to)
        if feed != asked.feed:
            moves[knobs["feed"].name] = move
    return moves, point._replace(speed=speed, feed=feed)


def highest(span: Span, knob: Knob) -> float:
    """The greatest value of a coordinate within a span that can be set; the span's own end where none can."""
    move = _inside(knob, span.high, span.holds) if math.isfinite(span.high) else None
    return span.high if move is None else knob.effective(move.to)


def sunk(asked: float, depth: float, room: Room, knob: Knob) -> Move | None:
    """An axial depth on the machine's grid; None where its box has no grid point.

    A depth that was reduced is not lifted again to reach the grid: it would not be borne.
    """
    span = Span(room.axial_depth_min, depth) if depth < asked else Span(depth, math.inf)
    return _inside(knob, depth, room.axial_depth.within(span).holds)


def _inside(knob: Knob, coordinate: float, holds: Callable[[float], bool]) -> Move | None:
    """The grid point at or under a coordinate, or over it where under would be outside.

    Where the coordinate is a grid point but for rounding, that point comes first and its neighbour next.
    """
    value = coordinate * 100 / knob.other if knob.other != 100 else coordinate
    more, less = value + abs(value) * _ROUNDING, value - abs(value) * _ROUNDING
    for near, down in ((more, True), (less, True), (less, False), (more, False)):
        move = in_unit(on_grid(near, knob.step, down=down), knob.unit, PARAMETER_UNIT[knob.name], down=down)
        if move is not None and knob.span.holds(move.to) and holds(knob.effective(move.to)):
            return move
    return None


def in_unit(value: float, unit: str, working: str, *, down: bool) -> Move | None:
    """A working value in the proposal's unit, such that converting it back does not overshoot."""
    if unit == working:
        return Move(number(value), value)
    known = UNITS[unit]
    own = number((value - known.offset) / known.factor)
    for _ in range(_STEPS_MAX):
        back = own * known.factor + known.offset
        if back <= value if down else back >= value:
            return Move(own, back)
        own = number(math.nextafter(own, -math.inf if down else math.inf))
    return None
