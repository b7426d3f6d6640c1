"""What rules and limits may speak of, and in which unit."""

from __future__ import annotations

import pytest

from chargehand.auditor.fields import FIELD_UNIT, PARAMETER_UNIT, SIGNAL_FIELDS, to_working
from chargehand.contracts.machine import SIGNAL_UNITS
from chargehand.contracts.units import PARAMETER_DIMENSION, UNITS


def test_every_parameter_and_numeric_signal_is_a_field() -> None:
    numeric = {name for name, unit in SIGNAL_UNITS.items() if unit is not None}
    assert set(PARAMETER_UNIT) == set(PARAMETER_DIMENSION)
    assert set(FIELD_UNIT) == numeric | set(PARAMETER_DIMENSION) | {"effective_speed", "effective_feed"}


def test_setting_goes_before_the_signal_of_its_name() -> None:
    assert "spindle_speed" not in SIGNAL_FIELDS
    assert "spindle_load" in SIGNAL_FIELDS
    assert SIGNAL_FIELDS.isdisjoint(PARAMETER_DIMENSION)


@pytest.mark.parametrize("unit", sorted(set(FIELD_UNIT.values())))
def test_every_field_has_a_known_unit(unit: str) -> None:
    assert unit in UNITS


@pytest.mark.parametrize(
    ("value", "unit", "field", "expected"),
    [
        (10, "in/min", "mm/min", 254.0),
        (0.1, "mm/min", "mm/min", 0.1),
        (212, "degF", "degC", pytest.approx(100)),
        (1, "mm/min ", "mm/min", None),
        (1, "mm", "mm/min", None),
        (1, "m/min", "mm/min", None),
        (1, "", "mm/min", None),
    ],
)
def test_values_come_into_the_fields_unit(value: float, unit: str, field: str, expected: float | None) -> None:
    assert to_working(value, unit, field) == expected
