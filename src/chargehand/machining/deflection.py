"""How far a tool's tip gives way: a cantilever of the stick-out's length under the tangential force.

Source: definitions, section 1: `d = F L^3 / (3 E I)`, `I = pi (0.8 D)^4 / 64` for a fluted tool; a turning tool's shank
is a bar, `I = b h^3 / 12`.
"""

from __future__ import annotations

import math

from chargehand.contracts.card import ToolCard


def deflection(tool: ToolCard, force: float) -> float:
    """The tip under a force in N, in mm."""
    return force * tool.stickout**3 / (3.0 * tool.youngs_modulus * _second_moment(tool))


def _second_moment(tool: ToolCard) -> float:
    if tool.shank is not None:
        width, height = tool.shank
        return width * height**3 / 12.0
    return math.pi * (tool.core_ratio * tool.diameter) ** 4 / 64.0
