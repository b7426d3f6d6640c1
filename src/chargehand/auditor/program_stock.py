"""The material that a program may only feed into, and the few ways in which a rapid may be below its top.

Whoever gives no box has stock everywhere below the highest zero that the program uses. The sweep of a rapid is the
whole box between its ends, because a control may run its axes each at its own speed. Below the top a rapid is admitted
only where the tool has been: straight up; straight down to where it has been at this place; along one axis within one
straight cut of the same depth or deeper. That refuses some rapids through air that other cuts have cleared, and never
admits one into stock.
"""

from __future__ import annotations

from typing import NamedTuple

from chargehand.auditor.program_path import Bounds
from chargehand.machining.gcode.moves import Point

SLACK_MM = 1e-6
"""What two sums of the same coordinates may differ by."""
CUTS_MAX = 16
"""Straight cuts along one line that are remembered; a rapid back along an older one is refused."""
_DIGITS = 6


class _Cut(NamedTuple):
    """A straight cut along one axis: from where to where, and how deep at either end."""

    low: float
    high: float
    depth_low: float
    depth_high: float


class Stock:
    """Where material is, and where the tool has been in it. Coordinates are the machine's, of the tip.

    Args:
        box: the raw part, or None for everything below the top that each move is asked about.
        radius: mm, of the tool.
    """

    def __init__(self, box: Bounds | None, radius: float) -> None:
        self._box = box
        self._radius = radius
        self._last: Point | None = None
        self._depth: dict[tuple[float, float], float] = {}
        self._cuts: dict[tuple[int, float], list[_Cut]] = {}

    def meets(self, swept: Bounds, top: float) -> bool:
        """Whether a tool whose tip sweeps this box is in material anywhere, as if nothing had been cut yet.

        Args:
            swept: bounds of the tip's path.
            top: machine Z of the stock's top where there is no box.
        """
        if self._box is None:
            return swept.low[2] < top - SLACK_MM
        box, radius = self._box, self._radius - SLACK_MM
        return (
            swept.low[2] < box.high[2] - SLACK_MM
            and swept.low[0] < box.high[0] + radius
            and swept.high[0] > box.low[0] - radius
            and swept.low[1] < box.high[1] + radius
            and swept.high[1] > box.low[1] - radius
        )

    def top(self, top: float) -> float:
        """Machine Z of the top."""
        return top if self._box is None else self._box.high[2]

    def fed(self, start: Point, end: Point, *, is_straight: bool) -> None:
        """Remember a cut: the tool has been wherever it was fed."""
        if start != self._last:
            self._reached(start)
        self._reached(end)
        self._last = end
        if not is_straight or (start[0] == end[0]) == (start[1] == end[1]):
            return
        axis = 0 if start[0] != end[0] else 1
        low, high = (start, end) if start[axis] < end[axis] else (end, start)
        cuts = self._cuts.setdefault((axis, round(start[1 - axis], _DIGITS)), [])
        cuts.append(_Cut(low[axis], high[axis], low[2], high[2]))
        del cuts[:-CUTS_MAX]

    def _reached(self, point: Point) -> None:
        place = (round(point[0], _DIGITS), round(point[1], _DIGITS))
        depth = self._depth.get(place)
        if depth is None or point[2] < depth:
            self._depth[place] = point[2]

    def cleared(self, start: Point, end: Point) -> bool:
        """Whether a rapid stays where the tool has been."""
        moved = [axis for axis in range(3) if start[axis] != end[axis]]
        if len(moved) != 1:
            return not moved
        if moved == [2]:
            if end[2] > start[2]:
                return True
            depth = self._depth.get((round(end[0], _DIGITS), round(end[1], _DIGITS)))
            return depth is not None and end[2] >= depth - SLACK_MM
        axis = moved[0]
        low, high = min(start[axis], end[axis]), max(start[axis], end[axis])
        cuts = self._cuts.get((axis, round(start[1 - axis], _DIGITS)), ())
        return any(_within(cut, low, high, end[2]) for cut in reversed(cuts))


def _within(cut: _Cut, low: float, high: float, depth: float) -> bool:
    if low < cut.low - SLACK_MM or high > cut.high + SLACK_MM:
        return False
    fall = (cut.depth_high - cut.depth_low) / (cut.high - cut.low)
    return all(depth >= cut.depth_low + fall * (place - cut.low) - SLACK_MM for place in (low, high))
