"""Canned cycles are the rapids, feeds and dwells that they stand for."""

from __future__ import annotations

import pytest

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Fault, Move

HEAD = "G21 G90 G17\nF150\nS800 M3\nG0 X0 Y0 Z20\n"


def moves_of(lines: str, head: str = HEAD) -> list[Move]:
    program = run(f"{head}{lines}\nM2\n")
    assert program.fault is None, program.fault
    return program.moves[1:]


def told(moves: list[Move]) -> list[tuple[str, float, float, float]]:
    return [(move.kind, *move.end) for move in moves]


def fault_of(lines: str, head: str = HEAD) -> Fault:
    fault = run(f"{head}{lines}\nM2\n").fault
    assert fault is not None
    return fault


def test_drilling_to_the_return_level_and_to_r() -> None:
    assert told(moves_of("G98 G81 X10 Y5 Z-5 R2\nG99 X20")) == [
        ("rapid", 10, 5, 20),
        ("rapid", 10, 5, 2),
        ("feed", 10, 5, -5),
        ("rapid", 10, 5, 20),
        ("rapid", 20, 5, 20),
        ("rapid", 20, 5, 2),
        ("feed", 20, 5, -5),
        ("rapid", 20, 5, 2),
    ]


def test_the_way_to_the_next_hole_stays_at_its_level() -> None:
    moves = moves_of("G99 G81 X10 Y0 Z-5 R2\nG98 X20")
    assert told(moves[4:]) == [("rapid", 20, 0, 2), ("feed", 20, 0, -5), ("rapid", 20, 0, 20)]


def test_below_r_the_tool_is_lifted_first() -> None:
    assert told(moves_of("G0 Z1\nG98 G81 X10 Z-5 R2"))[1:] == [
        ("rapid", 0, 0, 2),
        ("rapid", 10, 0, 2),
        ("feed", 10, 0, -5),
        ("rapid", 10, 0, 2),
    ]


def test_a_dwell_at_the_bottom() -> None:
    moves = moves_of("G99 G82 X10 Z-5 R2 P1.5")
    assert [move.kind for move in moves] == ["rapid", "rapid", "feed", "dwell", "rapid"]
    assert moves[3].seconds == 1.5
    assert moves[3].start == moves[3].end == (10, 0, -5)


def test_pecks_and_their_clearance() -> None:
    assert told(moves_of("G99 G83 X10 Z-5 R2 Q3")) == [
        ("rapid", 10, 0, 20),
        ("rapid", 10, 0, 2),
        ("feed", 10, 0, -1),
        ("rapid", 10, 0, 2),
        ("rapid", 10, 0, pytest.approx(-0.746)),
        ("feed", 10, 0, -4),
        ("rapid", 10, 0, 2),
        ("rapid", 10, 0, pytest.approx(-3.746)),
        ("feed", 10, 0, -5),
        ("rapid", 10, 0, 2),
    ]


def test_a_peck_shorter_than_the_clearance_never_starts_above_r() -> None:
    assert max(move.end[2] for move in moves_of("G99 G83 X10 Z1.5 R2 Q.1")[1:]) == 2


def test_relative_levels_count_from_the_level_before_the_row() -> None:
    moves = moves_of("G91 G99 G81 X10 R-15 Z-8 L2")
    assert told(moves) == [
        ("rapid", 10, 0, 20),
        ("rapid", 10, 0, 5),
        ("feed", 10, 0, -3),
        ("rapid", 10, 0, 5),
        ("rapid", 20, 0, 5),
        ("feed", 20, 0, -3),
        ("rapid", 20, 0, 5),
    ]


def test_a_relative_row_goes_on_only_from_the_level_it_began_at() -> None:
    """At R, one control counts the next R from there and another from the level before the row."""
    fault = fault_of("G91 G99 G81 X10 R-15 Z-8\nX5")
    assert (fault.code, fault.line, fault.observed, fault.limit) == ("PROG.SYNTAX", 6, 5, 20)
    assert told(moves_of("G91 G98 G81 X10 R-15 Z-8\nX5"))[-3:] == [
        ("rapid", 15, 0, 5),
        ("feed", 15, 0, -3),
        ("rapid", 15, 0, 20),
    ]


@pytest.mark.parametrize("between", ["G55", "G49", "G43 H2", "G28 G91 Z0\nG90"])
def test_a_row_does_not_outlive_its_level(between: str) -> None:
    """To which level it returns after the row's ground has moved is not said by the program."""
    given = {"home": (0.0, 0.0, 90.0), "offsets": {"G54": (0.0, 0.0, 0.0), "G55": (0.0, 0.0, 50.0)}}
    text = f"G43 H1\n{HEAD}G98 G81 X10 Z-5 R2\n{between}\nX20 Z-5 R2\nG80\nM2"
    fault = run(text, tools={1: 10.0, 2: 30.0}, **given).fault  # type: ignore[arg-type]
    assert fault is not None
    assert (fault.code, fault.line) == ("PROG.MODAL_CONFLICT", 7 + between.count("\n") + 1)
    again = text.replace(f"{between}\n", f"G80\n{between}\nG81 ")
    assert run(again, tools={1: 10.0, 2: 30.0}, **given).fault is None  # type: ignore[arg-type]


def test_words_stay_in_force_until_the_row_ends() -> None:
    assert len(moves_of("G99 G81 X10 Z-5 R2\nX20\nX30 Z-6")) == 4 + 3 + 3
    assert fault_of("G99 G81 X10 Z-5 R2\nG80\nG81 X20").code == "PROG.SYNTAX"
    assert fault_of("G99 G81 X10 Z-5 R2\nG0 X0\nG81 X20").code == "PROG.SYNTAX"
    for again in ("X20", "X20 R-3", "X20 Z-3"):
        assert fault_of(f"G99 G81 X10 Z-5 R2\nG91 {again}").code == "PROG.SYNTAX"


def test_repeated_in_one_place_it_drills_again() -> None:
    assert told(moves_of("G99 G81 X10 Z-5 R2 L2"))[3:] == [
        ("rapid", 10, 0, 2),
        ("feed", 10, 0, -5),
        ("rapid", 10, 0, 2),
    ]


def test_in_the_other_planes_it_drills_along_their_normal() -> None:
    assert told(moves_of("G18 G0 Y9\nG98 G81 X1 Z2 Y-3 R4"))[1:] == [
        ("rapid", 1, 9, 2),
        ("rapid", 1, 4, 2),
        ("feed", 1, -3, 2),
        ("rapid", 1, 9, 2),
    ]
    assert told(moves_of("G19 G0 X9\nG98 G81 Y1 Z2 X-3 R4"))[-1] == ("rapid", 9, 1, 2)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("G81 X1 Z-5 R2", "PROG.SYNTAX"),  # controls differ in where it retracts to
        ("G99 G81 X1 Z-5", "PROG.SYNTAX"),
        ("G99 G81 X1 R2", "PROG.SYNTAX"),
        ("G99 G82 X1 Z-5 R2", "PROG.SYNTAX"),
        ("G99 G83 X1 Z-5 R2", "PROG.SYNTAX"),
        ("G99 G81 X1 Z5 R2", "PROG.SYNTAX"),
        ("G99 G83 X1 Z-5 R2 Q0", "PROG.SYNTAX"),
        ("G99 G83 X1 Z-5 R2 Q-1", "PROG.SYNTAX"),
        ("G99 G83 X1 Z-5 R2 Q.0009", "PROG.SYNTAX"),
        ("G99 G82 X1 Z-5 R2 P-1", "PROG.SYNTAX"),
        ("G99 G81 X1 Z-5 R2 L0", "PROG.SYNTAX"),
        ("G99 G81 X1 Z-5 R2 L1.5", "PROG.SYNTAX"),
        ("G99 G81 R2", "PROG.SYNTAX"),
        ("G99 G81", "PROG.SYNTAX"),
        ("G99 G81 X1 Z-5 R2 Q1", "PROG.SYNTAX"),
        ("G99 G81 X1 Z-5 R2\nR3", "PROG.SYNTAX"),
        ("G99 G84 X1 Z-5 R2", "PROG.CODE_UNSUPPORTED"),
        ("G41 D1\nG99 G81 X1 Z-5 R2", "PROG.MODAL_CONFLICT"),
        ("G93 F1\nG99 G81 X1 Z-5 R2", "PROG.MODAL_CONFLICT"),
        ("G55\nG99 G81 X1 Y1 Z-5 R2", "PROG.OFFSET_UNKNOWN"),
        ("G99 G81 X1 Z-5 R2 L1000001", "PROG.TOO_LONG"),
        ("G99 G83 X1 Z-1000000 R2 Q.001", "PROG.TOO_LONG"),
    ],
)
def test_what_is_refused(lines: str, code: str) -> None:
    fault = fault_of(lines)
    assert fault.code == code
    assert fault.line == HEAD.count("\n") + lines.count("\n") + 1


def test_without_a_return_level_where_it_makes_no_difference() -> None:
    assert told(moves_of("G0 Z2\nG81 X1 Z-5 R2"))[-1] == ("rapid", 1, 0, 2)


def test_without_a_feed() -> None:
    assert fault_of("G99 G81 X1 Z-5 R2", "G21\nG0 Z20\n").code == "PROG.FEED_MISSING"


def test_a_feed_per_revolution() -> None:
    moves = moves_of("G95 F.1\nG99 G81 X1 Z-5 R2")
    assert [move.feed for move in moves if move.kind == "feed"] == [pytest.approx(80)]


def test_what_a_cycle_runs_is_counted_in_moves() -> None:
    """Ten pecks are up to thirty moves, and moves are what time and memory go by."""
    deep = f"{HEAD}G99 G83 X1 Z-8 R2 Q1\nG80\nM2\n"
    lines = deep.count("\n")
    assert run(deep, blocks_max=lines + 30).fault is None
    assert len(run(deep).moves) <= lines + 30
    fault = run(deep, blocks_max=lines + 20).fault
    assert fault is not None
    assert (fault.code, fault.line) == ("PROG.TOO_LONG", 5)
