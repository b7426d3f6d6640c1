"""Noise: reproducible, addressable, and shaped as it says."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev

from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.noise import mix, normal, stream, uniform

DRAWS = 20_000


@given(value=st.integers(0, 2**64 - 1))
def test_mix_stays_within_64_bits(value: int) -> None:
    assert 0 <= mix(value) < 2**64


def test_mix_is_a_permutation_on_a_sample() -> None:
    assert len({mix(value) for value in range(50_000)}) == 50_000


def test_mix_matches_the_published_generator() -> None:
    """The first outputs of SplitMix64 from seed 0, as published with the algorithm's reference code."""
    golden, state, found = 0x9E37_79B9_7F4A_7C15, 0, []
    for _ in range(3):
        found.append(mix(state))
        state = (state + golden) % 2**64
    assert found == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]


def test_any_tick_is_had_alone_and_twice_the_same() -> None:
    forwards = [normal(1, "CNC-001", "vibration", tick) for tick in range(100)]
    backwards = [normal(1, "CNC-001", "vibration", tick) for tick in reversed(range(100))]
    assert forwards == backwards[::-1]


def test_seed_scenario_machine_channel_and_tick_all_matter() -> None:
    found = {
        uniform(1, "CNC-001", "vibration", 5),
        uniform(2, "CNC-001", "vibration", 5),
        uniform(1, "CNC-002", "vibration", 5),
        uniform(1, "CNC-001", "load", 5),
        uniform(1, "CNC-001", "vibration", 6),
        uniform(1, "CNC-001", "vibration", 5, "worn-tool"),
    }
    assert len(found) == 6


def test_a_seed_and_a_name_do_not_make_up_for_each_other() -> None:
    """Seeds 1 and 1 ^ a ^ b with names that begin with a and b would share every draw if they were only folded."""
    assert stream(1, "A1", "load", "a") != stream(1 ^ ord("a") ^ ord("b"), "A1", "load", "b")
    assert stream(0, "A1", "load") != stream(ord("A"), "1", "load")


def test_names_do_not_run_into_each_other() -> None:
    assert stream(1, "CNC-00", "1load") != stream(1, "CNC-001", "load")


def test_uniform_is_evenly_spread() -> None:
    drawn = [uniform(3, "M", "c", tick) for tick in range(DRAWS)]
    assert all(0 <= value < 1 for value in drawn)
    counts = [sum(low / 10 <= value < (low + 1) / 10 for value in drawn) for low in range(10)]
    # 5 standard deviations of a binomial count with p = .1.
    assert all(abs(count - DRAWS / 10) < 5 * (DRAWS * 0.09) ** 0.5 for count in counts)


def test_normal_has_mean_0_and_deviation_1() -> None:
    drawn = [normal(3, "M", "c", tick) for tick in range(DRAWS)]
    assert abs(fmean(drawn)) < 5 / DRAWS**0.5
    assert abs(pstdev(drawn) - 1) < 5 / (2 * DRAWS) ** 0.5
    assert abs(sum(abs(value) > 1.959964 for value in drawn) / DRAWS - 0.05) < 0.01


def test_neighbouring_ticks_do_not_correlate() -> None:
    drawn = [normal(3, "M", "c", tick) for tick in range(DRAWS)]
    correlation = fmean(one * other for one, other in pairwise(drawn))
    assert abs(correlation) < 5 / DRAWS**0.5


@given(seed=st.integers(-(2**70), 2**70), tick=st.integers(0, 2**70))
def test_any_seed_and_tick_give_a_number(seed: int, tick: int) -> None:
    assert 0 <= uniform(seed, "M", "c", tick) < 1
    assert abs(normal(seed, "M", "c", tick)) < 10
