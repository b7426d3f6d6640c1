"""The part cycle: places and warmth in closed form against playing it step by step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.cycle import CUT_LENGTH_MM, LOAD_S, Cycle, settle

FEED = 764.0
seconds = st.floats(0.0, 400.0)


def cycle(feed: float = FEED) -> Cycle:
    return Cycle(feed_mm_per_min=feed, air_heat=5.0, cut_heat=20.0)


def played(made: Cycle, rise: float, begun_s: float, elapsed_s: float, lag_s: float) -> tuple[float, float]:
    """Warmth and cutting time by walking through the phases one after the other."""
    at, cut_s = begun_s % made.seconds, 0.0
    while elapsed_s > 1e-12:
        for phase in made.phases:
            if at >= phase.seconds:
                at -= phase.seconds
                continue
            spent = min(phase.seconds - at, elapsed_s)
            rise = settle(rise, phase.heat, spent, lag_s)
            cut_s += spent if phase.name == "cut" else 0.0
            elapsed_s -= spent
            at = 0.0
            if elapsed_s <= 1e-12:
                break
    return rise, cut_s


def test_phases_come_in_order() -> None:
    made = cycle()
    places = [made.at(0.0, at / 10).phase for at in range(int(made.seconds * 10))]
    assert list(dict.fromkeys(places)) == ["load", "approach", "cut", "retract"]


def test_the_cut_lasts_as_long_as_its_feed_takes() -> None:
    assert cycle().phases[2].seconds == pytest.approx(CUT_LENGTH_MM / FEED * 60)
    assert cycle(FEED / 2).phases[2].seconds == pytest.approx(2 * cycle().phases[2].seconds)


def test_cycles_are_counted() -> None:
    made = cycle()
    assert made.at(0.0, made.seconds * 3 + 1.0).cycles == 3
    assert made.at(0.0, made.seconds * 3 + 1.0).phase == "load"


@given(begun=seconds, elapsed=seconds)
def test_a_place_can_be_returned_to(begun: float, elapsed: float) -> None:
    made = cycle()
    spot = made.at(begun, elapsed)
    again = made.at(made.begun_s(spot), 0.0)
    assert made.begun_s(again) % made.seconds == pytest.approx(made.begun_s(spot) % made.seconds, abs=1e-6)


@given(begun=seconds, elapsed=seconds, rise=st.floats(0.0, 60.0))
def test_warmth_and_cutting_time_equal_those_of_a_walk(begun: float, elapsed: float, rise: float) -> None:
    made = cycle()
    warm, cut_s = played(made, rise, begun, elapsed, 600.0)
    assert made.warm(rise, begun, elapsed, 600.0) == pytest.approx(warm, abs=1e-6)
    assert made.cut_seconds(begun, elapsed) == pytest.approx(cut_s, abs=1e-6)


def test_warmth_settles_between_air_and_cut() -> None:
    assert 5.0 < cycle().warm(0.0, 0.0, 100_000.0, 600.0) < 20.0


@given(parts=st.lists(st.floats(0.01, 50.0), min_size=2, max_size=6))
def test_time_can_be_cut_anywhere(parts: list[float]) -> None:
    made, at, rise = cycle(), 0.0, 3.0
    for part in parts:
        rise = made.warm(rise, at, part, 600.0)
        at += part
    assert rise == pytest.approx(made.warm(3.0, 0.0, at, 600.0), abs=1e-6)


def test_a_lag_reaches_63_percent_after_its_time() -> None:
    assert settle(0.0, 100.0, 600.0, 600.0) == pytest.approx(63.212, abs=1e-3)
    assert settle(7.0, 100.0, 0.0, 600.0) == 7.0


def test_a_machine_without_feed_has_no_cycle() -> None:
    with pytest.raises(AssertionError):
        cycle(0.0)


def test_loading_comes_first() -> None:
    assert cycle().at(0.0, LOAD_S - 0.01).phase == "load"
    assert cycle().at(0.0, LOAD_S + 0.01).phase == "approach"
