"""A quantity is a JSON number with a listed unit of the right dimension, and nothing else."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.finding import Finding
from chargehand.auditor.quantity import UNITS_OF, Given, json_type, read_quantity
from chargehand.contracts.units import PARAMETER_DIMENSION, UNITS, WORKING_UNIT


def _read(raw: Any, dimension: str = "feed", *, signed: bool = False) -> tuple[Given | None, list[Finding]]:
    found: list[Finding] = []
    return read_quantity(raw, "feed_rate", "/q", dimension, found, signed=signed), found


def _codes(raw: Any, **rest: Any) -> list[tuple[str, str | None]]:
    given_, found = _read(raw, **rest)
    assert (given_ is None) is bool(found)
    return [(finding.code, finding.path) for finding in found]


@pytest.mark.parametrize(
    ("value", "unit", "dimension", "working"),
    [
        (764, "mm/min", "feed", 764),
        (10, "in/min", "feed", 254.0),
        (50, "rev/s", "rotation", 3000.0),
        (3, "mm", "length", 3),
        (3000, "um", "length", 3.0),
        (1, "in", "length", 25.4),
        (2, "min", "time", 120.0),
        (0, "mm/min", "feed", 0),
        (0.0, "mm/min", "feed", 0.0),
    ],
)
def test_known_units_are_converted(value: float, unit: str, dimension: str, working: float) -> None:
    given_, found = _read({"value": value, "unit": unit}, dimension)
    assert found == []
    assert given_ == Given(working, unit)


@given(st.floats(min_value=0, max_value=1e15, exclude_min=True) | st.integers(0, 2**53 - 1))
def test_value_in_the_working_unit_keeps_its_bits(value: float) -> None:
    given_, found = _read({"value": value, "unit": "mm/min"})
    assert found == []
    assert given_ is not None
    assert type(given_.value) is type(value)
    if isinstance(value, float):
        assert struct.pack("<d", given_.value) == struct.pack("<d", value)
    else:
        assert given_.value == value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (764, [("PROP.TYPE_INVALID", "/q")]),
        (None, [("PROP.TYPE_INVALID", "/q")]),
        ([], [("PROP.TYPE_INVALID", "/q")]),
        ({}, [("PROP.FIELD_MISSING", "/q/unit"), ("PROP.FIELD_MISSING", "/q/value")]),
        ({"value": 1}, [("PROP.FIELD_MISSING", "/q/unit")]),
        ({"unit": "mm/min"}, [("PROP.FIELD_MISSING", "/q/value")]),
        ({"value": 1, "unit": "mm/min", "max": 2}, [("PROP.FIELD_UNKNOWN", "/q/max")]),
        ({"value": "764", "unit": "mm/min"}, [("PROP.TYPE_INVALID", "/q/value")]),
        ({"value": "1e999", "unit": "mm/min"}, [("PROP.TYPE_INVALID", "/q/value")]),
        ({"value": True, "unit": "mm/min"}, [("PROP.TYPE_INVALID", "/q/value")]),
        ({"value": None, "unit": "mm/min"}, [("PROP.TYPE_INVALID", "/q/value")]),
        ({"value": [1], "unit": "mm/min"}, [("PROP.TYPE_INVALID", "/q/value")]),
        ({"value": math.nan, "unit": "mm/min"}, [("PROP.NOT_FINITE", "/q/value")]),
        ({"value": math.inf, "unit": "mm/min"}, [("PROP.NOT_FINITE", "/q/value")]),
        ({"value": -1, "unit": "mm/min"}, [("PROP.OUT_OF_DOMAIN", "/q/value")]),
        ({"value": -0.0, "unit": "mm/min"}, [("PROP.OUT_OF_DOMAIN", "/q/value")]),
        ({"value": 2**53, "unit": "mm/min"}, [("PROP.OUT_OF_DOMAIN", "/q/value")]),
        ({"value": 10**400, "unit": "mm/min"}, [("PROP.OUT_OF_DOMAIN", "/q/value")]),
        ({"value": 1e300, "unit": "in/min"}, [("PROP.OUT_OF_DOMAIN", "/q/value")]),
        ({"value": 1, "unit": 5}, [("PROP.TYPE_INVALID", "/q/unit")]),
        ({"value": 1, "unit": None}, [("PROP.TYPE_INVALID", "/q/unit")]),
        ({"value": 1, "unit": ""}, [("PROP.UNIT_UNKNOWN", "/q/unit")]),
        ({"value": 1, "unit": "mm/s"}, [("PROP.UNIT_DIMENSION", "/q/unit")]),
        ({"value": 1, "unit": "m/min"}, [("PROP.UNIT_DIMENSION", "/q/unit")]),
        ({"value": 1, "unit": "rev/min"}, [("PROP.UNIT_DIMENSION", "/q/unit")]),
        ({"value": "x", "unit": "x"}, [("PROP.TYPE_INVALID", "/q/value"), ("PROP.UNIT_UNKNOWN", "/q/unit")]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(raw: Any, expected: list[tuple[str, str]]) -> None:
    assert _codes(raw) == expected


@pytest.mark.parametrize(
    "text", ["NaN", "nan", "-NaN", " nan ", "Infinity", "-Infinity", "+inf", "INF", "1.#INF", "1.#IND"]
)
def test_not_a_number_as_text_is_said_to_be_that(text: str) -> None:
    assert _codes({"value": text, "unit": "mm/min"}) == [("PROP.NOT_FINITE", "/q/value")]


@pytest.mark.parametrize(
    "unit",
    [
        "mm/min ",
        " mm/min",
        "MM/MIN",
        "mm / min",
        "mm/mi\u0578",
        "\u043cm/min",
        "mm\u2215min",
        "mm/min\u200b",
        "mm\u00a0/min",
        "mmpm",
    ],
)
def test_unit_is_matched_character_by_character(unit: str) -> None:
    given_, found = _read({"value": 1, "unit": unit})
    assert given_ is None
    assert [finding.code for finding in found] == ["PROP.UNIT_UNKNOWN"]
    assert found[0].remedies[0].one_of == ["mm/min", "in/min"]


def test_signed_quantities_may_be_negative_but_not_negative_zero() -> None:
    assert _read({"value": -2.5, "unit": "mm"}, "length", signed=True)[0] == Given(-2.5, "mm")
    assert _codes({"value": -0.0, "unit": "mm"}, dimension="length", signed=True) == [
        ("PROP.OUT_OF_DOMAIN", "/q/value")
    ]


@pytest.mark.parametrize("dimension", sorted(WORKING_UNIT))
def test_every_dimension_names_its_units(dimension: str) -> None:
    assert WORKING_UNIT[dimension] in UNITS_OF[dimension]
    assert all(UNITS[unit].dimension == dimension for unit in UNITS_OF[dimension])


def test_every_parameter_has_units_to_choose_from() -> None:
    assert all(UNITS_OF[dimension] for dimension in PARAMETER_DIMENSION.values())


@pytest.mark.parametrize(
    ("value", "name"),
    [(True, "boolean"), (1, "number"), (1.5, "number"), ("", "string"), ({}, "object"), ([], "array"), (None, "null")],
)
def test_json_types_are_named(value: object, name: str) -> None:
    assert json_type(value) == name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(JSON | st.fixed_dictionaries({"value": JSON, "unit": st.sampled_from(sorted(UNITS)) | JSON}))
def test_any_json_is_read_or_said_to_be_wrong(raw: Any) -> None:
    given_, found = _read(raw)
    assert (given_ is None) is bool(found)
    if given_ is not None:
        assert math.isfinite(given_.value)
        assert given_.value >= 0
