"""How a cut is brought below its ceilings: admissible, in order, no smaller than it must be, and monotone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chargehand.auditor import shrink
from chargehand.auditor.ceilings import CEILINGS, Ceiling, motor_power
from chargehand.auditor.cut import Cut, Point
from chargehand.auditor.shrink import SHRINKING, Coordinate, Room, Span, Yardstick, edges, is_air, moved
from chargehand.machining.cutting import Kienzle, nominal
from tests.unit.auditor.cuts import CARDS, MILLS, cut_of, plain, room

ALL: frozenset[Coordinate] = frozenset({"speed", "feed", "axial_depth"})
ONLY_SPEED: frozenset[Coordinate] = frozenset({"speed"})
ONLY_FEED: frozenset[Coordinate] = frozenset({"feed"})
ONLY_DEPTH: frozenset[Coordinate] = frozenset({"axial_depth"})
TIGHT = 1e-9


def nearest(cut: Cut, box: Room, free: frozenset[Coordinate], ceilings: Sequence[Ceiling] = SHRINKING) -> Point | None:
    """The nearest point at the material's nominal figures."""
    return shrink.nearest(cut, box, free, _under(cut, ceilings))


def _under(cut: Cut, ceilings: Sequence[Ceiling] = SHRINKING) -> Yardstick:
    return Yardstick([nominal(cut.material)], ceilings)


def _stands(cut: Cut) -> bool:
    return _under(cut).holds(cut)


def plain_cut(point: tuple[float, float, float, float]) -> Cut:
    """The 12 mm end mill in steel, with figures known by heart."""
    return plain(cut_of(point))


def _per_tooth(cut: Cut, point: Point) -> float:
    return point.feed / (edges(cut.tool) * point.speed)


def _weak(cut: Cut, **values: Any) -> Cut:
    return cut._replace(tool=msgspec.structs.replace(cut.tool, **values))


@pytest.mark.parametrize(
    ("value", "free", "expected"),
    [(2, True, 2), (1, False, 1), (3, False, 3), (0, True, 1), (9, True, 3), (0, False, None), (math.nan, False, None)],
)
def test_value_goes_into_a_span(value: float, free: bool, expected: float | None) -> None:
    assert Span(1, 3).into(value, free=free) == expected


def test_nothing_goes_into_an_empty_span() -> None:
    assert Span(3, 1).into(2) is None
    assert Span(0, 5).within(Span(6, 9)).into(7) is None


def test_admissible_cut_stays_as_it_is_to_the_last_bit() -> None:
    cut = plain_cut((3183.1, 764.3, 3.3, 2.9))
    assert nearest(cut, room(cut), ALL) == cut.point


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ((9000, 2160, 3, 3), ("speed", "feed")),
        ((3183, 30000, 3, 3), ("feed",)),
        ((3183, 764, 40, 0.3), ("axial_depth",)),
    ],
)
def test_only_what_is_out_of_its_box_moves(point: tuple[float, float, float, float], expected: tuple[str, ...]) -> None:
    cut = cut_of(point)
    found = nearest(cut, room(cut), ALL)
    assert found is not None
    assert tuple(name for name in Point._fields if getattr(found, name) != getattr(cut.point, name)) == expected


def test_feed_per_tooth_is_kept_where_the_speed_falls() -> None:
    cut = plain_cut((9000, 2160, 3, 3))
    found = nearest(cut, room(cut), ALL)
    assert found is not None
    assert _per_tooth(cut, found) == pytest.approx(0.06)


def test_power_is_met_by_the_feed_in_closed_form() -> None:
    """By hand: at u times the limit the feed per tooth falls by (1/u)^(1/(1-mc))."""
    cut = _weak(plain_cut((3183, 1200, 18, 9)), deflection_roughing=1.0, force_max=None)
    over = motor_power(cut, cut.nominal()) / 11.0
    assert over > 1
    found = nearest(cut, room(cut), ALL)
    assert found is not None
    assert found.feed == pytest.approx(1200 * over ** (-1 / 0.76), rel=1e-10)
    assert (found.speed, found.axial_depth) == (3183, 18)
    assert motor_power(cut, moved(cut, found).nominal()) == pytest.approx(11.0, rel=TIGHT)


def test_depth_gives_way_only_where_the_feed_is_spent() -> None:
    cut = plain_cut((3183, 764, 26, 12))
    found = nearest(cut, room(cut), ALL)
    assert found is not None
    assert _per_tooth(cut, found) == pytest.approx(0.02)
    assert found.axial_depth < 26
    assert found.speed == 3183


def test_depth_below_its_least_is_no_cut() -> None:
    cut = _weak(plain_cut((3183, 764, 26, 12)), force_max=1.0)
    assert nearest(cut, room(cut), ALL) is None


def test_speed_gives_way_only_for_the_greatest_feed() -> None:
    cut = plain_cut((4000, 900, 3, 3))
    least = 0.02 * 4
    found = nearest(cut, room(cut, feed=Span(1, 300.0)), ALL)
    assert found is not None
    assert found.speed == pytest.approx(300 / least)
    assert found.feed == pytest.approx(300.0)
    assert nearest(cut, room(cut, feed=Span(1, 300.0)), ONLY_FEED) is None


def test_greatest_feed_below_what_the_least_speed_needs_is_no_cut() -> None:
    cut = plain_cut((4000, 900, 3, 3))
    assert nearest(cut, room(cut, feed=Span(1, 100.0)), ALL) is None


def test_least_feed_per_tooth_lifts_the_feed() -> None:
    cut = plain_cut((3183, 50, 3, 3))
    found = nearest(cut, room(cut), ALL)
    assert found is not None
    assert found.feed == pytest.approx(0.02 * 4 * 3183)


def test_least_feed_of_the_machine_lifts_the_feed_per_tooth() -> None:
    cut = plain_cut((3183, 300, 3, 3))
    found = nearest(cut, room(cut, feed=Span(700, 9000)), ALL)
    assert found is not None
    assert found.feed == pytest.approx(700)


@pytest.mark.parametrize("free", [ALL, ONLY_FEED, ONLY_DEPTH, ONLY_SPEED])
def test_standing_spindle_has_no_clamp(free: frozenset[Coordinate]) -> None:
    cut = plain_cut((0, 764, 3, 3))
    assert nearest(cut, room(cut), free) is None


@pytest.mark.parametrize("point", [(9000, 30000, 0, 3), (9000, 0, 3, 3), (9000, 30000, 3, 0)])
def test_cut_through_air_meets_its_boxes_and_no_chip(point: tuple[float, float, float, float]) -> None:
    cut = cut_of(point)
    found = nearest(cut, room(cut, feed=Span(0, 8000)), ALL)
    assert found is not None
    assert is_air(cut.tool, found)
    assert found.feed == min(point[1], 8000)


def test_speed_alone_rises_until_an_unchanged_feed_makes_admissible_chips() -> None:
    cut = plain_cut((1600, 1200, 3, 3))
    found = nearest(cut, room(cut), ONLY_SPEED)
    assert found is not None
    assert found.feed == 1200
    assert found.speed == pytest.approx(1200 / (4 * 0.12))


def test_speed_alone_falls_until_the_chips_are_thick_enough() -> None:
    cut = plain_cut((4900, 300, 3, 3))
    found = nearest(cut, room(cut), ONLY_SPEED)
    assert found is not None
    assert found.speed == pytest.approx(300 / (4 * 0.02))


def test_speed_alone_goes_where_the_force_is_borne() -> None:
    cut = plain_cut((2000, 700, 9, 3))
    weak = _weak(cut, force_max=plain_cut((2500, 700, 9, 3)).nominal().gate_force)
    found = nearest(weak, room(weak), ONLY_SPEED)
    assert found is not None
    assert found.speed == pytest.approx(2500, rel=1e-9)
    assert found._replace(speed=2000.0) == weak.point


def test_speed_alone_cannot_make_an_impossible_cut() -> None:
    cut = _weak(plain_cut((3183, 764, 9, 3)), force_max=10.0)
    assert nearest(cut, room(cut), ONLY_SPEED) is None


def test_feed_that_is_out_of_its_box_and_not_free_has_no_clamp() -> None:
    cut = plain_cut((3183, 764, 3, 3))
    assert nearest(cut, room(cut, feed=Span(1, 700)), ONLY_SPEED) is None
    assert nearest(cut, room(cut, feed=Span(1, 700)), ONLY_DEPTH) is None


def test_depth_alone_is_lowered_in_proportion() -> None:
    cut = plain_cut((3183, 764, 26, 12))
    over = motor_power(cut, cut.nominal()) / 11.0
    found = nearest(_weak(cut, deflection_roughing=1.0, force_max=None), room(cut), ONLY_DEPTH)
    assert found is not None
    assert found.axial_depth == pytest.approx(26 / over)


def test_where_two_corners_switch_the_share_is_bisected() -> None:
    """A ceiling that is worst at two laws falls slower than either alone: the closed form stops short."""

    def asked(cut: Cut, _: object) -> float:
        per_tooth = _per_tooth(cut, cut.point)
        return float(max(100 * per_tooth**0.9, 30 * per_tooth**0.3))

    ceiling = Ceiling("test.force", "force", "N", "CUT.FORCE_ABOVE_MAX", asked, lambda _: 12.0)
    cut = plain_cut((3183, 1400, 3, 3))
    found = nearest(cut, room(cut), ALL, [ceiling])
    assert found is not None
    assert asked(moved(cut, found), None) == pytest.approx(12.0, rel=1e-9)
    assert asked(moved(cut, found), None) <= 12.0 * (1 + 1e-12)


def test_worst_law_counts_and_is_met_in_closed_form() -> None:
    """The law that is worst for thin chips is not the one that is worst for thick ones: each gives its own share."""
    cut = plain_cut((3183, 1400, 18, 9))
    laws = [Kienzle(1675, 0.24), Kienzle(1500, 0.3), Kienzle(1900, 0.1)]
    found = shrink.nearest(cut, room(cut), ALL, Yardstick(laws))
    assert found is not None
    assert Yardstick(laws).holds(moved(cut, found))
    single = [shrink.nearest(cut, room(cut), ALL, Yardstick([law])) for law in laws]
    assert found.feed == min(point.feed for point in single if point is not None)


def test_limit_on_the_depth_itself_moves_the_depth_alone() -> None:
    ceiling = Ceiling("cut.chatter", "axial_depth", "mm", "X", lambda cut, _: cut.point.axial_depth, lambda _: 2.5)
    cut = plain_cut((3183, 764, 5, 3))
    found = nearest(cut, room(cut), ALL, [*CEILINGS, ceiling])
    assert found is not None
    assert found == pytest.approx((3183, 764, 2.5, 3), rel=1e-9)
    assert found[:2] == (3183, 764)


def test_drive_that_bears_nothing_now_has_no_clamp() -> None:
    hot = cut_of()._replace(cut_time=60.0, heat=8.0, tau=300.0)
    assert nearest(hot, room(hot), ALL) is None


def test_turning_is_counted_per_revolution() -> None:
    turned = [tool.card for tool in CARDS.tools.values() if tool.card.kind == "turning"]
    assert turned, "a turning tool is shipped"
    assert {edges(tool) for tool in turned} == {1}


@st.composite
def _cuts(draw: st.DrawFn) -> Cut:
    machine, tool, material = draw(st.sampled_from(MILLS))
    cutter = CARDS.tools[tool].card
    speed = 10 ** draw(st.floats(2, 4.6))
    feed = 10 ** draw(st.floats(0.5, 4.6))
    depth = cutter.flute_length * 10 ** draw(st.floats(-2, 0.6))
    width = cutter.diameter * 10 ** draw(st.floats(-2, 0))
    return cut_of((speed, feed, depth, width), machine=machine, tool=tool, material=material)


FREE = st.sampled_from(
    [ALL, ONLY_FEED, ONLY_DEPTH, ONLY_SPEED, frozenset({"speed", "feed"}), frozenset({"feed", "axial_depth"})]
)


@given(_cuts(), FREE)
def test_result_is_admissible_and_moves_only_what_is_free(cut: Cut, free: frozenset[Coordinate]) -> None:
    box = room(cut)
    found = nearest(cut, box, free)
    if found is None:
        return
    assert _stands(moved(cut, found))
    assert all(getattr(found, name) == getattr(cut.point, name) for name in Point._fields if name not in free)
    per_tooth = _per_tooth(cut, found)
    assert box.feed_per_tooth.low * (1 - TIGHT) <= per_tooth <= box.feed_per_tooth.high * (1 + TIGHT)
    assert box.feed.low <= found.feed <= box.feed.high * (1 + TIGHT)
    assert box.speed.holds(found.speed)
    assert box.axial_depth.holds(found.axial_depth)


@given(_cuts(), FREE)
def test_shrinking_twice_is_shrinking_once(cut: Cut, free: frozenset[Coordinate]) -> None:
    found = nearest(cut, room(cut), free)
    assume(found is not None)
    assert found is not None
    again = nearest(moved(cut, found), room(cut), free)
    assert again is not None
    assert again == pytest.approx(found, rel=TIGHT)


@given(_cuts())
def test_order_of_reduction(cut: Cut) -> None:
    """The feed per tooth first; the speed only for the greatest feed; the depth only where the feed is spent."""
    box = room(cut)
    found = nearest(cut, box, ALL)
    assume(found is not None)
    assert found is not None
    spent = _per_tooth(cut, found) <= box.feed_per_tooth.low * (1 + TIGHT)
    speed = box.speed.into(cut.point.speed)
    assert speed is not None
    if found.speed != speed:
        assert spent
        assert found.feed == pytest.approx(box.feed.high)
    if found.axial_depth < min(cut.point.axial_depth, box.axial_depth.high):
        assert spent
    asked = box.feed_per_tooth.into(cut.point.feed / (edges(cut.tool) * cut.point.speed))
    assert asked is not None
    if _per_tooth(cut, found) < asked * (1 - TIGHT):
        more = found._replace(
            feed=found.feed * (1 + 1e-6), axial_depth=min(cut.point.axial_depth, box.axial_depth.high)
        )
        assert more.feed > box.feed.high or not _stands(moved(cut, more)), "the reduction is the least"


@given(_cuts(), st.floats(1.0, 4.0))
def test_more_room_never_makes_the_cut_smaller(cut: Cut, factor: float) -> None:
    tight, wide = _weak(cut, force_max=400.0), _weak(cut, force_max=400.0 * factor)
    small, large = nearest(tight, room(cut), ALL), nearest(wide, room(cut), ALL)
    if small is None:
        return
    assert large is not None
    assert all(more >= less * (1 - TIGHT) for less, more in zip(small, large, strict=True))


@given(_cuts(), st.floats(0.1, 1.0))
def test_asking_for_less_never_needs_a_smaller_cut(cut: Cut, factor: float) -> None:
    """A smaller width leaves the others at least as much."""
    less = cut._replace(point=cut.point._replace(radial_depth=cut.point.radial_depth * factor))
    wide, narrow = nearest(cut, room(cut), ALL), nearest(less, room(cut), ALL)
    if wide is not None:
        assert narrow is not None
        assert narrow.axial_depth >= wide.axial_depth * (1 - TIGHT)
