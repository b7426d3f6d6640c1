"""A frame's values as a whole: quality, age, loss, texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.machine import Quality, SignalValue
from chargehand.fleet.frame import aged, lost, text_of, worst

QUALITIES: list[Quality] = ["good", "uncertain", "bad", "stale", "unavailable"]


def values(*qualities: Quality) -> dict[str, SignalValue]:
    return {
        str(number): SignalValue(v=None if quality in ("bad", "unavailable") else 1.0, u="%", q=quality)
        for number, quality in enumerate(qualities)
    }


@pytest.mark.parametrize(
    ("qualities", "expected"),
    [
        (["good", "good"], "good"),
        (["good", "unavailable"], "good"),
        (["unavailable", "unavailable"], "unavailable"),
        (["good", "uncertain"], "uncertain"),
        (["uncertain", "bad", "stale"], "bad"),
        (["stale", "uncertain"], "stale"),
    ],
)
def test_the_quality_of_a_frame(qualities: list[Quality], expected: Quality) -> None:
    assert worst(values(*qualities)) == expected


@given(qualities=st.lists(st.sampled_from(QUALITIES), min_size=1, max_size=8), more=st.sampled_from(QUALITIES))
def test_a_frame_is_never_better_for_a_worse_value(qualities: list[Quality], more: Quality) -> None:
    order: list[Quality] = ["good", "uncertain", "stale", "bad"]
    before, after = worst(values(*qualities)), worst(values(*qualities, more))
    if before in order and after in order:
        assert order.index(after) >= order.index(before)


def test_what_was_good_grows_stale_and_nothing_else_changes() -> None:
    found = aged(values(*QUALITIES))
    assert [value.q for value in found.values()] == ["stale", "uncertain", "bad", "stale", "unavailable"]
    assert found["0"].v == 1.0


def test_what_is_lost_has_no_number_but_keeps_its_unit() -> None:
    assert list(lost(values(*QUALITIES)).values()) == [SignalValue(v=None, u="%", q="unavailable")] * 5


def test_texts() -> None:
    told = {"mode": SignalValue(v="MANUAL", q="good"), "execution": SignalValue(v=None, q="unavailable")}
    assert text_of(told, "mode") == "MANUAL"
    assert text_of(told, "execution") == "UNAVAILABLE"
    assert text_of({"mode": SignalValue(v=None, q="bad")}, "mode") is None
    assert text_of(told, "program") is None
