"""The feed on a curve: acceleration and jerk of a circle run at it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.path import circle_feed, jerk_feed

radii, limits = st.floats(0.01, 1000), st.floats(10, 1e6)


@pytest.mark.parametrize(("acceleration", "feed"), [(1000.0, 1342.0), (5000.0, 3000.0)])
def test_check_values(acceleration: float, feed: float) -> None:
    assert circle_feed(0.5, acceleration) == pytest.approx(feed, rel=1e-3)


@given(radii, limits)
def test_feed_asks_for_just_the_acceleration(radius: float, acceleration: float) -> None:
    assert (circle_feed(radius, acceleration) / 60) ** 2 / radius == pytest.approx(acceleration)


@given(radii, limits)
def test_feed_asks_for_just_the_jerk(radius: float, jerk: float) -> None:
    assert (jerk_feed(radius, jerk) / 60) ** 3 / radius**2 == pytest.approx(jerk)


def test_jerk_is_the_third_derivative_of_a_circle() -> None:
    radius, speed, step = 5.0, 80.0, 1e-3
    xs = [radius * math.cos(speed * step * k / radius) for k in range(4)]
    ys = [radius * math.sin(speed * step * k / radius) for k in range(4)]
    third = [(p[3] - 3 * p[2] + 3 * p[1] - p[0]) / step**3 for p in (xs, ys)]
    assert 60 * speed == pytest.approx(jerk_feed(radius, math.hypot(*third)), rel=1e-3)


@given(radii, limits, st.floats(1, 4))
def test_a_wider_curve_is_run_faster(radius: float, limit: float, wider: float) -> None:
    assert circle_feed(radius * wider, limit) >= circle_feed(radius, limit)
    assert jerk_feed(radius * wider, limit) >= jerk_feed(radius, limit)


def test_a_corner_without_radius_stands_still() -> None:
    assert circle_feed(0.0, 5000.0) == 0.0
    assert jerk_feed(0.0, 50_000.0) == 0.0
