"""Frames, home and tool lengths: the tool stays where it is, and what nobody handed in is not known."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Fault, Frame, Move, Point

HEAD = "G21 G90\nF100\nG0 X1 Y2 Z3\n"
OFFSETS: dict[Frame, Point] = {"G54": (100.0, 200.0, -300.0), "G55": (150.0, 200.0, -310.0)}
LENGTHS = {1: 50.0, 2: 80.5}
HOME: Point = (0.0, 400.0, 0.0)


def moves_of(
    lines: str, *, offsets: Mapping[Frame, Point] | None = OFFSETS, tools: Mapping[int, float] | None = LENGTHS
) -> list[Move]:
    program = run(f"{HEAD}{lines}\nM2\n", offsets=offsets, tools=tools, home=HOME)
    assert program.fault is None, program.fault
    return program.moves[1:]


def fault_of(
    lines: str,
    *,
    offsets: Mapping[Frame, Point] | None = None,
    tools: Mapping[int, float] | None = None,
    home: Point | None = HOME,
) -> Fault:
    fault = run(f"{HEAD}{lines}\nM2\n", offsets=offsets, tools=tools, home=home).fault
    assert fault is not None
    assert fault.line == HEAD.count("\n") + lines.count("\n") + 1
    return fault


def test_a_change_of_frame_leaves_the_tool_where_it_is() -> None:
    (move,) = moves_of("G55\nG0 Y9")
    assert move.frame == "G55"
    assert move.start == (-49, 2, 13)
    assert move.end == (-49, 9, 13)
    assert move.start_known


def test_there_and_back_is_the_same_place() -> None:
    assert moves_of("G55\nG54\nG1 X2")[0].start == (1, 2, 3)
    assert moves_of("G43 H1\nG49\nG1 X2")[0].start == (1, 2, 3)


@pytest.mark.parametrize("lines", ["G55\nG0 X1 Y1", "G55\nG0 X1 Z1", "G55\nG1 X1 Y1 Z1", "G55\nG91 G0 X1 Y1 Z1"])
def test_without_offsets_the_next_motion_must_say_it_all(lines: str) -> None:
    assert fault_of(lines).code == "PROG.OFFSET_UNKNOWN"


@pytest.mark.parametrize("known", ["G54", "G55"])
def test_one_offset_of_two_is_none(known: Frame) -> None:
    assert fault_of("G55\nG0 X1", offsets={known: (0, 0, 0)}).code == "PROG.OFFSET_UNKNOWN"


def test_a_rapid_that_says_it_all_starts_nobody_knows_where() -> None:
    first, second = moves_of("G55\nG0 X4 Y5 Z6\nX5", offsets=None)
    assert (first.start_known, first.start, first.end, first.frame) == (False, (4, 5, 6), (4, 5, 6), "G55")
    assert (second.start_known, second.start) == (True, (4, 5, 6))


def test_a_frame_before_the_first_motion_is_the_frame_of_the_start() -> None:
    program = run("G21 G55\nG43 H9\nG0 X1\nM2", start=(7.0, 8.0, 9.0))
    assert program.fault is None
    assert program.moves[0].start == (7, 8, 9)


def test_a_dwell_where_nobody_knows_says_so() -> None:
    program = run(f"{HEAD}G55\nG4 P1\nG0 X1 Y1 Z1\nM2\n")
    assert program.fault is None
    assert [move.start_known for move in program.moves] == [True, False, False]


def test_a_tool_length_moves_the_tip() -> None:
    assert moves_of("G43 H1\nG0 X5")[0].end == (5, 2, -47)
    first, second = moves_of("G43 H1 Z10\nG43 H2\nX5")
    assert (first.end, first.length_offset) == ((1, 2, 10), 1)
    assert (second.end, second.length_offset) == ((5, 2, -20.5), 2)
    assert moves_of("G43 H1 Z10\nG49\nX5")[1].end == (5, 2, 60)
    assert moves_of("G43 H1 Z10\nG43 H0\nX5")[1].length_offset == 0


def test_a_length_that_was_not_handed_in() -> None:
    assert fault_of("G43 H3\nG0 X5").code == "PROG.OFFSET_UNKNOWN"
    assert fault_of("G43 H3\nG1 Z5").code == "PROG.OFFSET_UNKNOWN"
    (move,) = moves_of("G43 H3\nG0 Z5", tools=None)
    assert (move.start_known, move.start) == (False, (1, 2, 5))
    assert len(moves_of("G43 H3 Z5\nG43 H3\nX1 Y1", tools=None)) == 2


def test_the_machines_own_frame() -> None:
    first, second = moves_of("G53 G0 X90 Z-20\nY3")
    assert (first.frame, first.start, first.end) == ("G53", (101, 202, -297), (90, 202, -20))
    assert (second.frame, second.start, second.end) == ("G54", (-10, 2, 280), (-10, 3, 280))


def test_the_machines_own_frame_knows_the_nose_and_not_the_tip() -> None:
    first, second, third = moves_of("G43 H1 Z3\nG53 G1 Z-20\nX5")[-3:]
    assert first.end == (1, 2, 3)
    assert (second.start, second.end, second.feed) == ((101, 202, -247), (101, 202, -20), 100)
    assert third.end == (5, 2, 230)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("G53 G0 Z0", "PROG.OFFSET_UNKNOWN"),
        ("G53 G1 X0 Y0 Z0", "PROG.OFFSET_UNKNOWN"),
        ("G53 G0 X0 Y0 Z0\nX1", "PROG.OFFSET_UNKNOWN"),
        ("G2\nG53 X0", "PROG.MODAL_CONFLICT"),
        ("G91 G53 G0 X0", "PROG.MODAL_CONFLICT"),
        ("G41\nG53 G0 X0", "PROG.MODAL_CONFLICT"),
        ("G80\nG53 X0", "PROG.MODAL_CONFLICT"),
        ("G28", "PROG.SYNTAX"),
        ("G28 X0", "PROG.OFFSET_UNKNOWN"),
        ("G28 G0 X0", "PROG.MODAL_CONFLICT"),
        ("G41\nG28 X0", "PROG.MODAL_CONFLICT"),
        ("G41\nG55", "PROG.MODAL_CONFLICT"),
        ("G43", "PROG.SYNTAX"),
        ("G43 H1.5", "PROG.SYNTAX"),
        ("G43 H-1", "PROG.SYNTAX"),
        ("H1", "PROG.SYNTAX"),
        ("G54.1 P1", "PROG.CODE_UNSUPPORTED"),
        ("G92 X0", "PROG.CODE_UNSUPPORTED"),
        ("G10 L2 P1 X0", "PROG.CODE_UNSUPPORTED"),
    ],
)
def test_what_is_refused(lines: str, code: str) -> None:
    assert fault_of(lines).code == code


def test_all_axes_in_the_machines_own_frame_need_no_offset() -> None:
    first, second = moves_of("G53 G0 X0 Y0 Z0\nX1 Y1 Z1", offsets=None)
    assert (first.start_known, first.end, second.start_known) == (False, (0, 0, 0), False)


def test_a_point_of_the_machine_is_where_it_is_already() -> None:
    assert moves_of("G53 G0 X101") == []
    assert moves_of("G53 G0") == []


def test_home_by_way_of_a_point() -> None:
    way, home, back = moves_of("G28 X5 Z50\nX1")
    assert (way.kind, way.frame, way.end) == ("rapid", "G54", (5, 2, 50))
    assert (home.kind, home.frame, home.start, home.end) == ("rapid", "G53", (105, 202, -250), (0, 202, 0))
    assert back.start == (-100, 2, 300)


def test_home_straight_up() -> None:
    (move,) = moves_of("G91 G28 Z0")
    assert (move.frame, move.end) == ("G53", (101, 202, 0))


def test_home_keeps_the_cycle_from_going_on() -> None:
    assert moves_of("G80 G28 Z10")[-1].frame == "G53"


def test_home_that_nobody_said() -> None:
    fault = fault_of("G28 Z0", home=None, offsets=OFFSETS)
    assert (fault.code, fault.observed) == ("PROG.OFFSET_UNKNOWN", "G28")


def test_home_with_a_length_that_nobody_said() -> None:
    moves = moves_of("G43 H9 Z30\nG91 G28 Z0\nG90\nG0 Z5")
    assert [move.start_known for move in moves] == [False, False, False]
    assert fault_of("G43 H9 Z30\nG91 G28 X0", offsets=OFFSETS).code == "PROG.OFFSET_UNKNOWN"


@pytest.mark.parametrize(
    ("head", "start"),
    [
        ("", (-100, -190, 320)),
        ("G55\n", (-150, -190, 330)),
        ("G55\nG54\n", (-100, -190, 320)),
        ("G43 H1\n", (-100, -190, 270)),
        ("G43 H1\nG55\n", (-150, -190, 280)),
        ("G43 H1\nG49\nG43 H2\n", (-100, -190, 239.5)),
    ],
)
def test_a_start_in_the_machines_own_frame(head: str, start: Point) -> None:
    program = run(f"G21\n{head}G0 X1\nM2", nose=(0, 10, 20), offsets=OFFSETS, tools=LENGTHS)
    assert program.fault is None
    assert program.moves[0].start == start
    assert program.moves[0].start_known


def test_a_start_in_the_machines_own_frame_and_in_no_other() -> None:
    for head in ("G56\n", "G43 H7\n", "G55\nG56\n"):
        fault = run(f"G21\n{head}G0 X1\nM2", nose=(0, 10, 20), offsets=OFFSETS).fault
        assert fault is not None
        assert fault.code == "PROG.OFFSET_UNKNOWN"
    assert run("G21\nG56\nG54\nG0 X1\nM2", nose=(0, 10, 20), offsets=OFFSETS).fault is None
    assert run("G21\nG54\nG53 G0 X1\nM2", nose=(0, 10, 20), offsets=OFFSETS).moves[0].start == (0, 10, 20)
