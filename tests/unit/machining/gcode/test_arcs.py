"""Arcs by their centre and by their radius: the same circle, the right way round, or refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Arc, Fault, Move, Point

HEAD = "G21 G90 G17\nF600\nG0 X0 Y0 Z0\n"


def arc_of(line: str, head: str = HEAD) -> tuple[Move, Arc]:
    program = run(f"{head}{line}\nM2\n")
    assert program.fault is None, program.fault
    move = program.moves[-1]
    assert move.kind == "arc"
    assert move.arc is not None
    return move, move.arc


def fault_of(line: str, head: str = HEAD) -> Fault:
    fault = run(f"{head}{line}\nM2\n").fault
    assert fault is not None
    assert fault.line == head.count("\n") + 1
    return fault


@pytest.mark.parametrize(
    ("line", "centre", "radius", "angle"),
    [
        ("G2 X10 Y0 I5 J0", (5, 0, 0), 5, -math.pi),
        ("G3 X10 Y0 I5", (5, 0, 0), 5, math.pi),
        ("G2 X10 Y10 I10", (10, 0, 0), 10, -math.pi / 2),
        ("G3 X10 Y10 I10", (10, 0, 0), 10, 3 * math.pi / 2),
        ("G2 X10 Y10 R10", (10, 0, 0), 10, -math.pi / 2),
        ("G3 X10 Y10 R10", (0, 10, 0), 10, math.pi / 2),
        ("G2 X10 Y10 R-10", (0, 10, 0), 10, -3 * math.pi / 2),
        ("G3 X10 Y10 R-10", (10, 0, 0), 10, 3 * math.pi / 2),
        ("G2 X10 R5", (5, 0, 0), 5, -math.pi),
        ("G2 I4", (4, 0, 0), 4, -2 * math.pi),
        ("G3 X0 Y0 J-3", (0, -3, 0), 3, 2 * math.pi),
        ("G3 X10 Y0 I5 P3", (5, 0, 0), 5, 5 * math.pi),
        ("G2 I4 P2", (4, 0, 0), 4, -4 * math.pi),
        ("G90.1 G2 X10 I5 J0", (5, 0, 0), 5, -math.pi),
        ("G91 G3 X10 I5", (5, 0, 0), 5, math.pi),
        ("G3 X10 Y0 I5 Z7", (5, 0, 0), 5, math.pi),
        ("G18 G2 X10 I5", (5, 0, 0), 5, -math.pi),
        ("G18 G3 X10 Z10 K10", (0, 0, 10), 10, 3 * math.pi / 2),
        ("G18 G2 X10 Z10 R10", (0, 0, 10), 10, -math.pi / 2),
        ("G19 G3 Y10 Z10 J10", (0, 10, 0), 10, 3 * math.pi / 2),
        ("G19 G2 Z10 K5", (0, 0, 5), 5, -math.pi),
    ],
)
def test_centre_radius_and_angle(line: str, centre: Point, radius: float, angle: float) -> None:
    move, arc = arc_of(line)
    assert arc.centre == pytest.approx(centre, abs=1e-12)
    assert arc.radius == pytest.approx(radius)
    assert arc.angle == pytest.approx(angle)
    assert move.start == (0, 0, 0)


def turned(start: Point, arc: Arc) -> Point:
    """Where a start comes to when it is turned about the arc's centre, right-handed about the plane's normal."""
    first, second, _ = {"G17": (0, 1, 2), "G18": (2, 0, 1), "G19": (1, 2, 0)}[arc.plane]
    x, y = start[first] - arc.centre[first], start[second] - arc.centre[second]
    end = list(start)
    end[first] = arc.centre[first] + x * math.cos(arc.angle) - y * math.sin(arc.angle)
    end[second] = arc.centre[second] + x * math.sin(arc.angle) + y * math.cos(arc.angle)
    return end[0], end[1], end[2]


@given(
    st.sampled_from([("G17", "X", "Y"), ("G18", "Z", "X"), ("G19", "Y", "Z")]),
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.floats(1.0, 4.0),
    st.sampled_from([("G2", ""), ("G2", "-"), ("G3", ""), ("G3", "-")]),
)
def test_radius_and_centre_agree(
    plane: tuple[str, str, str], first: float, second: float, slack: float, manner: tuple[str, str]
) -> None:
    name, one, two = plane
    chord = math.hypot(first, second)
    if chord < 0.1:
        return
    code, sign = manner
    radius = 0.5 * chord * slack + 1e-3
    to = f"{one}{first:.12f} {two}{second:.12f}"
    _, by_radius = arc_of(f"{name} {code} {to} R{sign}{radius:.12f}")
    offsets = {"X": "I", "Y": "J", "Z": "K"}
    centre = {"X": by_radius.centre[0], "Y": by_radius.centre[1], "Z": by_radius.centre[2]}
    words = " ".join(f"{offsets[axis]}{centre[axis]:.12f}" for axis in (one, two))
    move, by_centre = arc_of(f"{name} {code} {to} {words}")
    assert by_centre.radius == pytest.approx(by_radius.radius, abs=1e-9)
    assert by_centre.angle == pytest.approx(by_radius.angle, abs=1e-7)
    assert turned(move.start, by_centre) == pytest.approx(move.end, abs=1e-6)
    assert (abs(by_radius.angle) > math.pi) == (sign == "-")
    assert (by_radius.angle < 0) == (code == "G2")


def test_length_includes_the_helix_and_the_turns() -> None:
    move, _ = arc_of("G93 G3 X10 I5 Z12 P2 F2")
    assert move.feed == pytest.approx(2 * math.hypot(3 * math.pi * 5, 12))


@pytest.mark.parametrize(
    ("unit", "scale", "within", "beyond"), [("G21", 1, 0.0019, 0.0021), ("G20", 25.4, 1.9e-4, 2.1e-4)]
)
def test_ends_at_two_distances(unit: str, scale: float, within: float, beyond: float) -> None:
    head = f"{unit} G90\nF600\nG0 X0 Y0 Z0\n"
    _, arc = arc_of(f"G2 X{10 + within:.5f} I5", head)
    assert arc.radius == pytest.approx(5 * scale)
    fault = fault_of(f"G2 X{10 + beyond:.5f} I5", head)
    assert fault.code == "PROG.ARC_INVALID"
    assert fault.observed == pytest.approx(beyond * scale)
    assert fault.limit == pytest.approx(0.002 if scale == 1 else 0.0002 * 25.4)
    assert fault.unit == "mm"


@pytest.mark.parametrize(
    "line",
    [
        "G2 X10 Y0",
        "G2 X10 I0 J0",
        "G2 I0 J0",
        "G2 X10 I5 K1",
        "G18 G2 X10 J1",
        "G19 G2 Y10 I1",
        "G90.1 G2 X10 I5",
        "G2 X10 I5 R5",
        "G2 X10 R4.9",
        "G2 X10 R-4.9",
        "G2 X10 R0",
        "G2 X0 Y0 R5",
        "G2 Z5 R5",
        "G2 R5",
        "G2 X10 I5 P0",
        "G2 X10 I5 P1.5",
        "G2 X10 I5 P-1",
        "G2 X10 I5 P1001",
    ],
)
def test_what_is_no_arc(line: str) -> None:
    assert fault_of(line).code == "PROG.ARC_INVALID"


def test_a_chord_a_hair_too_long_is_half_a_circle() -> None:
    move, arc = arc_of("G2 X10 R4.9995")
    assert arc.centre == pytest.approx((5, 0, 0))
    assert arc.angle == pytest.approx(-math.pi)
    assert move.end == (10, 0, 0)


@pytest.mark.parametrize(("code", "angle"), [("G2", -2 * math.pi), ("G3", 2 * math.pi)])
@pytest.mark.parametrize("side", ["", "-"])
def test_a_circle_that_sums_of_lengths_keep_from_closing_is_closed(code: str, angle: float, side: str) -> None:
    _, arc = arc_of(f"G90 {code} X0 Y.3 I{side}1", "G21 G91\nF600\nG0 Y0.1\nY0.2\n")
    assert arc.angle == angle


@pytest.mark.parametrize("words", ["I1", "R.5", "R50"])
def test_an_arc_needs_a_known_start(words: str) -> None:
    assert fault_of(f"G2 X1 Y1 Z1 {words}", f"{HEAD}G0 X1\nG55\n").code == "PROG.OFFSET_UNKNOWN"


def test_an_arc_needs_a_feed() -> None:
    assert fault_of("G2 X10 I5", "G21\nG0 X0\n").code == "PROG.FEED_MISSING"


def test_an_arc_goes_on_while_it_is_in_force() -> None:
    program = run(f"{HEAD}G2 X10 I5\nX20 I5\nG17\nI3\nM2\n")
    assert program.fault is None
    assert [move.kind for move in program.moves] == ["arc"] * 3


@pytest.mark.parametrize("units", ["G21", "G20"])
@pytest.mark.parametrize("code", ["G2", "G3"])
@pytest.mark.parametrize("centre", ["I10 J0", "R10", "R-10"])
def test_ends_that_a_control_may_round_into_one_are_refused(units: str, code: str, centre: str) -> None:
    """A micrometre further on one control sees hardly an arc, another a full circle."""
    fault = run(f"{units}\nF9\n{code} X.00001 Y0 {centre}\nM2").fault
    assert fault is not None
    assert (fault.code, fault.line) == ("PROG.ARC_INVALID", 3)
    assert fault.limit == (0.002 if units == "G21" else pytest.approx(0.00508))


def test_a_short_arc_above_the_tolerance_is_one() -> None:
    program = run("G21\nF9\nG2 X.003 Y0 R10\nM2")
    assert program.fault is None
    (move,) = program.moves
    assert move.arc is not None
    assert abs(move.arc.angle) == pytest.approx(3e-4, rel=1e-6)
