"""The plant: where a machine stands, what it draws and how warm it is, at any tick and across changes."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.machine import Setup
from chargehand.fleet.plant import (
    AIR_HEAT_K,
    CUT_HEAT_K,
    HALTING,
    THERMAL_LAG_S,
    WEAR_LIMIT_MM,
    Fault,
    Machine,
    Stretch,
    demand,
    picture,
    resume,
    standing,
)
from tests.unit.fleet.cards import EM12, SETUP, STEEL, TICK, machine_card

MILL = Machine(machine_card(), EM12, STEEL, 7, TICK)
HOUR = 36_000
halting: list[Fault] = sorted(HALTING)


def stretch(setup: Setup = SETUP, *faults: Fault) -> Stretch:
    return Stretch(0, setup, 20.0, frozenset(faults), 0.0, 0.0, 0.0)


def test_demand_is_that_of_the_overridden_setup() -> None:
    setup = msgspec.structs.replace(SETUP, spindle_override=50, feed_override=120)
    wanted = demand(MILL, setup)
    assert wanted.spindle_speed == pytest.approx(3183 * 0.5)
    assert wanted.feed_rate == pytest.approx(764 * 1.2)
    assert wanted.cut.feed_per_tooth == pytest.approx(764 * 1.2 / (4 * 3183 * 0.5))


def test_load_is_motor_power_over_the_rating() -> None:
    wanted = demand(MILL, SETUP)
    assert wanted.load == pytest.approx(wanted.cut.power / 0.8 / 11)
    half = demand(MILL._replace(card=machine_card(spindle_power_s1=5.5)), SETUP)
    assert half.load == pytest.approx(2 * wanted.load)


@pytest.mark.parametrize("name", ["spindle_speed", "feed_rate", "axial_depth", "radial_depth", "feed_override"])
def test_an_unknown_setting_asks_for_nothing(name: str) -> None:
    wanted = demand(MILL, msgspec.structs.replace(SETUP, **{name: None}))
    assert wanted.cut.force == 0.0


def test_a_cut_outside_of_the_formulas_runs_at_the_rating() -> None:
    wanted = demand(MILL, msgspec.structs.replace(SETUP, radial_depth=13))
    assert wanted.load == 1.0
    assert wanted.cut.power == pytest.approx(11 * 0.8)


def test_it_warms_towards_what_its_load_and_speed_make() -> None:
    wanted = demand(MILL, SETUP)
    air = AIR_HEAT_K * 3183 / 12_000
    rise = standing(MILL, stretch(), 20 * HOUR).rise
    assert 0 < rise < air + CUT_HEAT_K * wanted.load
    assert standing(MILL, stretch(), HOUR).rise == pytest.approx(rise, rel=0.1)


def test_a_deeper_cut_warms_more() -> None:
    deep = stretch(msgspec.structs.replace(SETUP, axial_depth=12))
    assert standing(MILL, deep, HOUR).rise > standing(MILL, stretch(), HOUR).rise


@pytest.mark.parametrize("fault", halting)
def test_a_halted_machine_cools_and_does_not_wear(fault: Fault) -> None:
    warm = standing(MILL, stretch(), HOUR)
    held = resume(MILL, stretch(), HOUR, SETUP, frozenset({fault}))
    later = standing(MILL, held, HOUR + int(THERMAL_LAG_S * 10))
    assert later.rise < warm.rise
    assert later.wear == warm.wear
    assert later.spot.phase == warm.spot.phase
    assert later.spot.done == pytest.approx(warm.spot.done, abs=1e-9)


@given(tick=st.integers(0, 5 * HOUR))
def test_a_change_that_changes_nothing_is_not_seen(tick: int) -> None:
    """Cutting a stretch in two gives the same machine: nothing jumps at a change."""
    cut = resume(MILL, stretch(), tick, SETUP, frozenset())
    for later in (tick, tick + 1, tick + 777):
        whole, parts = standing(MILL, stretch(), later), standing(MILL, cut, later)
        assert parts.rise == pytest.approx(whole.rise, abs=1e-6)
        wear_gap = abs(parts.wear - whole.wear)
        assert min(wear_gap, WEAR_LIMIT_MM - wear_gap) < 1e-9


@given(tick=st.integers(0, HOUR), feed=st.floats(100, 3_000))
def test_a_change_of_feed_keeps_the_place_in_the_part(tick: int, feed: float) -> None:
    before = standing(MILL, stretch(), tick).spot
    changed = resume(MILL, stretch(), tick, msgspec.structs.replace(SETUP, feed_rate=feed), frozenset())
    after = standing(MILL, changed, tick).spot
    same = after.phase == before.phase and after.done == pytest.approx(before.done, abs=1e-6)
    # At the very border of two phases rounding may show the end of one as the beginning of the next.
    border = min(before.done, 1 - before.done) < 1e-6 and min(after.done, 1 - after.done) < 1e-6
    assert same or border


def test_wear_grows_with_the_cube_of_the_cutting_speed() -> None:
    fast = stretch(msgspec.structs.replace(SETUP, spindle_speed=2 * 3183))
    assert standing(MILL, fast, 3_000).wear == pytest.approx(8 * standing(MILL, stretch(), 3_000).wear)


@given(tick=st.integers(0, 100 * HOUR))
def test_wear_stays_below_the_limit(tick: int) -> None:
    assert 0 <= standing(MILL, stretch(), tick).wear < WEAR_LIMIT_MM


@given(tick=st.integers(0, 10 * HOUR), seed=st.integers(0, 2**32))
def test_a_picture_depends_on_the_tick_and_the_seed_alone(tick: int, seed: int) -> None:
    machine = MILL._replace(seed=seed)
    assert picture(machine, stretch(), tick) == picture(machine, stretch(), tick)


def test_an_axis_without_a_travel_on_the_card_still_moves() -> None:
    machine = MILL._replace(card=machine_card(axes={}))
    found = {picture(machine, stretch(), tick)["position_x"].v for tick in range(0, 300, 20)}
    assert len(found) > 3


def test_readings_are_quantised_like_a_sensors() -> None:
    values = picture(MILL, stretch(), 120)
    assert values["spindle_speed"].v == round(float(values["spindle_speed"].v or 0), 1)
    assert values["position_x"].v == round(float(values["position_x"].v or 0), 3)
