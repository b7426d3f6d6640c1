"""Limits block by block, on hand-made moves: travel, boxes, arcs, frames, settings; all found, the first ones kept."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.program_extent import extent_of, smallest_radius
from chargehand.auditor.program_limits import CHORDS_MAX, FINDINGS_PER_CODE_MAX, Findings, judge_program, zeros
from chargehand.auditor.program_path import Bounds, chords_of
from chargehand.auditor.program_regime import Breach
from chargehand.contracts.card import KeepOut
from chargehand.contracts.examples import MACHINE_CARD, TOOL_CARD
from chargehand.machining.gcode.moves import Fault, Move, Program
from tests.unit.auditor.parts import arc, axes, conditions, findings, machine, move

POST = KeepOut(name="post", low=(20, -5, -320), high=(30, 5, -250))
ABOVE = (0.0, 0.0, 5.0)


def counts(*moves: Move, **given: Any) -> dict[str, int]:
    return findings(*moves, **given).counts


def rapid(start: tuple[float, float, float], end: tuple[float, float, float], **given: Any) -> Move:
    return move(start, end, **{"kind": "rapid", "feed": 0.0, **given})


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ((400.0, 0.0, 5.0), None),
        ((400.00001, 0.0, 5.0), "PROG.TRAVEL_EXCEEDED"),
        ((-400.0, 0.0, 5.0), None),
        ((-400.00001, 0.0, 5.0), "PROG.TRAVEL_EXCEEDED"),
        ((0.0, 250.00001, 5.0), "PROG.TRAVEL_EXCEEDED"),
        ((0.0, 0.0, 264.0), None),
        ((0.0, 0.0, 264.00001), "PROG.TRAVEL_EXCEEDED"),
        ((math.nan, 0.0, 5.0), "PROG.TRAVEL_EXCEEDED"),
    ],
)
def test_travel_is_closed_and_z_is_the_nose(end: tuple[float, float, float], code: str | None) -> None:
    """Z0 lies at -300, the tool reaches 36 mm below the nose, and the nose goes up to 0."""
    assert counts(rapid(ABOVE, end)) == ({code: 1} if code else {})


def test_lowest_z_is_the_noses_too() -> None:
    low = {"card": machine(work_offsets={"G54": {"X": 0, "Y": 0, "Z": -480}})}
    assert counts(move(ABOVE, (0, 0, -6)), **low) == {}
    assert counts(move(ABOVE, (0, 0, -6.001)), **low) == {"PROG.TRAVEL_EXCEEDED": 1}


def test_arc_leaves_the_travel_between_its_ends() -> None:
    centre, radius = (395.0, 0.0, -1.0), 10.0
    start, end = (395.0, -10.0, -1.0), (395.0, 10.0, -1.0)
    bulge = move(start, end, kind="arc", arc=arc(centre, radius, math.pi))
    away = move(start, end, kind="arc", arc=arc(centre, radius, -math.pi))
    assert counts(bulge) == {"PROG.TRAVEL_EXCEEDED": 1}
    assert counts(away) == {}


def test_one_move_is_told_once_per_axis_and_where_it_got_to() -> None:
    out = (900.0, 700.0, 5.0)
    found = findings(rapid(ABOVE, out), rapid(out, ABOVE))
    assert found.counts == {"PROG.TRAVEL_EXCEEDED": 2}
    observed = [(kept.breach.field, kept.breach.observed, kept.breach.limit) for kept in found.kept]
    assert observed == [("position_x", 900, 400), ("position_y", 700, 250)]


@pytest.mark.parametrize(
    ("kind", "start", "end", "enters"),
    [
        ("feed", (0, 0, 10), (60, 0, 10), True),
        ("feed", (0, 0, 50), (60, 0, 50), False),
        ("feed", (0, 0, 49.999), (60, 0, 49.999), True),
        ("feed", (0, 11, 10), (60, 11, 10), False),
        ("feed", (0, 10.99, 10), (60, 10.99, 10), True),
        # Under the box the tip is free, and the tool above it is not.
        ("feed", (0, 0, -40), (60, 0, -40), True),
        # A feed goes straight past the corner; a rapid may take any way between its ends.
        ("feed", (0, 0, 10), (60, 60, 10), False),
        ("rapid", (0, 0, 10), (60, 60, 10), True),
        ("rapid", (0, 0, 50), (60, 60, 50), False),
        ("rapid", (40, 0, 10), (60, 60, 10), False),
    ],
)
def test_nothing_of_the_tool_enters_a_box(
    kind: str, start: tuple[float, float, float], end: tuple[float, float, float], enters: bool
) -> None:
    found = findings(move(start, end, kind=kind), card=machine(keep_out=[POST]))
    assert ("PROG.KEEP_OUT_ENTERED" in found.counts) is enters
    if enters:
        kept = next(kept for kept in found.kept if kept.breach.code == "PROG.KEEP_OUT_ENTERED")
        assert (kept.breach.observed, kept.breach.rule_id) == ("post", "machine:CNC-001:keep_out:post")


def test_arc_enters_a_box_between_its_ends() -> None:
    start, end = (25.0, -40.0, 10.0), (25.0, 40.0, 10.0)
    through = move(start, end, kind="arc", arc=arc((0, 0, 10), math.hypot(25, 40), 2 * math.atan2(40, 25)), feed=60.0)
    assert "PROG.KEEP_OUT_ENTERED" not in counts(through, card=machine(keep_out=[POST]))
    radius = 41.0
    bulge = math.sqrt(radius**2 - 40**2)
    near = move(start, end, kind="arc", arc=arc((25 - bulge, 0, 10), radius, 2 * math.atan2(40, bulge)), feed=60.0)
    assert "PROG.KEEP_OUT_ENTERED" not in counts(near, card=machine(keep_out=[POST]))
    far = move(start, end, kind="arc", arc=arc((25 + bulge, 0, 10), radius, -2 * math.atan2(40, bulge)), feed=60.0)
    assert "PROG.KEEP_OUT_ENTERED" not in counts(far, card=machine(keep_out=[POST]))
    flat = move((-20, 0, 10), (20, 0, 10), kind="arc", arc=arc((0, 0, 10), 20, math.pi), feed=60.0)
    assert counts(flat, card=machine(keep_out=[POST])) == {"PROG.KEEP_OUT_ENTERED": 1}


@given(st.floats(-60, 80), st.floats(-60, 60), st.floats(-60, 80), st.floats(-60, 60), st.floats(-2, 60))
def test_no_way_through_a_box_is_missed(x0: float, y0: float, x1: float, y1: float, z: float) -> None:
    """Held against many points of the way, each asked for itself."""
    inside = any(
        14 < x0 + share * (x1 - x0) < 36 and -11 < y0 + share * (y1 - y0) < 11 and z < 50
        for share in (part / 200 for part in range(201))
    )
    found = counts(move((x0, y0, z), (x1, y1, z)), card=machine(keep_out=[POST]))
    assert not inside or "PROG.KEEP_OUT_ENTERED" in found


def test_settings_are_judged_on_every_move_and_kept_for_the_first() -> None:
    fast = [move((0, 0, -1), (x, 0, -1), feed=20_000.0, line=x) for x in range(1, 31)]
    found = findings(*fast)
    assert found.counts == {"PROG.FEED_ABOVE_MAX": 30, "PROG.CHIP_LOAD_ABOVE_MAX": 30}
    lines = [kept.line for kept in found.kept if kept.breach.code == "PROG.FEED_ABOVE_MAX"]
    assert lines == list(range(1, FINDINGS_PER_CODE_MAX + 1))


def test_findings_said_once_are_said_once() -> None:
    found = Findings()
    for line in (3, 4):
        found.once(line, Breach("PROG.OFFSET_UNKNOWN", "G55"))
        found.once(line, Breach("PROG.OFFSET_UNKNOWN", "G56"))
    assert [(kept.line, kept.breach.field) for kept in found.kept] == [(3, "G55"), (3, "G56")]


@pytest.mark.parametrize("feed", [0.0, -1.0, math.nan, math.inf])
def test_a_feed_that_is_none_is_denied(feed: float) -> None:
    assert "PROG.FEED_MISSING" in counts(move(ABOVE, (0, 0, -1), feed=feed))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"spindle": "off"}, "PROG.SPINDLE_STANDS"),
        ({"spindle": "counter_clockwise"}, "PROG.SPINDLE_STANDS"),
        ({"spindle_speed": 0.0}, "PROG.SPINDLE_STANDS"),
        ({"spindle_speed": math.nan}, "PROG.SPINDLE_STANDS"),
        ({"radius_side": -1}, "PROG.RADIUS_COMPENSATION"),
        ({"length_offset": 2}, "PROG.TOOL_MISMATCH"),
        ({"length_offset": 0}, "PROG.LENGTH_OFFSET_OFF"),
    ],
)
def test_settings_that_must_not_cut(given: dict[str, Any], code: str) -> None:
    assert code in counts(move(ABOVE, (0, 0, -1), **given))
    assert code not in counts(move(ABOVE, (0, 0, -1)))


def test_above_the_stock_the_spindle_may_stand() -> None:
    assert counts(move((0, 0, 5), (40, 0, 0), spindle="off", spindle_speed=0.0)) == {}


def test_a_dwell_is_asked_for_its_spindle_only() -> None:
    wait = move(ABOVE, ABOVE, kind="dwell", seconds=2.0, feed=0.0, spindle_speed=99_999.0, radius_side=1)
    assert counts(wait) == {"PROG.SPEED_ABOVE_MAX": 1}


def test_material_that_nobody_knows_has_no_band() -> None:
    assert counts(move(ABOVE, (0, 0, -1)), material=None) == {"PROG.BAND_UNKNOWN": 1}


def test_coolant_is_the_tools_wish_or_the_materials() -> None:
    dry = move(ABOVE, (0, 0, -1), coolant=False)
    wet = msgspec.structs.replace(TOOL_CARD.uses[0], coolant=True)
    assert counts(dry) == {}
    assert counts(dry, tool=msgspec.structs.replace(TOOL_CARD, uses=[wet])) == {"PROG.COOLANT_OFF": 1}


def test_length_offset_that_is_off_makes_the_tip_hang_below_the_number() -> None:
    """The nose goes to Z 20, so the tip is at -16: a rapid that is told of for both reasons."""
    plunge = rapid((0, 0, 250), (0, 0, 20), length_offset=0)
    assert counts(plunge) == {"PROG.LENGTH_OFFSET_OFF": 1, "PROG.RAPID_IN_MATERIAL": 1}


def test_machine_coordinates_are_the_noses() -> None:
    assert counts(rapid((0, 0, -100), (0, 0, 0), frame="G53")) == {}
    assert counts(rapid((0, 0, -100), (0, 0, 0.001), frame="G53")) == {"PROG.TRAVEL_EXCEEDED": 1}
    # At -264 the tip is at -300, where the work's zero lies.
    assert counts(rapid((0, 0, -100), (0, 0, -264), frame="G53")) == {}
    assert counts(rapid((0, 0, -100), (0, 0, -264.001), frame="G53")) == {"PROG.RAPID_IN_MATERIAL": 1}


def test_between_two_parts_the_higher_one_counts() -> None:
    card = machine(work_offsets={"G54": {"X": 0, "Y": 0, "Z": -300}, "G55": {"X": 200, "Y": 0, "Z": -250}})
    stay = rapid((0, 0, 40), (10, 0, 40))
    over = rapid((0, 0, -10), (10, 0, -10), frame="G55")
    assert counts(stay, card=card) == {}
    # From the lower part to the higher, at a height that is right for the lower one only.
    cross = rapid((-200, 0, 40), (-10, 0, -10), frame="G55")
    assert counts(cross, card=card) == {"PROG.RAPID_IN_MATERIAL": 1}
    back = rapid((200, 0, 40), (0, 0, 40))
    above = over._replace(start=(0, 0, 5), end=(10, 0, 5))
    assert counts(above, back, card=card) == {"PROG.RAPID_IN_MATERIAL": 1}
    # In the lower part's own frame too: at X 200 of G54 stands the part of G55, which the program cuts later.
    through = rapid((0, 0, 40), (250, 0, 40))
    assert counts(through, card=card) == {}
    assert counts(through, above, card=card) == {"PROG.RAPID_IN_MATERIAL": 1}


def test_a_box_says_nothing_of_the_part_of_another_frame() -> None:
    card = machine(work_offsets={"G54": {"X": -150, "Y": 0, "Z": -300}, "G55": {"X": 150, "Y": 0, "Z": -250}})
    box = Bounds((-50.0, -50.0, -50.0), (50.0, 50.0, 0.0))
    into = rapid((0, 0, 5), (0, 0, -20), frame="G55")
    (found,) = findings(into, card=card, stock=box).kept
    assert found.breach[:4] == ("PROG.RAPID_IN_MATERIAL", "position_z", -20, 0)
    assert counts(into._replace(end=(0, 0, 0)), card=card, stock=box) == {}
    beside = rapid((100, 0, 5), (100, 0, -20))
    assert counts(beside, card=card, stock=box) == {}, "in its own frame the box is all there is"


def test_frame_that_is_not_known_is_said_and_not_passed_over() -> None:
    lost = move(ABOVE, (0, 0, -1), frame="G57", spindle="off")
    found = findings(lost, lost._replace(line=2))
    assert found.counts == {"PROG.OFFSET_UNKNOWN": 1, "PROG.SPINDLE_STANDS": 2}


def test_rapid_from_a_place_that_nobody_knows_starts_where_the_last_move_ended() -> None:
    down = move(ABOVE, (0, 0, -4))
    unknown = rapid((40, 0, -4), (40, 0, -4), start_known=False)
    assert counts(down, unknown) == {"PROG.RAPID_IN_MATERIAL": 1}


def test_offset_that_is_not_finite_is_not_known() -> None:
    assert zeros(MACHINE_CARD, {"G54": {"X": 0, "Y": math.nan, "Z": 0}}) == {}
    assert zeros(MACHINE_CARD, {"G54": {"X": 1, "Y": 2}}) == {}
    assert zeros(MACHINE_CARD, {"G54": {"X": 1, "Y": 2, "Z": 3}}) == {"G54": (1, 2, 3)}
    assert zeros(machine(axes={"X": axes()["X"], "Z": axes()["Z"]}), {"G54": {"X": 1, "Z": 3}}) == {"G54": (1, 0, 3)}


def test_home_that_is_not_known_is_said() -> None:
    found = findings(rapid(ABOVE, (1, 0, 5)), card=machine(home={"X": 0, "Y": 0}))
    assert [(kept.breach.code, kept.breach.observed) for kept in found.kept] == [("PROG.OFFSET_UNKNOWN", "Z")]


def test_helix_is_judged_by_what_runs_in_its_plane() -> None:
    """1 mm radius at 5000 mm/s2 takes 4242 mm/min in the plane; a steep helix runs faster along itself."""
    calm = {"card": machine(axes=axes(X={"jerk": 1e12}, Y={"jerk": 1e12}))}
    turn = arc((0, 0, -1), 1.0, 2 * math.pi)
    flat = move((1, 0, -1), (1, 0, -1), kind="arc", arc=turn, feed=4_250.0, spindle_speed=6000.0)
    steep = flat._replace(end=(1, 0, -7), feed=4_250.0)
    assert "PROG.CORNER_ACCELERATION" in counts(flat, **calm)
    assert "PROG.CORNER_ACCELERATION" not in counts(steep, **calm)


def test_arc_in_another_plane_is_held_to_its_own_axes() -> None:
    """G18 runs in Z and X, and Z has less acceleration: 4000 mm/s2, 3795 mm/min on 1 mm."""
    calm = machine(axes=axes(X={"jerk": 1e12}, Y={"jerk": 1e12}, Z={"jerk": 1e12}))
    around = arc((0, 0, 5), 1.0, math.pi, "G18")
    over = move((0, 0, 4), (0, 0, 6), kind="arc", arc=around, feed=3_800.0)
    assert counts(over, card=calm) == {"PROG.CORNER_ACCELERATION": 1}
    assert counts(over._replace(feed=3_794.0), card=calm) == {}


def test_tool_numbers_beyond_the_first_are_unknown() -> None:
    program = Program([rapid(ABOVE, (1, 0, 5)), rapid((1, 0, 5), ABOVE, tool=2, line=9)], None, 2, [1, 2])
    found = judge_program(program, conditions())
    assert [(kept.line, kept.breach.observed, kept.breach.limit) for kept in found.kept] == [
        (9, "T2", "T1"),
        (9, "H1", "T2"),
    ]


def test_fault_ends_the_judgement_with_one_finding() -> None:
    fault = Fault("PROG.SYNTAX", 7, "X without a number", "X")
    found = judge_program(Program([rapid(ABOVE, (900, 0, 5))], fault, 7, [1]), conditions())
    assert found.counts == {"PROG.TRAVEL_EXCEEDED": 1, "PROG.SYNTAX": 1}
    assert (found.kept[-1].line, found.kept[-1].text) == (7, "X without a number")


@pytest.mark.parametrize("kind", ["turning", "other"])
def test_other_machines_are_not_guessed_at(kind: str) -> None:
    assert counts(rapid(ABOVE, (900, 0, 5)), card=machine(kind=kind)) == {"PROG.MACHINE_UNSUPPORTED": 1}


def test_turning_tool_on_a_mill_turn_is_not_guessed_at() -> None:
    tool = msgspec.structs.replace(TOOL_CARD, kind="turning")
    assert counts(rapid(ABOVE, (1, 0, 5)), card=machine(kind="turn_mill"), tool=tool) == {"PROG.MACHINE_UNSUPPORTED": 1}


def test_extent_adds_up() -> None:
    half = move((20, 0, -2), (0, 0, -2), kind="arc", arc=arc((10, 0, -2), 10, math.pi), feed=600.0)
    program = Program(
        [
            rapid((-400, 9, 200), (0, 0, 10), tool=1),
            rapid((0, 0, 10), (20, 0, 10)),
            move((20, 0, 10), (20, 0, -2), feed=120.0),
            half,
            move((0, 0, -2), (0, 0, -2), kind="dwell", seconds=3.0),
            rapid((0, 0, 0), (0, 0, -100), frame="G53"),
        ],
        None,
        6,
        [1],
    )
    extent = extent_of(program, MACHINE_CARD)
    assert (extent.low, extent.high) == ({"X": 0, "Y": 0, "Z": -2}, {"X": 20, "Y": 10, "Z": 10})
    assert extent.cut_mm == pytest.approx(12 + 10 * math.pi)
    assert extent.rapid_mm == pytest.approx(math.dist((-400, 9, 200), (0, 0, 10)) + 20 + 100)
    # 400 mm at 30 m/min, 20 mm, 12 mm at 120 mm/min, the half circle, 3 s, 100 mm at 24 m/min.
    assert extent.seconds == pytest.approx(0.8 + 0.04 + 6 + math.pi + 3 + 0.25)
    assert extent.radius == smallest_radius(program) == 10


def test_rapids_of_an_unknown_speed_take_the_cutting_feed() -> None:
    card = machine(axes=axes(X={"rapid": None}))
    program = Program([rapid(ABOVE, (100, 0, 5))], None, 1, [1])
    assert extent_of(program, card).seconds == pytest.approx(0.6)


def test_planned_time_slows_down_for_corners_and_needs_all_of_the_card() -> None:
    """Ten sides of a staircase at 764 mm/min take longer than one line of their length, and never less than at F."""
    ends = [(float(step // 2), float((step + 1) // 2), -1.0) for step in range(11)]
    stairs = [move(one, other) for one, other in pairwise(ends)]
    line = [move((0, 0, -1), (10, 0, -1))]
    cornered, straight = (extent_of(Program(moves, None, 1, [1]), MACHINE_CARD) for moves in (stairs, line))
    assert cornered.seconds == pytest.approx(10 / 764 * 60)
    assert straight.seconds == pytest.approx(10 / 764 * 60)
    assert cornered.planned_s is not None
    assert straight.planned_s is not None
    assert cornered.planned_s > straight.planned_s > straight.seconds
    for lacking in ("acceleration", "jerk", "rapid"):
        card = machine(axes=axes(Y={lacking: None}))
        assert extent_of(Program(line, None, 1, [1]), card).planned_s is None
    assert extent_of(Program([move(ABOVE, (1, 0, 5), feed=0.0)], None, 1, [1]), MACHINE_CARD).planned_s is None
    without_y = {name: axis for name, axis in MACHINE_CARD.axes.items() if name != "Y"}
    assert extent_of(Program(line, None, 1, [1]), machine(axes=without_y)).planned_s == straight.planned_s


def test_corners_of_straight_cuts_are_the_controls_to_slow_down_for() -> None:
    fastest = MACHINE_CARD.feed_rate_max
    there_and_back = [move((0, 0, 5), (9, 0, 5), feed=fastest), move((9, 0, 5), (0, 0, 5), feed=fastest)]
    assert counts(*there_and_back) == {}


def test_a_spindle_that_turns_too_fast_is_told_where_nothing_moves() -> None:
    """M3 S99999, M0: the tool flies apart while the program waits."""
    spun = Program([move(ABOVE, (1, 0, 5))], None, 5, [1], {3183.0: 2, 99_999.0: 4})
    found = judge_program(spun, conditions())
    assert [(kept.line, kept.breach.code, kept.breach.observed) for kept in found.kept] == [
        (4, "PROG.SPEED_ABOVE_MAX", 99_999)
    ]


def test_too_fast_a_move_is_told_once() -> None:
    fast = move(ABOVE, (1, 0, 5), spindle_speed=99_999.0)
    assert judge_program(Program([fast], None, 5, [1], {99_999.0: 1}), conditions()).counts == {
        "PROG.SPEED_ABOVE_MAX": 1
    }


def test_length_offsets_without_a_tools_number_are_of_one_tool() -> None:
    nobody = {"tool": None}
    same = [move(ABOVE, (1, 0, 5), **nobody), move((1, 0, 5), ABOVE, **nobody)]
    other = [*same, move(ABOVE, (1, 0, 5), line=4, length_offset=2, **nobody)]
    assert judge_program(Program(same, None, 5, []), conditions()).counts == {}
    found = judge_program(Program(other, None, 5, []), conditions())
    assert [(kept.line, kept.breach[:4]) for kept in found.kept] == [
        (4, ("PROG.TOOL_MISMATCH", "length_offset", "H2", "H1"))
    ]


@pytest.mark.parametrize(("kind", "code"), [("feed", "PROG.TOOL_MISMATCH"), ("rapid", None)])
def test_nothing_is_cut_before_the_tool_is_in_the_spindle(kind: str, code: str | None) -> None:
    """What is in the spindle then is another tool, or nobody knows which."""
    early = move(ABOVE, (1, 0, 5), kind=kind, tool=None, length_offset=1)
    program = Program([early, move((1, 0, 5), ABOVE)], None, 5, [1])
    assert judge_program(program, conditions()).counts == ({code: 1} if code else {})


def test_arcs_beside_a_box_are_followed_up_to_a_bound() -> None:
    """A thousand circles around a post cost no minute: beyond the bound each counts as filling its bounds."""
    around = KeepOut(name="around", low=(45, -5, -320), high=(55, 5, -250))
    at = (0.0, 0.0, 5.0)
    turns = 2 * math.pi * 10
    circle = move(at, at, kind="arc", arc=arc((50.0, 0.0, 5.0), 50.0, turns), feed=100.0)
    each = chords_of(at, at, arc((50.0, 0.0, 5.0), 50.0, turns))
    fitting = CHORDS_MAX // each
    post = {"card": machine(keep_out=[around])}
    assert findings(*[circle] * fitting, **post).counts == {}
    assert findings(*[circle] * (fitting + 2), **post).counts["PROG.KEEP_OUT_ENTERED"] >= 1
