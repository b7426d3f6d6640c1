"""The ceilings: every upper limit that a cut meets through what it asks for, not through a setting of its own.

One table serves two readers, as the boxes do. The cutting checks ask whether the demand stays below; the clamp asks by
how much the cut has to shrink. Every demand here grows with speed, feed per tooth, axial and radial depth; the clamp
rests on that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from chargehand.auditor.cut import Cut
from chargehand.machining.cutting import Demand
from chargehand.machining.deflection import deflection


class Ceiling(NamedTuple):
    """One upper limit.

    Attributes:
        check: name of its check.
        field: the quantity.
        unit: unit of demand and limit.
        code: code of its violation.
        asked: what the cut asks for.
        borne: what is borne, exactly this much included; None where nothing sets a limit.
    """

    check: str
    field: str
    unit: str
    code: str
    asked: Callable[[Cut, Demand], float]
    borne: Callable[[Cut], float | None]


def share_borne(cut: Cut) -> float:
    """How much of its continuous rating the drive may give for this cut: 1 for ever, more for a cut that ends.

    With a time t the heat stays within what is borne iff `u^2 (1 - exp(-t/tau)) + theta0 exp(-t/tau) <= 1`.
    """
    if cut.ratings is None or cut.cut_time is None or cut.tau is None:
        return 1.0
    gone = -math.expm1(-cut.cut_time / cut.tau)
    spare = (1.0 - cut.heat) * math.exp(-cut.cut_time / cut.tau)
    if gone == 0.0:
        return peak_share(cut) if spare > 0 else 1.0 if spare == 0 else 0.0
    room = 1.0 + spare / gone
    return min(peak_share(cut), math.sqrt(room)) if room > 0 else 0.0


def peak_share(cut: Cut) -> float:
    """u_peak: the most that the drive gives for a short time, as a share of its continuous rating."""
    assert cut.ratings is not None
    return cut.ratings.power_peak / cut.ratings.power_s1


def motor_power(cut: Cut, demand: Demand) -> float:
    """What the motor gives, in kW: power at the edge over the machine's efficiency."""
    return demand.power / cut.card.eta


def _power(cut: Cut) -> float | None:
    return None if cut.ratings is None else cut.ratings.power_s1 * share_borne(cut)


def _torque(cut: Cut) -> float | None:
    return None if cut.ratings is None else cut.ratings.torque * share_borne(cut)


def _deflection(cut: Cut) -> float | None:
    """The tip's limit; none for a drill, whose lips push against each other and turn it instead of bending it."""
    if cut.tool.kind == "drill":
        return None
    return cut.tool.deflection_finishing if cut.finishing else cut.tool.deflection_roughing * cut.tool.diameter


POWER = Ceiling("cut.power", "motor_power", "kW", "CUT.POWER_ABOVE_S1", motor_power, _power)
"""Its code says S1; where the cut ends, the check answers with the code of what was met: the peak or the duty."""

CEILINGS: tuple[Ceiling, ...] = (
    POWER,
    Ceiling("cut.torque", "torque", "N.m", "CUT.TORQUE_ABOVE_CURVE", lambda _, demand: demand.torque, _torque),
    Ceiling(
        "cut.force",
        "force",
        "N",
        "CUT.FORCE_ABOVE_MAX",
        lambda _, demand: demand.gate_force,
        lambda cut: cut.tool.force_max,
    ),
    Ceiling(
        "cut.deflection",
        "deflection",
        "mm",
        "CUT.DEFLECTION_ABOVE_MAX",
        lambda cut, demand: deflection(cut.tool, demand.gate_force),
        _deflection,
    ),
    Ceiling(
        "tool.holder_torque",
        "torque",
        "N.m",
        "TOOL.HOLDER_TORQUE_ABOVE_RATING",
        lambda _, demand: demand.torque,
        lambda cut: None if cut.tool.holder is None else cut.tool.holder.torque_max,
    ),
)
