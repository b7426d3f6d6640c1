"""What samples come to over minutes: heat by the duty rule, a load that stands still, a spindle that warms."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.auditor.checks_telemetry import LOAD_FROZEN_S
from chargehand.contracts.card import DutyRating, MachineCard
from chargehand.contracts.machine import SignalValue, Trend
from chargehand.fleet import trend
from chargehand.fleet.adapter import Sample
from chargehand.fleet.trend import COVERED_TAUS, WINDOW_US, Follower
from chargehand.kernel.canonical import canonical_bytes
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.machining.drive import heat_after, time_constant
from tests.unit.fleet.cards import T0, machine_card

RATING = DutyRating(ratio=1.36, share=0.4)
TAU = time_constant(RATING)
S = SECOND_US


def good(value: Any, unit: str = "%") -> SignalValue:
    return SignalValue(v=value, u=unit, q="good")


def sample(load: Any = 40.0, temperature: Any = None) -> Sample:
    """A sample; a number stands for a good value, None for a signal that is not there."""
    values = {
        name: value if isinstance(value, SignalValue) else good(value, unit)
        for name, value, unit in (("spindle_load", load, "%"), ("spindle_temperature", temperature, "degC"))
        if value is not None
    }
    return Sample(ts_source_us=None, values=values)


class Watch:
    """A follower with a clock."""

    def __init__(self, card: MachineCard | None = None) -> None:
        self.follower = Follower(card or machine_card(duty=RATING))
        self.now_us = T0

    def see(self, *samples: Sample, after_s: float = 0.0) -> Trend:
        self.now_us += round(after_s * S)
        return self.follower.take(list(samples), self.now_us, iso_utc(self.now_us))

    def run(self, load: float, seconds: float, step_s: float = 1.0, **more: Any) -> Trend:
        for _ in range(round(seconds / step_s)):
            told = self.see(sample(load, **more), after_s=step_s)
        return told

    def covered(self, load: float = 0.0) -> Watch:
        """Seen for long enough."""
        self.see(sample(load))
        assert self.run(load, math.ceil(COVERED_TAUS * TAU)).duty != 1.0
        return self


def test_the_drive_counts_as_hot_until_its_load_was_seen_for_five_time_constants() -> None:
    watch = Watch()
    seconds = math.floor(COVERED_TAUS * TAU)
    assert watch.see(sample(0)) == Trend(duty=1.0, load_changed_at=iso_utc(T0))
    told = watch.run(0, seconds)
    assert (told.duty, told.duty_covered_s) == (1.0, seconds)
    told = watch.run(0, 1)
    assert told.duty == round(math.exp(-(seconds + 1) / TAU), trend.DUTY_DIGITS)
    assert told.duty is not None
    assert told.duty < 0.007


def test_a_steady_load_follows_the_rule_exactly() -> None:
    watch = Watch().covered()
    before = watch.follower.heat
    watch.see(sample(130))
    assert watch.run(130, 200).duty == pytest.approx(heat_after(1.3, before, 200, TAU), abs=1e-6)


def test_running_the_rated_cycle_for_ever_just_reaches_what_is_borne() -> None:
    """That is what the time constant was solved from: S6-40 % at 1.36 times S1 in cycles of ten minutes."""
    watch = Watch()
    watch.see(sample(0))
    for _ in range(20):
        watch.see(sample(136))
        peak = watch.run(136, 240).duty
        watch.see(sample(0))
        trough = watch.run(0, 360).duty
    assert peak == pytest.approx(1.0, abs=1e-6)
    assert trough == pytest.approx(math.exp(-360 / TAU), abs=1e-6)


@given(st.lists(st.sampled_from([0.05, 0.1, 0.5, 1.0, 2.0]), min_size=1, max_size=40), st.floats(0, 180))
def test_how_often_it_is_sampled_makes_no_difference(steps: list[float], load: float) -> None:
    watch = Watch()
    watch.see(sample(load))
    for step_s in steps:
        watch.see(sample(load), after_s=step_s)
    expected = heat_after(load / 100, 1.0, sum(steps), TAU)
    assert watch.follower.heat == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert watch.follower.trend.duty_covered_s == pytest.approx(sum(steps))


@given(st.lists(st.floats(0, 200), min_size=1, max_size=20), st.integers(0, 19), st.floats(0.1, 150))
def test_heat_grows_with_every_load(loads: list[float], place: int, more: float) -> None:
    """Nobody gets a cooler drive by drawing more."""
    place %= len(loads)
    raised = [*loads[:place], loads[place] + more, *loads[place + 1 :]]
    heats = []
    for series in (loads, raised):
        watch = Watch()
        watch.see(sample(0))
        for load in series:
            watch.see(sample(load), after_s=1.0)
        heats.append(watch.follower.heat)
    assert heats[0] <= heats[1]


def test_peaks_of_acceleration_count() -> None:
    calm, peaky = Watch().covered(), Watch().covered()
    calm.run(20, 60, 0.1)
    for _ in range(30):
        peaky.run(20, 1, 0.1)
        peaky.run(176, 1, 0.1)
    # Half of the time 176 %: some 1.5 on the average of the squares, for a minute of 518 s.
    assert peaky.follower.heat - calm.follower.heat == pytest.approx(1.53 * 60 / TAU, rel=0.07)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_peak_among_samples_that_arrived_together_is_not_lost(place: int) -> None:
    """Three share a second: the first and second count for a third of it, the last one from now on."""
    watch = Watch().covered()
    before = watch.follower.heat
    loads = [0.0, 0.0, 0.0]
    loads[place] = 150.0
    watch.see(*[sample(load) for load in loads], after_s=1.0)
    third, last = (0.0, 1.5) if place == 2 else (1.5**2 / 3, 0.0)
    between = heat_after(math.sqrt(third), before, 1.0, TAU)
    assert watch.follower.heat == pytest.approx(between)
    watch.see(sample(0), after_s=1.0)
    assert watch.follower.heat == pytest.approx(heat_after(last, between, 1.0, TAU))


def test_a_load_counts_until_the_next_one_arrives() -> None:
    """Sources that report changes only say nothing while a load lasts."""
    watch = Watch().covered()
    before = watch.follower.heat
    watch.see(sample(150))
    watch.see(sample(0), after_s=2.0)
    assert watch.follower.heat == pytest.approx(heat_after(1.5, before, 2.0, TAU))


UNREADABLE = [
    SignalValue(v=None, u="%", q="unavailable"),
    SignalValue(v=40, u="%", q="bad"),
    SignalValue(v=40, u="%", q="uncertain"),
    SignalValue(v=40, u="%", q="stale"),
    SignalValue(v=40, u="kW", q="good"),
    SignalValue(v="40", u="%", q="good"),
    good(math.nan),
    good(math.inf),
    good(1e5),
    good(10**400),
    good(True),
]


@pytest.mark.parametrize("load", UNREADABLE, ids=[f"{value.v!s:.8}-{value.u}-{value.q}" for value in UNREADABLE])
@pytest.mark.parametrize("among", [(), (40.0,)], ids=["alone", "before a good one"])
def test_a_load_that_is_no_good_number_begins_anew(load: SignalValue, among: tuple[float, ...]) -> None:
    watch = Watch().covered()
    told = watch.see(sample(load), *[sample(number) for number in among], after_s=0.1)
    assert (told.duty, told.duty_covered_s) == (1.0, 0.0)
    watch.see(sample(0), after_s=0.1)
    assert watch.see(sample(0), after_s=1.0).duty == 1.0
    assert watch.follower.trend.duty_covered_s == pytest.approx(1.0 + 0.1 * len(among))


def cutting(load: float) -> Sample:
    execution = SignalValue(v="ACTIVE", u=None, q="good")
    return msgspec.structs.replace(sample(load), values={**sample(load).values, "execution": execution})


def test_a_load_that_never_moves_in_a_cut_cools_nothing() -> None:
    """A sensor that froze at 5 % while the drive gave all it can: when the cut is over nobody knows how hot it is."""
    watch = Watch().covered(40)
    moved = watch.see(cutting(5), after_s=1)
    assert moved.duty is not None
    for _ in range(LOAD_FROZEN_S - 1):
        still = watch.see(cutting(5), after_s=1)
    assert still.duty is not None
    assert still.duty < 1
    assert watch.see(cutting(5), after_s=1) == msgspec.structs.replace(still, duty=1.0, duty_covered_s=0.0)
    assert watch.see(sample(5), after_s=1).duty_covered_s == 1
    assert watch.run(0, 60).duty == 1


@pytest.mark.parametrize("load", [0, 5])
def test_a_load_of_nothing_and_one_outside_of_a_cut_may_stand_still(load: float) -> None:
    watch = Watch()
    seen = cutting(0) if load == 0 else sample(load)
    for _ in range(LOAD_FROZEN_S + 10):
        told = watch.see(seen, after_s=1)
    assert told.duty_covered_s == LOAD_FROZEN_S + 9


def test_a_machine_without_the_sensor_is_never_covered() -> None:
    watch = Watch()
    for _ in range(10):
        told = watch.see(sample(None), after_s=1.0)
    assert (told.duty, told.duty_covered_s, told.load_changed_at) == (1.0, 0.0, None)


def test_a_gap_begins_anew_and_the_longest_silence_that_is_let_pass_does_not() -> None:
    watch = Watch(machine_card(duty=RATING, freshness_s=2.0)).covered()
    covered = watch.follower.trend.duty_covered_s
    assert watch.see(sample(0), after_s=2.0).duty_covered_s == covered + 2
    told = watch.see(sample(0), after_s=2.000001)
    assert (told.duty, told.duty_covered_s, watch.follower.heat) == (1.0, 0.0, 1.0)


def test_a_time_before_the_last_one_begins_anew_and_the_same_time_does_not() -> None:
    watch = Watch().covered()
    assert watch.see(sample(0)).duty != 1.0
    told = watch.see(sample(0), after_s=-0.000001)
    assert (told.duty, told.duty_covered_s) == (1.0, 0.0)


def test_what_is_lost_or_begun_again_is_not_continued() -> None:
    watch = Watch().covered()
    watch.see(sample(30), after_s=1.0)
    lost = watch.follower.lose()
    assert (lost.duty, lost.duty_covered_s, lost.load_changed_at) == (1.0, 0.0, iso_utc(watch.now_us))
    assert watch.follower.trend is lost
    assert watch.see(sample(30), after_s=0.1) == lost
    begun = watch.follower.begin()
    assert begun == Trend(duty=1.0)
    assert watch.see(sample(30), after_s=0.1).load_changed_at == iso_utc(watch.now_us)


def test_a_drive_without_a_rating_has_no_duty_and_its_load_is_followed_all_the_same() -> None:
    watch = Watch(machine_card(duty=None))
    watch.see(sample(40))
    told = watch.run(40, 10)
    assert (told.duty, told.duty_covered_s, told.load_changed_at) == (None, 10.0, iso_utc(T0))


def test_a_card_whose_rating_has_no_time_constant_is_not_followed() -> None:
    with pytest.raises(ValueError, match="d r"):
        Follower(machine_card(duty=DutyRating(ratio=2.0, share=0.4)))


def test_when_the_load_last_moved() -> None:
    watch = Watch()
    seen = [watch.see(sample(load), after_s=1.0).load_changed_at for load in (12, 12, 12.5, 12.5, None, 12.5, 12)]
    expected = [1, 1, 3, 3, 3, 3, 7]
    assert seen == [iso_utc(T0 + second * S) for second in expected]


def test_of_loads_that_arrived_together_any_one_moves_it() -> None:
    watch = Watch()
    watch.see(sample(12))
    assert watch.see(sample(12), sample(13), sample(12), after_s=1.0).load_changed_at == iso_utc(T0 + S)


def test_a_spindle_that_warms_evenly() -> None:
    watch = Watch()
    for second in range(60):
        told = watch.see(sample(0, 30 + second / 30), after_s=1.0)
        assert (told.temperature_rate, told.temperature_window_s) == (None, 0.0)
    told = watch.see(sample(0, 32), after_s=1.0)
    assert (told.temperature_rate, told.temperature_window_s) == (2.0, 60.0)


def test_the_rate_is_that_of_the_last_minute() -> None:
    watch = Watch()
    for _ in range(600):
        watch.see(sample(0, 30.0), after_s=0.1)
    assert watch.run(0, 100, temperature=30.0).temperature_rate == 0.0
    for second in range(1, 62):
        told = watch.see(sample(0, 30.0 - second / 20), after_s=1.0)
    assert told.temperature_rate == pytest.approx(-3.0, abs=0.001)


def test_a_coarse_sensor_is_evened_out() -> None:
    """A tenth of a degree of noise at either end would be 0.2 degC/min; the least squares see less."""
    watch = Watch()
    for tick in range(700):
        wobble = 0.1 if tick % 20 < 10 else 0.0
        told = watch.see(sample(0, round(30 + tick / 600, 1) + wobble), after_s=0.1)
    assert told.temperature_rate == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    "gone", [None, good(math.nan, "degC"), SignalValue(v=30, u="degC", q="bad"), good(30, "%"), good("30", "degC")]
)
def test_a_temperature_that_is_not_there_begins_anew(gone: SignalValue | None) -> None:
    watch = Watch()
    assert watch.run(0, 70, temperature=30.0).temperature_rate == 0.0
    told = watch.see(sample(0, gone), after_s=0.1)
    assert (told.temperature_rate, told.temperature_window_s) == (None, 0.0)
    assert watch.run(0, 59, temperature=30.0).temperature_rate is None


@pytest.mark.parametrize("after_s", [2.1, -1.0])
def test_a_gap_in_the_temperatures_begins_anew(after_s: float) -> None:
    watch = Watch(machine_card(freshness_s=2.0))
    watch.run(0, 70, temperature=30.0)
    assert watch.see(sample(0, 30.0), after_s=after_s).temperature_rate is None


def test_memory_is_bounded_however_fast_it_is_sampled() -> None:
    watch = Watch()
    for _ in range(5_000):
        watch.see(sample(0, 30.0), after_s=0.05)
    assert len(watch.follower._warming._readings) <= WINDOW_US // trend.WINDOW_STEP_US + 2


def test_figures_carry_no_more_digits_than_they_say() -> None:
    watch = Watch().covered()
    for tick in range(100):
        told = watch.see(sample(33.3 + tick / 7, 30 + math.sin(tick)), after_s=1.0)
    assert told.duty == round(told.duty or 0, 6)
    assert told.temperature_rate == round(told.temperature_rate or 0, 3)
    assert told.temperature_rate is not None
    assert len(canonical_bytes(msgspec.to_builtins(told))) < 200


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.05, 1.0, 3.0]), st.floats(0, 200)), max_size=30))
def test_the_same_samples_at_the_same_times_come_to_the_same(seen: list[tuple[float, float]]) -> None:
    told = []
    for _ in range(2):
        watch = Watch()
        told.append([watch.see(sample(load, 20 + load), after_s=after_s) for after_s, load in seen])
    assert told[0] == told[1]
