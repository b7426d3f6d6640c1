"""A line is read into its words, or refused with the offending one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.codes import G_GROUPS, LETTERS, M_GROUPS, MOTION
from chargehand.machining.gcode.refusal import RefusalError
from chargehand.machining.gcode.words import LINE_LENGTH_MAX, Label, bare, label, words


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("g1 x 1 0 . 5\ty-2", "G1X10.5Y-2"),
        ("(rough) G1 (half) X1 (way)", "G1X1"),
        ("G1 X1 ; and (unclosed, which a semicolon hides", "G1X1"),
        ("(a ; b) G1", "G1"),
        ("(durchmesser \u00f820) X1", "X1"),
        ("; \u2028 G0 Z-100", ""),
        (" \t ", ""),
        ("", ""),
    ],
)
def test_comments_spaces_and_case_mean_nothing(line: str, code: str) -> None:
    assert bare(line) == code


@pytest.mark.parametrize(
    "line",
    [
        "(never closed",
        "(one (two) three)",
        "never opened) G1",
        "G1 X\u0661",  # an Arabic-Indic digit is a digit to Python
        "G1 \uff38" + "1",  # a full-width X
        "\u017f1000",  # a long s: its upper case is S
        "G1\x0bX1",
        "(a comment with a carriage return \r G0 Z-100)",
        "(a next line \x85 G0 Z-100)",
        "G1\x00",
        "X1" + "0" * LINE_LENGTH_MAX,
    ],
)
def test_a_line_that_another_control_may_read_otherwise_is_refused(line: str) -> None:
    with pytest.raises(RefusalError) as refused:
        bare(line)
    assert refused.value.code == "PROG.SYNTAX"


def test_a_long_comment_is_no_long_line() -> None:
    assert bare(f"G1 ({'x' * 1000}) X1") == "G1X1"
    assert len(bare("X1." + "0" * (LINE_LENGTH_MAX - 3))) == LINE_LENGTH_MAX


def test_words_by_letter_and_codes_by_group() -> None:
    block = words("N10G1G90.1X-.5Y+2.F100M3M8")
    assert block.numbers == {"X": -0.5, "Y": 2.0, "F": 100.0}
    assert sorted(block.g.values()) == [10, 901]
    assert sorted(block.m.values()) == [3, 8]
    assert block.texts == {"X": "X-.5", "Y": "Y+2.", "F": "F100"}


@pytest.mark.parametrize("text", ["G1", "G01", "G1.", "G01.0", "G001"])
def test_a_code_is_a_number(text: str) -> None:
    assert words(text).g == {MOTION: 10}


@pytest.mark.parametrize(
    ("code", "reason", "observed"),
    [
        ("X1.2.3", "PROG.SYNTAX", ".3"),
        ("X1E5", "PROG.SYNTAX", "E5"),
        ("X--1", "PROG.SYNTAX", "X--1"),
        ("X+-1", "PROG.SYNTAX", "X+-1"),
        ("X", "PROG.SYNTAX", "X"),
        ("X.", "PROG.SYNTAX", "X."),
        ("X-", "PROG.SYNTAX", "X-"),
        ("1X1", "PROG.SYNTAX", "1X1"),
        ("X1,5", "PROG.SYNTAX", ",5"),
        ("XNAN", "PROG.SYNTAX", "XNAN"),
        ("XINF", "PROG.SYNTAX", "XINF"),
        ("X1_0", "PROG.SYNTAX", "_0"),
        ("X1000000001", "PROG.SYNTAX", "X1000000001"),
        ("X1X2", "PROG.SYNTAX", "X2"),
        ("F1F1", "PROG.SYNTAX", "F1"),
        ("N1.5G1", "PROG.SYNTAX", "N1.5"),
        ("N-1G1", "PROG.SYNTAX", "N-1"),
        ("G1N10", "PROG.SYNTAX", "N10"),
        ("A1", "PROG.CODE_UNSUPPORTED", "A1"),
        ("X1U2", "PROG.CODE_UNSUPPORTED", "U2"),
        ("X#1", "PROG.CODE_UNSUPPORTED", "X#1"),
        ("X[1+2]", "PROG.CODE_UNSUPPORTED", "X[1+2]"),
        ("#1=5", "PROG.CODE_UNSUPPORTED", "#1=5"),
        ("G92X0", "PROG.CODE_UNSUPPORTED", "G92"),
        ("G5.1", "PROG.CODE_UNSUPPORTED", "G5.1"),
        ("G0.5", "PROG.CODE_UNSUPPORTED", "G0.5"),
        ("G1.00001", "PROG.CODE_UNSUPPORTED", "G1.00001"),
        ("G-0", "PROG.CODE_UNSUPPORTED", "G-0"),
        ("G+1", "PROG.CODE_UNSUPPORTED", "G+1"),
        ("M60", "PROG.CODE_UNSUPPORTED", "M60"),
        ("M3.1", "PROG.CODE_UNSUPPORTED", "M3.1"),
        ("G0G1", "PROG.MODAL_CONFLICT", "G1"),
        ("G90X1G91", "PROG.MODAL_CONFLICT", "G91"),
        ("G28G53", "PROG.MODAL_CONFLICT", "G53"),
        ("G20G21", "PROG.MODAL_CONFLICT", "G21"),
        ("M3M4", "PROG.MODAL_CONFLICT", "M4"),
        ("M30M99", "PROG.MODAL_CONFLICT", "M99"),
    ],
)
def test_what_is_not_certain_is_refused_with_its_word(code: str, reason: str, observed: str) -> None:
    with pytest.raises(RefusalError) as refused:
        words(code)
    assert (refused.value.code, refused.value.observed) == (reason, observed)
    assert observed in refused.value.text


def test_the_same_code_twice_says_nothing_new() -> None:
    assert words("G1G1").g == {MOTION: 10}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("O100", Label("100", "")),
        ("O0100", Label("100", "")),
        ("O0", Label("0", "")),
        ("N5O100SUB", Label("100", "sub")),
        ("O100ENDSUB", Label("100", "endsub")),
        ("O<POCKET>CALL", Label("pocket", "call")),
        ("O7RETURN", Label("7", "return")),
        ("G1X1", None),
    ],
)
def test_labels(code: str, expected: Label | None) -> None:
    assert label(code) == expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("O100WHILE[1]", "PROG.CODE_UNSUPPORTED"),
        ("O100IF[1LT2]", "PROG.CODE_UNSUPPORTED"),
        ("O100CALL[5]", "PROG.CODE_UNSUPPORTED"),
        ("O100X1", "PROG.CODE_UNSUPPORTED"),
        ("OXY", "PROG.SYNTAX"),
        ("O<>CALL", "PROG.SYNTAX"),
        ("O<NAME>", "PROG.SYNTAX"),
        ("O-1", "PROG.SYNTAX"),
    ],
)
def test_labels_that_are_not_read(code: str, reason: str) -> None:
    with pytest.raises(RefusalError) as refused:
        label(code)
    assert refused.value.code == reason


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused(line: str) -> None:
    refused = None
    try:
        code = bare(line)
        if label(code) is None:
            assert words(code).numbers.keys() <= LETTERS
    except RefusalError as error:
        refused = error
    assert refused is None or refused.code.startswith("PROG.")
    assert refused is None or len(refused.text) < 200


def test_every_code_is_in_one_group() -> None:
    assert len(G_GROUPS) == 3 + 8 + 3 + 2 + 3 + 2 + 3 + 2 + 2 + 6 + 2 + 2
    assert len(M_GROUPS) == 6 + 1 + 3 + 3 + 2
    assert not set(G_GROUPS.values()) & set(M_GROUPS.values())
