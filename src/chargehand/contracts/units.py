"""The units a quantity may carry, with their dimension and their factor to the unit the engine works in.

A unit is matched exactly: no trimming, no case folding, no look-alike characters. What is not here is unknown.
"""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """A unit: its dimension, and `value * factor + offset` gives the value in the dimension's own unit."""

    dimension: str
    factor: float
    offset: float = 0.0


WORKING_UNIT: dict[str, str] = {
    "rotation": "rev/min",
    "feed": "mm/min",
    "feed_per_tooth": "mm/tooth",
    "feed_per_revolution": "mm/rev",
    "length": "mm",
    "cutting_speed": "m/min",
    "ratio": "%",
    "time": "s",
    "power": "kW",
    "torque": "N.m",
    "force": "N",
    "temperature": "degC",
    "temperature_rate": "degC/min",
    "flow": "L/min",
    "vibration": "mm/s",
}
"""The unit in which every limit and every state is kept, by dimension."""

UNITS: dict[str, Unit] = {
    "rev/min": Unit("rotation", 1.0),
    "rev/s": Unit("rotation", 60.0),
    "mm/min": Unit("feed", 1.0),
    "m/min": Unit("cutting_speed", 1.0),
    "in/min": Unit("feed", 25.4),
    "ft/min": Unit("cutting_speed", 0.3048),
    "mm/tooth": Unit("feed_per_tooth", 1.0),
    "in/tooth": Unit("feed_per_tooth", 25.4),
    "mm/rev": Unit("feed_per_revolution", 1.0),
    "in/rev": Unit("feed_per_revolution", 25.4),
    "mm": Unit("length", 1.0),
    "um": Unit("length", 0.001),
    "in": Unit("length", 25.4),
    "%": Unit("ratio", 1.0),
    "s": Unit("time", 1.0),
    "min": Unit("time", 60.0),
    "kW": Unit("power", 1.0),
    "W": Unit("power", 0.001),
    "N.m": Unit("torque", 1.0),
    "N": Unit("force", 1.0),
    "degC": Unit("temperature", 1.0),
    "degF": Unit("temperature", 5.0 / 9.0, -160.0 / 9.0),
    "degC/min": Unit("temperature_rate", 1.0),
    "L/min": Unit("flow", 1.0),
    "mm/s": Unit("vibration", 1.0),
}

PARAMETER_DIMENSION: dict[str, str] = {
    "spindle_speed": "rotation",
    "feed_rate": "feed",
    "axial_depth": "length",
    "radial_depth": "length",
    "spindle_override": "ratio",
    "feed_override": "ratio",
    "coolant_flow": "flow",
    "offset_x": "length",
    "offset_y": "length",
    "offset_z": "length",
}
"""The parameters of a machine change, with the dimension their unit must have."""
