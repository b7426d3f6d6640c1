"""The blank: known cuts give their depth and width, and what goes is what was there."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.gcode.moves import Arc, Move, MoveKind, Point
from chargehand.machining.stock import CELL_MM, LAYERS_MAX, Bite, Blank, bites

D = 12.0
BOX = Blank("box", 100.0, 60.0, 30.0)


def move(kind: MoveKind, start: Point, end: Point, arc: Arc | None = None) -> Move:
    return Move(kind, 1, start, end, "G54", 100.0, arc, 0.0, 3000.0, "clockwise", False, 1, 0, 0)


def feed(start: Point, end: Point) -> Move:
    return move("feed", start, end)


def eaten(moves: list[Move], blank: Blank = BOX, *, diameter: float = D, edge: float = 6.0) -> list[list[Bite]]:
    return bites(moves, blank, diameter=diameter, edge=edge)


def removed(found: list[list[Bite]]) -> float:
    return sum(bite.volume for row in found for bite in row)


def longest(row: list[Bite]) -> Bite:
    return max(row, key=lambda bite: bite.ends - bite.begins)


@given(width=st.floats(0.5, 11.5), depth=st.floats(0.5, 20.0))
def test_a_side_cut_has_its_depth_and_width(width: float, depth: float) -> None:
    width, depth = round(width, 1), round(depth, 2)
    y = -30.0 - D / 2 + width
    bite = longest(eaten([feed((-60.0, y, -depth), (60.0, y, -depth))])[0])
    assert bite.axial == pytest.approx(depth)
    assert bite.radial == pytest.approx(width, rel=0.02)
    assert bite.volume == pytest.approx(width * depth * (bite.ends - bite.begins), rel=0.02)


@pytest.mark.parametrize(("start", "end"), [((-60, 0), (60, 0)), ((0, -40), (0, 40)), ((-70, -42), (70, 42))])
def test_a_slot_is_as_wide_as_the_cutter(start: tuple[float, float], end: tuple[float, float]) -> None:
    bite = longest(eaten([feed((*start, -5.0), (*end, -5.0))])[0])
    assert (bite.axial, bite.radial) == pytest.approx((5.0, D), rel=0.03)


def test_facing_takes_the_whole_top_and_no_more() -> None:
    """Passes of 8 mm over the whole top, 2 mm deep: the sum of what goes is the blank less the part."""
    moves = [feed((-60.0, y, -2.0), (60.0, y, -2.0)) for y in range(-30, 39, 8)]
    found = eaten(moves)
    assert removed(found) == pytest.approx(100 * 60 * 2, rel=1e-3)
    assert [round(longest(row).radial, 1) for row in found[1:-2]] == [8.0] * 6


def test_what_goes_round_a_boss_is_the_blank_less_the_boss() -> None:
    x, y = 50 + D / 2 - 4, 30 + D / 2 - 4
    ring: list[Point] = [(-x, -40, -6), (-x, y, -6), (x, y, -6), (x, -y, -6), (-60, -y, -6)]
    found = eaten([feed(one, other) for one, other in itertools.pairwise(ring)])
    assert removed(found) == pytest.approx(6 * (100 * 60 - 92 * 52), rel=2e-3)


def test_a_second_pass_on_the_same_path_cuts_air() -> None:
    cut = feed((-60.0, 0.0, -5.0), (60.0, 0.0, -5.0))
    first, second = eaten([cut, cut])
    assert first
    assert second == []


def test_the_deeper_level_is_cut_by_its_own_depth() -> None:
    levels = [feed((-60.0, -33.0, z), (60.0, -33.0, z)) for z in (-3.0, -8.0)]
    assert [longest(row).axial for row in eaten(levels)] == pytest.approx([3.0, 5.0])


def test_air_and_a_blank_that_is_missed_have_no_bites() -> None:
    over = feed((-60.0, 0.0, 1.0), (60.0, 0.0, 1.0))
    beside = feed((-60.0, -36.0, -5.0), (60.0, -36.0, -5.0))
    assert eaten([over, beside, move("dwell", (0, 0, -5), (0, 0, -5))]) == [[], [], []]


def test_a_rapid_eats_too() -> None:
    """What moves through the work has cut it, whatever it was called; judging that is for others."""
    assert removed(eaten([move("rapid", (-60.0, 0.0, -5.0), (60.0, 0.0, -5.0))])) > 0


def test_a_plunge_is_told_as_a_slot_that_removes_as_much() -> None:
    (row,) = eaten([feed((0.0, 0.0, 4.0), (0.0, 0.0, -10.0))])
    assert removed([row]) == pytest.approx(math.pi * D**2 / 4 * 10, rel=0.01)
    assert {bite.radial for bite in row} == {D}


def test_a_circle_removes_its_ring() -> None:
    round_blank = Blank("round", 80.0, 80.0, 20.0)
    arc = Arc("G17", (0.0, 0.0, 0.0), 43.0, -2 * math.pi)
    found = eaten([move("arc", (0.0, 43.0, -4.0), (0.0, 43.0, -4.0), arc)], round_blank)
    assert removed(found) == pytest.approx(4 * math.pi * (40**2 - 37**2), rel=5e-3)
    # Volume over length: the cutter's middle runs on a longer circle than the work.
    assert longest(found[0]).radial == pytest.approx((40**2 - 37**2) / (2 * 43), rel=0.05)


def test_a_program_of_many_levels_is_cut_in_as_many_layers_as_there_are() -> None:
    steps = LAYERS_MAX + 8
    moves = [feed((-60.0, 0.0, -10 * step / steps), (60.0, 0.0, -10 * (step + 1) / steps)) for step in range(steps)]
    assert removed(eaten(moves)) == pytest.approx(10 * D * 100, rel=0.05)


@given(
    places=st.lists(st.tuples(st.floats(-60, 60), st.floats(-40, 40), st.floats(-25, 2)), min_size=2, max_size=6),
)
def test_bites_are_in_order_within_the_cutter_and_never_more_than_the_blank(places: list[Point]) -> None:
    moves = [feed(one, other) for one, other in itertools.pairwise(places)]
    found = eaten(moves)
    assert removed(found) <= BOX.volume * (1 + 1e-9)
    for made, row in zip(moves, found, strict=True):
        length = math.dist(made.start, made.end)
        assert [bite.begins for bite in row] == sorted(bite.begins for bite in row)
        for bite in row:
            assert 0 <= bite.begins < bite.ends <= length + 1e-9
            assert 0 < bite.radial <= D
            assert bite.axial > 0


BAR = Blank("bar", 60.0, 60.0, 80.0)


def test_turning_has_its_depth_and_diameter() -> None:
    first, second = eaten([feed((28.0, 0.0, 2.0), (28.0, 0.0, -60.0)), feed((25.0, 0.0, 2.0), (25.0, 0.0, -60.0))], BAR)
    assert [(round(bite.axial, 6), round(bite.diameter, 6)) for bite in (*first, *second)] == [(2.0, 58.0), (3.0, 53.0)]
    assert removed([first, second]) == pytest.approx(math.pi * (30**2 - 25**2) * 60, rel=1e-6)


def test_facing_a_bar_takes_a_disc() -> None:
    found = eaten([feed((31.0, 0.0, -2.0), (0.0, 0.0, -2.0))], BAR)
    assert removed(found) == pytest.approx(math.pi * 30**2 * 2, rel=0.02)
    assert found[0][3].axial == pytest.approx(2.0, abs=2 * CELL_MM)


def test_a_tool_that_is_drawn_back_cuts_nothing() -> None:
    cut, out = feed((28.0, 0.0, 2.0), (28.0, 0.0, -30.0)), feed((28.0, 0.0, -30.0), (35.0, 0.0, -30.0))
    assert eaten([cut, out], BAR)[1] == []


def test_an_edge_reaches_no_further_than_it_is_long() -> None:
    (row,) = eaten([feed((35.0, 0.0, -40.0), (25.0, 0.0, -40.0))], BAR, edge=5.0)
    assert removed([row]) == pytest.approx(math.pi * (30**2 - 25**2) * 5, rel=0.02)


def test_volumes_of_blanks() -> None:
    assert BOX.volume == 180_000
    assert Blank("round", 10.0, 10.0, 2.0).volume == pytest.approx(50 * math.pi)
    assert BAR.volume == pytest.approx(math.pi * 900 * 80)
