"""Running a program from the machine's home: whichever frame comes first, in either unit, with subprograms."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor import program_run
from chargehand.auditor.cards import loaded
from chargehand.auditor.program_path import Bounds
from chargehand.auditor.program_run import Run, offsets_of, run_from_home, stock_of
from chargehand.contracts.card import KeepOut
from tests.unit.auditor.parts import FIRST, conditions, found, judged, machine, part
from tests.unit.auditor.scene import Scene

TWO = machine(work_offsets={"G54": {"X": 0, "Y": 0, "Z": -300}, "G55": {"X": 200, "Y": 100, "Z": -250}})
HOME = (0.0, 250.0, 0.0)
"""Of the reference machine, of the nose."""


@pytest.mark.parametrize(
    ("lines", "nose"),
    [
        (("G21 G90 G54", "G0 X10"), (10, 250, 0)),
        (("G21 G90 G54", "G0 X10 Y20"), (10, 20, 0)),
        (("G21 G90 G55", "G0 X10"), (210, 250, 0)),
        (("G21 G91 G55", "G0 X10"), (10, 250, 0)),
        (("G21 G90 G54", "G0 G43 H1 Z50"), (0, 250, -214)),
        (("G21 G90 G55", "G0 G43 H7 Z50"), (0, 250, -164)),
        (("G21 G91 G54 G43 H1", "G0 Z-10"), (0, 250, -10)),
        (("G21 G90", "G53 G0 X5"), (5, 250, 0)),
        (("G21 G90 G55", "G53 G0 X5"), (5, 250, 0)),
        (("G21 G90 G55", "G53 G0 X5", "G91 G0 X1"), (6, 250, 0)),
        (("G21 G90 G55 G43 H1", "G53 G0 X5", "G91 G0 Z-1"), (5, 250, -1)),
        (("G21 G91 G54", "G28 Z0", "G0 X3"), (3, 250, 0)),
        (("G21 G90 G54", "G4 P1", "G55 G0 X10"), (210, 250, 0)),
    ],
)
def test_first_motion_begins_at_home(lines: tuple[str, ...], nose: tuple[float, float, float]) -> None:
    """Wherever the program looks from, what it does not move stays at home."""
    program = run_from_home("\n".join((*lines, "M30")), conditions(card=TWO))
    assert program.fault is None
    last = program.moves[-1]
    zero = {"G53": (0, 0, 0), "G54": (0, 0, -300), "G55": (200, 100, -250)}[last.frame]
    reach = 36 if last.length_offset and last.frame != "G53" else 0
    here = tuple(last.end[axis] + zero[axis] + (reach if axis == 2 else 0) for axis in range(3))
    assert here == pytest.approx(nose)


def test_way_from_home_is_judged() -> None:
    """The first rapid crosses the table from where the machine stands, and not from the work's zero."""
    post = machine(keep_out=[KeepOut(name="door", low=(-50, 100, -450), high=(50, 150, 0))])
    text = part("G0 Z50", head=("G21 G90 G54", "G0 G43 H1 X0 Y0 Z50"))
    assert (2, "PROG.KEEP_OUT_ENTERED") in found(text, card=post)


def test_lines_of_subprograms_are_their_own() -> None:
    text = part("M98 P7 L2", end="M30\nO7\nG91 G0 X1\nG90\nG0 Z-1\nG0 Z5\nM99")
    assert found(text) == [(FIRST + 5, "PROG.RAPID_IN_MATERIAL")] * 2


def test_blocks_are_bounded() -> None:
    endless = part("M98 P7 L99999999", end="M30\nO7\nG0 Z3\nG0 Z4\nM99")
    result = judged(endless)
    assert dict(result.counts) == {"PROG.TOO_LONG": 1}
    assert result.blocks <= 100_001


def test_zero_of_the_set_up_is_that_of_g54_axis_by_axis() -> None:
    assert offsets_of(TWO, {"X": 7.0})["G54"] == {"X": 7, "Y": 0, "Z": -300}
    assert offsets_of(TWO, {"X": 7.0})["G55"] == {"X": 200, "Y": 100, "Z": -250}
    assert offsets_of(machine(work_offsets={}), {"X": 7.0}) == {"G54": {"X": 7.0}}
    assert TWO.work_offsets["G54"] == {"X": 0, "Y": 0, "Z": -300}, "a card is not written on"


def test_corners_of_a_box_come_in_any_order() -> None:
    assert stock_of((9, 0, -5, 1, 8, 2)) == Bounds((1, 0, -5), (9, 8, 2))


METRIC = part("G1 Z-2.54 F254", "X25.4 F508", "G3 X25.4 Y50.8 I0 J25.4 F508", "G1 X0", "G0 Z-2.54 X5.08", "G0 X990.6")
INCH = (
    part("G1 Z-.1 F10", "X1 F20", "G3 X1 Y2 I0 J1 F20", "G1 X0", "G0 Z-.1 X.2", "G0 X39")
    .replace("G21", "G20")
    .replace("Z50\n", "Z1.968503937\n")
    .replace("\nZ2\n", "\nZ.07874015748\n")
)


def test_unit_of_a_program_changes_no_finding() -> None:
    metric, inch = judged(METRIC), judged(INCH)
    assert metric.counts == inch.counts == {"PROG.TRAVEL_EXCEEDED": 1, "PROG.RAPID_IN_MATERIAL": 1}
    assert [violation.line for violation in metric.violations] == [violation.line for violation in inch.violations]
    for one, other in zip(metric.violations, inch.violations, strict=True):
        assert one.breach.observed == pytest.approx(other.breach.observed, abs=1e-6)


LINES = st.lists(
    st.sampled_from(
        [
            "G0 Z-1", "G0 Z5", "G0 X10", "G0 X-10 Y5", "G1 Z-2 F200", "G1 X30 F700", "G1 X0 Y10 F9000",
            "G2 X30 Y10 I5 J0", "G3 X1 Y1 I1 J0 F300", "G83 X5 Y5 Z-9 R2 Q2 F150", "G80", "M3 S3000", "M5", "S20000",
            "G91", "G90", "G55", "G54", "G53 G0 Z0", "G28 X0", "G41 D1", "G40", "G49", "G43 H1", "G43 H3", "T2 M6",
            "G4 P1", "M98 P9", "O9", "M99", "G20", "%", "X", "G1 X1e9 F1", "(text", "/G0 X1", "G61", "G2 X1 R0.4", "M2",
        ]
    ),
    max_size=25,
)  # fmt: skip


@given(LINES, st.booleans())
def test_any_program_is_judged_and_counted(lines: list[str], ended: bool) -> None:
    """Nothing raises, kept findings are among the counted, and a program without findings has run to its end."""
    result = judged(part(*lines, end="M30" if ended else ""), card=TWO)
    kept: dict[str, int] = {}
    for violation in result.violations:
        kept[violation.breach.code] = kept.get(violation.breach.code, 0) + 1
    assert kept.keys() == result.counts.keys()
    assert all(kept[code] <= result.counts[code] for code in kept)
    if not result.counts:
        assert ended or "M2" in lines or "%" in lines


@given(LINES)
def test_no_rapid_in_a_clean_program_meets_the_stock_beside_where_it_was_fed(lines: list[str]) -> None:
    """A clean program's rapids below the top change one axis only."""
    text = part(*lines)
    given_ = conditions(card=TWO)
    if judged(text, card=TWO).counts:
        return
    for move in run_from_home(text, given_).moves:
        if move.kind == "rapid" and move.frame != "G53" and min(move.start[2], move.end[2]) < 0:
            assert sum(move.start[axis] != move.end[axis] for axis in range(3)) == 1


def test_example_heads_are_in_order() -> None:
    assert judged(part()).counts == {}
    assert re.match(r"G21 .*G54", part())


def test_a_run_is_remembered_for_the_very_objects_it_is_of() -> None:
    """The newest run of a machine is answered from memory; with any one part another, it is another run."""
    scene = Scene()
    machine_card = scene.evidence().machine
    book, state = scene.book(), scene.evidence().state
    assert machine_card is not None
    assert state is not None
    tool, material = book.tools["EM12-4"], book.materials["steel-qt-250hb"]
    asked = Run(part().encode(), machine_card, tool, material, state.setup)
    first = program_run.judged(asked)
    assert program_run.judged(asked) is first
    assert program_run.is_judged(asked)
    others = (
        asked._replace(text=part("G1 Y5").encode()),
        asked._replace(material=None),
        asked._replace(setup=msgspec.structs.replace(state.setup, offsets={"x": 1.5})),
    )
    for other in others:
        assert not program_run.is_judged(other)
        assert program_run.judged(other) is not first
        assert program_run.judged(asked) is first


def test_newest_runs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_run, "MACHINES_MAX", 1)
    scene = Scene()
    evidence, book = scene.evidence(), scene.book()
    assert evidence.machine is not None
    assert evidence.state is not None
    for name in ("M1", "M2", "M3"):
        card = loaded(msgspec.structs.replace(evidence.machine.card, id=name))
        program_run.judged(Run(part().encode(), card, book.tools["EM12-4"], None, evidence.state.setup))
    assert list(program_run._newest) == ["M3"]
