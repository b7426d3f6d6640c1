"""The path planner: a program's moves as a timeline whose place and speed have a closed form at every instant.

Along the path, speed changes by S-curves: jerk limited, acceleration limited, and without acceleration at either end of
a move, so that time and length of every ramp are polynomials. Corners are passed at the speed that strays from them by
`DEVIATION_MM` (junction deviation), arcs at what their radius leaves of acceleration (v^2/R) and jerk (v^3/R^2), with
room for speeding up along them. Where a line turns into an arc without a corner, the pull of the arc sets in at once.
Both passes of the look-ahead run over the whole program. The control stands still between rapid and feed, for a dwell,
and until the spindle has its speed. It refuses a feed move without a feed, and judges no limit of travel.

Source of the corner speed: S. K. Jeon, the junction deviation of the Grbl planner, 2011, from a circle that touches
both moves.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from chargehand.machining.gcode.moves import Move, Point
from chargehand.machining.path import circle_feed, jerk_feed
from chargehand.machining.track import Track, track_of

LegKind = Literal["rapid", "feed", "arc", "dwell", "spin"]

DEVIATION_MM = 0.01
ARC_JERK = 0.4
"""Share of the jerk for v^3/R^2 on an arc, and again for speeding up along it: both lie along the path."""
ARC_BEND = 0.6
"""Share of the jerk for what speeding up adds across the path, 3 v a/R: `(0.4 + 0.4)^2 + 0.6^2 = 1`."""
_REVERSAL = 0.999999
_PEAK_STEPS = 60
_ROOT_STEPS = 40
_S_PER_MIN = 60.0


class Dynamics(NamedTuple):
    """What the drives bear.

    Attributes:
        acceleration: mm/s2 of X, Y and Z.
        jerk: mm/s3 of X, Y and Z.
        rapid: mm/min of X, Y and Z.
        spindle: rev/min per second that the spindle speeds up by.
    """

    acceleration: Point
    jerk: Point
    rapid: Point
    spindle: float


class Ramp(NamedTuple):
    """A change of speed along the path.

    Attributes:
        before: mm/s at its beginning.
        after: mm/s at its end.
        jerk: mm/s3.
        seconds: how long it takes.
        turn: seconds that the acceleration takes to build up, and again to go.
    """

    before: float
    after: float
    jerk: float
    seconds: float
    turn: float

    @property
    def length(self) -> float:
        """The path in mm that it takes: an S-curve is symmetric about its middle."""
        return 0.5 * (self.before + self.after) * self.seconds

    def at(self, seconds: float) -> tuple[float, float, float]:
        """Path in mm, speed in mm/s and acceleration in mm/s2 after some time."""
        jerk = math.copysign(self.jerk, self.after - self.before)
        if seconds <= self.turn:
            bend = jerk * seconds
            return (
                self.before * seconds + bend * seconds**2 / 6.0,
                self.before + 0.5 * bend * seconds,
                bend,
            )
        left = self.seconds - seconds
        if left <= self.turn:
            bend = jerk * left
            return (
                self.length - self.after * left + bend * left**2 / 6.0,
                self.after - 0.5 * bend * left,
                bend,
            )
        steady, since = jerk * self.turn, seconds - self.turn
        speed = self.before + 0.5 * steady * self.turn
        path = self.before * self.turn + steady * self.turn**2 / 6.0
        return path + speed * since + 0.5 * steady * since**2, speed + steady * since, steady


class Leg(NamedTuple):
    """One move's share of the timeline.

    Attributes:
        kind: of the move, or spin while the control waits for the spindle.
        move: index of the move that it belongs to.
        starts: seconds from the beginning of the program.
        seconds: how long it takes.
        length: mm of path.
        cruise: mm/s between its ramps.
        speeding: its first ramp.
        slowing: its last ramp.
        track: where it leads.
        spindle_before: rev/min at its beginning.
        spindle_after: rev/min at its end.
    """

    kind: LegKind
    move: int
    starts: float
    seconds: float
    length: float
    cruise: float
    speeding: Ramp
    slowing: Ramp
    track: Track
    spindle_before: float
    spindle_after: float


class Instant(NamedTuple):
    """Where the machine is.

    Attributes:
        leg: index of the leg.
        path: mm along it.
        speed: mm/s along it.
        acceleration: mm/s2 along it.
    """

    leg: int
    path: float
    speed: float
    acceleration: float


class Timeline:
    """A planned program.

    Attributes:
        legs: in order of time.
        seconds: of the whole program.
    """

    def __init__(self, legs: list[Leg]) -> None:
        self.legs = legs
        self.seconds = legs[-1].starts + legs[-1].seconds if legs else 0.0
        self._starts = [leg.starts for leg in legs]

    def at(self, seconds: float) -> Instant:
        """Where it is, some seconds after its beginning; it stays at its end.

        Raises:
            ValueError: a program without a leg is nowhere.
        """
        if not self.legs:
            raise ValueError("a program without moves has no place")
        index = max(0, bisect_right(self._starts, seconds) - 1)
        leg = self.legs[index]
        return Instant(index, *along(leg, min(max(seconds - leg.starts, 0.0), leg.seconds)))

    def when(self, leg: int, share: float) -> float:
        """Seconds from the beginning to a share (0 to 1) of a leg: of its path, or of its time where it has none."""
        found = self.legs[leg]
        if found.length == 0:
            return found.starts + share * found.seconds
        wanted, low, high = share * found.length, 0.0, found.seconds
        for _ in range(_PEAK_STEPS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if along(found, middle)[0] < wanted else (low, middle)
        return found.starts + 0.5 * (low + high)


def along(leg: Leg, seconds: float) -> tuple[float, float, float]:
    """Path in mm, speed in mm/s and acceleration in mm/s2, some seconds into a leg."""
    if leg.length == 0:
        return 0.0, 0.0, 0.0
    if seconds < leg.speeding.seconds:
        return leg.speeding.at(seconds)
    left = leg.seconds - seconds
    if left < leg.slowing.seconds:
        path, speed, acceleration = leg.slowing.at(leg.slowing.seconds - left)
        return leg.length - leg.slowing.length + path, speed, acceleration
    return leg.speeding.length + leg.cruise * (seconds - leg.speeding.seconds), leg.cruise, 0.0


def ramp(before: float, after: float, acceleration: float, jerk: float) -> Ramp:
    """The S-curve between two speeds in mm/s, within an acceleration in mm/s2 and a jerk in mm/s3."""
    change = abs(after - before)
    if change * jerk <= acceleration**2:
        turn = math.sqrt(change / jerk)
        return Ramp(before, after, jerk, 2.0 * turn, turn)
    turn = acceleration / jerk
    return Ramp(before, after, jerk, change / acceleration + turn, turn)


def reachable(before: float, length: float, acceleration: float, jerk: float) -> float:
    """The highest speed in mm/s that a ramp from a speed reaches within a length in mm."""
    knee = before + acceleration**2 / jerk
    if ramp(before, knee, acceleration, jerk).length >= length:
        # (2 v0 + x^2) x = L sqrt(J) with x = sqrt(v1 - v0): convex, so Newton falls onto the root from above.
        wanted = length * math.sqrt(jerk)
        root = min(math.cbrt(wanted), wanted / (2.0 * before) if before else math.inf)
        for _ in range(_ROOT_STEPS):
            step = (root**3 + 2.0 * before * root - wanted) / (3.0 * root**2 + 2.0 * before) if root else 0.0
            root -= step
            if step <= 0:
                break
        return before + root**2
    half = acceleration**2 / jerk / 2.0
    return math.sqrt(half**2 + before**2 - 2.0 * half * before + 2.0 * acceleration * length) - half


class _Stage(NamedTuple):
    """A move before its speeds are known."""

    kind: LegKind
    move: int
    track: Track
    limit: float
    acceleration: float
    jerk: float
    seconds: float
    spindle: tuple[float, float]


def plan(moves: Sequence[Move], dynamics: Dynamics, *, feed_share: float = 1.0, speed_share: float = 1.0) -> Timeline:
    """The timeline of a program.

    Args:
        moves: its moves; the frame of every move is taken as one and the same.
        dynamics: what the drives bear.
        feed_share: feed override, 1 for 100 %; rapids are not scaled.
        speed_share: spindle override, 1 for 100 %.

    Raises:
        ValueError: a feed move without a feed, or an override that is not above 0.
    """
    if not (feed_share > 0 and speed_share > 0):
        raise ValueError("at an override of 0 a program has no timeline")
    stages = _stages(moves, dynamics, feed_share, speed_share)
    return Timeline(_timed(stages, _entries(stages, dynamics)))


def _stages(moves: Sequence[Move], dynamics: Dynamics, feed_share: float, speed_share: float) -> list[_Stage]:
    stages: list[_Stage] = []
    turning, still = 0.0, Track((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0, None)

    def spin(index: int, wanted: float) -> None:
        nonlocal turning
        seconds = abs(wanted - turning) / dynamics.spindle
        stages.append(_Stage("spin", index, still, 0.0, 1.0, 1.0, seconds, (turning, wanted)))
        turning = wanted

    for index, move in enumerate(moves):
        still = Track(move.start, move.start, 0.0, None)
        wanted = move.spindle_speed * speed_share if move.spindle != "off" else 0.0
        if wanted != turning:
            spin(index, wanted)
        if move.kind == "dwell":
            stages.append(_Stage("dwell", index, still, 0.0, 1.0, 1.0, move.seconds, (turning, turning)))
            continue
        track = track_of(move)
        if track.length > 0:
            stage = _moving(move, track, dynamics, feed_share)
            stages.append(stage._replace(move=index, spindle=(turning, turning)))
        still = Track(move.end, move.end, 0.0, None)
    if turning and moves:
        spin(len(moves) - 1, 0.0)
    return stages


def _moving(move: Move, track: Track, dynamics: Dynamics, feed_share: float) -> _Stage:
    share = tuple(abs(part) for part in track.spread())
    bounds = [
        min(limit / part for limit, part in zip(limits, share, strict=True) if part > 0)
        for limits in (dynamics.acceleration, dynamics.jerk, dynamics.rapid)
    ]
    acceleration, jerk, limit = bounds
    if move.kind != "rapid":
        if not move.feed > 0:
            raise ValueError(f"a feed move without a feed in line {move.line}")
        limit = min(limit, move.feed * feed_share)
    if move.arc is not None:
        # Speeding up along an arc adds to the pull towards its centre; each gets its part of what the drives bear.
        radius, bend = move.arc.radius, ARC_BEND * jerk
        acceleration, jerk = acceleration / math.sqrt(2.0), ARC_JERK * jerk
        limit = min(limit, circle_feed(radius, acceleration), jerk_feed(radius, jerk))
        acceleration = min(acceleration, bend * radius / (3.0 * limit / _S_PER_MIN))
    return _Stage(move.kind, 0, track, limit / _S_PER_MIN, acceleration, jerk, 0.0, (0.0, 0.0))


def _corner(one: _Stage, other: _Stage, bears: Point) -> float:
    """mm/s at which the control passes from one stage to the next, with axes that bear some mm/s2."""
    if not (one.track.length and other.track.length) or (one.kind == "rapid") != (other.kind == "rapid"):
        return 0.0
    bound = min(one.limit, other.limit)
    before, after = one.track.heading(one.track.length), other.track.heading(0.0)
    turn = -sum(a * b for a, b in zip(before, after, strict=True))
    if turn > _REVERSAL:
        return 0.0
    if turn < -_REVERSAL:
        return bound
    half = math.sqrt(0.5 * (1.0 - turn))
    # The pull towards the middle of the touching circle may have any direction in the plane of the two moves.
    sides = [(a, (b + turn * a) / math.sqrt(1.0 - turn**2)) for a, b in zip(before, after, strict=True)]
    shares = [math.hypot(*side) for side in sides]
    pull = min(limit / share for limit, share in zip(bears, shares, strict=True) if share > 0)
    acceleration = min(one.acceleration, other.acceleration, pull)
    return min(bound, math.sqrt(acceleration * DEVIATION_MM * half / (1.0 - half)))


def _entries(stages: list[_Stage], dynamics: Dynamics) -> list[float]:
    """mm/s at every border, the two ends of the program included."""
    speeds = [0.0, *(_corner(one, other, dynamics.acceleration) for one, other in pairwise(stages)), 0.0]
    for index, stage in enumerate(stages):
        length = stage.track.length
        if length:
            reach = reachable(speeds[index], length, stage.acceleration, stage.jerk)
            speeds[index + 1] = min(speeds[index + 1], reach)
    for index in range(len(stages) - 1, -1, -1):
        stage = stages[index]
        if stage.track.length:
            reach = reachable(speeds[index + 1], stage.track.length, stage.acceleration, stage.jerk)
            speeds[index] = min(speeds[index], reach)
    return speeds


def _timed(stages: list[_Stage], speeds: list[float]) -> list[Leg]:
    legs: list[Leg] = []
    clock = 0.0
    for index, stage in enumerate(stages):
        before, after = speeds[index], speeds[index + 1]
        length = stage.track.length
        cruise = _peak(stage, before, after) if length else 0.0
        speeding = ramp(before, cruise, stage.acceleration, stage.jerk)
        slowing = ramp(cruise, after, stage.acceleration, stage.jerk)
        seconds = stage.seconds
        if length:
            steady = max(0.0, length - speeding.length - slowing.length)
            seconds = speeding.seconds + slowing.seconds + steady / cruise
        legs.append(
            Leg(stage.kind, stage.move, clock, seconds, length, cruise, speeding, slowing, stage.track, *stage.spindle)
        )
        clock += seconds
    return legs


def _peak(stage: _Stage, before: float, after: float) -> float:
    """The highest speed within a stage from which its end can still be met."""
    bounds = stage.acceleration, stage.jerk

    def needed(peak: float) -> float:
        return ramp(before, peak, *bounds).length + ramp(peak, after, *bounds).length

    if needed(stage.limit) <= stage.track.length:
        return stage.limit
    low, high = max(before, after), stage.limit
    for _ in range(_PEAK_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if needed(middle) <= stage.track.length else (low, middle)
    return low
