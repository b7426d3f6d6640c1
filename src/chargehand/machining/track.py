"""The line that a move draws: its length, and the point and heading at any distance along it.

Straight lines, circular arcs of any angle, and helices; lengths in mm. It knows no time.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from chargehand.machining.gcode.moves import Arc, Move, Point

_AXES: dict[str, tuple[int, int, int]] = {"G17": (0, 1, 2), "G18": (2, 0, 1), "G19": (1, 2, 0)}
"""Of each plane: its first and second axis, counter-clockwise from one to the other, and the axis across it."""


class Track(NamedTuple):
    """A line in space.

    Attributes:
        start: where it begins.
        end: where it ends.
        length: mm.
        arc: how it bends, or None for a straight line.
    """

    start: Point
    end: Point
    length: float
    arc: Arc | None

    def point(self, path: float) -> Point:
        """Where it is after some mm."""
        share = path / self.length if self.length else 0.0
        if self.arc is None:
            return (
                self.start[0] + share * (self.end[0] - self.start[0]),
                self.start[1] + share * (self.end[1] - self.start[1]),
                self.start[2] + share * (self.end[2] - self.start[2]),
            )
        first, second, across = _AXES[self.arc.plane]
        angle = _angle(self.arc, self.start) + share * self.arc.angle
        found = [0.0, 0.0, 0.0]
        found[first] = self.arc.centre[first] + self.arc.radius * math.cos(angle)
        found[second] = self.arc.centre[second] + self.arc.radius * math.sin(angle)
        found[across] = self.start[across] + share * (self.end[across] - self.start[across])
        return found[0], found[1], found[2]

    def heading(self, path: float) -> Point:
        """The direction of travel after some mm, of length 1; (0, 0, 0) for a line without a length."""
        if not self.length:
            return 0.0, 0.0, 0.0
        if self.arc is None:
            return (
                (self.end[0] - self.start[0]) / self.length,
                (self.end[1] - self.start[1]) / self.length,
                (self.end[2] - self.start[2]) / self.length,
            )
        first, second, across = _AXES[self.arc.plane]
        angle = _angle(self.arc, self.start) + path / self.length * self.arc.angle
        turn = self.arc.radius * self.arc.angle / self.length
        found = [0.0, 0.0, 0.0]
        found[first], found[second] = -turn * math.sin(angle), turn * math.cos(angle)
        found[across] = (self.end[across] - self.start[across]) / self.length
        return found[0], found[1], found[2]

    def spread(self) -> Point:
        """The greatest share that each axis has in the heading anywhere on the line; an arc may point anywhere."""
        if self.arc is None:
            return self.heading(0.0)
        first, second, across = _AXES[self.arc.plane]
        found = [0.0, 0.0, 0.0]
        found[first] = found[second] = abs(self.arc.radius * self.arc.angle / self.length)
        found[across] = (self.end[across] - self.start[across]) / self.length
        return found[0], found[1], found[2]


def track_of(move: Move) -> Track:
    """The line of a rapid, feed or arc move."""
    if move.arc is None:
        return Track(move.start, move.end, math.dist(move.start, move.end), None)
    across = _AXES[move.arc.plane][2]
    rise = move.end[across] - move.start[across]
    return Track(move.start, move.end, math.hypot(move.arc.radius * move.arc.angle, rise), move.arc)


def _angle(arc: Arc, start: Point) -> float:
    first, second, _ = _AXES[arc.plane]
    return math.atan2(start[second] - arc.centre[second], start[first] - arc.centre[first])
