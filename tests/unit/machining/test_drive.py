"""The drive: curves that say nothing beyond their ends, and the heat of S6 against an integration step by step."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.card import DutyRating, SpindlePoint
from chargehand.machining.drive import Ratings, heat_after, longest, ratings, time_constant

CURVE = [
    SpindlePoint(speed=60, power_s1=0.5, power_peak=0.7, torque=80),
    SpindlePoint(speed=1500, power_s1=11, power_peak=15, torque=70),
    SpindlePoint(speed=8000, power_s1=11, power_peak=15, torque=13),
    SpindlePoint(speed=12000, power_s1=9, power_peak=12, torque=7),
]
loads = st.floats(0, 3)
heats = st.floats(0, 1.5)


@pytest.mark.parametrize("point", CURVE, ids=lambda point: str(point.speed))
def test_curve_goes_through_its_points(point: SpindlePoint) -> None:
    assert ratings(CURVE, point.speed) == Ratings(point.power_s1, point.power_peak, point.torque)


def test_curve_is_straight_between_its_points() -> None:
    assert ratings(CURVE, 10_000) == Ratings(10.0, 13.5, 10.0)
    assert ratings(CURVE, 780) == pytest.approx(Ratings(5.75, 7.85, 75.0))


@pytest.mark.parametrize("speed", [0.0, 59.999, 12_000.0001, 1e9, -60.0, math.inf, math.nan])
def test_curve_is_never_extrapolated(speed: float) -> None:
    assert ratings(CURVE, speed) is None


@pytest.mark.parametrize("speed", [0.0, 60.0, 5000.0])
def test_no_curve_says_nothing(speed: float) -> None:
    assert ratings([], speed) is None


def test_curve_of_one_point_says_one_thing() -> None:
    assert ratings(CURVE[:1], 60) == Ratings(0.5, 0.7, 80)
    assert ratings(CURVE[:1], 61) is None


@given(st.floats(60, 12_000))
def test_curve_stays_between_its_neighbours(speed: float) -> None:
    found = ratings(CURVE, speed)
    assert found is not None
    below = [point for point in CURVE if point.speed <= speed][-1]
    above = next(point for point in CURVE if point.speed >= speed)
    assert min(below.torque, above.torque) <= found.torque <= max(below.torque, above.torque)


def test_time_constant_of_the_check_value() -> None:
    assert time_constant(DutyRating(ratio=1.36, share=0.4)) == pytest.approx(518, abs=0.5)


def _peak(tau: float, rating: DutyRating) -> float:
    """The heat at the end of the load after many cycles, cycle by cycle."""
    heat = 0.0
    for _ in range(2000):
        loaded = heat_after(rating.ratio, heat, rating.share * rating.cycle_s, tau)
        heat = heat_after(0.0, loaded, (1 - rating.share) * rating.cycle_s, tau)
    return loaded


@given(st.floats(1.05, 3), st.floats(0.01, 0.99), st.floats(10, 3600))
def test_time_constant_exists_just_where_the_definitions_say(ratio: float, share: float, cycle: float) -> None:
    rating = DutyRating(ratio=ratio, share=share, cycle_s=cycle)
    if share * ratio**2 < 1 < ratio**2:
        tau = time_constant(rating)
        square = ratio**2
        left = square * math.expm1(-share * cycle / tau) / math.expm1(-cycle / tau)
        assert left == pytest.approx(1.0, rel=1e-6)
    else:
        with pytest.raises(ValueError, match="only if"):
            time_constant(rating)


@pytest.mark.parametrize(("ratio", "share", "cycle"), [(1.36, 0.4, 600.0), (1.5, 0.25, 600.0), (1.2, 0.6, 300.0)])
def test_rated_cycle_run_for_ever_just_reaches_one(ratio: float, share: float, cycle: float) -> None:
    rating = DutyRating(ratio=ratio, share=share, cycle_s=cycle)
    assert _peak(time_constant(rating), rating) == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize(
    ("ratio", "share", "cycle"),
    [
        (1.0, 0.4, 600.0),
        (0.9, 0.4, 600.0),
        (1.6, 0.4, 600.0),
        (math.sqrt(2.5), 0.4, 600.0),
        (1.36, 0.0, 600.0),
        (1.36, 1.0, 600.0),
        (1.36, 0.4, 0.0),
        (1.36, 0.4, math.inf),
        (math.nan, 0.4, 600.0),
        (1.36, math.nan, 600.0),
    ],
)
def test_rating_without_a_time_constant_is_refused(ratio: float, share: float, cycle: float) -> None:
    with pytest.raises(ValueError, match="only if"):
        time_constant(DutyRating(ratio=ratio, share=share, cycle_s=cycle))


@given(loads, heats, st.floats(1, 3000), st.floats(50, 2000))
def test_closed_form_is_the_differential_equation(load: float, heat: float, seconds: float, tau: float) -> None:
    theta, step = heat, seconds / 400
    for _ in range(400):
        # Runge and Kutta's fourth order on theta' = (u^2 - theta)/tau.
        k1 = (load**2 - theta) / tau
        k2 = (load**2 - theta - step / 2 * k1) / tau
        k3 = (load**2 - theta - step / 2 * k2) / tau
        k4 = (load**2 - theta - step * k3) / tau
        theta += step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    assert heat_after(load, heat, seconds, tau) == pytest.approx(theta, rel=1e-6, abs=1e-9)


@given(loads, heats, st.floats(0, 3000), st.floats(0, 3000), st.floats(50, 2000))
def test_two_spells_are_one(load: float, heat: float, first: float, second: float, tau: float) -> None:
    apart = heat_after(load, heat_after(load, heat, first, tau), second, tau)
    assert apart == pytest.approx(heat_after(load, heat, first + second, tau), rel=1e-9, abs=1e-12)


def test_no_time_changes_nothing() -> None:
    assert heat_after(1.5, 0.25, 0.0, 518) == 0.25


@given(st.floats(1.01, 3), st.floats(0, 0.99), st.floats(50, 2000))
def test_longest_is_when_the_heat_reaches_one(load: float, heat: float, tau: float) -> None:
    assert heat_after(load, heat, longest(load, heat, tau), tau) == pytest.approx(1.0, rel=1e-9)


@given(st.floats(1.001, 3), st.floats(1, 2))
def test_a_hot_drive_bears_no_overload(load: float, heat: float) -> None:
    assert longest(load, heat, 518) == 0.0


@pytest.mark.parametrize("load", [1.0, 0.5, 0.0, math.nan])
def test_what_may_run_for_ever_has_no_longest_time(load: float) -> None:
    with pytest.raises(ValueError, match="longest"):
        longest(load, 0.0, 518)


def test_two_hundred_seconds_at_one_point_three_from_cold() -> None:
    """The adversarial list's case: allowed once, and not again at once."""
    once = heat_after(1.3, 0.0, 200, 518)
    assert once < 1
    assert heat_after(1.3, once, 200, 518) < 1
    heat = 0.0
    for _ in range(5):
        heat = heat_after(1.3, heat, 200, 518)
    assert heat > 1


def test_peaks_of_a_second_do_not_heat_a_drive() -> None:
    """176 % for 1.7 s, as real production shows it, from a drive that runs at 60 %."""
    assert heat_after(1.76, 0.36, 1.7, 518) < 0.37
