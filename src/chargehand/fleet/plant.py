"""A simulated machine's physics between two changes: what every sensor would read at any tick.

A `Stretch` begins where something changed (a set-up, a fault) and knows where the machine stood then. Everything after
follows from the set-up in closed form, plus counter-based noise, so any tick is computed alone and twice the same.
It invents no readings for sensors that the card does not list.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from chargehand.contracts.card import Axis, MachineCard, MaterialCard, ToolCard
from chargehand.contracts.machine import SIGNAL_UNITS, Setup, SignalValue
from chargehand.fleet import cut, noise
from chargehand.fleet.cycle import Cycle, Spot, settle

Fault = Literal[
    "estop", "door_open", "alarm", "feed_hold", "manual_mode", "coolant_failed", "load_unavailable", "connection_lost"
]
HALTING: frozenset[Fault] = frozenset({"estop", "door_open", "alarm", "feed_hold", "manual_mode"})

AMBIENT_DEG_C = 22.0
AIR_HEAT_K = 8.0
"""Rise of a spindle that turns freely at its highest speed for ever."""
CUT_HEAT_K = 45.0
"""Further rise at 100 % of the continuous rating."""
THERMAL_LAG_S = 600.0
AXIS_FORCE_N = 5_200.0
"""Force at which an axis drive is at 100 %."""
WEAR_LIMIT_MM = 0.3
"""Flank wear at which the operator changes the edge."""
WEAR_MM_PER_S = WEAR_LIMIT_MM / 3_600.0
"""At 120 m/min; it grows with the cube of the cutting speed."""
RAPID_MM_PER_MIN = 5_000.0
_TEXTS = frozenset({"execution", "mode", "program", "block"})
_DIGITS = {"spindle_speed": 1, "feed_rate": 1, "position_x": 3, "position_y": 3, "position_z": 3}
_DIGITS |= {"cutting_power": 4, "tool_wear": 5, "vibration": 3}

STANDSTILL_MM_PER_MIN = 1e-3
"""Feeds below this stand still: no drive moves so slowly, and a cycle that never ends has no readings."""


class Machine(NamedTuple):
    """What does not change about a simulated machine.

    Attributes:
        card: its card.
        tool: the cutter in the spindle.
        material: what it cuts.
        seed: of its noise.
        tick_us: time between two samples.
    """

    card: MachineCard
    tool: ToolCard
    material: MaterialCard
    seed: int
    tick_us: int


class Stretch(NamedTuple):
    """The time since the last change.

    Attributes:
        tick: where it begins.
        setup: what the machine is set to.
        coolant_flow: L/min when the pump runs.
        faults: what is wrong.
        begun_s: place in the cycle at its beginning.
        rise: K over ambient at its beginning.
        wear: mm at its beginning.
    """

    tick: int
    setup: Setup
    coolant_flow: float
    faults: frozenset[Fault]
    begun_s: float
    rise: float
    wear: float


class Demand(NamedTuple):
    """What a set-up asks for, at its overrides: rev/min, mm/min, the cut, and load as a share of the S1 rating."""

    spindle_speed: float
    feed_rate: float
    cut: cut.Cut
    load: float


class Standing(NamedTuple):
    """Where the machine is at a tick; `cycle` is None while it is halted."""

    cycle: Cycle | None
    spot: Spot
    rise: float
    wear: float


def demand(machine: Machine, setup: Setup) -> Demand:
    """What a set-up asks for. Unknown settings ask for nothing; a cut outside of the formulas' domain stalls at S1."""
    speed = (setup.spindle_speed or 0.0) * (setup.spindle_override or 0.0) / 100.0
    feed = (setup.feed_rate or 0.0) * (setup.feed_override or 0.0) / 100.0
    if feed < STANDSTILL_MM_PER_MIN:
        feed = 0.0
    try:
        made = cut.side_cut(
            machine.tool,
            machine.material,
            spindle_speed=speed,
            feed_rate=feed,
            axial_depth=setup.axial_depth or 0.0,
            radial_depth=setup.radial_depth or 0.0,
        )
    except ValueError:
        rated = machine.card.spindle_power_s1 * machine.card.eta
        return Demand(speed, feed, cut.AIR._replace(power=rated), 1.0)
    return Demand(speed, feed, made, made.power / machine.card.eta / machine.card.spindle_power_s1)


def standing(machine: Machine, stretch: Stretch, tick: int) -> Standing:
    """Where the machine is at a tick of the stretch."""
    wanted = demand(machine, stretch.setup)
    elapsed_s = (tick - stretch.tick) * machine.tick_us / 1e6
    air_heat = AIR_HEAT_K * wanted.spindle_speed / machine.card.spindle_speed_max
    moving = Cycle(
        feed_mm_per_min=wanted.feed_rate or 1.0, air_heat=air_heat, cut_heat=air_heat + CUT_HEAT_K * wanted.load
    )
    if stretch.faults & HALTING or wanted.feed_rate <= 0 or wanted.spindle_speed <= 0:
        heat = air_heat if _spindle_turns(stretch) else 0.0
        rise = settle(stretch.rise, heat, elapsed_s, THERMAL_LAG_S)
        return Standing(None, moving.at(stretch.begun_s, 0.0), rise, stretch.wear)
    cutting_speed = wanted.spindle_speed * machine.tool.diameter * math.pi / 1000.0
    rate = WEAR_MM_PER_S * (cutting_speed / 120.0) ** 3
    wear = stretch.wear + rate * moving.cut_seconds(stretch.begun_s, elapsed_s)
    rise = moving.warm(stretch.rise, stretch.begun_s, elapsed_s, THERMAL_LAG_S)
    return Standing(moving, moving.at(stretch.begun_s, elapsed_s), rise, wear % WEAR_LIMIT_MM)


def resume(machine: Machine, stretch: Stretch, tick: int, setup: Setup, faults: frozenset[Fault]) -> Stretch:
    """A new stretch from a tick on: the place in the part, the warmth and the wear carry over."""
    now = standing(machine, stretch, tick)
    wanted = demand(machine, setup)
    renewed = Cycle(feed_mm_per_min=wanted.feed_rate or 1.0, air_heat=0.0, cut_heat=0.0)
    return stretch._replace(
        tick=tick, setup=setup, faults=faults, begun_s=renewed.begun_s(now.spot), rise=now.rise, wear=now.wear
    )


def picture(machine: Machine, stretch: Stretch, tick: int) -> dict[str, SignalValue]:
    """What the machine's sensors read at a tick: one value for every signal on its card."""
    where = standing(machine, stretch, tick)
    readings = _readings(machine, stretch, where, tick)
    values: dict[str, SignalValue] = {}
    for name in machine.card.sensors:
        value = readings[name]
        if name == "spindle_load" and "load_unavailable" in stretch.faults:
            values[name] = SignalValue(v=None, u="%", q="unavailable")
        elif isinstance(value, str):
            values[name] = SignalValue(v=value, q="good")
        else:
            values[name] = SignalValue(v=round(value, _DIGITS.get(name, 2)), u=SIGNAL_UNITS[name], q="good")
    return values


def _spindle_turns(stretch: Stretch) -> bool:
    return not stretch.faults & (HALTING - {"feed_hold"})


def _readings(machine: Machine, stretch: Stretch, where: Standing, tick: int) -> dict[str, float | str]:
    wanted = demand(machine, stretch.setup)
    cutting = where.cycle is not None and where.spot.phase == "cut"
    turning = _spindle_turns(stretch) and where.spot.phase != "load"
    load = 100.0 * wanted.load if cutting else 0.0
    force = 100.0 * wanted.cut.force / AXIS_FORCE_N if cutting else 0.0

    def shaken(channel: str, value: float, share: float) -> float:
        return value * (1.0 + share * noise.normal(machine.seed, machine.card.id, channel, tick))

    readings: dict[str, float | str] = {
        "spindle_speed": shaken("spindle_speed", wanted.spindle_speed, 0.0008) if turning else 0.0,
        "feed_rate": shaken("feed_rate", _feed(machine, wanted, where), 0.002),
        "spindle_load": shaken("spindle_load", load, 0.01),
        "axis_load_x": abs(shaken("axis_load_x", 4.0 + force, 0.03)),
        "axis_load_y": abs(shaken("axis_load_y", 4.0 + 0.4 * force, 0.03)),
        "axis_load_z": abs(shaken("axis_load_z", 15.0 + 0.2 * force, 0.02)),
        "spindle_override": float(stretch.setup.spindle_override or 0.0),
        "feed_override": float(stretch.setup.feed_override or 0.0),
        "vibration": abs(shaken("vibration", 0.3 + 0.02 * load + 2.0 * where.wear, 0.08)) if turning else 0.05,
        "spindle_temperature": AMBIENT_DEG_C + where.rise,
        "coolant_flow": shaken("coolant_flow", _coolant(stretch, where), 0.01),
        "cutting_power": shaken("cutting_power", wanted.cut.power if cutting else 0.0, 0.01),
        "tool_wear": where.wear,
        "execution": _execution(stretch, where),
        "mode": "MANUAL" if "manual_mode" in stretch.faults else "AUTOMATIC",
        "program": stretch.setup.program or "",
        "block": _block(stretch.setup, where.spot),
    }
    for axis in "xyz":
        readings[f"position_{axis}"] = _position(machine.card.axes.get(axis.upper()), axis, where.spot)
    return readings


def _feed(machine: Machine, wanted: Demand, where: Standing) -> float:
    if where.cycle is None or where.spot.phase == "load":
        return 0.0
    return wanted.feed_rate if where.spot.phase == "cut" else min(RAPID_MM_PER_MIN, machine.card.feed_rate_max)


def _coolant(stretch: Stretch, where: Standing) -> float:
    running = where.cycle is not None and where.spot.phase != "load"
    return stretch.coolant_flow if running and stretch.setup.coolant and "coolant_failed" not in stretch.faults else 0.0


def _execution(stretch: Stretch, where: Standing) -> str:
    if stretch.faults & {"estop", "alarm", "door_open"}:
        return "INTERRUPTED"
    if "feed_hold" in stretch.faults:
        return "FEED_HOLD"
    return "READY" if where.cycle is None or where.spot.phase == "load" else "ACTIVE"


def _block(setup: Setup, spot: Spot) -> str:
    return {
        "load": "N10 M6",
        "approach": "N20 G0 X Y Z",
        "cut": f"N30 G1 X F{setup.feed_rate}",
        "retract": "N40 G0 Z",
    }[spot.phase]


def _position(axis: Axis | None, name: str, spot: Spot) -> float:
    """Home at the top, a straight cut along X at depth, and back; within whatever travel the card gives the axis."""
    low, high = (axis.min, axis.max) if axis else (-150.0, 150.0)
    reach = {"load": 0.0, "approach": spot.done, "cut": 1.0, "retract": 1.0 - spot.done}[spot.phase]
    if name == "z":
        return high - 0.5 * (high - low) * reach
    if name == "y":
        return low + (high - low) * (0.4 + 0.1 * reach)
    along = {"load": 0.0, "approach": 0.0, "cut": spot.done, "retract": 1.0}[spot.phase]
    return low + (high - low) * (0.25 + 0.5 * along)
