"""What a part's cycle does to warmth, drive and edge, folded over any number of parts without playing them.

A cycle is a row of pieces on which every input is constant. Within one, warmth and heat follow first-order lags, so a
cycle is an affine map of each. Its constant grows with the edge's wear, a quadratic in the number of the part, and so
has a sum in closed form. An edge that would not last another part is changed before it, and whole edges fold again. The
factor by which wear raises the forces is that of the part's beginning. It refuses a cycle that takes no time.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

WEAR_FORCE_PER_MM = 1.0
"""Share by which a mm of flank wear raises every force: 30 % on an edge that is done at 0.3 mm."""

Drive = tuple[float, float, float]
"""What an input is by the edge's factor g: constant, times g, times g squared."""


class Span(NamedTuple):
    """A piece of the cycle as this file sees it.

    Attributes:
        seconds: how long it lasts.
        warmth: K above ambient that the spindle would settle at.
        heat: theta that the drive would settle at.
        wear: mm per second that the edge loses.
    """

    seconds: float
    warmth: Drive
    heat: Drive
    wear: float


class Body(NamedTuple):
    """What a cycle changes.

    Attributes:
        rise: K over ambient.
        theta: heat of the drive.
        wear: mm.
        worn: mm at the beginning of the part.
    """

    rise: float
    theta: float
    wear: float
    worn: float


class Cycle:
    """A cycle.

    Attributes:
        seconds: how long it takes.
        starts: seconds at which each span begins.
        wear: mm that one part takes off the edge.
    """

    def __init__(self, spans: Sequence[Span], *, warm_lag: float, heat_lag: float) -> None:
        """Add it up.

        Args:
            spans: in order; a span that takes no time is passed over.
            warm_lag: time constant of the spindle's warmth, seconds.
            heat_lag: time constant of the drive, seconds.
        """
        self._spans = list(spans)
        self._lags = warm_lag, heat_lag
        self.starts: list[float] = []
        self._maps: list[tuple[Drive, Drive]] = []
        self._wear: list[float] = []
        clock, wear = 0.0, 0.0
        warmth = heat = (0.0, 0.0, 0.0)
        for span in self._spans:
            self.starts.append(clock)
            self._maps.append((warmth, heat))
            self._wear.append(wear)
            warmth = _lagged(warmth, span.warmth, span.seconds, warm_lag)
            heat = _lagged(heat, span.heat, span.seconds, heat_lag)
            clock, wear = clock + span.seconds, wear + span.wear * span.seconds
        assert clock > 0, "a machine without feed is halted, not in a cycle"
        self._whole = warmth, heat
        self._begun: tuple[tuple[object, ...], Body] | None = None
        self.seconds, self.wear = clock, wear

    def index(self, at_s: float) -> int:
        """The span that a place in the cycle lies in."""
        return max(0, bisect_right(self.starts, at_s) - 1)

    def played(
        self, body: Body, begun_s: float, elapsed_s: float, limit: float, factor: float
    ) -> tuple[int, float, Body]:
        """Parts begun since, the place in the present one, and the body, some seconds after a place in the cycle.

        Args:
            body: at the place.
            begun_s: the place, seconds into the cycle.
            elapsed_s: seconds since.
            limit: mm of wear that no edge shall pass: it is changed before a part that would; infinite if nobody does.
            factor: what multiplies every force besides the wear.
        """
        parts, place = divmod(begun_s + elapsed_s, self.seconds)
        if parts < 1:
            return 0, place, self._moved(body, begun_s, place, factor)
        # Every tick of a part begins with the same fold.
        key = (body, begun_s, parts, limit, factor)
        if self._begun is None or self._begun[0] != key:
            ended = self._moved(body, begun_s, self.seconds, factor)
            self._begun = key, self.folded(self.fresh(ended, limit), int(parts) - 1, limit, factor)
        return int(parts), place, self._moved(self._begun[1], 0.0, place, factor)

    def folded(self, body: Body, parts: int, limit: float, factor: float) -> Body:
        """The body after whole parts, the edge of the next one in place."""
        first = min(parts, self._parts_of(body.wear, limit))
        body = self.fresh(self._worn_down(body, first, factor), limit)
        parts -= first
        if parts == 0:
            return body
        per_edge = self._parts_of(0.0, limit)
        edges, rest = divmod(parts, per_edge)
        if edges:
            alone = self._worn_down(Body(0.0, 0.0, 0.0, 0.0), per_edge, factor)
            rise = _repeated(body.rise, alone.rise, per_edge * self.seconds / self._lags[0], edges)
            theta = _repeated(body.theta, alone.theta, per_edge * self.seconds / self._lags[1], edges)
            body = Body(rise, theta, 0.0, 0.0)
        return self.fresh(self._worn_down(body, rest, factor), limit)

    def fresh(self, body: Body, limit: float) -> Body:
        """The body before the next part: it begins with the edge that is in, or with a new one."""
        wear = 0.0 if body.wear + self.wear > limit else body.wear
        return body._replace(wear=wear, worn=wear)

    def breaks_after(self, body: Body, begun_s: float, limit: float, breaking: float) -> float | None:
        """Seconds from a place in the cycle until the edge has worn down to breaking, or None if it never does."""
        spent = -begun_s
        wear = body.wear - self._wear_at(begun_s)
        if math.isinf(limit) and self.wear > 0:
            ahead = max(0, math.floor((breaking - wear) / self.wear) - 1)
            spent, wear = spent + ahead * self.seconds, wear + ahead * self.wear
        # A changed edge starts anew, so nothing happens later that does not happen within two edges of one part each.
        for _ in range(4):
            if wear + self.wear >= breaking:
                return spent + self._when_worn(breaking - wear)
            spent, wear = spent + self.seconds, wear + self.wear
            wear = 0.0 if wear + self.wear > limit else wear
        return None

    def begins_worn(self, body: Body, begun_s: float, limit: float, wanted: float) -> tuple[float, float] | None:
        """Seconds from a place in the cycle until a part begins on an edge that is worn so far, and its wear then.

        None if it never does, because the edge is changed before.
        """
        rest = self.seconds - begun_s
        left = self.fresh(body._replace(wear=body.wear + self.wear - self._wear_at(begun_s)), limit).wear
        for _ in range(2):
            ahead = 0 if left >= wanted else math.ceil((wanted - left) / self.wear) if self.wear else math.inf
            if ahead < self._parts_of(left, limit):
                return rest + ahead * self.seconds, left + ahead * self.wear
            if math.isinf(limit):
                return None
            rest, left = rest + self._parts_of(left, limit) * self.seconds, 0.0
        return None

    def _parts_of(self, wear: float, limit: float) -> int:
        if not self.wear or math.isinf(limit):
            return 1 << 62
        return max(1, math.floor((limit - wear) / self.wear))

    def _wear_at(self, place: float) -> float:
        index = self.index(place)
        return self._wear[index] + self._spans[index].wear * (place - self.starts[index])

    def _when_worn(self, wear: float) -> float:
        """Seconds into a cycle at which it has taken some mm off the edge."""
        for index, span in enumerate(self._spans):
            gone = span.wear * span.seconds
            if self._wear[index] + gone >= wear and gone:
                return self.starts[index] + max(0.0, wear - self._wear[index]) / span.wear
        return self.seconds

    def _moved(self, body: Body, begun_s: float, place: float, factor: float) -> Body:
        """From one place to a later one within one part."""
        if place <= begun_s:
            return body
        before, after = self._partial(begun_s), self._partial(place)
        scale = factor * (1.0 + WEAR_FORCE_PER_MM * body.worn)
        found = []
        for start, one, other, lag in zip((body.rise, body.theta), before, after, self._lags, strict=True):
            keep = math.exp(-(place - begun_s) / lag)
            found.append(keep * start + _value(other, scale) - keep * _value(one, scale))
        return Body(found[0], found[1], body.wear + self._wear_at(place) - self._wear_at(begun_s), body.worn)

    def _partial(self, place: float) -> tuple[Drive, Drive]:
        index = self.index(place)
        span, since = self._spans[index], place - self.starts[index]
        warmth, heat = self._maps[index]
        return _lagged(warmth, span.warmth, since, self._lags[0]), _lagged(heat, span.heat, since, self._lags[1])

    def _worn_down(self, body: Body, parts: int, factor: float) -> Body:
        """Whole parts on one edge: a quadratic in the number of the part behind a lag."""
        if parts == 0:
            return body
        base, slope = factor * (1.0 + WEAR_FORCE_PER_MM * body.wear), factor * WEAR_FORCE_PER_MM * self.wear
        found = []
        for start, (none, once, twice), lag in zip((body.rise, body.theta), self._whole, self._lags, strict=True):
            step = (
                none + once * base + twice * base**2,
                once * slope + 2.0 * twice * base * slope,
                twice * slope**2,
            )
            found.append(_summed(start, step, self.seconds / lag, parts))
        wear = body.wear + parts * self.wear
        return Body(found[0], found[1], wear, wear)


def _lagged(value: Drive, target: Drive, seconds: float, lag: float) -> Drive:
    keep = math.exp(-seconds / lag)
    gain = -math.expm1(-seconds / lag)
    return (
        keep * value[0] + gain * target[0],
        keep * value[1] + gain * target[1],
        keep * value[2] + gain * target[2],
    )


def _value(drive: Drive, scale: float) -> float:
    return drive[0] + (drive[1] + drive[2] * scale) * scale


def _summed(start: float, step: Drive, decay: float, count: int) -> float:
    """`x' = exp(-decay) x + step(i)` for i below the count, with a quadratic step: its particular solution is one."""
    gone = -math.expm1(-decay)
    square = step[2] / gone
    line = (step[1] - 2.0 * square) / gone
    level = (step[0] - line - square) / gone
    return level + (line + square * count) * count + math.exp(-decay * count) * (start - level)


def _repeated(start: float, gain: float, decay: float, count: int) -> float:
    """`x' = exp(-decay) x + gain`, some times."""
    settled = gain / -math.expm1(-decay)
    return settled + math.exp(-decay * count) * (start - settled)


def settle(value: float, target: float, elapsed_s: float, lag_s: float) -> float:
    """A first-order lag: where a value is, some time after it began to approach a target."""
    return target + (value - target) * math.exp(-elapsed_s / lag_s)
