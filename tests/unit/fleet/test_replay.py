"""The replay adapter on small recordings: order, pace, facts, and what is set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.machine import MachineCondition, SignalValue
from chargehand.fleet.adapter import Batch, Quarantined, Sample, WritableAdapter
from chargehand.fleet.replay import LINES_PER_STEP_MAX, PACE_STEP_US_MAX, Replay
from chargehand.kernel.clock import parse_utc
from tests.unit.fleet.cards import T0, machine_card
from tests.unit.fleet.models import mill

S = 1_000_000
Make = Callable[..., Replay]


def at(second: float) -> str:
    return f"2026-01-01T00:00:{second:09.6f}Z"


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Make]:
    """A connected replay of the given lines, as fast as possible unless told otherwise."""
    made: list[Replay] = []

    def make(*lines: str, speed: float | None = None, loop: bool = False) -> Replay:
        path = tmp_path / "recording.txt"
        path.write_bytes("\n".join(lines).encode())
        replay = Replay(path, mill(), speed=speed, loop=loop, others=frozenset({"LATHE"}))
        replay.connect(T0)
        made.append(replay)
        return replay

    yield make
    for replay in made:
        replay.close()


def everything(replay: Replay) -> Batch:
    """All batches up to the end as one."""
    samples: list[Sample] = []
    conditions: list[MachineCondition] = []
    quarantines: list[Quarantined] = []
    while not replay.ended:
        batch = replay.step(T0)
        samples += batch.samples
        conditions += batch.conditions
        quarantines += batch.quarantines
    return Batch(samples=samples, conditions=conditions, quarantines=quarantines)


def codes(batch: Batch) -> list[str]:
    return [found.code for found in batch.quarantines]


def test_values_hold_until_they_are_told_anew(recorded: Make) -> None:
    samples = everything(recorded(f"{at(1)}|load|10", f"{at(2)}|speed|500", f"{at(3)}|load|11")).samples
    assert [sample.values["spindle_load"].v for sample in samples] == [10, 10, 11]
    assert [sample.values["spindle_speed"].v for sample in samples] == [None, 500, 500]
    assert [sorted(sample.fresh or ()) for sample in samples] == [["spindle_load"], ["spindle_speed"], ["spindle_load"]]
    assert [sample.ts_source_us for sample in samples] == [parse_utc(at(second)) for second in (1, 2, 3)]


def test_nothing_is_known_before_it_is_told(recorded: Make) -> None:
    first = everything(recorded(f"{at(1)}|load|10")).samples[0]
    assert first.values["spindle_speed"] == SignalValue(v=None, u="rev/min", q="unavailable")
    assert first.setup is not None
    assert first.setup.spindle_speed is None
    assert first.interlocks == type(first.interlocks)(alarms=None, door_open=None, estop=None, feed_hold=None)  # type: ignore[misc]


def test_lines_without_signals_are_no_samples(recorded: Make) -> None:
    batch = everything(recorded(f"{at(1)}|vc|10", "* PING", "", f"{at(2)}|load|1"))
    assert len(batch.samples) == 1


def test_an_impossible_value_is_bad_not_the_one_before(recorded: Make) -> None:
    batch = everything(recorded(f"{at(1)}|load|10", f"{at(2)}|load|9999", f"{at(3)}|load|NaN"))
    assert [sample.values["spindle_load"] for sample in batch.samples[1:]] == [SignalValue(v=None, u="%", q="bad")] * 2
    assert [(found.code, found.key, found.text, found.line) for found in batch.quarantines] == [
        ("TELEM.VALUE_IMPOSSIBLE", "load", "9999", 2),
        ("TELEM.NOT_FINITE", "load", "NaN", 3),
    ]


def test_jumps_back_are_counted_never_sorted_or_rejected(recorded: Make) -> None:
    batch = everything(recorded(f"{at(9)}|load|1", f"{at(1)}|load|2", f"{at(5)}|load|3"))
    assert [sample.values["spindle_load"].v for sample in batch.samples] == [1, 2, 3]
    assert codes(batch) == ["TELEM.TIME_BACKWARDS"]


def test_a_line_with_an_empty_time_has_no_source_time(recorded: Make) -> None:
    batch = everything(recorded("|load|1"))
    assert batch.samples[0].ts_source_us is None
    assert codes(batch) == ["TELEM.TIME_MISSING"]


def test_bytes_that_are_no_text_do_not_stop_it(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes(b"\xff\xfe garbage\n" + f"{at(1)}|load|\xff1\n{at(2)}|load|2".encode("latin-1"))
    replay = Replay(path, mill(), speed=None)
    replay.connect(T0)
    batch = everything(replay)
    assert batch.samples[-1].values["spindle_load"].v == 2
    assert codes(batch) == ["TELEM.LINE_CORRUPT", "TELEM.VALUE_IMPOSSIBLE"]


def test_a_mapping_fault_is_quarantined_once_with_all_of_its_values(recorded: Make) -> None:
    batch = everything(recorded(f"{at(1)}|vc|60000", f"{at(2)}|vc|70000", f"{at(3)}|vc|1"))
    assert [(found.code, found.key, found.text) for found in batch.quarantines] == [
        ("TELEM.MAPPING_FAULT", "vc", "60000")
    ]


def test_a_time_series_gives_its_newest_value(recorded: Make) -> None:
    batch = everything(recorded(f"{at(1)}|wave|3|10|20 21 22.5|load|5"))
    assert batch.samples[0].values["spindle_temperature"].v == 22.5
    assert batch.samples[0].values["spindle_load"].v == 5


def test_a_number_with_a_blank_is_no_number(recorded: Make) -> None:
    assert codes(everything(recorded(f"{at(1)}|load|12 34"))) == ["TELEM.VALUE_IMPOSSIBLE"]


def test_the_setup_is_what_is_commanded(recorded: Make) -> None:
    batch = everything(
        recorded(f"{at(1)}|cmd|3000|program|A.MIN|fovr|80", f"{at(2)}|load|1", f"{at(3)}|cmd|UNAVAILABLE")
    )
    setups = [sample.setup for sample in batch.samples]
    assert setups[0] is not None
    assert (setups[0].spindle_speed, setups[0].program, setups[0].feed_override) == (3000, "A.MIN", 80)
    assert setups[1] is None
    assert setups[2] is not None
    assert setups[2].spindle_speed is None
    assert setups[2].revision == setups[0].revision + 1


def test_interlocks_are_facts(recorded: Make) -> None:
    batch = everything(
        recorded(
            f"{at(1)}|estop|ARMED|door|CLOSED|exec|ACTIVE|load|1",
            f"{at(2)}|estop|TRIGGERED",
            f"{at(3)}|door|UNLATCHED",
            f"{at(4)}|exec|FEED_HOLD",
            f"{at(5)}|estop|UNAVAILABLE",
        )
    )
    states = [sample.interlocks for sample in batch.samples]
    assert all(state is not None for state in states)
    assert [(s.estop, s.door_open, s.feed_hold) for s in states if s is not None] == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
        (None, True, True),
    ]


def test_conditions_are_reported_and_faults_are_alarms(recorded: Make) -> None:
    batch = everything(
        recorded(
            f"{at(1)}|load|1",
            f"{at(2)}|system|Normal||||",
            f"{at(3)}|system|FAULT|12|3|HIGH|too hot",
            f"{at(4)}|system|strange||||",
        )
    )
    told = [report for report in batch.conditions if report.condition == "system"]
    assert [(report.level, report.native_code, report.text) for report in told] == [
        ("normal", None, ""),
        ("fault", "12", "too hot severity 3 HIGH"),
    ]
    alarms = [sample.interlocks.alarms for sample in batch.samples if sample.interlocks is not None]
    assert alarms == [None, [], ["12: too hot severity 3 HIGH"]]
    assert codes(batch) == ["TELEM.VALUE_IMPOSSIBLE"]


def test_an_unavailable_device_has_no_values(recorded: Make) -> None:
    batch = everything(recorded(f"{at(1)}|load|1|exec|ACTIVE", f"{at(2)}|avail|UNAVAILABLE|speed|5"))
    assert batch.samples[-1].values["spindle_load"] == SignalValue(v=None, u="%", q="unavailable")
    assert batch.samples[-1].values["execution"].v is None


def test_lines_of_another_device_are_left_alone(recorded: Make) -> None:
    batch = everything(recorded(f"{at(1)}|LATHE:load|99|MILL:load|1"))
    assert batch.samples[0].values["spindle_load"].v == 1
    assert codes(batch) == []


def test_the_end_is_a_fact_and_then_silence(recorded: Make) -> None:
    replay = recorded(f"{at(1)}|load|1", "* PING")
    batch = everything(replay)
    assert batch.conditions[-1].text == "recording ended: 2 lines, 1 with a time, 0 of asset text, 1 commands"
    assert replay.step(T0 + 60 * S) == Batch()


def test_a_loop_begins_again_without_a_jump(recorded: Make) -> None:
    replay = recorded(f"{at(1)}|load|1", f"{at(2)}|load|2", loop=True)
    batches = [replay.step(T0) for _ in range(3)]
    assert [[sample.values["spindle_load"].v for sample in batch.samples] for batch in batches] == [[1, 2]] * 3
    assert [codes(batch) for batch in batches] == [[]] * 3
    assert [len(batch.conditions) for batch in batches] == [1, 0, 0]
    assert not replay.ended


def test_an_empty_recording_ends_even_in_a_loop(recorded: Make) -> None:
    replay = recorded("", loop=True)
    replay.step(T0)
    assert replay.ended


def test_its_own_pace(recorded: Make) -> None:
    replay = recorded(f"{at(1)}|load|1", f"{at(1.25)}|load|2", f"{at(2)}|load|3", speed=1.0)
    counts = [len(replay.step(T0 + int(after * S)).samples) for after in (0.0, 0.2, 0.3, 0.9, 1.0, 1.1)]
    assert counts == [1, 0, 1, 0, 1, 0]


def test_ten_times_its_pace(recorded: Make) -> None:
    replay = recorded(f"{at(1)}|load|1", f"{at(2)}|load|2", speed=10.0)
    assert [len(replay.step(T0 + after).samples) for after in (0, 99_999, 100_000)] == [1, 0, 1]


def test_a_long_pause_is_cut_and_a_jump_back_waits_for_nothing(recorded: Make) -> None:
    replay = recorded(
        "2026-01-01T13:00:00Z|load|1", "2026-01-01T10:00:00Z|load|2", "2026-01-01T14:00:00Z|load|3", speed=1.0
    )
    assert len(replay.step(T0).samples) == 2
    assert len(replay.step(T0 + PACE_STEP_US_MAX - 1).samples) == 0
    assert len(replay.step(T0 + PACE_STEP_US_MAX).samples) == 1


def test_a_pause_of_the_engine_is_caught_up(recorded: Make) -> None:
    replay = recorded(*(f"{at(second)}|load|{second}" for second in range(50)), speed=1.0)
    assert len(replay.step(T0 + 30 * S).samples) == 31


def test_a_step_is_bounded(recorded: Make) -> None:
    replay = recorded(*(f"{at(1)}|load|{number % 100}" for number in range(LINES_PER_STEP_MAX + 7)))
    assert [len(replay.step(T0).samples) for _ in range(3)] == [LINES_PER_STEP_MAX, 7, 0]


def test_it_can_be_connected_again_from_the_beginning(recorded: Make) -> None:
    replay = recorded(f"{at(1)}|load|1", f"{at(0)}|load|2")
    first = everything(replay)
    replay.close()
    replay.connect(T0)
    assert everything(replay) == first
    assert replay.lines == 2


def test_a_missing_recording_does_not_connect(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Replay(tmp_path / "none.txt", mill()).connect(T0)


def test_it_cannot_be_written(tmp_path: Path) -> None:
    assert not isinstance(Replay(tmp_path / "r", mill()), WritableAdapter)


def test_its_card_is_derived_or_given(tmp_path: Path) -> None:
    assert Replay(tmp_path / "r", mill()).card.id == "MILL"
    assert Replay(tmp_path / "r", mill(), card=machine_card("X-1")).card.id == "X-1"


def test_a_replay_goes_forwards(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        Replay(tmp_path / "r", mill(), speed=0.0)


keys = st.sampled_from(
    ["load", "speed", "feed", "exec", "mode", "program", "estop", "door", "avail", "vc", "wave", "ghost"]
)
words = st.one_of(
    st.sampled_from(
        ["UNAVAILABLE", "", "NaN", "1e999", "ACTIVE", "TRIGGERED", "OPEN", "1 2 3", "176", "-0.0", "60000"]
    ),
    st.text(alphabet=st.characters(exclude_characters="\n\r\0", categories=["L", "N", "P", "S", "Z"]), max_size=8),
)


@given(lines=st.lists(st.lists(st.one_of(keys, words), max_size=8), max_size=20), stamped=st.booleans())
def test_no_recording_is_fatal(tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], stamped: bool) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "r.txt"
    path.write_bytes("\n".join("|".join([at(1) if stamped else "", *line]) for line in lines).encode())
    replay = Replay(path, mill(), speed=None)
    replay.connect(T0)
    for sample in everything(replay).samples:
        assert set(sample.values) == set(replay.card.sensors)
        for value in sample.values.values():
            assert (value.v is None) == (value.q != "good")
    replay.close()
