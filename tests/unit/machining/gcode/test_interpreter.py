"""A program is run line by line into moves, up to its end or to the first line that is not certain."""

from __future__ import annotations

import pytest

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Fault, Move, Program

HEAD = "G21 G90\nF100\n"


def moves_of(text: str) -> list[Move]:
    program = run(text)
    assert program.fault is None, program.fault
    return program.moves


def fault_of(text: str) -> Fault:
    fault = run(text).fault
    assert fault is not None
    return fault


def test_a_move_says_what_it_runs_under() -> None:
    program = run("G21 G90 G54\nT7 M6\nS1200 M3 M8\nG43 H7\nF300\nG41 D7\nG1 X10 Z-1\nM2\n")
    assert program == Program(
        moves=[
            Move(
                kind="feed",
                line=7,
                start=(0, 0, 0),
                end=(10, 0, -1),
                frame="G54",
                feed=300,
                arc=None,
                seconds=0,
                spindle_speed=1200,
                spindle="clockwise",
                coolant=True,
                tool=7,
                length_offset=7,
                radius_side=-1,
                start_known=True,
            )
        ],
        fault=None,
        blocks=8,
        tools=[7],
        spins={1200: 3},
    )


def test_motions_stay_in_force_and_axes_stay_where_they_are() -> None:
    moves = moves_of(f"{HEAD}G0 X1\nY2\nG1 Z-1\nX5\nM2")
    assert [(move.kind, move.end) for move in moves] == [
        ("rapid", (1, 0, 0)),
        ("rapid", (1, 2, 0)),
        ("feed", (1, 2, -1)),
        ("feed", (5, 2, -1)),
    ]
    assert [move.start for move in moves[1:]] == [move.end for move in moves[:-1]]


def test_relative_distances_add_up() -> None:
    assert [move.end[0] for move in moves_of(f"{HEAD}G91 G0 X1\nX2\nG90 X10\nG91\nX-1\nM2")] == [1, 3, 10, 9]


def test_a_motion_that_goes_nowhere_is_no_move() -> None:
    assert moves_of(f"{HEAD}G0 X0 Y0\nG1 Z0\nG91 X0\nM2") == []


def test_inches_are_25_4_mm() -> None:
    (move,) = moves_of("G20\nF10\nG1 X2\nM2")
    assert (move.end[0], move.feed) == (50.8, 254)


def test_feeds_are_per_minute_whatever_the_program_wrote() -> None:
    moves = moves_of("G21 S2000\nG95 F.1\nG1 X10\nG93 X20 F2\nX30 F4\nG94 F150 X40\nX50\nM2")
    assert [move.feed for move in moves] == [pytest.approx(200), pytest.approx(20), pytest.approx(40), 150, 150]
    assert moves_of(f"{HEAD}G0 X1\nM2")[0].feed == 0


def test_a_feed_in_the_line_that_sets_the_units_is_nobodys_order() -> None:
    fault = fault_of("G21 F300\nM2")
    assert (fault.code, fault.line, fault.observed) == ("PROG.UNITS_MISSING", 1, "F300")
    assert run("G21\nG21 F300\nG1 X1\nM2").fault is None
    assert run("G93 G21 F3\nG1 X1 F2\nM2").fault is None


def test_the_spindle_and_the_coolant() -> None:
    text = f"{HEAD}G1 X1\nS500\nX2\nM3\nX3\nS600 M4\nX4\nM5\nX5\nM7\nX6\nM8\nX7\nM9\nX8\nM3\nT1 M6\nX9\nM2"
    moves = moves_of(text)
    assert [move.spindle_speed for move in moves] == [0, 0, 500, 600, 0, 0, 0, 0, 0]
    assert [move.spindle for move in moves][2:4] == ["clockwise", "counter_clockwise"]
    assert [move.coolant for move in moves] == [False] * 5 + [True, True, False, False]


def test_a_tool_is_in_the_spindle_after_its_change_only() -> None:
    program = run(f"{HEAD}G0 X1\nT3\nX2\nM6 T4\nX3\nT5 M6\nX4\nM2")
    assert [move.tool for move in program.moves] == [None, None, 4, 5]
    assert program.tools == [4, 5]


def test_a_dwell() -> None:
    (move,) = moves_of(f"{HEAD}G4 P1.5\nM2")
    assert (move.kind, move.seconds, move.feed, move.start, move.end) == ("dwell", 1.5, 0, (0, 0, 0), (0, 0, 0))


def test_radius_compensation_is_put_down_and_not_applied() -> None:
    moves = moves_of(f"{HEAD}G17 G41 D1\nG1 X10\nG42\nY10\nG40\nX0\nM2")
    assert [(move.radius_side, move.end[:2]) for move in moves] == [(-1, (10, 0)), (1, (10, 10)), (0, (0, 10))]


@pytest.mark.parametrize("end", ["M2", "M30", "m02", "%", "M30\nthis is never read #", "X1 M2"])
def test_ends(end: str) -> None:
    assert run(f"{HEAD}G0 X1\n{end}").fault is None


def test_a_tape_begins_and_ends_with_percent() -> None:
    program = run(f"\n%\nO1234 (name)\n{HEAD}G0 X1\n%\nG0 X1 Y1 (not on the tape)\n")
    assert program.fault is None
    assert len(program.moves) == 1
    assert run("%\n%\nX").fault is None


def test_a_percent_behind_text_does_not_hide_what_follows() -> None:
    """A control that skips all before the first % runs exactly what another one never reads."""
    fault = fault_of(f"{HEAD}%\nG0 X1\nM30")
    assert (fault.code, fault.line) == ("PROG.NOT_ENDED", 3)
    assert run(f"{HEAD}G0 X1\n%\n  \n").fault is None


@pytest.mark.parametrize("text", ["", "\n\n", "%\n", HEAD, f"{HEAD}G0 X1", "(M2)", "; M30"])
def test_no_end(text: str) -> None:
    program = run(text)
    assert program.fault is not None
    assert program.fault.code == "PROG.NOT_ENDED"
    assert program.fault.line == len(text.split("\n"))


def test_lines_end_with_carriage_return_too() -> None:
    unix = f"{HEAD}G0 X1\n(c)\nG2 X2 I.5\nM2\n"
    assert run(unix.replace("\n", "\r\n")) == run(unix)


def test_block_delete_is_not_guessed() -> None:
    text = f"{HEAD}G0 X1\n/G0 Z-5\n / N10 X2\nM2"
    fault = fault_of(text)
    assert (fault.code, fault.line) == ("PROG.CODE_UNSUPPORTED", 4)
    assert len(run(text, block_delete=True).moves) == 1
    assert len(run(text, block_delete=False).moves) == 3


def test_the_moves_before_a_fault_are_kept() -> None:
    program = run(f"{HEAD}G0 X1\nG1 X2\nX3 A1\nX4\nM2")
    assert [move.end[0] for move in program.moves] == [1, 2]
    assert program.fault is not None
    assert program.fault.line == 5
    assert program.blocks == 5


def test_no_more_lines_than_may_be_run() -> None:
    text = HEAD + "G1 X1\n" * 97 + "M2"
    assert run(text, blocks_max=100).fault is None
    fault = run(text, blocks_max=99).fault
    assert fault is not None
    assert (fault.code, fault.line, fault.observed, fault.limit) == ("PROG.TOO_LONG", 100, 100, 99)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("G1 X1 M2 F0", "PROG.FEED_MISSING"),
        ("F-100", "PROG.FEED_MISSING"),
        ("S-100 M3", "PROG.SYNTAX"),
        ("T-1", "PROG.SYNTAX"),
        ("T1.5", "PROG.SYNTAX"),
        ("M6", "PROG.SYNTAX"),
        ("X1", "PROG.SYNTAX"),
        ("G1 X1\nG80 X2", "PROG.SYNTAX"),
        ("G1 X1 I2", "PROG.SYNTAX"),
        ("G1 X1 R2", "PROG.SYNTAX"),
        ("G1 X1 P2", "PROG.SYNTAX"),
        ("G1 X1 L2", "PROG.SYNTAX"),
        ("G1 X1 D2", "PROG.SYNTAX"),
        ("G1 X1 Q2", "PROG.SYNTAX"),
        ("G4", "PROG.SYNTAX"),
        ("G4 P-1", "PROG.SYNTAX"),
        ("G4 P86401", "PROG.SYNTAX"),
        ("G4 X1", "PROG.SYNTAX"),
        ("G1 G4 P1 X1", "PROG.SYNTAX"),
        ("G2 X10 I5 G4 P1", "PROG.SYNTAX"),
        ("G1 X1\nF0", "PROG.FEED_MISSING"),
        ("G1 X1\nX2 F-5", "PROG.FEED_MISSING"),
        ("G0\nX1\nG20", "PROG.UNITS_MIXED"),
        ("G41\nG18", "PROG.MODAL_CONFLICT"),
        ("G0 X1\nG20", "PROG.UNITS_MIXED"),
        ("G4 P1\nG1 X1\nG20 X1", "PROG.UNITS_MIXED"),
        ("G93 G1 X1", "PROG.FEED_MISSING"),
        ("G93 G1 X1 F2\nX2", "PROG.FEED_MISSING"),
        ("G93 G1 X1 F2\nG94 X2", "PROG.FEED_MISSING"),
        ("G95 G1 X1", "PROG.FEED_MISSING"),
        ("G95 F.1 G1 X1", "PROG.FEED_MISSING"),
        ("G1 X1\nG94 G95 X2", "PROG.MODAL_CONFLICT"),
    ],
)
def test_what_is_refused(lines: str, code: str) -> None:
    fault = fault_of(f"{HEAD}{lines}\nM2")
    assert (fault.code, fault.line) == (code, 3 + lines.count("\n"))


@pytest.mark.parametrize("cut", ["G1 X1", "G1\nX1", "G1 X1 Y1 Z1", "G3 X1 R5"])
def test_a_cut_without_a_feed(cut: str) -> None:
    fault = fault_of(f"G21\nG0 X0\n{cut}\nM2")
    assert (fault.code, fault.line) == ("PROG.FEED_MISSING", 3 + cut.count("\n"))


@pytest.mark.parametrize(
    "line",
    ["G0 X1", "G1 F100", "F100", "G91 G28 Z0", "G0 X0", "G53 G0 Z0", "G2 I1", "G95 F.1"],
)
def test_a_length_before_the_units(line: str) -> None:
    fault = run(f"G90\n{line}\nM2", home=(0, 0, 0), offsets={"G54": (0, 0, 0)}).fault
    assert fault is not None
    assert (fault.code, fault.line) == ("PROG.UNITS_MISSING", 2)


@pytest.mark.parametrize(
    "text", ["S100 M3\nG4 P1\nT1 M6\nM2", "G20\nG21\nG0 X1\nM2", "G21\nG0 X1\nG21 X2\nM2", "G93 F2\nM2"]
)
def test_what_needs_no_units_and_what_may_set_them_again(text: str) -> None:
    assert run(text).fault is None


def test_the_units_of_a_line_hold_for_its_axes() -> None:
    assert moves_of("G20 G0 X1\nM2")[0].end[0] == 25.4


@pytest.mark.parametrize("mode", ["G94", "G95"])
def test_a_feed_in_force_takes_no_other_unit(mode: str) -> None:
    """To one control F300 is then 300 mm/min still, to another 300 in/min."""
    fault = fault_of(f"G21 {mode}\nF300\nG20\nG1 X1\nM2")
    assert (fault.code, fault.line) == ("PROG.UNITS_MIXED", 3)


def test_settings_without_effect_are_accepted() -> None:
    assert run(f"{HEAD}G61\nG64\nG64 P.01\nM48\nM49\nM0\nM1\nG40 G49 G80\nG17 G90 G94 G54\nM2").fault is None


@pytest.mark.parametrize(
    ("line", "strays"),
    [("G64 P.05", False), ("G64 P.0501", True), ("G64 P.01 Q10", True), ("G64 P-1", True), ("G64 P0 Q.05", False)],
)
def test_a_path_that_may_stray_further_than_it_is_judged(line: str, *, strays: bool) -> None:
    fault = run(f"{HEAD}{line}\nG0 X1\nM2").fault
    assert (fault is not None and (fault.code, fault.limit) == ("PROG.CODE_UNSUPPORTED", 0.05)) is strays
    assert (fault is None) is not strays


def test_a_path_tolerance_is_a_length() -> None:
    assert fault_of("G64 P.01\nM2").code == "PROG.UNITS_MISSING"
    assert fault_of("G20\nG64 P.01\nM2").observed == 0.254


def test_spins_tell_of_every_speed_also_where_nothing_moves() -> None:
    program = run("S500\nM3\nS900\nS500\nM5\nS70000\nM30")
    assert program.spins == {500: 2, 900: 3}
    assert program.moves == []
