"""Quarantine: every input counted, the first few kept, and told of at powers of ten."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.quarantine import SAMPLES_MAX, Quarantine
from tests.unit.fleet.scripted import quarantined

CODES = ["TELEM.LINE_CORRUPT", "TELEM.VALUE_IMPOSSIBLE", "TELEM.NOT_FINITE"]


def test_nothing_yet() -> None:
    made = Quarantine()
    assert made.counts() == {}
    assert made.tallies() == {}


def test_the_first_is_told_with_its_place() -> None:
    told = Quarantine().take(quarantined(number=7))
    assert told is not None
    assert (told.condition, told.level, told.code, told.native_code, told.count) == (
        "ingest",
        "warning",
        "TELEM.VALUE_IMPOSSIBLE",
        "TELEM.VALUE_IMPOSSIBLE",
        1,
    )
    assert told.text == "line 7: Fact -382842"


def test_powers_of_ten_are_told() -> None:
    made = Quarantine()
    told = [count for count in range(1, 12_001) if made.take(quarantined()) is not None]
    assert told == [1, 10, 100, 1_000, 10_000]


def test_codes_are_counted_apart() -> None:
    made = Quarantine()
    told = [made.take(quarantined(code)) for code in CODES * 2]
    assert [one.code if one else None for one in told] == [*CODES, None, None, None]
    assert made.counts() == dict.fromkeys(CODES, 2)


@given(heard=st.lists(st.sampled_from(CODES), max_size=60))
def test_nothing_is_lost_from_the_count_and_memory_is_bounded(heard: list[str]) -> None:
    made = Quarantine()
    for number, code in enumerate(heard):
        made.take(quarantined(code, number))
    assert made.counts() == {code: heard.count(code) for code in set(heard)}
    for code, tally in made.tallies().items():
        assert tally.total == heard.count(code)
        assert len(tally.samples) == min(tally.total, SAMPLES_MAX)
        assert [one.line for one in tally.samples] == [n for n, one in enumerate(heard) if one == code][:SAMPLES_MAX]
