"""Where the tip goes: bounds that hold every point, and a box test that misses nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor import program_path as path
from chargehand.auditor.program_path import Bounds
from chargehand.machining.gcode.moves import Arc, Plane, Point
from tests.unit.auditor.parts import arc

BOX = Bounds((10, -5, -20), (30, 5, -2))
COORDINATE = st.floats(-50, 50)
POINT = st.tuples(COORDINATE, COORDINATE, COORDINATE)
SAMPLES = 400


def along(start: Point, end: Point, share: float) -> Point:
    x, y, z = (start[axis] + (end[axis] - start[axis]) * share for axis in range(3))
    return (x, y, z)


def strictly_inside(point: Point, box: Bounds, margin: float = 0.0) -> bool:
    return all(box.low[axis] + margin < point[axis] < box.high[axis] - margin for axis in range(3))


@st.composite
def arcs(draw: st.DrawFn) -> tuple[Point, Point, Arc]:
    """An arc or helix in any plane, of up to two turns."""
    plane: Plane = draw(st.sampled_from(["G17", "G18", "G19"]))
    first, second, third = path.plane_axes(plane)
    centre, radius = draw(POINT), draw(st.floats(0.01, 60))
    begin, angle = draw(st.floats(-math.pi, math.pi)), draw(st.floats(-4 * math.pi, 4 * math.pi))
    rise = draw(st.floats(-20, 20))
    start, end = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    for point, turn, height in ((start, begin, 0.0), (end, begin + angle, rise)):
        point[first] = centre[first] + radius * math.cos(turn)
        point[second] = centre[second] + radius * math.sin(turn)
        point[third] = centre[third] + height
    return (start[0], start[1], start[2]), (end[0], end[1], end[2]), Arc(plane, centre, radius, angle)


def on_arc(start: Point, end: Point, curve: Arc, share: float) -> Point:
    """A point of an arc, computed from angles and not from the start's vector."""
    first, second, third = path.plane_axes(curve.plane)
    begin = math.atan2(start[second] - curve.centre[second], start[first] - curve.centre[first])
    point = [0.0, 0.0, 0.0]
    point[first] = curve.centre[first] + curve.radius * math.cos(begin + curve.angle * share)
    point[second] = curve.centre[second] + curve.radius * math.sin(begin + curve.angle * share)
    point[third] = start[third] + (end[third] - start[third]) * share
    return (point[0], point[1], point[2])


@given(arcs())
def test_bounds_hold_every_point_of_an_arc(drawn: tuple[Point, Point, Arc]) -> None:
    start, end, curve = drawn
    bounds = path.arc_bounds(start, end, curve)
    for part in range(SAMPLES + 1):
        point = on_arc(start, end, curve, part / SAMPLES)
        for axis in range(3):
            assert bounds.low[axis] - 1e-9 <= point[axis] <= bounds.high[axis] + 1e-9


@given(arcs())
def test_bounds_of_an_arc_are_touched(drawn: tuple[Point, Point, Arc]) -> None:
    """They are exact: each face is as near to the arc as so many samples can tell."""
    start, end, curve = drawn
    bounds = path.arc_bounds(start, end, curve)
    points = [on_arc(start, end, curve, part / 2000) for part in range(2001)]
    for axis in range(3):
        assert bounds.low[axis] >= min(point[axis] for point in points) - 0.01
        assert bounds.high[axis] <= max(point[axis] for point in points) + 0.01


@given(POINT, POINT)
def test_no_straight_move_through_a_box_is_missed(start: Point, end: Point) -> None:
    seen = any(strictly_inside(along(start, end, part / SAMPLES), BOX) for part in range(SAMPLES + 1))
    assert not seen or path.enters(start, end, BOX)


@given(POINT, POINT)
def test_straight_move_beside_a_box_is_free(start: Point, end: Point) -> None:
    """Said to enter, it does: the middle of the part that is inside lies inside."""
    if not path.enters(start, end, BOX):
        return
    shares = [part / 20_000 for part in range(20_001)]
    assert any(strictly_inside(along(start, end, share), BOX, -0.02) for share in shares)


@given(arcs())
def test_no_arc_through_a_box_is_missed(drawn: tuple[Point, Point, Arc]) -> None:
    start, end, curve = drawn
    seen = any(strictly_inside(on_arc(start, end, curve, part / SAMPLES), BOX) for part in range(SAMPLES + 1))
    assert not seen or path.arc_enters(start, end, curve, BOX)


@given(arcs())
def test_an_arc_is_blamed_only_for_what_it_nearly_does(drawn: tuple[Point, Point, Arc]) -> None:
    start, end, curve = drawn
    if not path.arc_enters(start, end, curve, BOX):
        return
    points = (on_arc(start, end, curve, part / 20_000) for part in range(20_001))
    assert any(strictly_inside(point, BOX, -(2 * path.CHORD_ERROR_MM + 0.05)) for point in points)


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ((0, 0, -10), (40, 0, -10), True),
        ((0, 5, -10), (40, 5, -10), False),
        ((0, 4.999999, -10), (40, 4.999999, -10), True),
        ((0, 0, -2), (40, 0, -2), False),
        ((20, 0, 10), (20, 0, -2), False),
        ((20, 0, 10), (20, 0, -2.000001), True),
        ((20, 0, -10), (20, 0, -10), True),
        ((20, 0, -30), (20, 0, -30), False),
        ((0, 0, -10), (10, 0, -10), False),
        ((0, -20, -10), (25, 15, -10), True),
        ((0, -30, -10), (10, -5, -10), False),
    ],
)
def test_faces_of_a_box_are_outside(start: Point, end: Point, inside: bool) -> None:
    assert path.enters(start, end, BOX) is inside
    assert path.enters(end, start, BOX) is inside


def test_arc_that_bulges_into_a_box_between_its_ends() -> None:
    """Both ends and the chord are outside; the quadrant point is inside."""
    curve = arc((0, 0, -10), 12, math.pi / 3)
    start, end = (12 * math.cos(-math.pi / 6), -6.0, -10.0), (12 * math.cos(math.pi / 6), 6.0, -10.0)
    box = Bounds((11, -1, -20), (20, 1, 0))
    assert not path.enters(start, end, box)
    assert path.arc_enters(start, end, curve, box)
    assert not path.arc_enters(start, end, curve._replace(angle=-5 * math.pi / 3), box)


def test_full_circle_counts_all_its_quadrants() -> None:
    bounds = path.arc_bounds((5, 0, 0), (5, 0, 0), arc((0, 0, 0), 5, 2 * math.pi))
    assert bounds == Bounds((-5, -5, 0), (5, 5, 0))


def test_arc_of_too_many_chords_counts_as_its_bounds() -> None:
    curve = arc((0, 0, 0), 1000, 40 * math.pi)
    assert path.arc_enters((1000, 0, 0), (1000, 0, -40), curve, Bounds((-1, -1, -20), (1, 1, -10)))


def test_helix_is_longer_than_its_circle() -> None:
    curve = arc((0, 0, 0), 5, 2 * math.pi)
    assert path.arc_length((5, 0, 0), (5, 0, 0), curve) == pytest.approx(10 * math.pi)
    assert path.arc_length((5, 0, 0), (5, 0, -30), curve) == pytest.approx(math.hypot(10 * math.pi, 30))
    assert path.planar_share((5, 0, 0), (5, 0, -30), curve) == pytest.approx(0.7233, abs=1e-4)
    assert path.planar_share((5, 0, 0), (5, 0, 0), curve._replace(angle=0.0)) == 1
