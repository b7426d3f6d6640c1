"""From text to value: numbers as they are, everything else by its code, nothing clipped."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.machine import SIGNAL_UNITS, SignalValue
from chargehand.fleet.reading import TEXT_CHARS_MAX, parse_number, read_value
from chargehand.fleet.signals import POSSIBLE, Route

NUMERIC = sorted(name for name, unit in SIGNAL_UNITS.items() if unit is not None)


def read(name: str, text: str, factor: float = 1.0, offset: float = 0.0) -> tuple[SignalValue, str | None]:
    return read_value(name, Route(name, factor, offset), text)


@pytest.mark.parametrize(
    ("text", "value"), [("56", 56), ("56.0", 56), ("-0.5", -0.5), ("1e2", 100), (".5", 0.5), ("5.", 5), ("-0", 0)]
)
def test_numbers(text: str, value: float) -> None:
    assert read("position_x", text) == (SignalValue(v=value, u="mm", q="good"), None)


def test_the_machines_unit_is_converted() -> None:
    assert read("feed_rate", "40.65", factor=60.0)[0].v == 2439.0
    assert read("spindle_temperature", "212", factor=5 / 9, offset=-160 / 9)[0].v == 100


@pytest.mark.parametrize("text", ["UNAVAILABLE", "Unavailable", "unavailable", ""])
def test_unavailable_is_no_number(text: str) -> None:
    assert read("spindle_load", text) == (SignalValue(v=None, u="%", q="unavailable"), None)


@pytest.mark.parametrize("text", ["NaN", "nan", "-nan", "Infinity", "-inf", "1e999", "-1e999"])
def test_not_finite(text: str) -> None:
    assert read("spindle_load", text) == (SignalValue(v=None, u="%", q="bad"), "TELEM.NOT_FINITE")


@pytest.mark.parametrize("text", ["abc", "1,5", "0x10", "1_000", "٣", "true", "12 34", "--1", "1e", "."])
def test_no_number(text: str) -> None:
    assert read("spindle_load", text) == (SignalValue(v=None, u="%", q="bad"), "TELEM.VALUE_IMPOSSIBLE")


@pytest.mark.parametrize("name", NUMERIC)
def test_what_no_machine_reports_is_not_clipped(name: str) -> None:
    low, high = POSSIBLE[name]
    for edge in (low, high):
        assert read(name, repr(edge))[1] is None
    for beyond in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf)):
        assert read(name, repr(beyond)) == (
            SignalValue(v=None, u=SIGNAL_UNITS[name], q="bad"),
            "TELEM.VALUE_IMPOSSIBLE",
        )


@pytest.mark.parametrize(
    ("name", "text"),
    [("spindle_load", "176"), ("axis_load_z", "175"), ("feed_rate", "49999.875"), ("position_x", "5742.856")],
)
def test_what_was_really_measured_passes(name: str, text: str) -> None:
    assert read(name, text)[0] == SignalValue(v=float(text), u=SIGNAL_UNITS[name], q="good")


@pytest.mark.parametrize(
    ("name", "text"), [("feed_rate", "-382842"), ("feed_rate", "432478"), ("spindle_temperature", "1145979424")]
)
def test_dirty_values_of_other_recordings_are_quarantined(name: str, text: str) -> None:
    assert read(name, text)[1] == "TELEM.VALUE_IMPOSSIBLE"


def test_execution_and_mode_have_a_vocabulary() -> None:
    assert read("execution", "program_completed")[0] == SignalValue(v="PROGRAM_COMPLETED", q="good")
    assert read("mode", "MANUAL_DATA_INPUT")[1] is None
    assert read("execution", "DANCING") == (SignalValue(v=None, q="bad"), "TELEM.VALUE_IMPOSSIBLE")
    assert read("mode", "")[1] == "TELEM.VALUE_IMPOSSIBLE"


def test_free_text_is_kept_as_it_is_within_bounds() -> None:
    assert read("block", "N000 m84")[0] == SignalValue(v="N000 m84", q="good")
    assert read("block", "")[0] == SignalValue(v="", q="good")
    assert read("program", "x" * (TEXT_CHARS_MAX + 1))[1] == "TELEM.VALUE_IMPOSSIBLE"


@given(text=st.text(max_size=30))
def test_any_text_is_a_good_number_or_has_a_reason(text: str) -> None:
    value, code = read("spindle_load", text)
    assert (value.q == "bad") == (code is not None)
    assert (value.v is None) == (value.q != "good")


@given(number=st.floats(-399, 399))
def test_every_number_in_the_range_is_read_back(number: float) -> None:
    assert read("axis_load_x", repr(number))[0].v == pytest.approx(number, abs=1e-6)


@given(text=st.text(alphabet="0123456789.eE+-_ naif", max_size=12))
def test_no_text_is_read_that_python_would_not_read(text: str) -> None:
    if parse_number(text) is not None:
        float(text.lstrip("+-"))
