"""Waits grow, stay bounded, and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.sdk.backoff import Backoff


def test_waits_double_up_to_the_longest() -> None:
    backoff = Backoff(first_s=0.5, longest_s=3, attempts=6)
    assert [backoff.wait_s(count) for count in range(1, 8)] == [0.5, 1, 2, 3, 3, 3, None]


@given(st.integers(1, 10**9), st.one_of(st.none(), st.floats(0, 1e9)))
def test_no_wait_is_longer_than_the_longest(failures: int, asked: float | None) -> None:
    wait = Backoff(attempts=10**9).wait_s(failures, asked)
    assert wait is not None
    assert 0 < wait <= 15


def test_the_engine_may_ask_for_more_but_not_for_ever() -> None:
    backoff = Backoff(first_s=0.25, longest_s=15)
    assert backoff.wait_s(1, 4) == 4
    assert backoff.wait_s(1, 3600) == 15
    assert backoff.wait_s(4, 1) == 2


def test_failures_count_from_one() -> None:
    with pytest.raises(AssertionError):
        Backoff().wait_s(0)
