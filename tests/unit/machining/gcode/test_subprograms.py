"""Subprograms of both manners, found, nested, repeated and ended, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Fault, Move
from chargehand.machining.gcode.subprograms import NESTING_MAX

HEAD = "G21 G91\nF100\nG1\n"


def moves_of(text: str, **given_beside: str) -> list[Move]:
    program = run(text, subprograms={name.strip("_"): one for name, one in given_beside.items()})
    assert program.fault is None, program.fault
    return program.moves


def fault_of(text: str, **given_beside: str) -> Fault:
    fault = run(text, subprograms={name.strip("_"): one for name, one in given_beside.items()}).fault
    assert fault is not None
    return fault


def steps(moves: list[Move]) -> list[float]:
    return [move.end[0] - move.start[0] for move in moves]


def test_the_ngc_manner() -> None:
    moves = moves_of(f"o10 sub\nX1\nX2\no10 endsub\n{HEAD}O10 CALL\nX5\no10 call\nM2")
    assert steps(moves) == [1, 2, 5, 1, 2]
    assert [move.line for move in moves] == [2, 3, 9, 2, 3]


def test_a_name_in_either_case_and_a_return() -> None:
    assert steps(moves_of(f"o<pocket> sub\nX1\no<pocket> return\nX2\no<POCKET> endsub\n{HEAD}o<Pocket> call\nM2")) == [
        1
    ]


def test_the_fanuc_manner() -> None:
    moves = moves_of(
        f"%\nO0001 (the program)\n{HEAD}M98 P1000 L2\nX5\nM98 P2000\nM30\nO1000\nX1\nM99\nO2000\nX2\nM99\n%"
    )
    assert steps(moves) == [1, 1, 5, 2]


def test_the_line_that_calls_moves_first() -> None:
    assert steps(moves_of(f"{HEAD}X7 M98 P5\nM30\nO5\nX1\nM99\n")) == [7, 1]


def test_the_line_that_returns_moves_first() -> None:
    assert steps(moves_of(f"{HEAD}M98 P5\nM30\nO5\nX1 M99\nX9\n")) == [1]


def test_a_subprogram_calls_another() -> None:
    assert steps(moves_of(f"{HEAD}M98 P5 L2\nM30\nO5\nX1\nM98 P6\nM99\nO6\nX2\nM99")) == [1, 2, 1, 2]
    assert steps(moves_of(f"o5 sub\nX1\no6 call\no5 endsub\no6 sub\nX2\no6 endsub\n{HEAD}o5 call\nM2")) == [1, 2]


def test_settings_outlive_a_subprogram() -> None:
    assert moves_of(f"{HEAD}M98 P5\nX1\nM30\nO5\nF200\nG0\nM99")[0].kind == "rapid"


def test_a_subprogram_may_end_the_program() -> None:
    assert steps(moves_of(f"{HEAD}M98 P5\nX9\nO5\nX1\nM30")) == [1]


@pytest.mark.parametrize(
    "text", ["X1\nM99\n", "%\nO1000\nX1\nM99\n%\n", "O0001000 (one)\nX1\nM99", "\n(x)\nN1 O1000\nX1\nM99"]
)
def test_a_text_beside_the_program(text: str) -> None:
    assert steps(moves_of(f"{HEAD}M98 P1000 L3\nM2", _1000=text)) == [1, 1, 1]


def test_a_text_beside_the_program_in_the_ngc_manner() -> None:
    assert steps(moves_of(f"{HEAD}o<slot> call\nM2", slot="o<slot> sub\nX1\no<slot> endsub\nM2")) == [1]


def test_a_fault_beside_the_program_says_where_it_is() -> None:
    fault = fault_of(f"{HEAD}M98 P1000\nM2", _1000="X1\nX2 A3\nM99\n")
    assert (fault.code, fault.line) == ("PROG.CODE_UNSUPPORTED", 2)
    assert "subprogram 1000" in fault.text


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{HEAD}M98 P5\nM30", "PROG.SUBPROGRAM_UNKNOWN", 4),
        (f"{HEAD}o5 call\nM2", "PROG.SUBPROGRAM_UNKNOWN", 4),
        (f"{HEAD}o5 call\nM2\nO5\nX1\nM99", "PROG.SUBPROGRAM_UNKNOWN", 4),
        (f"o5 sub\no5 endsub\n{HEAD}M98 P5\nM2", "PROG.SUBPROGRAM_UNKNOWN", 6),
        (f"{HEAD}M98 P5\nM30\nO5\nM99\nO5\nM99", "PROG.SUBPROGRAM_UNKNOWN", 4),
        (f"{HEAD}M98\nM30", "PROG.SYNTAX", 4),
        (f"{HEAD}M98 P1.5\nM30", "PROG.SYNTAX", 4),
        (f"{HEAD}M98 P5 L0\nM30\nO5\nM99", "PROG.SYNTAX", 4),
        (f"{HEAD}M98 P21000\nM30\nO1000\nM99", "PROG.CODE_UNSUPPORTED", 4),
        (f"{HEAD}M98 P5 G4\nM30\nO5\nM99", "PROG.MODAL_CONFLICT", 4),
        (f"{HEAD}G4 P5 M98\nM30\nO5\nM99", "PROG.MODAL_CONFLICT", 4),
        (f"{HEAD}M99", "PROG.NOT_ENDED", 4),
        (f"{HEAD}M98 P5\nM30\nO5\nX1", "PROG.NOT_ENDED", 7),
        (f"{HEAD}M98 P5\nM30\nO5\nX1\n%", "PROG.NOT_ENDED", 8),
        (f"{HEAD}M98 P5\nM30\nO5\nX1\nO6\nX2\nM99", "PROG.NOT_ENDED", 8),
        (f"{HEAD}M98 P5\nM30\nO5\nO6\nX2\nM99", "PROG.NOT_ENDED", 7),
        (f"{HEAD}X1\nO5\nX1\nM30", "PROG.NOT_ENDED", 5),
        ("o5 sub\nX1\nM2", "PROG.SYNTAX", 1),
        ("o5 sub\nX1\no6 endsub\nM2", "PROG.SYNTAX", 1),
        ("o5 sub\no6 sub\no6 endsub\no5 endsub\nM2", None, 0),
        ("o5 endsub\nM2", "PROG.SYNTAX", 1),
        ("o5 return\nM2", "PROG.SYNTAX", 1),
        (f"o5 sub\nM99\no5 endsub\n{HEAD}o5 call\nM2", "PROG.SYNTAX", 2),
        (f"o5 sub\no6 sub\no6 endsub\no5 endsub\n{HEAD}o5 call\nM2", "PROG.SYNTAX", 2),
        (f"{HEAD}M98 P5\nM30\nO5\nM98 P5\nM99", "PROG.NESTING_TOO_DEEP", 7),
        (f"o5 sub\no5 call\no5 endsub\n{HEAD}o5 call\nM2", "PROG.NESTING_TOO_DEEP", 2),
    ],
)
def test_what_is_refused(text: str, code: str | None, line: int) -> None:
    fault = run(text).fault
    assert (fault.code, fault.line) == (code, line) if fault else code is None


def nested(depth: int) -> str:
    bodies = "".join(f"O{level}\nM98 P{level + 1}\nM99\n" for level in range(1, depth))
    return f"{HEAD}M98 P1\nM30\n{bodies}O{depth}\nX1\nM99\n"


def test_ten_deep_and_no_deeper() -> None:
    assert steps(moves_of(nested(NESTING_MAX))) == [1]
    fault = fault_of(nested(NESTING_MAX + 1))
    assert (fault.code, fault.observed, fault.limit) == ("PROG.NESTING_TOO_DEEP", 11, 10)


def test_two_texts_that_call_each_other_without_end() -> None:
    fault = fault_of(f"{HEAD}M98 P1\nM2", _1="M98 P2\nM99", _2="M98 P1\nM99")
    assert fault.code == "PROG.NESTING_TOO_DEEP"


def test_repetitions_count_as_lines() -> None:
    program = run(f"{HEAD}M98 P5 L99999999\nM30\nO5\nM99", blocks_max=1000)
    assert program.fault is not None
    assert program.fault.code == "PROG.TOO_LONG"


LINES = st.lists(
    st.sampled_from(
        ["G1 X1 Y2", "G1 X-3 F250", "G91 G2 X2 I1", "G90 G0 X4", "G91", "G0 Z1", "M3 S500", "G4 P1", "T2 M6", "M8"]
    ),
    max_size=12,
)


@given(LINES, LINES, st.integers(1, 3))
def test_a_call_is_its_lines_written_out(before: list[str], body: list[str], times: int) -> None:
    inline = run("\n".join([HEAD, *before, *body * times, "M30"]))
    fanuc = run("\n".join([HEAD, *before, f"M98 P7 L{times}", "M30", "O7", *body, "M99"]))
    ngc = run("\n".join(["o7 sub", *body, "o7 endsub", HEAD, *before, *["o7 call"] * times, "M30"]))
    assert inline.fault is None

    def apart_from_lines(moves: list[Move]) -> list[Move]:
        return [move._replace(line=0) for move in moves]

    assert apart_from_lines(fanuc.moves) == apart_from_lines(inline.moves) == apart_from_lines(ngc.moves)
    assert fanuc.tools == inline.tools == ngc.tools
    assert fanuc.fault is ngc.fault is None
