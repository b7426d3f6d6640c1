"""The tip as a cantilever: its cubes and fourth powers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.machining.deflection import deflection
from tests.unit.machining.cutters import cutter


def test_five_diameters_give_four_point_six_times_what_three_do() -> None:
    assert deflection(cutter(stickout=60.0), 900) / deflection(cutter(stickout=36.0), 900) == pytest.approx(
        4.63, rel=1e-3
    )


def test_by_hand() -> None:
    second = math.pi * 9.6**4 / 64
    assert deflection(cutter(12), 1000.0) == pytest.approx(1000 * 36**3 / (3 * 600e3 * second))


def test_shank_is_a_bar() -> None:
    tool = cutter(kind="turning", shank=(20.0, 25.0), stickout=35.0, youngs_modulus=210e3)
    assert deflection(tool, 2000.0) == pytest.approx(2000 * 35**3 / (3 * 210e3 * 20 * 25**3 / 12))


@given(st.floats(0, 1e4), st.floats(1, 5))
def test_grows_with_the_force_and_falls_with_the_core(force: float, more: float) -> None:
    assert deflection(cutter(), force * more) == pytest.approx(more * deflection(cutter(), force))
    assert deflection(cutter(core_ratio=0.8 / more), force) == pytest.approx(more**4 * deflection(cutter(), force))


def test_steel_gives_way_more_than_carbide() -> None:
    assert deflection(cutter(youngs_modulus=210e3), 100) == pytest.approx(600 / 210 * deflection(cutter(), 100))
