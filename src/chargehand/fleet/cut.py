"""What a milling cut asks of a machine: chip, specific force, power, torque and force, from the mean chip thickness.

Pure formulas, in mm, N, kW, rev/min and mm/min. A depth of zero is a cut through air: no power. They refuse what lies
outside of their domain (a radial depth beyond the diameter, a speed of zero with feed) with a ValueError.

Source: definitions, section 1 (Kienzle; side cut).
"""

from __future__ import annotations

import math
from typing import NamedTuple

from chargehand.contracts.card import MaterialCard, ToolCard


class Cut(NamedTuple):
    """A cut's demand.

    Attributes:
        feed_per_tooth: mm.
        chip: mm, mean chip thickness.
        specific_force: N/mm2, kc.
        power: kW at the edge.
        torque: N.m at the edge.
        force: N, tangential, mean over the rotation.
    """

    feed_per_tooth: float
    chip: float
    specific_force: float
    power: float
    torque: float
    force: float


AIR = Cut(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def side_cut(
    tool: ToolCard,
    material: MaterialCard,
    *,
    spindle_speed: float,
    feed_rate: float,
    axial_depth: float,
    radial_depth: float,
) -> Cut:
    """Demand of a side cut.

    Args:
        tool: the cutter.
        material: what is cut.
        spindle_speed: rev/min, with override.
        feed_rate: mm/min, with override.
        axial_depth: mm.
        radial_depth: mm.

    Raises:
        ValueError: outside of the formulas' domain.
    """
    if min(spindle_speed, feed_rate, axial_depth, radial_depth) < 0 or radial_depth > tool.diameter:
        raise ValueError("a cut needs depths within the cutter and no negative number")
    if feed_rate == 0 or axial_depth == 0 or radial_depth == 0:
        return AIR
    if spindle_speed == 0:
        raise ValueError("feed into the work with a standing spindle")
    # acos(1 - 2 ae/D), in the form that keeps its digits when ae is small.
    engagement = 2.0 * math.asin(math.sqrt(radial_depth / tool.diameter))
    feed_per_tooth = feed_rate / (tool.teeth * spindle_speed)
    lead = math.sin(math.radians(tool.lead_angle))
    chip = feed_per_tooth * lead * 2.0 * radial_depth / (tool.diameter * engagement) if engagement else 0.0
    if chip == 0:
        return AIR
    specific_force = material.kc1_1 * chip**-material.mc
    power = axial_depth * radial_depth * feed_rate * specific_force / 60e6
    torque = 30_000.0 * power / (math.pi * spindle_speed)
    return Cut(feed_per_tooth, chip, specific_force, power, torque, 2_000.0 * torque / tool.diameter)
