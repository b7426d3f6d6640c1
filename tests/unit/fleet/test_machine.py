"""One machine's worker: its states, its frames, and what is told of it, once."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.card import DutyRating
from chargehand.contracts.machine import (
    Connection,
    Interlocks,
    MachineCondition,
    MachineStateChanged,
    TelemetryFrame,
    Trend,
)
from chargehand.fleet.adapter import Batch, WriteResult
from chargehand.fleet.machine import (
    RETRY_FIRST_US,
    RETRY_MAX_US,
    UNKNOWN_SETUP,
    Worker,
    setup_digest,
)
from chargehand.fleet.quarantine import SAMPLES_MAX
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.clock import iso_utc
from chargehand.kernel.ids import SeededIds
from chargehand.machining.drive import time_constant
from tests.unit.fleet.cards import SETUP, T0, change, machine_card
from tests.unit.fleet.scripted import Scripted, ScriptedWriter, fault, heard, normal, quarantined, sample

S = 1_000_000


class Bench:
    """A worker on a scripted adapter, and everything that came out of it."""

    def __init__(self, adapter: Scripted) -> None:
        self.adapter = adapter
        self.frames: list[bytes] = []
        self.begun: list[str] = []
        self.worker = Worker(adapter, SeededIds(1), self.begin, self.append)

    def begin(self, machine_id: str, instance_id: str, now_us: int) -> None:
        self.begun.append(instance_id)

    def append(self, machine_id: str, frame: bytes, seq: int, now_us: int) -> None:
        self.frames.append(frame)

    def step(self, after_s: float = 0.0) -> int:
        return self.worker.step(T0 + int(after_s * S))

    def connection(self) -> Connection:
        return self.worker.state.connection

    def told(self) -> list[MachineStateChanged | MachineCondition]:
        return [what.payload for what in self.worker.happened()]

    def moves(self) -> list[tuple[str, str, str | None]]:
        return [
            (what.previous, what.connection, what.code) for what in self.told() if isinstance(what, MachineStateChanged)
        ]

    def decoded(self) -> list[TelemetryFrame]:
        return [msgspec.json.decode(frame, type=TelemetryFrame) for frame in self.frames]


def bench(*plan: Batch | Exception, **card: Any) -> Bench:
    return Bench(Scripted(*plan, card=machine_card(sensors=["spindle_load", "execution", "mode"], **card)))


def test_offline_until_it_is_stepped() -> None:
    made = bench()
    state = made.worker.state
    assert (state.connection, state.instance_id, state.seq, state.ts_ingest) == ("offline", None, None, None)
    assert state.setup == UNKNOWN_SETUP
    assert state.values == {}


def test_connecting_then_online_with_the_first_sample() -> None:
    made = bench(Batch(), heard(sample()))
    made.step()
    assert made.connection() == "connecting"
    made.step(0.1)
    assert made.connection() == "online"
    assert made.moves() == [("offline", "connecting", None), ("connecting", "online", None)]


def test_frames_count_from_one_without_gaps_and_are_encoded_once() -> None:
    made = bench(heard(sample(1), sample(2)), heard(sample(3)))
    assert [made.step(), made.step(1)] == [2, 1]
    frames = made.decoded()
    assert [frame.seq for frame in frames] == [1, 2, 3]
    assert [frame.values["spindle_load"].v for frame in frames] == [1, 2, 3]
    assert {frame.instance_id for frame in frames} == set(made.begun)
    assert [frame.ts_ingest for frame in frames] == [iso_utc(T0), iso_utc(T0), iso_utc(T0 + S)]
    assert made.frames[0] == msgspec.json.encode(frames[0])


def test_a_frame_carries_its_source_time_or_none() -> None:
    made = bench(heard(sample(), msgspec.structs.replace(sample(), ts_source_us=T0 - S)))
    made.step()
    assert [frame.ts_source for frame in made.decoded()] == [None, iso_utc(T0 - S)]


def test_the_state_is_the_newest_sample() -> None:
    interlocks = Interlocks(alarms=[], door_open=False, estop=False, feed_hold=False)
    made = bench(heard(sample(1, setup=SETUP, interlocks=interlocks), sample(2)))
    made.step()
    state = made.worker.state
    assert (state.seq, state.values["spindle_load"].v) == (2, 2)
    assert (state.execution, state.mode) == ("ACTIVE", "AUTOMATIC")
    assert (state.setup, state.interlocks) == (SETUP, interlocks)
    assert state.setup_digest == sha256_text(canonical_bytes(msgspec.to_builtins(SETUP)))
    assert state.ts_ingest == iso_utc(T0)


def test_a_state_is_never_changed_in_place() -> None:
    made = bench(heard(sample(1)), heard(sample(2)))
    made.step()
    before = made.worker.state
    copy = msgspec.json.encode(before)
    made.step(1)
    assert msgspec.json.encode(before) == copy
    assert made.worker.state is not before


def test_seen_at_is_the_arrival_of_the_last_good_value() -> None:
    made = bench(heard(sample(1)), heard(sample(None)), heard(sample(3, fresh=frozenset({"mode"}))))
    for second in range(3):
        made.step(second)
    seen = made.worker.state.seen_at
    assert seen == {
        "spindle_load": iso_utc(T0),
        "execution": iso_utc(T0 + S),
        "mode": iso_utc(T0 + 2 * S),
    }


def test_silence_is_stale_and_a_sample_ends_it() -> None:
    made = bench(heard(sample()), Batch(), Batch(), Batch(), heard(sample()), freshness_s=2.0)
    made.step(0)
    made.step(2.0)
    assert made.connection() == "online"
    made.step(2.1)
    assert made.connection() == "stale"
    assert {value.q for value in made.worker.state.values.values()} == {"stale"}
    made.step(9)
    made.step(10)
    assert made.connection() == "online"
    assert made.worker.state.values["spindle_load"].q == "good"
    assert made.moves()[2:] == [("online", "stale", "TELEM.STALE"), ("stale", "online", None)]
    assert len(made.begun) == 1


def test_a_connection_without_a_first_sample_is_stale_too() -> None:
    made = bench()
    made.step(0)
    made.step(5)
    assert made.connection() == "stale"


def test_an_adapter_that_raises_is_faulted_and_everything_is_unknown() -> None:
    made = bench(heard(sample(setup=SETUP)), ValueError("no such node"))
    made.step(0)
    made.step(1)
    state = made.worker.state
    assert state.connection == "faulted"
    assert (state.execution, state.mode) == ("UNAVAILABLE", None)
    assert state.interlocks == Interlocks(alarms=None, door_open=None, estop=None, feed_hold=None)
    assert {(value.v, value.q) for value in state.values.values()} == {(None, "unavailable")}
    assert made.moves()[-1] == ("online", "faulted", "FLEET.ADAPTER_FAILED")
    assert made.adapter.closes == 1


def test_a_new_connection_is_a_new_instance_from_one() -> None:
    made = bench(heard(sample(setup=SETUP), sample()), OSError(), heard(sample()))
    made.step(0)
    made.step(1)
    made.step(1 + RETRY_FIRST_US / S)
    assert [frame.seq for frame in made.decoded()] == [1, 2, 1]
    assert len(set(made.begun)) == 2
    assert made.worker.state.setup == UNKNOWN_SETUP
    assert made.worker.recent() == [(1, T0 + 2 * S)]


def test_retries_back_off_and_are_told_once() -> None:
    made = bench()
    made.adapter.refuse_connect = OSError("nobody there")
    attempts = []
    for millisecond in range(0, 200_000, 100):
        before = made.adapter.connects
        made.step(millisecond / 1000)
        if made.adapter.connects > before:
            attempts.append(millisecond / 1000)
    waits = [later - earlier for earlier, later in pairwise(attempts)]
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert set(waits[5:]) == {RETRY_MAX_US / S}
    assert made.moves() == [
        ("offline", "connecting", None),
        ("connecting", "faulted", "FLEET.ADAPTER_FAILED"),
    ]


def test_a_sample_ends_the_back_off() -> None:
    made = bench(OSError(), OSError(), heard(sample()), OSError(), heard(sample()))
    for second in (0, 1, 3, 4):
        made.step(second)
    assert made.connection() == "faulted"
    made.step(5)
    assert made.connection() == "online"


def test_a_far_end_that_goes_away_is_offline_and_reconnected() -> None:
    made = bench(heard(sample()), Batch(connected=False), heard(sample()))
    made.step(0)
    made.step(1)
    assert made.connection() == "offline"
    made.step(3)
    assert made.connection() == "online"
    assert made.moves() == [
        ("offline", "connecting", None),
        ("connecting", "online", None),
        ("online", "offline", None),
        ("offline", "online", None),
    ]


def test_a_close_that_raises_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    made = bench(OSError())

    def close() -> None:
        raise RuntimeError("already gone")

    monkeypatch.setattr(made.adapter, "close", close)
    made.step()
    assert made.connection() == "faulted"


def test_conditions_are_told_once() -> None:
    hot = Batch(conditions=[fault(), fault()])
    made = bench(hot, hot, Batch(conditions=[normal()]), Batch(conditions=[normal()]))
    for second in range(4):
        made.step(second / 10)
    told = [what for what in made.told() if isinstance(what, MachineCondition)]
    assert [what.level for what in told] == ["fault", "normal"]


def test_quarantines_are_counted_sampled_and_told_at_powers_of_ten() -> None:
    made = bench(*(Batch(quarantines=[quarantined(number=n) for n in range(500)]) for _ in range(3)))
    for step in range(3):
        made.step(step / 10)
    tally = made.worker.quarantines()["TELEM.VALUE_IMPOSSIBLE"]
    assert tally.total == 1_500
    assert [one.line for one in tally.samples] == list(range(SAMPLES_MAX))
    told = [what for what in made.told() if isinstance(what, MachineCondition)]
    assert [what.count for what in told] == [1, 10, 100, 1_000]
    assert {(what.condition, what.code, what.level) for what in told} == {
        ("ingest", "TELEM.VALUE_IMPOSSIBLE", "warning")
    }
    assert told[0].text == "line 0: Fact -382842"
    assert made.worker.machine().quarantined == {"TELEM.VALUE_IMPOSSIBLE": 1_500}


def test_quarantined_input_is_not_a_sample() -> None:
    made = bench(Batch(quarantines=[quarantined()]))
    assert made.step() == 0
    assert made.frames == []


def test_arrivals_never_go_back() -> None:
    made = bench(heard(sample()), heard(sample()))
    made.step(10)
    made.step(5)
    assert [frame.ts_ingest for frame in made.decoded()] == [iso_utc(T0 + 10 * S)] * 2
    assert made.worker.arrived_us(2) == T0 + 10 * S


def test_the_machine_as_it_is_listed() -> None:
    made = bench(heard(sample()), site="works 2")
    made.step()
    machine = made.worker.machine()
    assert (machine.id, machine.site, machine.connection, machine.source) == (
        "CNC-001",
        "works 2",
        "online",
        "simulated",
    )
    assert machine.writable is False
    assert machine.state is None
    assert machine.card_digest == sha256_text(canonical_bytes(msgspec.to_builtins(made.adapter.card)))


def writer(*plan: Batch | Exception, **card: Any) -> tuple[Bench, ScriptedWriter]:
    adapter = ScriptedWriter(*plan, card=machine_card(**card))
    return Bench(adapter), adapter


def test_a_write_goes_through_and_shows_at_once() -> None:
    made, adapter = writer(heard(sample(setup=SETUP)))
    made.step()
    after = msgspec.structs.replace(SETUP, feed_rate=600, revision=2)
    adapter.answer = WriteResult(status="applied", code=None, text="", setup=after)
    wanted = change(feed_rate=(600, "mm/min"))
    assert made.worker.write(wanted, 1, T0).status == "applied"
    assert adapter.written == [(wanted, 1)]
    assert made.worker.state.setup == after
    assert made.worker.state.setup_digest == setup_digest(after)


def test_a_refused_write_changes_nothing() -> None:
    made, adapter = writer(heard(sample(setup=SETUP)))
    made.step()
    adapter.answer = WriteResult(status="refused", code="REV.STATE_CHANGED", text="")
    assert made.worker.write(change(), 1, T0).code == "REV.STATE_CHANGED"
    assert made.worker.state.setup == SETUP


def test_a_write_that_raises_has_an_unknown_outcome() -> None:
    made, adapter = writer(heard(sample(setup=SETUP)))
    made.step()
    adapter.answer = TimeoutError("no answer")
    result = made.worker.write(change(), 1, T0)
    assert (result.status, result.code) == ("unknown", "ENG.OUTCOME_UNKNOWN")


@pytest.mark.parametrize("card", [{"writable": False}])
def test_a_card_can_forbid_writes(card: dict[str, Any]) -> None:
    made, adapter = writer(heard(sample()), **card)
    made.step()
    assert made.worker.write(change(), 1, T0).code == "FLEET.NOT_WRITABLE"
    assert adapter.written == []


def test_an_adapter_that_cannot_write_refuses() -> None:
    made = bench(heard(sample()))
    made.step()
    assert made.worker.write(change(), 1, T0).code == "FLEET.NOT_WRITABLE"


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_only_a_machine_that_is_online_is_written(steps: int) -> None:
    """offline, connecting, stale and faulted all refuse before the adapter is asked."""
    made, adapter = writer(Batch(), Batch(), OSError())
    for number in range(steps):
        made.step(number * 5)
    assert made.connection() == ["offline", "connecting", "stale", "faulted"][steps]
    assert made.worker.write(change(), 1, T0).code == "FLEET.WRITE_FAILED"
    assert adapter.written == []


batches = st.sampled_from(
    [
        Batch(),
        heard(sample()),
        heard(sample(), sample(2)),
        Batch(connected=False),
        OSError("x"),
        Batch(conditions=[fault()]),
    ]
)


@given(plan=st.lists(batches, max_size=25), gaps=st.lists(st.floats(0, 6), min_size=25, max_size=25))
def test_after_anything_the_story_is_consistent(plan: list[Batch | Exception], gaps: list[float]) -> None:
    """Frames count without gaps per instance, moves chain, and the told state is the state (retries aside)."""
    made = bench(*plan)
    at, moves, previous = 0.0, [], "offline"
    for gap in gaps:
        at += gap
        made.step(at)
        moves += made.moves()
    for before, after, _code in moves:
        assert before == previous
        assert before != after
        previous = after
    assert made.worker.state.connection in (previous, "connecting")
    by_instance: dict[str, list[int]] = {}
    for frame in made.decoded():
        by_instance.setdefault(frame.instance_id, []).append(frame.seq)
    assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in by_instance.values())
    assert list(by_instance) == [instance for instance in made.begun if instance in by_instance]


DUTY = DutyRating(ratio=1.36, share=0.4)
COLD = round(math.exp(-2700 / time_constant(DUTY)), 6)
"""What is left after 2700 s of idling of a drive that counted as hot."""


def watched(*, idle_s: int) -> Bench:
    """A worker whose drive was seen idling for so long, a sample every two seconds."""
    made = Bench(ScriptedWriter(card=machine_card(sensors=["spindle_load", "execution", "mode"], duty=DUTY)))
    for second in range(0, idle_s + 2, 2):
        made.adapter.plan.append(heard(sample(0.0)))
        made.step(second)
    return made


def duty(made: Bench) -> float | None:
    assert made.worker.state.trend is not None
    return made.worker.state.trend.duty


def test_the_state_carries_what_the_samples_come_to() -> None:
    made = watched(idle_s=2700)
    assert made.worker.state.trend == Trend(duty=COLD, duty_covered_s=2700.0, load_changed_at=iso_utc(T0))
    before = made.worker.state
    made.adapter.plan.append(heard(sample(130.0), sample(130.0)))
    made.step(2702)
    assert made.worker.state.trend is not None
    assert made.worker.state.trend.load_changed_at == iso_utc(T0 + 2702 * S)
    assert before.trend == Trend(duty=COLD, duty_covered_s=2700.0, load_changed_at=iso_utc(T0))


def test_before_anything_was_seen_the_drive_counts_as_hot() -> None:
    assert bench(duty=DUTY).worker.state.trend == Trend(duty=1.0)


def test_a_machine_that_falls_silent_counts_as_hot_and_so_does_one_that_comes_back() -> None:
    made = watched(idle_s=2700)
    assert duty(made) == COLD
    made.step(2702.5)
    assert (made.connection(), duty(made)) == ("stale", 1.0)
    made.adapter.plan.append(heard(sample(0.0)))
    made.step(2703)
    assert (made.connection(), duty(made)) == ("online", 1.0)


@pytest.mark.parametrize("fate", [RuntimeError("broken"), Batch(connected=False)])
def test_a_machine_that_is_gone_counts_as_hot(fate: Any) -> None:
    made = watched(idle_s=2700)
    made.adapter.plan.append(fate)
    made.step(2701)
    assert made.worker.state.trend == Trend(duty=1.0, load_changed_at=iso_utc(T0))
    made.adapter.plan.append(heard(sample(0.0)))
    made.step(2703)
    assert made.worker.state.trend == Trend(duty=1.0, load_changed_at=iso_utc(T0 + 2703 * S))


def test_while_the_clock_is_behind_the_drive_counts_as_hot() -> None:
    """Arrivals stand still then, and a load that lasts would heat nothing."""
    made = watched(idle_s=2700)
    made.adapter.plan += [heard(sample(130.0)), heard(sample(130.0)), heard(sample(130.0))]
    made.step(2698.5)
    assert duty(made) == COLD
    made.step(2400)
    assert duty(made) == 1.0
    made.step(2701)
    assert made.worker.state.trend is not None
    assert made.worker.state.trend.duty_covered_s == 1.0


def test_two_workers_that_saw_the_same_have_the_same_state() -> None:
    first, second = watched(idle_s=300), watched(idle_s=300)
    assert canonical_bytes(first.worker.state) == canonical_bytes(second.worker.state)
