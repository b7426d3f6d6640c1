"""Where a tool's tip goes on one move: its bounds, its length, and whether it enters a box.

A straight move is tested exactly. An arc's bounds are exact; against a box it is followed by chords that stay within
`CHORD_ERROR_MM` of it, and the box grows by as much, so that an arc may be said to enter a box that it only grazes but
never the reverse. It knows coordinates and no machine.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from chargehand.machining.gcode.moves import Arc, Plane, Point

CHORD_ERROR_MM = 0.01
"""Greatest distance between an arc and its chords."""
CHORDS_MAX = 4_096
"""Beyond as many chords an arc counts as filling its bounds."""
_ANGLE_SLACK = 1e-9
"""rad by which an arc is taken to be longer, so that rounding never hides an extreme."""
_AXES: dict[Plane, tuple[int, int, int]] = {"G17": (0, 1, 2), "G18": (2, 0, 1), "G19": (1, 2, 0)}
"""First and second axis of each plane, counter-clockwise about the third."""


class Bounds(NamedTuple):
    """An axis-parallel box, mm: its least and greatest corner."""

    low: Point
    high: Point


def straight(start: Point, end: Point) -> Bounds:
    """The box that two points span."""
    ax, ay, az = start
    bx, by, bz = end
    # Written out, because a program asks for it 50,000 times.
    return Bounds(
        (min(bx, ax), min(by, ay), min(bz, az)),
        (max(ax, bx), max(ay, by), max(az, bz)),
    )


def distance(start: Point, end: Point) -> float:
    """Distance of two points, mm."""
    return math.dist(start, end)


def plane_axes(plane: Plane) -> tuple[int, int, int]:
    """Places of a plane's two axes and of the axis that stands on it, in a point."""
    return _AXES[plane]


def arc_bounds(start: Point, end: Point, arc: Arc) -> Bounds:
    """The exact bounds of an arc or helix, its quadrant points included."""
    first, second, _ = _AXES[arc.plane]
    low, high = (list(corner) for corner in straight(start, end))
    radius = _reach(start, end, arc)
    begin = math.atan2(start[second] - arc.centre[second], start[first] - arc.centre[first])
    for quarter in range(4):
        if _passes(begin, arc.angle, quarter * math.pi / 2):
            axis = first if quarter % 2 == 0 else second
            if quarter < 2:
                high[axis] = max(high[axis], arc.centre[axis] + radius)
            else:
                low[axis] = min(low[axis], arc.centre[axis] - radius)
    return Bounds((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def arc_length(start: Point, end: Point, arc: Arc) -> float:
    """Length of an arc or helix, mm."""
    return math.hypot(arc.radius * arc.angle, end[_AXES[arc.plane][2]] - start[_AXES[arc.plane][2]])


def planar_share(start: Point, end: Point, arc: Arc) -> float:
    """How much of the feed along a helix runs in its plane, 0 to 1."""
    length = arc_length(start, end, arc)
    return 1.0 if length == 0 else abs(arc.radius * arc.angle) / length


def overlap(one: Bounds, other: Bounds) -> bool:
    """Whether two boxes share more than their faces."""
    return all(one.low[axis] < other.high[axis] and other.low[axis] < one.high[axis] for axis in range(3))


def enters(start: Point, end: Point, box: Bounds) -> bool:
    """Whether a straight line has a point inside a box; its faces are outside."""
    least, most = -math.inf, math.inf
    for axis in range(3):
        way = end[axis] - start[axis]
        if way == 0:
            if not box.low[axis] < start[axis] < box.high[axis]:
                return False
            continue
        one, other = (box.low[axis] - start[axis]) / way, (box.high[axis] - start[axis]) / way
        least, most = max(least, min(one, other)), min(most, max(one, other))
    return least < most and least < 1 and most > 0


def chords_of(start: Point, end: Point, arc: Arc) -> int:
    """By how many chords an arc or helix is followed."""
    radius = _reach(start, end, arc)
    step = 2.0 * math.acos(max(-1.0, 1.0 - CHORD_ERROR_MM / radius)) if radius > 0 else math.pi
    return max(1, math.ceil(abs(arc.angle) / step))


def arc_enters(start: Point, end: Point, arc: Arc, box: Bounds) -> bool:
    """Whether an arc or helix has a point inside a box, or within the error of its chords beside one."""
    if not overlap(arc_bounds(start, end, arc), box):
        return False
    chords = chords_of(start, end, arc)
    if chords > CHORDS_MAX:
        return True
    wide = Bounds(
        (box.low[0] - CHORD_ERROR_MM, box.low[1] - CHORD_ERROR_MM, box.low[2] - CHORD_ERROR_MM),
        (box.high[0] + CHORD_ERROR_MM, box.high[1] + CHORD_ERROR_MM, box.high[2] + CHORD_ERROR_MM),
    )
    points = [start, *(_on_arc(start, end, arc, part / chords) for part in range(1, chords)), end]
    return any(enters(one, other, wide) for one, other in itertools.pairwise(points))


def _reach(start: Point, end: Point, arc: Arc) -> float:
    """The greater of the two radii: a program's arc ends on its circle only within a tolerance."""
    first, second, _ = _AXES[arc.plane]
    return max(
        math.hypot(point[first] - arc.centre[first], point[second] - arc.centre[second]) for point in (start, end)
    )


def _passes(begin: float, angle: float, target: float) -> bool:
    """Whether a turn that begins at an angle meets a target angle."""
    ahead = (target - begin if angle >= 0 else begin - target) % (2.0 * math.pi)
    return ahead <= abs(angle) + _ANGLE_SLACK or ahead >= 2.0 * math.pi - _ANGLE_SLACK


def _on_arc(start: Point, end: Point, arc: Arc, share: float) -> Point:
    first, second, third = _AXES[arc.plane]
    across, along = start[first] - arc.centre[first], start[second] - arc.centre[second]
    turn = arc.angle * share
    point = [0.0, 0.0, 0.0]
    point[first] = arc.centre[first] + across * math.cos(turn) - along * math.sin(turn)
    point[second] = arc.centre[second] + across * math.sin(turn) + along * math.cos(turn)
    point[third] = start[third] + (end[third] - start[third]) * share
    return (point[0], point[1], point[2])
