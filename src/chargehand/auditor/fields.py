"""What a rule or a limit may speak of by name, with the unit each is kept in.

Parameters of machine changes come first: `spindle_speed` in a rule is the merged setting, not the measured signal of
the same name. Signals without a setting of that name are read from the machine's state.
"""

from __future__ import annotations

from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.contracts.units import PARAMETER_DIMENSION, UNITS, WORKING_UNIT

PARAMETER_UNIT: dict[str, str] = {name: WORKING_UNIT[kind] for name, kind in PARAMETER_DIMENSION.items()}
"""Working unit of every parameter of a machine change."""

NUMERIC_SIGNALS: dict[str, str] = {name: unit for name, unit in SIGNAL_UNITS.items() if unit is not None}
"""Unit of every signal that is a number."""

FIELD_UNIT: dict[str, str] = {
    **NUMERIC_SIGNALS,
    **PARAMETER_UNIT,
    "effective_speed": "rev/min",
    "effective_feed": "mm/min",
}
"""Working unit of everything that a limit or a numeric rule about machines may speak of."""

SIGNAL_FIELDS = frozenset(NUMERIC_SIGNALS) - frozenset(PARAMETER_UNIT)
"""Fields that are read from the machine's state, not from the merged set-up."""


def to_working(value: float, unit: str, field_unit: str) -> float | None:
    """A value in the field's working unit; None if the unit is unknown or measures something else."""
    known, target = UNITS.get(unit), UNITS[field_unit]
    if known is None or known.dimension != target.dimension:
        return None
    return value if unit == field_unit else value * known.factor + known.offset
