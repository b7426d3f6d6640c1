"""The real recording under the duty rule: 176 % for seconds is production, and no alarm."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from chargehand.auditor.checks_telemetry import LOAD_FROZEN_S
from chargehand.auditor.evidence import DRY_RUN, Evidence
from chargehand.contracts.card import DutyRating, MachineCard
from chargehand.contracts.machine import MachineState, Trend
from chargehand.fleet.devices import choose_device, read_devices
from chargehand.fleet.machine import Worker
from chargehand.fleet.replay import Replay
from chargehand.kernel.clock import SECOND_US, parse_utc
from chargehand.kernel.ids import SeededIds
from chargehand.proposals.intake import from_value
from chargehand.testing.clock import SimClock
from chargehand.testing.machines import Write, machine_cards, machines, shipped_auditor
from tests.unit.fleet.cards import T0
from tests.unit.fleet.shop import Shop, change

STEP_US = 50_000
RATING = DutyRating(ratio=1.36, share=0.4)
SILENCE_S = 60.0
"""Longer than any pause of the recording when it is played at its own pace."""
ROUNDS = 3
PEAK = 176


class Seen(NamedTuple):
    """One moment of the recording."""

    heat: float
    state: MachineState

    @property
    def load(self) -> float:
        value = self.state.values["spindle_load"].v
        return float(value) if isinstance(value, int | float) else 0.0

    @property
    def trend(self) -> Trend:
        assert self.state.trend is not None
        return self.state.trend


def played(recording: Path, freshness_s: float) -> list[Seen]:
    """The recording at its own pace, three times over, on a drive rated S6-40 %: 75 minutes of it."""
    device = choose_device(read_devices((recording / "Devices.xml").read_bytes()), "OKUMA")
    plain = Replay(recording / "okuma.shdr.txt", device)
    card: MachineCard = msgspec.structs.replace(plain.card, duty=RATING, freshness_s=freshness_s)
    replay = Replay(recording / "okuma.shdr.txt", device, others=frozenset({"Mazak"}), card=card, loop=True)
    worker = Worker(replay, SeededIds(1), lambda _machine, _instance, _now: None, lambda *_frame: None)
    steps = range(ROUNDS * 1_500 * SECOND_US // STEP_US)
    seen = [Seen(worker._follower.heat, worker.state) for step in steps if worker.step(T0 + step * STEP_US)]
    worker.close()
    return seen


@pytest.fixture(scope="module")
def watched(recording: Path) -> list[Seen]:
    """Its pauses are let pass, so that the load is known throughout."""
    return played(recording, SILENCE_S)


def test_the_peaks_are_there(watched: list[Seen]) -> None:
    assert max(moment.load for moment in watched) == PEAK


def test_heat_never_comes_near_what_the_drive_bears(watched: list[Seen]) -> None:
    """It begins at 1, because nobody knows what was before, and only falls: no peak lifts it back."""
    assert max(moment.heat for moment in watched) <= 1.0
    assert watched[0].heat == 1.0
    covered = [moment for moment in watched if moment.trend.duty != 1.0]
    assert len(covered) > 100
    assert max(moment.heat for moment in covered) < 0.1
    print(f"heat once covered: at most {max(moment.heat for moment in covered):.4f}")


def test_a_peak_heats_by_what_it_lasts(watched: list[Seen]) -> None:
    """Twenty samples on end, the steepest of them, are less than a fiftieth of what is borne."""
    rises = [later.heat - sooner.heat for sooner, later in zip(watched, watched[20:], strict=False)]
    assert 0 < max(rises) < 0.02
    print(f"steepest rise: {max(rises):.4f}")


def test_its_load_never_passes_for_frozen(watched: list[Seen]) -> None:
    for moment in watched:
        assert moment.trend.load_changed_at is not None
        assert moment.state.ts_ingest is not None
        still_us = parse_utc(moment.state.ts_ingest) - parse_utc(moment.trend.load_changed_at)
        assert moment.load == 0 or moment.state.execution != "ACTIVE" or still_us < LOAD_FROZEN_S * SECOND_US


def test_a_drive_whose_load_was_not_seen_throughout_counts_as_hot(recording: Path) -> None:
    """Under the shipped freshness each pause of the recording begins anew, and so nobody says that it is cool."""
    seen = played(recording, 2.0)
    assert {moment.trend.duty for moment in seen} == {1.0}
    assert max(moment.heat for moment in seen) <= 1.02


@pytest.mark.parametrize("cut_time", [None, 200])
@pytest.mark.parametrize("covered", [True, False])
def test_a_proposal_is_not_denied_for_the_load_of_the_recording(
    watched: list[Seen], cut_time: int | None, *, covered: bool
) -> None:
    """The reference machine, with the load and the heat that the recording shows at its peaks."""
    from chargehand.kernel.sqlite import SqliteStore

    writes: list[Write] = []
    clock = SimClock()
    store = SqliteStore.open(":memory:", clock)
    shop = Shop(store, clock, machines(1, writes))
    shop.step(5)
    state = shop.fleet.state("CNC-001")
    body = change(feed_rate=700)
    if cut_time is not None:
        body["action"]["cut_time"] = {"value": cut_time, "unit": "s"}
    peaks = [moment for moment in watched if moment.load > 150 and (moment.trend.duty != 1.0) is covered]
    assert peaks
    for moment in peaks:
        load = moment.state.values["spindle_load"]
        trend = msgspec.structs.replace(moment.trend, load_changed_at=state.ts_ingest, temperature_rate=None)
        shown = msgspec.structs.replace(state, values={**state.values, "spindle_load": load}, trend=trend)
        evidence = Evidence(machine=machine_cards()["CNC-001"], state=shown)
        verdict = shipped_auditor().assess(from_value(body), evidence, clock.now_us(), DRY_RUN).verdict
        assert verdict.verdict == "allow", verdict.reason_codes
    shop.close()
    store.close()
