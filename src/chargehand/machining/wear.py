"""How long an edge lasts: Taylor's `vc T^n = C`.

Source: F. W. Taylor, On the Art of Cutting Metals, 1907.
"""

from __future__ import annotations

import math

from chargehand.contracts.card import ToolUse


def edge_life(use: ToolUse, cutting_speed: float) -> float | None:
    """Minutes at a cutting speed in m/min; None if the card does not know, endless at a standstill."""
    if use.taylor_n is None or use.taylor_c is None:
        return None
    if cutting_speed <= 0:
        return math.inf
    return float((use.taylor_c / cutting_speed) ** (1.0 / use.taylor_n))
