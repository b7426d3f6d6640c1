"""Stability: the figures that are known, the characteristic equation itself, and what a gate needs of a limit."""

from __future__ import annotations

import cmath
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.card import Modal
from chargehand.machining.cutting import Engagement, arc_of
from chargehand.machining.lobes import least_depth, regenerative_limit, stable_depth
from tests.unit.machining.cutters import engagements

MODE = Modal(frequency=900, damping=0.03, stiffness=2e7)
SIDE: dict[str, Any] = {
    "teeth": 4,
    "diameter": 12.0,
    "radial_depth": 3.0,
    "engagement": "side",
    "specific_force": 1800.0,
}
modes = st.builds(Modal, frequency=st.floats(100, 4000), damping=st.floats(0.005, 0.2), stiffness=st.floats(1e6, 1e9))
shares = st.floats(0.02, 1.0)
speeds = st.floats(100, 60_000)


CENTRES = (13500, 6750, 4500, 3375, 2700, 2250)
"""rev/min at which whole periods of the mode fit between two of four teeth: `60 f / (N (k + 1))`."""


def test_regenerative_limit_of_the_check_value() -> None:
    assert regenerative_limit(MODE, 1800.0) == pytest.approx(0.687, rel=1e-3)


@given(modes, shares, engagements, speeds, st.integers(1, 10))
def test_never_under_the_floor(mode: Modal, share: float, engagement: Engagement, speed: float, teeth: int) -> None:
    cut: dict[str, Any] = SIDE | {"teeth": teeth, "radial_depth": 12 * share, "engagement": engagement}
    assert stable_depth(mode, speed=speed, **cut) >= least_depth(mode, **cut) > 0


@given(modes, shares)
def test_floor_is_met_by_some_speed(mode: Modal, share: float) -> None:
    cut = SIDE | {"radial_depth": 12 * share}
    slow = 60 * mode.frequency / (4 * 30)
    least = min(stable_depth(mode, speed=slow * (1 + i / 2000), **cut) for i in range(200))
    assert least == pytest.approx(least_depth(mode, **cut), rel=1e-3)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 1.0])
def test_lobes_stand_at_whole_periods_of_the_mode(share: float) -> None:
    cut = SIDE | {"radial_depth": 12 * share}
    for k, centre in enumerate(CENTRES[:3]):
        beyond = 60 * 900 / (4 * (k + 1.5))
        assert stable_depth(MODE, speed=centre, **cut) > 2 * stable_depth(MODE, speed=beyond, **cut)
    high = [stable_depth(MODE, speed=centre, **cut) for centre in CENTRES]
    assert high == sorted(high, reverse=True)


def _factors(arc: float, ratio: float) -> list[list[float]]:
    """The directional factors of Altintas and Budak for an arc from 0, as they print them."""

    def primitive(angle: float) -> list[float]:
        sine, cosine = math.sin(2 * angle), math.cos(2 * angle)
        return [
            0.5 * (cosine - 2 * ratio * angle + ratio * sine),
            0.5 * (-sine - 2 * angle + ratio * cosine),
            0.5 * (-sine + 2 * angle + ratio * cosine),
            0.5 * (-cosine - 2 * ratio * angle - ratio * sine),
        ]

    xx, xy, yx, yy = (b - a for a, b in zip(primitive(0.0), primitive(arc), strict=True))
    return [[xx, xy], [yx, yy]]


def _characteristic(
    mode: Modal, cut: dict[str, Any], *, depth: float, speed: float, ratio: float, at: float
) -> complex:
    """The determinant whose zeros are chatter, at a frequency in rad/s, for a depth in mm and a radial ratio."""
    (xx, xy), (yx, yy) = _factors(arc_of(cut["radial_depth"], cut["diameter"], cut["engagement"]), ratio)
    natural = 2 * math.pi * mode.frequency
    give = 1000 / mode.stiffness / complex(1 - (at / natural) ** 2, 2 * mode.damping * at / natural)
    period = 60 / (cut["teeth"] * speed)
    gain: complex = (
        cut["teeth"] / (4 * math.pi) * depth * cut["specific_force"] * (1 - cmath.exp(-1j * at * period)) * give
    )
    return (1 - gain * xx) * (1 - gain * yy) - gain * gain * xy * yx


def _turns(mode: Modal, cut: dict[str, Any], *, depth: float, speed: float) -> float:
    """How often the determinant winds about zero: 0 for a stable cut, by Nyquist."""
    natural, total, before = 2 * math.pi * mode.frequency, 0.0, None
    for i in range(1, 24_000):
        value = _characteristic(mode, cut, depth=depth, speed=speed, ratio=0.3, at=natural * i / 4000)
        if before is not None:
            total += cmath.phase(value / before)
        before = value
    return abs(total) / (2 * math.pi)


@pytest.mark.parametrize("speed", [2500.0, 4500.0, 5200.0, 9000.0, 13_500.0])
@pytest.mark.parametrize("share", [0.25, 0.7, 1.0])
def test_nyquist_agrees_on_both_sides_of_the_limit(speed: float, share: float) -> None:
    cut = SIDE | {"radial_depth": 12 * share}
    limit = stable_depth(MODE, speed=speed, **cut)
    assert _turns(MODE, cut, depth=0.98 * limit, speed=speed) < 0.5
    assert _turns(MODE, cut, depth=1.02 * limit, speed=speed) > 0.5


@given(modes, shares, st.floats(200, 40_000), st.floats(1.00001, 1.0001))
def test_continuous_in_speed(mode: Modal, share: float, speed: float, step: float) -> None:
    """Over a step of a ten-thousandth the limit moves by a small part of itself, so that a gate does not jump."""
    cut = SIDE | {"radial_depth": 12 * share}
    here, there = stable_depth(mode, speed=speed, **cut), stable_depth(mode, speed=speed * step, **cut)
    # A lobe's flank gets steeper with the number of whole periods between two teeth and with less damping.
    waves = 1 + 60 * mode.frequency / (4 * speed)
    assert there == pytest.approx(here, rel=min(0.9, 40 * waves * (step - 1) / mode.damping))


@given(modes, shares, speeds, st.floats(1, 5))
def test_stiffer_deeper_and_softer_deeper(mode: Modal, share: float, speed: float, more: float) -> None:
    cut = SIDE | {"radial_depth": 12 * share}
    here = stable_depth(mode, speed=speed, **cut)
    stiff = Modal(frequency=mode.frequency, damping=mode.damping, stiffness=mode.stiffness * more)
    assert stable_depth(stiff, speed=speed, **cut) == pytest.approx(more * here)
    harder = cut | {"specific_force": 1800.0 * more}
    assert stable_depth(mode, speed=speed, **harder) == pytest.approx(here / more)


@given(st.floats(0.08, 0.99), st.floats(1.001, 2))
def test_wider_is_less_deep(share: float, wider: float) -> None:
    """Of arcs beyond half a radian: below that the eigenvalues are real, and the mean of so short a cut is rough."""

    def floor(at: float) -> float:
        return least_depth(MODE, **(SIDE | {"radial_depth": 12 * min(1.0, at)}))

    assert floor(share * wider) <= floor(share) * (1 + 1e-9)


def test_no_cut_is_stable_at_any_depth() -> None:
    assert stable_depth(MODE, speed=5000, **(SIDE | {"radial_depth": 0.0})) == math.inf
    assert least_depth(MODE, **(SIDE | {"radial_depth": 0.0})) == math.inf


@pytest.mark.parametrize(
    "patch",
    [{"specific_force": 0.0}, {"teeth": 0}, {"radial_depth": 12.5}, {"radial_depth": -1.0}, {"radial_ratio": 0}],
)
def test_what_no_cut_has_is_refused(patch: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"above 0|radial depth"):
        stable_depth(MODE, speed=5000, **(SIDE | patch))
    with pytest.raises(ValueError, match=r"above 0|radial depth"):
        least_depth(MODE, **(SIDE | patch))


@pytest.mark.parametrize("speed", [0.0, -1.0, math.nan])
def test_a_spindle_that_stands_has_no_lobes(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        stable_depth(MODE, speed=speed, **SIDE)


@pytest.mark.parametrize("name", ["frequency", "damping", "stiffness"])
def test_a_mode_has_three_figures_above_zero(name: str) -> None:
    figures: dict[str, float] = {"frequency": 900, "damping": 0.03, "stiffness": 2e7} | {name: 0.0}
    with pytest.raises(ValueError, match="above 0"):
        stable_depth(Modal(**figures), speed=5000, **SIDE)


def test_regenerative_limit_asks_for_a_force() -> None:
    with pytest.raises(ValueError, match="above 0"):
        regenerative_limit(MODE, 0.0)


@given(modes, shares, speeds)
def test_same_question_same_answer(mode: Modal, share: float, speed: float) -> None:
    cut = SIDE | {"radial_depth": 12 * share}
    assert stable_depth(mode, speed=speed, **cut) == stable_depth(mode, speed=speed, **cut)
