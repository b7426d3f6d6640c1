"""Arrivals of recent samples: an age is never understated, and what is too old is unknown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.basis import SPAN_US, STEP_US, Basis

S = 1_000_000


def test_at_ten_a_second_every_arrival_is_exact() -> None:
    basis = Basis()
    for seq in range(1, 101):
        basis.add(seq, seq * 100_000)
    assert all(basis.arrived_us(seq) == seq * 100_000 for seq in range(1, 101))
    assert len(basis.recent()) == 100


def test_what_does_not_exist_yet_or_any_more_is_unknown() -> None:
    basis = Basis()
    assert basis.arrived_us(1) is None
    for seq in range(1, 3_001):
        basis.add(seq, seq * 100_000)
    assert basis.arrived_us(0) is None
    assert basis.arrived_us(-5) is None
    assert basis.arrived_us(3_001) is None
    assert basis.arrived_us(3_000 - SPAN_US // 100_000 - 1) is None
    assert basis.arrived_us(3_000 - SPAN_US // 100_000) is not None


def test_it_covers_a_minute_and_stays_small_at_any_rate() -> None:
    basis = Basis()
    for seq in range(1, 500_001):
        basis.add(seq, seq * 300)
    recent = basis.recent()
    assert recent[-1][1] - recent[0][1] >= 60 * S
    assert len(recent) <= SPAN_US // STEP_US + 2


def test_a_new_instance_knows_nothing_of_the_one_before() -> None:
    basis = Basis()
    basis.add(1, S)
    basis.clear()
    assert basis.recent() == []
    assert basis.arrived_us(1) is None


@given(gaps=st.lists(st.integers(0, 200_000), min_size=1, max_size=60), asked=st.integers(-2, 70))
def test_an_age_is_never_understated(gaps: list[int], asked: int) -> None:
    basis, at, arrivals = Basis(), 0, {}
    for seq, gap in enumerate(gaps, start=1):
        at += gap
        arrivals[seq] = at
        basis.add(seq, at)
    found = basis.arrived_us(asked)
    assert (found is None) == (asked not in arrivals)
    if found is not None:
        assert arrivals[asked] - STEP_US < found <= arrivals[asked]
