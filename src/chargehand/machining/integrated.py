"""What a cut really asks for: the force at every angle of the engaged arc, integrated over a turn and over the helix.

The mean-chip formulas of `cutting.py` are what limits are held against; this is the truth that the twin lives by and
that they are scored against. At an angle the chip is `h = fz sin(kr) sin(angle)` thick and a tooth's tangential force
`ap fz sin(angle) kc(h)`. Climb and conventional milling have the same mean, the same peak and mirrored components.
Turning and drilling have a constant chip, and there both models are one.

Every integral here is closed: `(sin x / x)^q` is a power series in x^2 that converges up to pi, is taken up to pi/2 and
mirrored from there; with the terms kept here its integral is right to 1e-13. A load takes some 20 us, with a helix some
80 us, for its peak is searched for and right to 1e-3.

It leaves out run-out, edge forces, wear and the give of the tool. It refuses what `cutting.py` refuses.

Source: definitions, section 1; Altintas, Manufacturing Automation, 2nd ed. 2012, chapter 2.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal, NamedTuple

from chargehand.contracts.card import ToolCard
from chargehand.machining.cutting import Demand, Engagement, Kienzle, arc_of, drilling, milling, turning

Direction = Literal["climb", "conventional"]

RADIAL_RATIO = 0.3
"""Radial force over tangential force where nobody has measured it; a common figure for sharp edges in steel."""
SHORTFALL = (0.030, 0.035)
"""By how much of the mean-chip power the integrated power lies under it, on the golden points."""
SHORTFALL_MAX = 0.047
"""The same over every arc and every exponent up to 0.30: what scoring the auditor against the twin has to allow for. It
is never negative: the mean-chip formula is on the safe side."""

_TERMS = 16
"""Of the series: the last one is under 1e-13 of the sum at pi/2."""
_SCAN = 12
"""Windows tried over one tooth's pitch before the best is refined."""
_REFINE = 8
"""Steps of golden section around the best window; what is left is a thousandth of the force at most."""
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


class Load(NamedTuple):
    """What a cut gives the machine to bear.

    Attributes:
        power: kW at the edge, mean over a turn.
        torque: N.m at the spindle, mean over a turn.
        force: N, tangential, all teeth, mean over a turn.
        peak_force: N, tangential, all teeth, the most within a turn.
        feed_force: N, on the tool along the feed, mean; against the feed is negative.
        normal_force: N, on the tool across the feed, mean, positive towards where the angle is 0.
    """

    power: float
    torque: float
    force: float
    peak_force: float
    feed_force: float
    normal_force: float


NOTHING = Load(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def load(
    tool: ToolCard,
    law: Kienzle,
    *,
    speed: float,
    feed: float,
    axial_depth: float,
    radial_depth: float = 0.0,
    engagement: Engagement = "side",
    direction: Direction = "climb",
    workpiece_diameter: float | None = None,
    radial_ratio: float = RADIAL_RATIO,
) -> Load:
    """The load of a cut by any kind of tool.

    Args:
        tool: the tool; its kind says which cut it is, its helix spreads the force of an edge over the turn.
        law: specific force of the material.
        speed: rev/min, with override.
        feed: mm/min, with override.
        axial_depth: mm; for turning the depth of cut; of no account in drilling.
        radial_depth: mm; milling only.
        engagement: milling only.
        direction: which way a side cut runs; a mirror for the components, of no account for the rest.
        workpiece_diameter: mm, of turned work.
        radial_ratio: radial over tangential force.

    Raises:
        ValueError: outside of the formulas' domain.
    """
    if tool.kind == "turning":
        if workpiece_diameter is None:
            raise ValueError("turned work has a diameter")
        return _constant(
            turning(tool, law, speed=speed, feed=feed, depth=axial_depth, workpiece_diameter=workpiece_diameter),
            radial_ratio,
        )
    if tool.kind == "drill":
        return _constant(drilling(tool, law, speed=speed, feed=feed), 0.0)
    asked = milling(
        tool, law, speed=speed, feed=feed, axial_depth=axial_depth, radial_depth=radial_depth, engagement=engagement
    )
    if asked.power == 0:
        return NOTHING
    start, end = arc_ends(radial_depth, tool.diameter, engagement, direction)
    scale = _scale(tool, law, asked.feed_per_tooth)
    power = 1.0 - law.mc
    turns = tool.teeth * axial_depth * scale / (2.0 * math.pi)
    force = turns * (sine_integral(end, power) - sine_integral(start, power))
    # The tangential force points along (-cos, sin), the radial one along (-sin, -cos) of feed and normal.
    along = (math.sin(end) ** (power + 1.0) - math.sin(start) ** (power + 1.0)) / (power + 1.0)
    across = sine_integral(end, power + 1.0) - sine_integral(start, power + 1.0)
    torque = force * tool.diameter / 2000.0
    return Load(
        torque * math.pi * speed / 30e3,
        torque,
        force,
        scale * _peak(tool, power, axial_depth, start, end),
        turns * (-along - radial_ratio * across),
        turns * (across - radial_ratio * along),
    )


def peak_force(
    tool: ToolCard,
    law: Kienzle,
    *,
    feed_per_tooth: float,
    axial_depth: float,
    radial_depth: float,
    engagement: Engagement = "side",
) -> float:
    """The greatest tangential force within a turn of a milling cut, all teeth, in N.

    Without a helix on the card every edge enters over its whole depth at once.

    Raises:
        ValueError: the radial depth is negative or beyond the diameter, or another number is negative.
    """
    if min(feed_per_tooth, axial_depth) < 0:
        raise ValueError("a cut has no negative number")
    start, end = arc_ends(radial_depth, tool.diameter, engagement, "conventional")
    if feed_per_tooth == 0 or axial_depth == 0 or end <= start:
        return 0.0
    return _scale(tool, law, feed_per_tooth) * _peak(tool, 1.0 - law.mc, axial_depth, start, end)


def arc_ends(radial_depth: float, diameter: float, engagement: Engagement, direction: Direction) -> tuple[float, float]:
    """Where a tooth enters and leaves the work, in rad: 0 is where a chip would start from nothing.

    Raises:
        ValueError: the radial depth is negative or beyond the diameter.
    """
    arc = arc_of(radial_depth, diameter, engagement)
    if engagement == "centred":
        return (math.pi - arc) / 2.0, (math.pi + arc) / 2.0
    return (0.0, arc) if direction == "conventional" else (math.pi - arc, math.pi)


def sine_integral(angle: float, power: float) -> float:
    """The integral of `sin(x)^power` from 0 to an angle of at most pi, for a power of at least 0."""
    if angle > math.pi / 2.0:
        rest = max(0.0, math.pi - angle)
        return 2.0 * _quarter(math.pi / 2.0, power) - _quarter(rest, power)
    return _quarter(angle, power)


def _quarter(angle: float, power: float) -> float:
    square, total = angle * angle, 0.0
    for term in _series(power):
        total = total * square + term
    return float(total * angle ** (power + 1.0))


@lru_cache(maxsize=256)
def _series(power: float) -> tuple[float, ...]:
    """What `x^(power+1)` is multiplied by in the integral of `sin^power`: a polynomial in x^2, highest term first.

    Powers of a power series by Euler's recurrence (Knuth, The Art of Computer Programming 2, section 4.7).
    """
    sinc = [(-1.0) ** k / math.factorial(2 * k + 1) for k in range(_TERMS)]
    raised = [1.0]
    for n in range(1, _TERMS):
        raised.append(sum((k * (power + 1.0) - n) * sinc[k] * raised[n - k] for k in range(1, n + 1)) / n)
    return tuple(raised[k] / (2 * k + 1 + power) for k in reversed(range(_TERMS)))


def _scale(tool: ToolCard, law: Kienzle, feed_per_tooth: float) -> float:
    """N per mm of depth where the sine is 1: `fz kc(fz sin(kr))`."""
    return feed_per_tooth * law.at(feed_per_tooth * math.sin(math.radians(tool.lead_angle)))


def _constant(asked: Demand, radial_ratio: float) -> Load:
    """A cut whose chip never changes; the work's own motion carries no component but the feed's."""
    return Load(asked.power, asked.torque, asked.force, asked.force, -radial_ratio * asked.force, 0.0)


def _peak(tool: ToolCard, power: float, depth: float, start: float, end: float) -> float:
    """The most that all teeth ask for, over what one mm asks for where its sine is 1."""
    pitch = 2.0 * math.pi / tool.teeth
    lag = 2.0 * depth * math.tan(math.radians(tool.helix or 0.0)) / tool.diameter
    if lag < 1e-9:
        return depth * _straight_peak(power, start, end, pitch)
    whole, rest = divmod(lag, pitch)
    total = whole * (sine_integral(end, power) - sine_integral(start, power))
    if rest > 1e-9 * pitch:
        total += _window_peak(power, start, end, pitch, rest)
    return depth * total / lag


def _straight_peak(power: float, start: float, end: float, pitch: float) -> float:
    """The most of `sum sin(angle + i pitch)^power` over the teeth within the arc.

    A sum over a fixed number of teeth is concave and symmetric about the position in which they straddle the right
    angle, so that its greatest value is there, or at the nearest position that keeps them all within the arc.
    """
    most = max(1, math.ceil(round((end - start) / pitch, 9)))
    best = 0.0
    for count in {most, max(1, most - 1)}:
        span = (count - 1) * pitch
        first = min(max(math.pi / 2.0 - span / 2.0, start), max(start, end - span))
        best = max(best, sum(max(0.0, math.sin(first + i * pitch)) ** power for i in range(count)))
    return best


def _window_peak(power: float, start: float, end: float, pitch: float, width: float) -> float:
    """The most of the force's integral over a window narrower than one pitch, all teeth, as the window slides."""
    low, high = sine_integral(start, power), sine_integral(end, power)

    def below(angle: float) -> float:
        return low if angle <= start else high if angle >= end else sine_integral(angle, power)

    def held(at: float) -> float:
        total, upper = 0.0, at
        # Down the row of teeth whose window reaches into the arc.
        while upper > start:
            if upper - width < end:
                total += below(upper) - below(upper - width)
            upper -= pitch
        return total

    # Windows that end where the arc ends cover all positions once, over one pitch from there.
    step = pitch / _SCAN
    best = max((end + i * step for i in range(_SCAN)), key=held)
    left, right = best - step, best + step
    for _ in range(_REFINE):
        one, two = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        left, right = (left, two) if held(one) >= held(two) else (one, right)
    return max(held(best), held(0.5 * (left + right)))
