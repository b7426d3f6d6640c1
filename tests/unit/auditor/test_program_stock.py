"""Rapids and material: what is admitted stays where the tool has been, and nothing else is admitted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.program_path import Bounds, straight
from chargehand.auditor.program_stock import CUTS_MAX, Stock
from chargehand.machining.gcode.moves import Point
from tests.unit.auditor.parts import FIRST, found, part

BOX = Bounds((0, 0, -20), (50, 30, 0))
PLACE = st.sampled_from([0.0, 5.0, 10.0, 10.0000001, 15.0])
DEPTH = st.sampled_from([-6.0, -3.0, -1.0, 0.0, 2.0])
POINT = st.tuples(PLACE, PLACE, DEPTH)


def test_without_a_box_all_below_the_top_is_stock() -> None:
    stock = Stock(None, 6)
    assert stock.meets(straight((0, 0, 5), (0, 0, -0.001)), 0.0)
    assert not stock.meets(straight((0, 0, 5), (900, 0, 0)), 0.0)
    assert not stock.meets(straight((0, 0, 5), (900, 0, -10)), -10.0)


def test_a_box_is_met_by_the_tool_and_not_only_by_its_centre() -> None:
    stock = Stock(BOX, 6)
    assert stock.meets(straight((-5.9, 10, -5), (-5.9, 10, -5)), 0.0)
    assert not stock.meets(straight((-6, 10, -5), (-6, 10, -5)), 0.0)
    for place in ((55.9, 10, -5), (20, 35.9, -5), (20, -5.9, -5)):
        assert stock.meets(straight(place, place), 0.0)
    # The column above the tip counts: below the box there is no way under it.
    assert stock.meets(straight((-20, 10, -40), (60, 10, -40)), 0.0)
    assert not stock.meets(straight((-20, 10, 0), (60, 10, 0)), 0.0)


def test_straight_up_is_free() -> None:
    assert Stock(None, 6).cleared((1, 2, -30), (1, 2, 50))
    assert not Stock(None, 6).cleared((1, 2, -30), (1.001, 2, 50))


def test_straight_down_reaches_as_deep_as_the_tool_has_been_there() -> None:
    stock = Stock(None, 6)
    stock.fed((1, 2, 5), (1, 2, -4), is_straight=True)
    assert stock.cleared((1, 2, 5), (1, 2, -4))
    assert stock.cleared((1, 2, 5), (1, 2, -3.9))
    assert not stock.cleared((1, 2, 5), (1, 2, -4.00001))
    assert not stock.cleared((1.01, 2, 5), (1.01, 2, -3))
    stock.fed((1, 2, -4), (1, 2, 5), is_straight=True)
    assert stock.cleared((1, 2, 5), (1, 2, -4)), "feeding out does not fill the hole"


def test_back_along_one_cut_and_not_beyond_it() -> None:
    stock = Stock(None, 6)
    stock.fed((0, 0, -3), (40, 0, -3), is_straight=True)
    assert stock.cleared((40, 0, -3), (0, 0, -3))
    assert stock.cleared((30, 0, -2), (10, 0, -2))
    assert not stock.cleared((40, 0, -3), (-0.01, 0, -3))
    assert not stock.cleared((40, 0, -3), (41, 0, -3))
    assert not stock.cleared((30, 0, -3.1), (10, 0, -3.1))
    assert not stock.cleared((30, 0.01, -3), (10, 0.01, -3))
    assert not stock.cleared((40, 0, -3), (20, 0, -2)), "two axes at once may run at speeds of their own"


def test_a_ramp_is_as_deep_as_it_is_at_each_place() -> None:
    stock = Stock(None, 6)
    stock.fed((0, 0, 0), (40, 0, -4), is_straight=True)
    assert stock.cleared((40, 0, -2), (20, 0, -2))
    assert not stock.cleared((40, 0, -2), (19, 0, -2))


def test_an_arc_clears_its_ends_only() -> None:
    stock = Stock(None, 6)
    stock.fed((0, 0, -3), (20, 0, -3), is_straight=False)
    assert not stock.cleared((20, 0, -3), (0, 0, -3))
    assert stock.cleared((20, 0, 5), (20, 0, -3))


def test_memory_of_a_line_is_bounded() -> None:
    stock = Stock(None, 6)
    for x in range(CUTS_MAX + 1):
        stock.fed((float(x), 0, -3), (x + 1.0, 0, -3), is_straight=True)
    assert not stock.cleared((1, 0, -3), (0, 0, -3))
    assert stock.cleared((2, 0, -3), (1, 0, -3))


@given(st.lists(st.tuples(st.booleans(), POINT), min_size=1, max_size=12), st.lists(POINT, min_size=2, max_size=2))
def test_no_rapid_is_admitted_that_leaves_what_was_fed(cuts: list[tuple[bool, Point]], rapid: list[Point]) -> None:
    """Held against the plain meaning: every point of it lies on or above some point where the tool was fed."""
    stock = Stock(None, 6)
    fed: list[tuple[Point, Point]] = []
    here: Point = (0.0, 0.0, 10.0)
    for is_straight, there in cuts:
        stock.fed(here, there, is_straight=is_straight)
        fed += [(here, there)] if is_straight else [(here, here), (there, there)]
        here = there
    start, end = rapid
    if end[2] >= start[2] and start[:2] == end[:2]:
        assert stock.cleared(start, end)
        return
    if not stock.cleared(start, end):
        return
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        point = tuple(start[axis] + share * (end[axis] - start[axis]) for axis in range(3))
        assert any(_reached(point, one, other) for one, other in fed) or (start[:2] == end[:2] and share < 1)


def _reached(point: tuple[float, ...], one: Point, other: Point) -> bool:
    for part_ in range(201):
        share = part_ / 200
        at = [one[axis] + share * (other[axis] - one[axis]) for axis in range(3)]
        if abs(at[0] - point[0]) < 1e-5 and abs(at[1] - point[1]) < 1e-5 and at[2] <= point[2] + 1e-5:
            return True
    return False


def test_pecks_of_a_drilling_cycle_are_free_in_their_own_hole() -> None:
    assert found(part("G83 X10 Y10 Z-12 R2 Q3 F150", "X20", "G80", "G0 Z50")) == []


def test_second_level_of_a_slot_goes_down_where_the_first_was() -> None:
    assert found(part("G1 Z-2 F200", "X40 F700", "G0 Z5", "X0", "Z-1.9", "G1 Z-4 F200")) == []
    assert found(part("G1 Z-2 F200", "X40 F700", "G0 Z5", "X0", "Z-2.1", "G1 Z-4 F200")) == [
        (FIRST + 4, "PROG.RAPID_IN_MATERIAL")
    ]


def test_beside_a_box_a_rapid_may_go_down() -> None:
    text = part("G0 X-20", "Z-5", "G1 X70 F700", "G0 Z5")
    assert found(text) == [(FIRST + 1, "PROG.RAPID_IN_MATERIAL")]
    assert found(text, stock=BOX) == []
    assert found(part("G0 X-20", "Z-5", "X70"), stock=BOX) == [(FIRST + 2, "PROG.RAPID_IN_MATERIAL")]


def test_a_slanted_rapid_sweeps_the_box_between_its_ends() -> None:
    """Its straight line passes above the corner of the stock; axes that run at speeds of their own do not."""
    text = part("G0 X-20 Z20", "X-7 Z-5")
    assert found(text, stock=BOX) == []
    assert found(part("G0 X-20 Z60", "X-5.9 Z-5"), stock=BOX) == [(FIRST + 1, "PROG.RAPID_IN_MATERIAL")]
