"""How a cut is brought below its ceilings: into its box first, then smaller in a declared order.

The work is done in u = (n, fz, ap, ae) with the feed vf = z n fz. There every ceiling's demand grows with each
coordinate, so what is admissible is a down-set in a box and the order decides alone: fz gives way first, n only where
the feed itself is too great, then ap. ae has been moved into its box before and stays. A coordinate that is not free
keeps its value. The room knows no proposal, no grid and no verdict; it answers None where no such cut exists.

Source: definitions, section 1 (clamp, steps 1 to 4).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from chargehand.auditor.ceilings import CEILINGS, Ceiling
from chargehand.auditor.cut import Cut, Point
from chargehand.auditor.stability import DEPTH, STABILITY
from chargehand.contracts.card import ToolCard
from chargehand.machining.cutting import Kienzle
from chargehand.machining.drive import ratings

Coordinate = Literal["speed", "feed", "axial_depth"]
SHRINKING: tuple[Ceiling, ...] = (*CEILINGS, STABILITY)
"""Every ceiling that a cut is brought below."""
BISECTIONS = 60
"""Halvings of a share between 0 and 1, at most: more than a double has digits."""
_EXACT = 1e-12
"""Relative width at which a halving has found its place; the grid is coarser by far."""
_ROUNDING = 4e-12
"""By how much of itself a demand is brought below its limit, so that rounding does not carry it over again; more than
the grid takes for a grid point."""
_DIGITS = 32
"""Of the last place by which the end of a span may be off for rounding; Taylor's power makes some ten of one."""
_SAMPLES = 32
"""Speeds that are tried on the way to each end of the box where nothing but the speed may move."""


class Span(NamedTuple):
    """An interval with both of its ends.

    Attributes:
        low: least value.
        high: greatest value; below `low` where nothing is inside.
    """

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies inside, the ends included; NaN does not."""
        return self.low <= value <= self.high

    def into(self, value: float, *, free: bool = True) -> float | None:
        """The nearest value inside; None if there is none, or if the value is outside and not free."""
        if self.holds(value):
            return value
        if not free or not self.low <= self.high:
            return None
        return self.high if value > self.high else self.low

    def within(self, other: Span) -> Span:
        """What both contain."""
        return Span(max(self.low, other.low), min(self.high, other.high))


ANY = Span(-math.inf, math.inf)


def last(kept: Callable[[float], bool], guess: float, outward: float) -> float:
    """The end of a span as the audit's own arithmetic has it: the last double on the way outward that is kept.

    Args:
        kept: whether a value is admissible.
        guess: where the end lies but for rounding.
        outward: the infinity that it lies towards.
    """
    end = guess
    for _ in range(_DIGITS):
        if kept(end):
            break
        end = math.nextafter(end, -outward)
    for _ in range(_DIGITS):
        further = math.nextafter(end, outward)
        if not kept(further):
            break
        end = further
    return end


class Yardstick(NamedTuple):
    """What a cut has to stay below: ceilings, each at some laws of the material.

    Attributes:
        laws: specific forces; the worst of them counts.
        ceilings: the ceilings.
    """

    laws: Sequence[Kienzle]
    ceilings: Sequence[Ceiling] = SHRINKING

    def missed(self, cut: Cut) -> Iterator[tuple[Ceiling, Kienzle, float]]:
        """Each ceiling that a cut exceeds at a law, with the share of its demand that would be borne."""
        borne = [(ceiling, ceiling.borne(cut)) for ceiling in self.ceilings]
        for law in self.laws:
            demand = cut.demand(law)
            for ceiling, limit in borne:
                if limit is None:
                    continue
                asked = ceiling.asked(cut, demand)
                if not asked <= limit:
                    yield ceiling, law, limit / asked * (1.0 - _ROUNDING)

    def holds(self, cut: Cut) -> bool:
        """Whether a cut stays below all of it; exactly at a limit is below."""
        return next(self.missed(cut), None) is None


class Room(NamedTuple):
    """The box of a cut at its overrides, and how shallow it may become.

    Attributes:
        speed: rev/min.
        feed: mm/min; its high end is the greatest feed, that of the path's corners included.
        feed_per_tooth: mm.
        axial_depth: mm.
        axial_depth_min: mm, below which no depth is reduced.
        feed_settable: mm/min, the greatest feed within `feed` that can be set; a speed is reduced to no other.
    """

    speed: Span
    feed: Span
    feed_per_tooth: Span
    axial_depth: Span
    axial_depth_min: float
    feed_settable: float = math.inf


def edges(tool: ToolCard) -> int:
    """What the feed per tooth is counted by: teeth or lips; a turning tool has one."""
    return 1 if tool.kind == "turning" else tool.teeth


def moved(cut: Cut, point: Point) -> Cut:
    """The same cut made elsewhere, with the drive as it is at that speed."""
    if point.speed == cut.point.speed:
        return cut._replace(point=point)
    return cut._replace(point=point, ratings=ratings(cut.card.spindle_curve, point.speed))


def nearest(cut: Cut, room: Room, free: frozenset[Coordinate], under: Yardstick) -> Point | None:
    """The nearest point that the room and the ceilings admit, before it is laid on any grid; None if there is none.

    Args:
        cut: the cut that was asked for.
        room: the box it must lie in.
        free: the coordinates that may move.
        under: what its demand must not exceed.
    """
    point = _projected(cut, room, free)
    if point is None or is_air(cut.tool, point):
        return point
    shrunk = moved(cut, point)
    if "feed" in free:
        slower = _slowed(shrunk, room, free, under)
        if slower is None:
            return None
        shrunk = slower
    elif "speed" in free and "axial_depth" not in free and not under.holds(shrunk):
        return _only_speed(shrunk, room, under)
    return flattened(shrunk, room, free, under)


def flattened(cut: Cut, room: Room, free: frozenset[Coordinate], under: Yardstick) -> Point | None:
    """Step 4: a smaller axial depth, in proportion; None if it may not move or would not cut any more.

    A helix spreads the peak of a deep cut over the turn, so that it falls by less than the depth; there the rest is
    bisected.
    """
    point = cut.point
    share = min((share for _, _, share in under.missed(cut)), default=1.0)
    if share == 1.0:
        return point
    least = max(room.axial_depth_min, room.axial_depth.low)
    depth = point.axial_depth * share
    if "axial_depth" not in free or not depth >= least:
        return None

    def kept(depth: float) -> bool:
        return under.holds(moved(cut, point._replace(axial_depth=depth)))

    if kept(depth):
        return point._replace(axial_depth=depth)
    return point._replace(axial_depth=_boundary(kept, depth, least)) if kept(least) else None


def is_air(tool: ToolCard, point: Point) -> bool:
    """Whether nothing is cut there."""
    if point.feed == 0:
        return True
    if tool.kind == "drill":
        return False
    return point.axial_depth == 0 or (tool.kind != "turning" and point.radial_depth == 0)


def _projected(cut: Cut, room: Room, free: frozenset[Coordinate]) -> Point | None:
    """Step 1: each coordinate into its box."""
    asked, teeth = cut.point, edges(cut.tool)
    depth = room.axial_depth.into(asked.axial_depth, free="axial_depth" in free)
    if depth is None or not asked.speed > 0:
        return None
    width = asked.radial_depth
    if is_air(cut.tool, asked._replace(axial_depth=depth)):
        speed = room.speed.into(asked.speed, free="speed" in free)
        feed = room.feed.into(asked.feed, free="feed" in free)
        return None if speed is None or feed is None else Point(speed, feed, depth, width)
    if "feed" not in free:
        if room.feed.into(asked.feed, free=False) is None:
            return None
        speeds = room.speed.within(_speeds(asked.feed, teeth, room.feed_per_tooth))
        speed = speeds.into(asked.speed, free="speed" in free)
        return None if speed is None else Point(speed, asked.feed, depth, width)
    speed = room.speed.into(asked.speed, free="speed" in free)
    if speed is None:
        return None
    per_tooth = asked.feed / (teeth * asked.speed)
    least = Span(room.feed.low / (teeth * speed), math.inf)
    kept = room.feed_per_tooth.within(least).into(per_tooth)
    if kept is None:
        return None
    unmoved = speed == asked.speed and kept == per_tooth
    return Point(speed, asked.feed if unmoved else teeth * speed * kept, depth, width)


def _slowed(cut: Cut, room: Room, free: frozenset[Coordinate], under: Yardstick) -> Cut | None:
    """Steps 2 and 3: a smaller feed per tooth; where that is spent and the feed still too great, a lower speed."""
    point, teeth = cut.point, edges(cut.tool)
    least = room.feed_per_tooth.low * teeth * point.speed
    # The end of the box is taken as it is: a share of the feed may round to just beyond it, and cost speed for nothing.
    feed = max(min(point.feed * _feed_share(cut, under), room.feed.high), least)
    if not feed < point.feed:
        feed = point.feed
    speed = point.speed
    if feed > room.feed.high:
        most = min(room.feed.high, room.feed_settable)
        speed *= most / feed
        feed = most
        if "speed" not in free or speed < room.speed.low:
            return None
    return None if feed < room.feed.low else moved(cut, point._replace(speed=speed, feed=feed))


def _feed_share(cut: Cut, under: Yardstick) -> float:
    """The share of the feed at which every ceiling that feed has a part in is kept.

    It is `(L/C)^(1/(1-mc))` at each law, the least of them; where a ceiling is no power of the feed, it is bisected.
    """
    fed = under._replace(ceilings=[ceiling for ceiling in under.ceilings if ceiling.field != DEPTH])
    share = min((share ** (1.0 / (1.0 - law.mc)) for _, law, share in fed.missed(cut)), default=1.0)
    if not 0 < share < 1:
        return share

    def kept(part: float) -> bool:
        return fed.holds(moved(cut, cut.point._replace(feed=cut.point.feed * part)))

    return share if kept(share) else _boundary(kept, share, 0.0)


def _boundary(kept: Callable[[float], bool], without: float, within: float) -> float:
    """The last value at which something is kept, on the way from one where it is to one where it is not."""
    for _ in range(BISECTIONS):
        middle = 0.5 * (without + within)
        without, within = (without, middle) if kept(middle) else (middle, within)
        if abs(without - within) <= _EXACT * abs(without):
            break
    return within


def _only_speed(cut: Cut, room: Room, under: Yardstick) -> Point | None:
    """The nearest speed that bears an unchanged feed. Forces fall with the speed and power may rise, so both ways."""
    point = cut.point

    def kept(speed: float) -> bool:
        return under.holds(moved(cut, point._replace(speed=speed)))

    found = []
    for end in room.speed.within(_speeds(point.feed, edges(cut.tool), room.feed_per_tooth)):
        without = point.speed
        for place in range(1, _SAMPLES + 1):
            speed = end if place == _SAMPLES else point.speed * (end / point.speed) ** (place / _SAMPLES)
            if kept(speed):
                found.append(_boundary(kept, without, speed))
                break
            without = speed
    if not found:
        return None
    return point._replace(speed=min(found, key=lambda speed: abs(speed - point.speed)))


def _speeds(feed: float, teeth: int, chip: Span) -> Span:
    """The speeds at which a feed in mm/min makes chips of an admissible feed per tooth."""
    low, high = feed / (teeth * chip.high), math.inf
    if low > 0:
        low = last(lambda speed: feed / (teeth * speed) <= chip.high, low, -math.inf)
    if chip.low > 0:
        high = last(lambda speed: feed / (teeth * speed) >= chip.low, feed / (teeth * chip.low), math.inf)
    return Span(low, high)
