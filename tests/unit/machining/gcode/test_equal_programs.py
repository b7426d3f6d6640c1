"""What means the same moves the same: units, distance modes, writing, and the quick reader against the full one."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.interpreter import run
from chargehand.machining.gcode.moves import Move, Program

HEAD = "G21 G90 G17\nF120\nG0 X0 Y0 Z5\n"

Step = tuple[str, float, float, float]
COORDINATE = st.integers(-400_000, 400_000).map(lambda n: n / 1000)
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.sampled_from(["G0", "G1", "G2", "G3"]), COORDINATE, COORDINATE, COORDINATE), min_size=1, max_size=15
)


def written(number: float) -> str:
    return f"{number:.12f}"


def program(steps: list[Step], *, unit: str = "G21", scale: float = 1.0, relative: bool = False) -> Program:
    """The steps as a program; an arc is half a circle, so that any end will do."""
    lines = [f"{unit} {'G91' if relative else 'G90'} G17", f"F{written(120 / scale)}"]
    at = (0.0, 0.0, 0.0)
    for code, *end in steps:
        x, y, z = (a - b if relative else a for a, b in zip(end, at, strict=True))
        words = f"{code} X{written(x / scale)} Y{written(y / scale)} Z{written(z / scale)}"
        if code in ("G2", "G3"):
            i, j = (end[0] - at[0]) / 2, (end[1] - at[1]) / 2
            if math.hypot(i, j) < 0.01:
                continue
            words += f" I{written(i / scale)} J{written(j / scale)}"
        lines.append(words)
        at = (end[0], end[1], end[2])
    return run("\n".join([*lines, "M30"]))


def same(a: Program, b: Program, within: float = 1e-9) -> None:
    assert a.fault is None
    assert b.fault is None
    assert len(a.moves) == len(b.moves)
    for one, other in zip(a.moves, b.moves, strict=True):
        assert one.kind == other.kind
        assert one.start == pytest.approx(other.start, abs=within)
        assert one.end == pytest.approx(other.end, abs=within)
        assert one.feed == pytest.approx(other.feed, abs=within)
        if one.arc is not None:
            assert other.arc is not None
            assert one.arc.centre == pytest.approx(other.arc.centre, abs=within)
            assert one.arc.radius == pytest.approx(other.arc.radius, abs=within)
            assert one.arc.angle == pytest.approx(other.arc.angle, abs=1e-6)


def distinct(steps: list[Step]) -> list[Step]:
    """Without two equal points in a row: whether such a motion is a move at all hangs on the last bit."""
    kept: list[Step] = []
    for step in steps:
        if step[1:] != (kept[-1][1:] if kept else (0, 0, 0)):
            kept.append(step)
    return kept


@given(STEPS)
def test_inches_and_millimetres(steps: list[Step]) -> None:
    same(program(distinct(steps)), program(distinct(steps), unit="G20", scale=25.4))


@given(STEPS)
def test_absolute_and_relative(steps: list[Step]) -> None:
    same(program(distinct(steps)), program(distinct(steps), relative=True))


LINES = st.lists(
    st.sampled_from(
        [
            "G0 X1.5 Y-2 Z3",
            "G1 X-3.25 F250",
            "G1 Y.5",
            "G1 Z-1 F90.5",
            "X7",
            "G91 G1 X.1",
            "G90 G1 X4",
            "G91 G2 X2 I1",
            "G90 G1 X5 Y5",
            "S1000 M3",
            "M8",
            "T2 M6",
            "G4 P.5",
            "G98 G83 X1 Z-5 R2 Q2",
            "G80",
            "G93 G1 X9 F2",
            "G94 F100",
            "G55",
            "",
        ]
    ),
    max_size=15,
)


def bent(line: str, how: int, number: int) -> str:
    """The same line, written another way."""
    if how == 0:
        return line.lower()
    if how == 1:
        return f"N{number} {line}"
    if how == 2:
        return " ".join(line.replace(" ", ""))
    if how == 3:
        return f"(a (b) {line}".replace("(b)", "b)") + " ; X99"
    if how == 4:
        return line.replace(" ", "\t") + "\r"
    return " ".join(reversed(line.split(" "))) if line else line


@given(LINES, st.lists(st.integers(0, 5), min_size=15, max_size=15))
def test_comments_spaces_case_order_and_line_numbers_mean_nothing(lines: list[str], how: list[int]) -> None:
    text = [*HEAD.split("\n"), *lines, "M2"]
    plain = run("\n".join(text))
    other = [bent(line, how[i % 15], i) for i, line in enumerate(text)]
    assert comparable(run("\n".join(other))) == comparable(plain)


def comparable(ran: Program) -> tuple[list[Move], str | None, int]:
    return ran.moves, ran.fault and ran.fault.code, ran.fault.line if ran.fault else 0


@given(LINES)
def test_the_quick_reader_says_what_the_full_one_says(lines: list[str]) -> None:
    """A comment is enough to take a line from the quick reader."""
    text = [*HEAD.split("\n"), *lines, "M2"]
    assert run("\n".join(text)) == run("\n".join(f"{line} ()" for line in text))


@given(st.lists(st.text(alphabet="XYZFGN0123456789.-+ /;", max_size=16), max_size=6))
def test_the_quick_reader_takes_nothing_that_the_full_one_refuses(lines: list[str]) -> None:
    text = [*HEAD.split("\n"), *lines, "M2"]
    assert comparable(run("\n".join(text))) == comparable(run("\n".join(f"(){line}" for line in text)))


@given(
    LINES,
    st.integers(0, 14),
    st.sampled_from(["A5", "G1 X1.2.3", "X1E5", "G5", "M60", "#1=2", "G0 G1", "(open", "X1 X2"]),
)
def test_a_planted_bad_word_is_found_at_its_line(lines: list[str], at: int, bad: str) -> None:
    text = [*HEAD.split("\n"), *lines]
    before = run("\n".join([*text, "M2"])).fault
    place = min(at + HEAD.count("\n"), len(text))
    planted = run("\n".join([*text[:place], bad, *text[place:], "M2"])).fault
    assert planted is not None
    assert planted.line == (before.line if before is not None and before.line <= place else place + 1)
