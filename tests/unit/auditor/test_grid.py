"""Laying a point on the machine's grid: down, up only at a low end, and nothing that need not move."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.cut import Point
from chargehand.auditor.grid import Move, highest, in_unit, laid, on_grid, settled, sunk
from chargehand.auditor.room import Knob
from chargehand.auditor.shrink import ANY, Coordinate, Span
from chargehand.contracts.units import UNITS
from tests.unit.auditor.cuts import cut_of, plain, room

KNOBS: dict[Coordinate, Knob] = {
    "speed": Knob("spindle_speed", 100, 1.0, Span(100, 12000), "rev/min"),
    "feed": Knob("feed_rate", 100, 1.0, Span(1, 10000), "mm/min"),
    "axial_depth": Knob("axial_depth", 100, 0.01, Span(0, 26), "mm"),
}
CUT = plain(cut_of())


def _to(point: Point, knobs: dict[Coordinate, Knob] | None = None, **rest: object) -> dict[str, float] | None:
    found = laid(CUT, point, room(CUT, **rest), KNOBS if knobs is None else knobs)
    return None if found is None else {name: move.to for name, move in found[0].items()}


def _sunk(asked: float, depth: float, **rest: object) -> Move | None:
    return sunk(asked, depth, room(CUT, **rest), KNOBS["axial_depth"])


@pytest.mark.parametrize(
    ("value", "step", "down", "expected"),
    [
        (0.29, 0.01, True, 0.29),
        (0.299, 0.01, True, 0.29),
        (0.291, 0.01, False, 0.3),
        (7.3, 0.5, True, 7.0),
        (-1.2, 1.0, True, -2.0),
    ],
)
def test_grid_point(value: float, step: float, down: bool, expected: float) -> None:
    assert on_grid(value, step, down=down) == expected


@pytest.mark.parametrize(
    ("value", "span", "expected"),
    [
        (500, Span(0, 26.019), 26.01),
        (-1, Span(0.005, 26), 0.01),
        (9, Span(0.001, 0.009), None),
        (9, Span(5, 3), None),
    ],
)
def test_value_settles_on_the_grid_inside_its_box(value: float, span: Span, expected: float | None) -> None:
    move = settled(value, Knob("axial_depth", 100, 0.01, span, "mm"))
    assert (None if move is None else move.to) == expected


def test_what_did_not_move_is_not_laid() -> None:
    assert _to(CUT.point) == {}
    assert _to(CUT.point._replace(feed=700.3)) == {"feed_rate": 700}


def test_point_that_was_laid_is_told_with_its_effective_values() -> None:
    found = laid(CUT, Point(2999.9, 719.976, 2.5, 3), room(CUT), KNOBS)
    assert found is not None
    assert found[1] == Point(2999, 719, 2.5, 3)


def test_feed_follows_the_laid_speed_at_the_same_feed_per_tooth() -> None:
    found = _to(Point(2999.9, 719.976, 3, 3))
    assert found == {"spindle_speed": 2999, "feed_rate": 719}


def test_speed_goes_up_at_its_low_end() -> None:
    cut = plain(cut_of((1000, 240, 3, 3)))
    found = laid(cut, Point(1591.55, 381.97, 3, 3), room(cut), KNOBS)
    assert found is not None
    assert found[0]["spindle_speed"] == Move(1592, 1592)


def test_feed_goes_up_where_the_chip_would_be_too_thin() -> None:
    least = 0.02 * 4 * 3183
    assert _to(CUT.point._replace(feed=least)) == {"feed_rate": math.ceil(least)}


def test_box_without_a_grid_point_has_no_place() -> None:
    assert _to(CUT.point._replace(feed=700.5), feed=Span(700.2, 700.8)) is None
    assert _to(Point(2000.5, 480.0, 3, 3), speed=Span(2000.2, 2000.8)) is None
    assert _sunk(3, 0.055, axial_depth=Span(0.051, 0.059)) is None


def test_depth_goes_down_to_the_grid_unless_it_was_lifted() -> None:
    assert _sunk(3, 2.468) == Move(2.46, 2.46)
    assert _sunk(0.3, 0.505, axial_depth=Span(0.505, 26)) == Move(0.51, 0.51)


def test_depth_is_not_laid_below_its_least() -> None:
    assert _sunk(3, 0.0505, axial_depth_min=0.0501) is None
    assert _sunk(3, 0.0505) == Move(0.05, 0.05)


@pytest.mark.parametrize(("high", "expected"), [(102.6, 102), (102, 102), (math.inf, math.inf)])
def test_greatest_feed_is_one_that_can_be_set(high: float, expected: float) -> None:
    assert highest(Span(1, high), KNOBS["feed"]) == expected
    assert highest(Span(102.2, 102.6), KNOBS["feed"]) == 102.6


def test_override_is_laid_on_its_own_grid() -> None:
    knobs: dict[Coordinate, Knob] = {"feed": Knob("feed_override", 764, 1.0, Span(0, 150), "%")}
    assert _to(CUT.point._replace(feed=700.0), knobs) == {"feed_override": 91}


def test_end_of_a_box_that_only_rounding_misses_is_reached() -> None:
    """13200 at an override of 110 % is a base of 12000, and 13200 * 100 / 110 may come out a digit below."""
    knobs: dict[Coordinate, Knob] = {"speed": Knob("spindle_speed", 110, 1.0, ANY, "rev/min")}
    found = _to(Point(math.nextafter(3300.0, 0), 764, 3, 3), knobs, speed=Span(500, 3300.0))
    assert found == {"spindle_speed": 3000}


@pytest.mark.parametrize("unit", ["in/min", "mm/min"])
@given(value=st.floats(1, 30000), down=st.booleans())
def test_conversion_back_never_overshoots(unit: str, value: float, down: bool) -> None:
    move = in_unit(value, unit, "mm/min", down=down)
    assert move is not None
    assert move.to == move.own * UNITS[unit].factor
    assert move.to <= value if down else move.to >= value
    assert move.to == pytest.approx(value, rel=1e-12)


@given(st.floats(0.01, 1), st.floats(0.01, 1))
def test_laid_point_lies_inside_and_no_higher(slower: float, lighter: float) -> None:
    box = room(CUT)
    point = Point(3183 * slower, 764 * slower * lighter, 3.0, 3.0)
    found = laid(CUT, point, box, KNOBS)
    if found is None:
        assert not (box.speed.holds(point.speed) and box.feed_per_tooth.holds(point.feed / (4 * point.speed)))
        return
    at = found[1]
    assert box.speed.holds(at.speed)
    assert box.feed_per_tooth.holds(at.feed / (4 * at.speed))
    lifted = point.speed < box.speed.low + 1 or point.feed / point.speed < box.feed_per_tooth.low * 4 + 1 / point.speed
    assert lifted or (at.speed <= point.speed and at.feed <= point.feed)
