"""Powers of the sine over an arc: the integral against quadrature, the greatest window against every window."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chargehand.machining.arc import greatest, sine_integral
from tests.unit.machining.cutters import quadrature

powers = st.floats(0.6, 2.0)
shares = st.floats(0.02, 1.0)


@given(powers, st.floats(1e-6, math.pi))
def test_integral(power: float, angle: float) -> None:
    low = min(angle, math.pi / 2)
    expected = quadrature(lambda x: math.sin(x) ** power, 0.0, low)
    if angle > low:
        expected += quadrature(lambda x: math.sin(x) ** power, math.pi - angle, low)
    assert sine_integral(angle, power) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("power", "angle", "value"), [(1.0, math.pi, 2.0), (2.0, math.pi, math.pi / 2), (1.0, 1.0, 1 - math.cos(1.0))]
)
def test_integrals_that_a_school_book_has(power: float, angle: float, value: float) -> None:
    assert sine_integral(angle, power) == pytest.approx(value, rel=1e-14)


@given(powers)
def test_integral_is_continuous_where_it_is_mirrored(power: float) -> None:
    middle = math.pi / 2
    assert sine_integral(middle * (1 + 1e-12), power) == pytest.approx(sine_integral(middle, power), rel=1e-11)
    assert sine_integral(math.pi + 1e-16, power) == pytest.approx(2 * sine_integral(middle, power), rel=1e-14)


def _ends(share: float, *, centred: bool) -> tuple[float, float]:
    arc = math.pi * share
    start = (math.pi - arc) / 2 if centred else 0.0
    return start, start + arc


@given(powers, shares, st.booleans(), st.integers(1, 12), st.floats(0.01, 7))
def test_no_window_holds_more_than_the_greatest(
    power: float, share: float, centred: bool, teeth: int, lag: float
) -> None:
    start, end = _ends(share, centred=centred)
    most, pitch = greatest(power, start, end, teeth, lag), 2 * math.pi / teeth

    def held(at: float) -> float:
        total = 0.0
        for tooth in range(-teeth, 2 * teeth):
            upper = at + tooth * pitch
            low, high = max(upper - lag, start), min(upper, end)
            if high > low:
                total += sine_integral(high, power) - sine_integral(low, power)
        return total / lag

    some = [held(end + i * pitch / 97) for i in range(97)]
    assert max(some) <= most * (1 + 1e-9)
    # Between two of these windows the force changes by no more than the slide.
    assert most <= max(some) + 2 * teeth * pitch / 97 / lag


@given(powers, shares, st.booleans(), st.integers(1, 12))
def test_greatest_without_a_helix(power: float, share: float, centred: bool, teeth: int) -> None:
    start, end = _ends(share, centred=centred)
    pitch = 2 * math.pi / teeth
    # Where a tooth enters just as another leaves, the two are not counted as engaged at once.
    assume(abs((end - start) / pitch - round((end - start) / pitch)) > 1e-9)
    most = greatest(power, start, end, teeth, 0.0)

    def force(first: float) -> float:
        angles = [first + i * pitch for i in range(teeth)]
        return math.fsum(math.sin(angle) ** power for angle in angles if start <= angle <= end)

    some = [force(start + i * pitch / 200) for i in range(200)]
    assert max(some) <= most * (1 + 1e-9)
    assert most <= max(some) + teeth * (2 * pitch / 200) ** min(1.0, power)


@given(powers, shares, st.booleans(), st.integers(1, 12), st.floats(0.01, 7))
def test_a_helix_never_adds_to_the_peak_nor_falls_below_the_mean(
    power: float, share: float, centred: bool, teeth: int, lag: float
) -> None:
    start, end = _ends(share, centred=centred)
    mean = teeth * (sine_integral(end, power) - sine_integral(start, power)) / (2 * math.pi)
    helical, straight = greatest(power, start, end, teeth, lag), greatest(power, start, end, teeth, 0.0)
    assert mean * (1 - 1e-9) <= helical <= straight * (1 + 1e-9)


@given(powers, shares, st.integers(1, 12), st.floats(0.01, 7), st.floats(1, 3))
def test_a_deeper_edge_presses_harder(power: float, share: float, teeth: int, lag: float, more: float) -> None:
    start, end = _ends(share, centred=False)
    here, there = greatest(power, start, end, teeth, lag), greatest(power, start, end, teeth, lag * more)
    assert there * more >= here * (1 - 1e-9)


@given(powers, shares, st.integers(1, 12), st.floats(0.01, 3), st.integers(2, 5))
def test_twice_as_deep_presses_no_more_than_twice_as_hard(
    power: float, share: float, teeth: int, lag: float, times: int
) -> None:
    start, end = _ends(share, centred=False)
    assert greatest(power, start, end, teeth, lag * times) <= greatest(power, start, end, teeth, lag) * (1 + 1e-9)


@given(powers, shares, st.integers(1, 12), st.floats(0, 7))
def test_climb_and_conventional_have_one_peak(power: float, share: float, teeth: int, lag: float) -> None:
    arc = math.pi * share
    one = greatest(power, 0.0, arc, teeth, lag)
    assert greatest(power, math.pi - arc, math.pi, teeth, lag) == pytest.approx(one, rel=1e-8)


def test_lag_of_whole_pitches_is_the_mean() -> None:
    start, end, teeth = 0.0, 2.0, 5
    mean = teeth * sine_integral(end, 0.76) / (2 * math.pi)
    assert greatest(0.76, start, end, teeth, 3 * 2 * math.pi / teeth) == pytest.approx(mean, rel=1e-12)
