"""Lines, arcs and helices: lengths and points against geometry, headings against differences."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.moves import Arc, Move, Plane, Point
from chargehand.machining.track import Track, track_of


def moved(start: Point, end: Point, arc: Arc | None = None) -> Move:
    return Move(
        "arc" if arc else "feed", 1, start, end, "G54", 100.0, arc, 0.0, 0.0, "off", False, None, 0, 0
    )  # fmt: skip


QUARTERS: list[tuple[Plane, Point, Point]] = [
    ("G17", (10.0, 0.0, 5.0), (0.0, 10.0, 5.0)),
    ("G18", (0.0, 5.0, 10.0), (10.0, 5.0, 0.0)),
    ("G19", (5.0, 10.0, 0.0), (5.0, 0.0, 10.0)),
]


@pytest.mark.parametrize(("plane", "start", "end"), QUARTERS)
def test_a_quarter_circle_in_each_plane(plane: Plane, start: Point, end: Point) -> None:
    across = {"G17": 2, "G18": 1, "G19": 0}[plane]
    centre = (start[across] if across == 0 else 0.0, start[1] if across == 1 else 0.0, start[2] if across == 2 else 0.0)
    track = track_of(moved(start, end, Arc(plane, centre, 10.0, math.pi / 2)))
    assert track.length == pytest.approx(5 * math.pi)
    assert track.point(0.0) == pytest.approx(start)
    assert track.point(track.length) == pytest.approx(end, abs=1e-12)
    assert math.dist(track.point(track.length / 2), centre) == pytest.approx(10.0)


def test_a_helix_has_its_rise_in_its_length() -> None:
    track = track_of(moved((3.0, 0.0, 0.0), (3.0, 0.0, -8.0), Arc("G17", (0.0, 0.0, 0.0), 3.0, 4 * math.pi)))
    assert track.length == pytest.approx(math.hypot(12 * math.pi, 8.0))
    assert track.point(track.length / 4) == pytest.approx((-3.0, 0.0, -2.0), abs=1e-9)
    assert track.spread()[2] == pytest.approx(-8.0 / track.length)


def test_a_line_points_where_it_goes() -> None:
    track = track_of(moved((0.0, 0.0, 0.0), (3.0, 0.0, 4.0)))
    assert track.length == 5.0
    assert track.heading(2.0) == (0.6, 0.0, 0.8)
    assert track.point(2.5) == (1.5, 0.0, 2.0)


def test_a_point_has_no_heading() -> None:
    still = Track((1.0, 2.0, 3.0), (1.0, 2.0, 3.0), 0.0, None)
    assert still.heading(0.0) == (0.0, 0.0, 0.0)
    assert still.point(0.0) == (1.0, 2.0, 3.0)


@given(
    angle=st.floats(-12.0, 12.0).filter(lambda value: abs(value) > 0.01), rise=st.floats(-20, 20), at=st.floats(0, 1)
)
def test_a_heading_is_the_slope_of_the_points(angle: float, rise: float, at: float) -> None:
    start = (7.0, 0.0, 0.0)
    end = (7.0 * math.cos(angle), 7.0 * math.sin(angle), rise)
    track = track_of(moved(start, end, Arc("G17", (0.0, 0.0, 0.0), 7.0, angle)))
    step = 1e-6
    here = at * track.length
    one, other = track.point(here - step), track.point(here + step)
    slope = [(b - a) / (2 * step) for a, b in zip(one, other, strict=True)]
    assert track.heading(here) == pytest.approx(slope, abs=1e-4)
    assert math.hypot(*track.heading(here)) == pytest.approx(1.0)
    assert all(abs(part) <= abs(bound) + 1e-9 for part, bound in zip(track.heading(here), track.spread(), strict=True))
