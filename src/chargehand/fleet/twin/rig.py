"""What the twin takes a machine to be where its card says nothing: drives, masses, warmth, and how an edge wears.

Figures of a mid-size machine, the same for all of them. They shape the simulated world only; a verdict never sees them.
"""

from __future__ import annotations

import math

from chargehand.contracts.card import Axis, MachineCard, ToolCard
from chargehand.fleet.plant import Machine
from chargehand.machining.drive import Ratings, ratings, time_constant
from chargehand.machining.gcode.moves import Frame, Point
from chargehand.machining.motion import Dynamics
from chargehand.machining.wear import edge_life

ACCELERATION_MM_S2 = 3_000.0
JERK_MM_S3 = 50_000.0
RAPID_MM_PER_MIN = 15_000.0
SPIN_UP_S = 2.0
"""From a standstill to the highest speed."""
SPIN_UP_LOAD = 1.2
"""Motor power over S1 while the spindle speeds up: drives give what they have, for a moment."""
SPIN_DOWN_LOAD = 0.6
IDLE_LOAD = 0.03
"""Motor power over S1 at the highest speed without a cut. Under load it is part of the efficiency."""
STALL = 1.3
"""Times the peak rating at which the spindle stops."""
AIR_HEAT_K = 8.0
"""Rise of a spindle that turns freely at its highest speed for ever."""
CUT_HEAT_K = 45.0
"""Further rise at 100 % of the continuous rating."""
THERMAL_LAG_S = 600.0
DRIVE_LAG_S = 500.0
"""Of a drive without a short-time rating."""
AXIS_FORCE_N = 5_200.0
"""Force at which an axis drive is at 100 %."""
AXIS_MASS_KG = 400.0
FRICTION = 0.04
"""Share of the axis drive that moving takes; half of it holds still."""
WEIGHT = 0.15
"""Share of the drive of Z that its weight takes."""
EDGE_LIFE_MIN = 60.0
"""At 120 m/min, of an edge whose card does not know Taylor's figures; it falls with the cube of the speed."""
BENDING_N_PER_MM2 = 2_500.0
"""Stress at which a carbide shank snaps at its peak force; steel shanks are taken for as strong."""


def rated(card: MachineCard, speed: float) -> Ratings:
    """What the drive gives. Outside of its curve the torque (below) or the power (above) of the nearest point holds."""
    curve = card.spindle_curve
    if not curve:
        peak = card.duty.ratio if card.duty else 1.3
        return Ratings(card.spindle_power_s1, peak * card.spindle_power_s1, math.inf)
    found = ratings(curve, speed)
    if found is not None:
        return found
    end = curve[0] if speed < curve[0].speed else curve[-1]
    share = max(speed, 1.0) / end.speed if speed < end.speed else 1.0
    return Ratings(end.power_s1 * share, end.power_peak * share, end.torque)


def drive_lag(card: MachineCard) -> float:
    """The drive's time constant in seconds."""
    return time_constant(card.duty) if card.duty else DRIVE_LAG_S


def spin_load(before: float, after: float) -> float:
    """Motor power over S1 while the spindle changes its speed."""
    return SPIN_UP_LOAD if after > before else SPIN_DOWN_LOAD


def idle_load(card: MachineCard, speed: float) -> float:
    """Motor power over S1 without a cut."""
    return IDLE_LOAD * speed / card.spindle_speed_max


def dynamics(card: MachineCard) -> Dynamics:
    """What the axes bear, by the card as far as it knows."""

    def each(name: str, otherwise: float) -> Point:
        found = [getattr(card.axes.get(axis), name, None) or otherwise for axis in "XYZ"]
        return found[0], found[1], found[2]

    return Dynamics(
        each("acceleration", ACCELERATION_MM_S2),
        each("jerk", JERK_MM_S3),
        each("rapid", RAPID_MM_PER_MIN),
        card.spindle_speed_max / SPIN_UP_S,
    )


def origins(card: MachineCard, *, turned: bool) -> dict[Frame, Point]:
    """Machine coordinates of the programs' zero points; G54 lies well within the travel if the card is silent."""
    found: dict[Frame, Point] = {"G53": (0.0, 0.0, 0.0)}
    frames: tuple[Frame, ...] = ("G54", "G55", "G56", "G57", "G58", "G59")
    for frame in frames:
        given = card.work_offsets.get(frame)
        if given is not None:
            found[frame] = given.get("X", 0.0), given.get("Y", 0.0), given.get("Z", 0.0)
    if "G54" not in found:
        (x_low, x_high), (y_low, y_high), (z_low, z_high) = (_travel(card.axes.get(axis)) for axis in "XYZ")
        x = 0.0 if turned else (x_low + x_high) / 2.0
        found["G54"] = x, (y_low + y_high) / 2.0, (z_low + z_high) / 2.0
    return found


def _travel(axis: Axis | None) -> tuple[float, float]:
    return (axis.min, axis.max) if axis else (-150.0, 150.0)


def strength(tool: ToolCard) -> float:
    """N of peak force at which the tool breaks: bending where it leaves the holder."""
    if tool.shank is not None:
        modulus = tool.shank[0] * tool.shank[1] ** 2 / 6.0
    else:
        modulus = math.pi * (tool.core_ratio * tool.diameter) ** 3 / 32.0
    return BENDING_N_PER_MM2 * modulus / tool.stickout


def wear_rate(machine: Machine, cutting_speed: float) -> float:
    """Flank wear in mm per second of cut, at a cutting speed in m/min."""
    use = next((found for found in machine.tool.uses if found.group == machine.material.group), None)
    life = edge_life(use, cutting_speed) if use is not None else None
    if life is None:
        life = EDGE_LIFE_MIN * (120.0 / cutting_speed) ** 3 if cutting_speed > 0 else math.inf
    # Faster than a thousandth of a second no edge is gone; and no life is so short that it is not finite.
    return machine.tool.wear_max / max(60.0 * life, 1e-3)


def wear_breaking(limit: float) -> float:
    """Flank wear in mm at which an edge breaks off: twice what it is good for."""
    return 2.0 * limit
