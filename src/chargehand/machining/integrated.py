"""What a cut really asks for: the force at every angle of the engaged arc, integrated over a turn and over the helix.

The mean-chip formulas of `cutting.py` are what limits are held against; this is the truth that the twin lives by and
that they are scored against. At an angle the chip is `h = fz sin(kr) sin(angle)` thick and a tooth's tangential force
`ap fz sin(angle) kc(h)`. Climb and conventional milling have the same mean, the same peak and mirrored components.
Turning and drilling have a constant chip, and there both models are one.

Means are right to 1e-13, the peak with a helix to 1e-6 (`arc.py`). A load takes some 20 us, and some 100 us more where
its peak has a helix and an arc and depth not met before.

It leaves out run-out, edge forces, wear and the give of the tool. It refuses what `cutting.py` refuses.

Source: definitions, section 1; Altintas, Manufacturing Automation, 2nd ed. 2012, chapter 2.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from chargehand.contracts.card import ToolCard
from chargehand.machining.arc import greatest, sine_integral
from chargehand.machining.cutting import Demand, Engagement, Kienzle, arc_of, drilling, lag_of, milling, turning

Direction = Literal["climb", "conventional"]

RADIAL_RATIO = 0.3
"""Radial force over tangential force where nobody has measured it; a common figure for sharp edges in steel."""
SHORTFALL = (0.030, 0.035)
"""By how much of the mean-chip power the integrated power lies under it, on the golden points."""
SHORTFALL_MAX = 0.047
"""The same over every arc and every exponent up to 0.30: what scoring the auditor against the twin has to allow for. It
is never negative: the mean-chip formula is on the safe side."""


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
    peak = peak_force(
        tool,
        law,
        feed_per_tooth=asked.feed_per_tooth,
        axial_depth=axial_depth,
        radial_depth=radial_depth,
        engagement=engagement,
    )
    start, end = arc_ends(radial_depth, tool.diameter, engagement, direction)
    scale = tool.teeth * axial_depth * _scale(tool, law, asked.feed_per_tooth) / (2.0 * math.pi)
    force, along, across = (scale * part for part in _means(start, end, 1.0 - law.mc, radial_ratio))
    torque = force * tool.diameter / 2000.0
    return Load(torque * math.pi * speed / 30e3, torque, force, peak, along, across)


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
    lag = lag_of(tool, axial_depth)
    return _scale(tool, law, feed_per_tooth) * axial_depth * greatest(1.0 - law.mc, start, end, tool.teeth, lag)


def arc_ends(radial_depth: float, diameter: float, engagement: Engagement, direction: Direction) -> tuple[float, float]:
    """Where a tooth enters and leaves the work, in rad: 0 is where a chip would start from nothing.

    Raises:
        ValueError: the radial depth is negative or beyond the diameter.
    """
    arc = arc_of(radial_depth, diameter, engagement)
    if engagement == "centred":
        return (math.pi - arc) / 2.0, (math.pi + arc) / 2.0
    return (0.0, arc) if direction == "conventional" else (math.pi - arc, math.pi)


def _means(start: float, end: float, power: float, radial_ratio: float) -> tuple[float, float, float]:
    """Integrals over the arc: of the tangential force, and of the resultant along and across the feed.

    The tangential force points along (-cos, sin) of feed and normal, the radial one along (-sin, -cos).
    """
    tangential = sine_integral(end, power) - sine_integral(start, power)
    with_sine = sine_integral(end, power + 1.0) - sine_integral(start, power + 1.0)
    with_cosine = (math.sin(end) ** (power + 1.0) - math.sin(start) ** (power + 1.0)) / (power + 1.0)
    return tangential, -with_cosine - radial_ratio * with_sine, with_sine - radial_ratio * with_cosine


def _scale(tool: ToolCard, law: Kienzle, feed_per_tooth: float) -> float:
    """N per mm of depth where the sine is 1: `fz kc(fz sin(kr))`."""
    return feed_per_tooth * law.at(feed_per_tooth * math.sin(math.radians(tool.lead_angle)))


def _constant(asked: Demand, radial_ratio: float) -> Load:
    """A cut whose chip never changes; the work's own motion carries no component but the feed's."""
    return Load(asked.power, asked.torque, asked.force, asked.force, -radial_ratio * asked.force, 0.0)
