"""Taylor's line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.card import ToolUse
from chargehand.machining.wear import edge_life


def use(taylor_n: float | None = 0.25, taylor_c: float | None = 400.0) -> ToolUse:
    return ToolUse(
        group="P",
        cutting_speed_min=50,
        cutting_speed_max=200,
        feed_per_tooth_min=0.02,
        feed_per_tooth_max=0.2,
        taylor_n=taylor_n,
        taylor_c=taylor_c,
    )


def test_an_edge_lasts_one_minute_at_c_and_sixteen_at_half_of_it() -> None:
    assert edge_life(use(), 400.0) == pytest.approx(1.0)
    assert edge_life(use(), 200.0) == pytest.approx(16.0)


@given(st.floats(0.1, 0.6), st.floats(50, 3000), st.floats(1, 3000))
def test_life_is_on_taylors_line(n: float, c: float, speed: float) -> None:
    life = edge_life(use(n, c), speed)
    assert life is not None
    assert speed * life**n == pytest.approx(c, rel=1e-9)


@given(st.floats(1, 1000), st.floats(1.001, 3))
def test_faster_is_shorter(speed: float, faster: float) -> None:
    slow, fast = edge_life(use(), speed), edge_life(use(), speed * faster)
    assert slow is not None
    assert fast is not None
    assert fast < slow


@pytest.mark.parametrize(("n", "c"), [(None, 400.0), (0.25, None), (None, None)])
def test_a_card_that_does_not_know_says_so(n: float | None, c: float | None) -> None:
    assert edge_life(use(n, c), 100.0) is None


def test_an_edge_that_stands_still_does_not_wear() -> None:
    assert edge_life(use(), 0.0) == math.inf
