"""What a cut asks of the machine: chip, specific force, power, torque and force, from the mean chip thickness.

Power here is power at the edge; what the motor gives is power over the machine's efficiency. A depth or a feed of zero
is a cut through air. It refuses with a ValueError what lies outside of the formulas' domain: a radial depth beyond the
diameter, feed with a standing spindle, a negative number.

Source: definitions, section 1 (Kienzle 1952; VDI 3323 for the figures).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from chargehand.contracts.card import MaterialCard, ToolCard
from chargehand.machining.arc import greatest

Engagement = Literal["side", "centred"]
PEAK_MARGIN = 1.05
"""What the peak force is multiplied by before it is held against a limit."""
DRILL_LEAD_DEG = 59.0
"""Half of a twist drill's point angle."""
_NEGATIVE = "a cut has no negative number"


class Kienzle(NamedTuple):
    """The specific cutting force by chip thickness, `kc = kc1_1 h^-mc`.

    Attributes:
        kc1_1: N/mm2 at a chip of 1 mm.
        mc: exponent.
    """

    kc1_1: float
    mc: float

    def at(self, chip: float) -> float:
        """N/mm2 at a chip thickness in mm, above 0."""
        return float(self.kc1_1 * chip**-self.mc)


class Demand(NamedTuple):
    """What a cut asks for.

    Attributes:
        feed_per_tooth: mm per tooth; for turning, mm per revolution.
        cutting_speed: m/min.
        arc: rad, the engaged part of the rotation.
        chip: mm, mean chip thickness.
        specific_force: N/mm2, kc at the mean chip.
        power: kW at the edge.
        torque: N.m at the spindle.
        force: N, tangential, mean over the rotation, all teeth.
        gate_force: N, tangential, the peak that limits are held against. Of a tool whose helix is known it is the
            integrated model's; of another, every tooth that may be engaged counts with its thickest chip.
        removal_rate: cm3/min.
    """

    feed_per_tooth: float
    cutting_speed: float
    arc: float
    chip: float
    specific_force: float
    power: float
    torque: float
    force: float
    gate_force: float
    removal_rate: float


AIR = Demand(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def nominal(material: MaterialCard) -> Kienzle:
    """The law of a material's nominal figures."""
    return Kienzle(material.kc1_1, material.mc)


def surface_speed(diameter: float, speed: float) -> float:
    """m/min at the surface of a diameter in mm that turns at a speed in rev/min."""
    return math.pi * diameter * speed / 1000.0


def arc_of(radial_depth: float, diameter: float, engagement: Engagement = "side") -> float:
    """The engaged arc in rad: `acos(1 - 2 ae/D)` for a side cut, `2 asin(ae/D)` for a centred one.

    Raises:
        ValueError: the radial depth is negative or beyond the diameter.
    """
    share = radial_depth / diameter
    if not 0 <= share <= 1:
        raise ValueError("a radial depth lies between 0 and the diameter")
    # acos(1 - 2x) in the form that keeps its digits where x is small.
    return 2.0 * math.asin(math.sqrt(share)) if engagement == "side" else 2.0 * math.asin(share)


def milling(
    tool: ToolCard,
    law: Kienzle,
    *,
    speed: float,
    feed: float,
    axial_depth: float,
    radial_depth: float,
    engagement: Engagement = "side",
    specific_force: float | None = None,
) -> Demand:
    """Demand of a milling cut.

    Args:
        tool: the cutter.
        law: specific force of the material.
        speed: rev/min, with override.
        feed: mm/min, with override.
        axial_depth: mm.
        radial_depth: mm.
        engagement: whether the cutter stands beside the work or centred over it.
        specific_force: N/mm2 to use in place of the law, where a source gives it directly.

    Raises:
        ValueError: outside of the formulas' domain.
    """
    if min(speed, feed, axial_depth, radial_depth) < 0:
        raise ValueError(_NEGATIVE)
    arc = arc_of(radial_depth, tool.diameter, engagement)
    cutting_speed = surface_speed(tool.diameter, speed)
    if feed == 0:
        return AIR._replace(cutting_speed=cutting_speed)
    if speed == 0:
        raise ValueError("feed into the work with a standing spindle")
    feed_per_tooth = feed / (tool.teeth * speed)
    lead = math.sin(math.radians(tool.lead_angle))
    chip = feed_per_tooth * lead * 2.0 * radial_depth / (tool.diameter * arc) if arc else 0.0
    if axial_depth == 0 or chip == 0:
        return AIR._replace(cutting_speed=cutting_speed, feed_per_tooth=feed_per_tooth)
    kc = law.at(chip) if specific_force is None else specific_force
    removed = axial_depth * radial_depth * feed
    power = removed * kc / 60e6
    torque = 30_000.0 * power / (math.pi * speed)
    constant = Kienzle(kc, 0.0) if specific_force is not None else law
    gate = PEAK_MARGIN * axial_depth * _peak(tool, constant, feed_per_tooth, axial_depth, (arc, engagement))
    return Demand(
        feed_per_tooth,
        cutting_speed,
        arc,
        chip,
        kc,
        power,
        torque,
        2000.0 * torque / tool.diameter,
        gate,
        removed / 1000.0,
    )


def lag_of(tool: ToolCard, axial_depth: float) -> float:
    """By how many rad the helix delays an edge's upper end; 0 where the helix is not known."""
    return 2.0 * axial_depth * math.tan(math.radians(tool.helix or 0.0)) / tool.diameter


def _peak(
    tool: ToolCard, law: Kienzle, feed_per_tooth: float, axial_depth: float, engaged: tuple[float, Engagement]
) -> float:
    """The greatest force of all teeth, in N per mm of axial depth."""
    arc, engagement = engaged
    lead = math.sin(math.radians(tool.lead_angle))
    if tool.helix is not None:
        start = 0.0 if engagement == "side" else (math.pi - arc) / 2.0
        most = greatest(1.0 - law.mc, start, start + arc, tool.teeth, lag_of(tool, axial_depth))
        return feed_per_tooth * law.at(feed_per_tooth * lead) * most
    # A centred cutter meets its thickest chip in the middle of the arc, a side cut at the arc's end.
    thickest = feed_per_tooth * lead * (math.sin(min(arc, math.pi / 2)) if engagement == "side" else 1.0)
    teeth = math.ceil(round(tool.teeth * arc / (2.0 * math.pi), 9))
    # A lead below 90 degrees makes the chip thinner and as much wider: its area is that of the feed and the depth.
    return teeth * thickest / lead * law.at(thickest)


def turning(
    tool: ToolCard,
    law: Kienzle,
    *,
    speed: float,
    feed: float,
    depth: float,
    workpiece_diameter: float,
    specific_force: float | None = None,
) -> Demand:
    """Demand of a turning cut: `P = ap f vc kc / 60e3`.

    Args:
        tool: the insert in its holder.
        law: specific force of the material.
        speed: rev/min of the work.
        feed: mm/min along the work.
        depth: mm, in radius.
        workpiece_diameter: mm, of the surface that is cut.
        specific_force: N/mm2 to use in place of the law.

    Raises:
        ValueError: outside of the formulas' domain.
    """
    if min(speed, feed, depth) < 0 or not workpiece_diameter > 0:
        raise ValueError(_NEGATIVE)
    if depth > workpiece_diameter / 2:
        raise ValueError("a depth of cut lies within the radius of the work")
    cutting_speed = surface_speed(workpiece_diameter, speed)
    if feed == 0:
        return AIR._replace(cutting_speed=cutting_speed)
    if speed == 0:
        raise ValueError("feed into the work with a standing spindle")
    per_turn = feed / speed
    chip = per_turn * math.sin(math.radians(tool.lead_angle))
    if depth == 0:
        return AIR._replace(cutting_speed=cutting_speed, feed_per_tooth=per_turn)
    kc = law.at(chip) if specific_force is None else specific_force
    force = depth * per_turn * kc
    return Demand(
        per_turn,
        cutting_speed,
        2.0 * math.pi,
        chip,
        kc,
        force * cutting_speed / 60e3,
        force * workpiece_diameter / 2000.0,
        force,
        PEAK_MARGIN * force,
        depth * per_turn * cutting_speed,
    )


def drilling(tool: ToolCard, law: Kienzle, *, speed: float, feed: float) -> Demand:
    """Demand of drilling into the full: torque `kc f D2 / 8000` with the chip of one lip, `h = f/z sin(kr)`.

    Raises:
        ValueError: outside of the formulas' domain.
    """
    if min(speed, feed) < 0:
        raise ValueError(_NEGATIVE)
    cutting_speed = surface_speed(tool.diameter, speed)
    if feed == 0:
        return AIR._replace(cutting_speed=cutting_speed)
    if speed == 0:
        raise ValueError("feed into the work with a standing spindle")
    per_lip = feed / (tool.teeth * speed)
    chip = per_lip * math.sin(math.radians(DRILL_LEAD_DEG))
    kc = law.at(chip)
    torque = kc * per_lip * tool.teeth * tool.diameter**2 / 8000.0
    force = 2000.0 * torque / tool.diameter
    return Demand(
        per_lip,
        cutting_speed,
        2.0 * math.pi,
        chip,
        kc,
        torque * math.pi * speed / 30e3,
        torque,
        force,
        PEAK_MARGIN * force,
        math.pi * tool.diameter**2 / 4.0 * feed / 1000.0,
    )
