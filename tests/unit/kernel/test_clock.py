"""Instants and their text: whole microseconds there and back, and no time without an offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.kernel.clock import MINUTE_US, SECOND_US, SystemClock, iso_utc, parse_utc
from chargehand.testing.clock import START_US, SimClock

instants = st.integers(0, parse_utc("9999-12-31T23:59:59.999999Z"))


@given(instants)
def test_text_and_instant_go_round(at_us: int) -> None:
    text = iso_utc(at_us)
    assert parse_utc(text) == at_us
    assert text == (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@given(instants, instants)
def test_text_sorts_like_time(one: int, two: int) -> None:
    assert (iso_utc(one) < iso_utc(two)) == (one < two)


@pytest.mark.parametrize(
    ("text", "at_us"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T19:00:00.5-05:00", SECOND_US // 2),
        ("2026-11-20T18:35:16.000001Z", 1_795_199_716_000_001),
    ],
)
def test_other_offsets_are_the_same_instant(text: str, at_us: int) -> None:
    assert parse_utc(text) == at_us


@pytest.mark.parametrize("text", ["", "now", "2026-11-20", "2026-11-20T18:35:16", "2026-13-01T00:00:00Z", "1e9", "12"])
def test_what_names_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|offset|month"):
        parse_utc(text)


def test_the_system_clock_goes_on() -> None:
    clock = SystemClock()
    readings = [clock.monotonic_us() for _ in range(100)]
    assert readings == sorted(readings)
    assert clock.now_us() > parse_utc("2024-01-01T00:00:00Z")


def test_the_simulated_clock_stands_until_it_is_told() -> None:
    clock = SimClock()
    assert (clock.now_us(), clock.now_us(), clock.monotonic_us()) == (START_US, START_US, 0)
    assert clock.advance(MINUTE_US) == START_US + MINUTE_US
    assert clock.step_wall(-SECOND_US) == START_US + MINUTE_US - SECOND_US
    assert clock.monotonic_us() == MINUTE_US
    with pytest.raises(AssertionError):
        clock.advance(-1)
