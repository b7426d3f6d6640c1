"""What the sensors make of the truth: late, noisy, in steps, sometimes nothing, sometimes wrong.

A reading depends on the truth some ticks ago and on noise from a counter, so it can be had for any tick alone. A sensor
that has nothing to say is unavailable; it never invents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chargehand.fleet import noise
from chargehand.fleet.plant import Machine
from chargehand.fleet.twin.truth import Truth


class Sensor(NamedTuple):
    """A sensor of a number.

    Attributes:
        true: what it measures.
        share: deviation of its noise, as a share of the value.
        floor: deviation of its noise, in its unit.
        lag: seconds that it is behind.
        step: its resolution, in its unit.
        digits: decimals that it tells.
        dropout: probability that a sample is missing.
    """

    true: Callable[[Truth], float]
    share: float
    floor: float
    lag: float
    step: float
    digits: int
    dropout: float = 0.0


SENSORS: dict[str, Sensor] = {
    "spindle_speed": Sensor(lambda so: so.spindle_speed, 0.0008, 0.0, 0.0, 0.1, 1),
    "feed_rate": Sensor(lambda so: so.feed, 0.002, 0.0, 0.0, 0.1, 1),
    "spindle_load": Sensor(lambda so: 100.0 * so.load, 0.01, 0.02, 0.1, 0.01, 2),
    "axis_load_x": Sensor(lambda so: 100.0 * so.axis_load[0], 0.02, 0.05, 0.1, 0.01, 2),
    "axis_load_y": Sensor(lambda so: 100.0 * so.axis_load[1], 0.02, 0.05, 0.1, 0.01, 2),
    "axis_load_z": Sensor(lambda so: 100.0 * so.axis_load[2], 0.02, 0.05, 0.1, 0.01, 2),
    "vibration": Sensor(lambda so: so.vibration, 0.08, 0.0, 0.1, 0.001, 3),
    "spindle_temperature": Sensor(lambda so: so.spindle_temperature, 0.0, 0.02, 1.0, 0.05, 2),
    "coolant_flow": Sensor(lambda so: so.coolant, 0.01, 0.0, 0.0, 0.01, 2),
    "position_x": Sensor(lambda so: so.position[0], 0.0, 0.0, 0.0, 0.001, 3),
    "position_y": Sensor(lambda so: so.position[1], 0.0, 0.0, 0.0, 0.001, 3),
    "position_z": Sensor(lambda so: so.position[2], 0.0, 0.0, 0.0, 0.001, 3),
    "cutting_power": Sensor(lambda so: so.power, 0.01, 0.0, 0.1, 0.0001, 4),
    "tool_wear": Sensor(lambda so: so.wear, 0.0, 0.0, 0.0, 0.00001, 5),
}
"""The sensors of a machine in good order. What the control itself knows is neither late nor noisy.

None misses a sample: a missing one denies whatever is proposed meanwhile. Drop-outs come by a disturbance.
"""
TEXTS = frozenset({"execution", "mode", "program", "block"})
OVERRIDES = frozenset({"spindle_override", "feed_override"})


def dropped(machine: Machine, name: str, probability: float, tick: int) -> bool:
    """Whether a sensor misses a sample."""
    if not probability > 0:
        return False
    return noise.uniform(machine.seed, machine.card.id, name + "?", tick, machine.scenario) < probability


def reading(sensor: Sensor, value: float, name: int, stirred: int) -> float:
    """What a sensor reads of a true value; `name` is its noise's stream, `stirred` the mixed tick."""
    spread = sensor.share * abs(value) + sensor.floor
    if spread:
        value += spread * noise.normal_of(name, stirred)
        if sensor.floor and value < 0:
            value = 0.0
    return round(round(value / sensor.step) * sensor.step, sensor.digits)
