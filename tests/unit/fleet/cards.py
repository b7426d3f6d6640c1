"""Cards and set-ups for the fleet's tests, built in code so that no test depends on the shipped figures."""

from __future__ import annotations

from typing import Any

from chargehand.contracts.card import Axis, DutyRating, MachineCard, MaterialCard, SpindlePoint, ToolCard, ToolUse
from chargehand.contracts.machine import SIGNAL_UNITS, Setup
from chargehand.contracts.proposal import MachineChange, Quantity
from chargehand.fleet.simulator import Simulator

T0 = 1_780_000_000_000_000
"""A moment in 2026, in microseconds; it lies on a full 100 ms but not on a full minute."""
TICK = 100_000
EM12 = ToolCard(
    id="EM12-4",
    name="end mill",
    diameter=12,
    teeth=4,
    flute_length=26,
    stickout=36,
    spindle_speed_min=500,
    spindle_speed_max=12_000,
    uses=[
        ToolUse(
            group="P",
            cutting_speed_min=18,
            cutting_speed_max=460,
            feed_per_tooth_min=0.01,
            feed_per_tooth_max=0.2,
            taylor_n=0.25,
            taylor_c=900,
        )
    ],
    force_max=3000,
)
CURVE = [
    SpindlePoint(speed=60, power_s1=0.44, power_peak=0.5984, torque=70.03),
    SpindlePoint(speed=1500, power_s1=11, power_peak=14.96, torque=70.03),
    SpindlePoint(speed=6000, power_s1=11, power_peak=14.96, torque=17.51),
    SpindlePoint(speed=12_000, power_s1=9, power_peak=12.24, torque=7.162),
]
STEEL = MaterialCard(id="steel-qt-250hb", name="steel", group="P", kc1_1=1675, mc=0.24, source="golden point G1")
SETUP = Setup(
    axial_depth=3,
    coolant=True,
    feed_override=100,
    feed_rate=764,
    material="steel-qt-250hb",
    program="BRACKET-R1",
    program_sha256="sha256:00",
    radial_depth=3,
    revision=1,
    spindle_override=100,
    spindle_speed=3183,
    tool="EM12-4",
)


def machine_card(machine_id: str = "CNC-001", **changes: Any) -> MachineCard:
    """A 3-axis mill with every sensor and interlock, unless changed."""
    fields: dict[str, Any] = {
        "id": machine_id,
        "name": "mill",
        "site": "works",
        "cell": "milling",
        "kind": "mill_3axis",
        "source": "simulated",
        "axes": {
            "X": Axis(min=0, max=760, acceleration=5000, jerk=50_000, rapid=30_000),
            "Y": Axis(min=0, max=430, acceleration=5000, jerk=50_000, rapid=30_000),
            "Z": Axis(min=-460, max=0, acceleration=4000, jerk=40_000, rapid=24_000),
        },
        "spindle_speed_min": 60,
        "spindle_speed_max": 12_000,
        "feed_rate_min": 1,
        "feed_rate_max": 12_000,
        "spindle_power_s1": 11,
        "sensors": list(SIGNAL_UNITS),
        "interlocks": ["alarms", "door", "estop", "feed_hold"],
        "spindle_curve": CURVE,
        "duty": DutyRating(ratio=1.36, share=0.4),
        "spindle_temperature_max": 70,
        "temperature_rate_max": 5,
        "work_offsets": {"G54": {"X": 380, "Y": 215, "Z": -300}},
        "home": {"X": 0, "Y": 430, "Z": 0},
    }
    return MachineCard(**(fields | changes))


def simulator(machine_id: str = "CNC-001", *, seed: int = 7, setup: Setup = SETUP, **changes: Any) -> Simulator:
    """A simulated mill."""
    return Simulator(machine_card(machine_id, **changes), setup, EM12, STEEL, seed=seed)


def change(operation: str = "parameter_set", **params: tuple[float, str]) -> MachineChange:
    """A machine change: `change(feed_rate=(600, "mm/min"))`."""
    return MachineChange(
        operation=operation,  # type: ignore[arg-type]
        params={name: Quantity(value=value, unit=unit) for name, (value, unit) in params.items()},
    )
