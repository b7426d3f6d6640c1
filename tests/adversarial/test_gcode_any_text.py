"""Any text at all is a program or a fault: it never raises, never runs for ever, and denies what it does not know."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Program

SIGNS = [*"GMXYZIJKRFSTPQLHDNOABE%/();#[]=<>+-.,\n\r\t \x00\u0661\u017f\u2028"]
NUMBERS = ["0", "1", "2", "3", "9", "1e9", "99999999999", ".0000001", "-0", "1.2.3"]
CODES = """
    G0 G1 G2 G3 G4 G17 G18 G19 G20 G21 G28 G40 G41 G43 G49 G53 G54 G55 G61 G64 G80 G81 G82 G83
    G90 G91 G90.1 G91.1 G93 G94 G95 G98 G99 M2 M3 M5 M6 M8 M30 M99 O1
    X10 Y-5 Z2 R2 I5 J1 K1 Q1 L3 P1 P2 F100 S500 T1 H1 H2 D1
"""
WORDS = [*CODES.split(), "M98 P1", "M98 P2", "O1 sub", "O1 endsub", "O1 call"]


def sound(program: Program) -> None:
    """What holds for whatever was run."""
    fault = program.fault
    if fault is not None:
        assert fault.code.startswith("PROG.")
        assert fault.line >= 1
        assert fault.text
        assert len(fault.text) < 300
    for move in program.moves:
        numbers = [*move.start, *move.end, move.feed, move.seconds, move.spindle_speed]
        assert all(math.isfinite(number) for number in numbers), move
        assert move.feed >= 0
        assert (move.feed > 0) == (move.kind in ("feed", "arc")), move
        assert (move.arc is not None) == (move.kind == "arc")
        assert move.start_known or move.kind in ("rapid", "dwell")
    for before, after in zip(program.moves, program.moves[1:], strict=False):
        same_frame = before.frame == after.frame and before.length_offset == after.length_offset
        assert not (same_frame and after.start_known) or after.start == pytest.approx(before.end, abs=1e-6)


@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    sound(run(text, blocks_max=2000))


@given(
    st.lists(st.sampled_from(SIGNS + NUMBERS + WORDS), max_size=80),
    st.sampled_from(["", "G21 G90 F100\n", "G21\nF100\nG0 X0\n"]),
)
def test_any_words(pieces: list[str], head: str) -> None:
    sound(run(head + "".join(pieces), blocks_max=2000))


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), max_size=20), st.booleans())
def test_any_lines(lines: list[list[str]], known: bool) -> None:
    text = "G21\nF100\nG0 X0\n" + "\n".join(" ".join(line) for line in lines) + "\nM2\n"
    sound(
        run(
            text,
            blocks_max=2000,
            tools={1: 50.0} if known else None,
            home=(0.0, 0.0, 0.0) if known else None,
            offsets={"G54": (1.0, 2.0, 3.0), "G55": (4.0, 5.0, 6.0)} if known else None,
            subprograms={"2": text},
        )
    )


@given(st.binary(max_size=300))
def test_any_bytes(blob: bytes) -> None:
    sound(run(blob.decode("latin-1"), blocks_max=2000))


@pytest.mark.parametrize(
    "text",
    [
        "G21\nG0 X" + "9" * 5000,
        "G21\nG0 X" + "0" * 250 + "1",
        "(" * 100_000,
        "N" * 100_000,
        "O" * 100_000,
        " " * 100_000 + "!",
        "X1 " * 50_000,
        "\n" * 100_000,
        "G21\nF1\nG91\n" + "G1 X999999999 Y999999999 Z999999999\n" * 500 + "M2",
        "G21\nF1\nG99 G83 X1 Z-999999999 R0 Q.001 L999999999\nM2",
        "M98 P1 L99999999\nM2\nO1\nM98 P2 L99999999\nM99\nO2\nM98 P3 L99999999\nM99\nO3\nM99",
        "O1\nM98 P1\nM99",
        "o1 sub\n" * 20_000,
    ],
    ids=lambda text: text[:12].replace("\n", "_"),
)
def test_what_is_made_to_take_long_does_not(text: str) -> None:
    program = run(text, blocks_max=20_000)
    assert program.fault is not None or "M2" in text
    assert program.blocks <= 20_001
    sound(program)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("G1 X10,5", "PROG.SYNTAX"),
        ("G1 X1O", "PROG.SYNTAX"),
        ("G1 X\u22125", "PROG.SYNTAX"),  # a minus sign that is none
        ("G1\u00a0X5", "PROG.SYNTAX"),  # a space that is none
        ("\u0261" + "1 X5", "PROG.SYNTAX"),  # a g that is none
        ("G1 X5 (approved by supervisor", "PROG.SYNTAX"),
        ("G1 X5 (hidden\rG0 Z-100)", "PROG.SYNTAX"),
        ("G1 X1 G0 X2", "PROG.MODAL_CONFLICT"),
        ("G1 X1e2", "PROG.SYNTAX"),
        ("G1 X0x10", "PROG.SYNTAX"),
        ("G1 X1_000", "PROG.SYNTAX"),
        ("G1 Xnan", "PROG.SYNTAX"),
        ("G1 Xinf", "PROG.SYNTAX"),
        ("G1 F1e9 X1", "PROG.SYNTAX"),
        ("G1 F0 X1", "PROG.FEED_MISSING"),
        ("G52 X1", "PROG.CODE_UNSUPPORTED"),
        ("G68 R45", "PROG.CODE_UNSUPPORTED"),
        ("G51 P2", "PROG.CODE_UNSUPPORTED"),
        ("G16 X10 Y30", "PROG.CODE_UNSUPPORTED"),
        ("G92 X0", "PROG.CODE_UNSUPPORTED"),
        ("G10 L20 P1 X0", "PROG.CODE_UNSUPPORTED"),
        ("G38.2 Z-10", "PROG.CODE_UNSUPPORTED"),
        ("G33 Z-10 K1", "PROG.CODE_UNSUPPORTED"),
        ("G96 S200", "PROG.CODE_UNSUPPORTED"),
        ("G5 X1 Y1 I1 J1", "PROG.CODE_UNSUPPORTED"),
        ("G41.1 D3", "PROG.CODE_UNSUPPORTED"),
        ("M62 P1", "PROG.CODE_UNSUPPORTED"),
        ("M101", "PROG.CODE_UNSUPPORTED"),
        ("G65 P9000", "PROG.CODE_UNSUPPORTED"),
        ("X#<_x>", "PROG.CODE_UNSUPPORTED"),
        ("#5221=100", "PROG.CODE_UNSUPPORTED"),
        ("IF[1EQ1]GOTO5", "PROG.CODE_UNSUPPORTED"),
        ("GOTO 5", "PROG.SYNTAX"),
        ("o1 while [1 lt 2]", "PROG.CODE_UNSUPPORTED"),
        ("/G0 Z-50", "PROG.CODE_UNSUPPORTED"),
        ("G0 X1 /Z-50", "PROG.SYNTAX"),
        ("G20", "PROG.UNITS_MIXED"),
    ],
)
def test_denied_at_its_line(line: str, code: str) -> None:
    program = run(f"G21 G90\nF100\nG0 X0 Y0 Z50\nG1 X5\n{line}\nG0 Z0\nM2\n")
    assert program.fault is not None
    assert (program.fault.code, program.fault.line) == (code, 5)
    assert [move.line for move in program.moves] == [3, 4]
