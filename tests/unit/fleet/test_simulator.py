"""The simulator: the same seed gives the same bytes, load follows the cut, and a write changes what happens next."""

from __future__ import annotations

import threading
from typing import get_args

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chargehand.contracts.machine import SIGNAL_UNITS, Setup, SignalValue
from chargehand.contracts.proposal import MachineChange
from chargehand.fleet.adapter import PreparingAdapter, Sample, WritableAdapter, WriteResult
from chargehand.fleet.plant import AMBIENT_DEG_C, Disturbance, Fault
from chargehand.fleet.simulated import PROGRAMS
from chargehand.fleet.simulator import SAMPLES_PER_STEP_MAX, Simulator
from chargehand.kernel.canonical import sha256_text
from tests.unit.fleet.cards import EM12, SETUP, STEEL, T0, TICK, change, machine_card, simulator

S = 1_000_000


def run(machine: Simulator, seconds: float, *, since: int = T0) -> list[Sample]:
    """Samples of some seconds, taken in steps of four ticks, the way a worker does."""
    found: list[Sample] = []
    for now in range(since, since + int(seconds * S), 4 * TICK):
        found += machine.step(now).samples
    return found


def started(**options: object) -> Simulator:
    machine = simulator(**options)  # type: ignore[arg-type]
    machine.connect(T0)
    return machine


def numbers(samples: list[Sample], name: str, *, execution: str | None = None) -> list[float]:
    """A signal's values, of one execution state if asked."""
    found = []
    for sample in samples:
        value = sample.values[name].v
        if (execution is None or sample.values["execution"].v == execution) and isinstance(value, int | float):
            found.append(float(value))
    return found


def cutting(samples: list[Sample]) -> list[Sample]:
    """Samples in the full cut: the power is near the most there is."""
    most = max(numbers(samples, "cutting_power"))
    return [sample for sample in samples if float(sample.values["cutting_power"].v or 0) > 0.9 * most]


def test_same_seed_same_bytes() -> None:
    one, two = (msgspec.json.encode(run(started(), 60)) for _ in range(2))
    assert one == two


def test_another_seed_gives_other_noise() -> None:
    one, two = (msgspec.json.encode(run(started(seed=seed), 60)) for seed in (1, 2))
    assert one != two


@settings(max_examples=30)
@given(tick=st.integers(0, 3000))
def test_any_tick_is_had_alone(tick: int) -> None:
    """A machine that is first asked at some tick says what one that was asked all along says there."""
    alone, asked_before = started(), started()
    for earlier in range(0, tick, 1 + tick // 4):
        asked_before.step(T0 + earlier * TICK)
    assert alone.step(T0 + tick * TICK).samples[-1].values == asked_before.step(T0 + tick * TICK).samples[-1].values


def test_samples_come_at_ten_a_second_with_their_own_time() -> None:
    samples = run(started(), 10)
    assert [sample.ts_source_us for sample in samples] == [T0 + tick * TICK for tick in range(len(samples))]
    assert len(samples) == 97


def test_it_starts_sane() -> None:
    sample = run(started(), 1)[0]
    assert sample.values["mode"].v == "AUTOMATIC"
    assert sample.setup == SETUP
    assert sample.interlocks is not None
    assert sample.interlocks == type(sample.interlocks)(alarms=[], door_open=False, estop=False, feed_hold=False)


def test_every_signal_has_its_unit() -> None:
    for sample in run(started(), 40):
        assert {name: value.u for name, value in sample.values.items()} == SIGNAL_UNITS


def test_only_the_sensors_of_the_card_are_sent() -> None:
    samples = run(started(sensors=["spindle_load", "execution"]), 2)
    assert all(list(sample.values) == ["spindle_load", "execution"] for sample in samples)


def test_interlocks_that_the_card_does_not_list_are_unknown() -> None:
    machine = started(interlocks=["estop"])
    machine.inject("feed_hold", T0)
    found = machine.step(T0 + TICK).samples[0].interlocks
    assert found == type(found)(alarms=None, door_open=None, estop=False, feed_hold=None)  # type: ignore[misc]


def test_load_follows_golden_point_g1() -> None:
    """12 mm axial depth is G1: 1.8011 kW by the mean chip, 3.0-3.5 % less in truth, of 11 kW at an efficiency of .8."""
    samples = cutting(run(started(setup=msgspec.structs.replace(SETUP, axial_depth=12)), 60))
    loads, powers = numbers(samples, "spindle_load"), numbers(samples, "cutting_power")
    assert sum(loads) / len(loads) == pytest.approx(100 * 0.9675 * 1.8011 / 0.8 / 11, rel=1e-2)
    assert sum(powers) / len(powers) == pytest.approx(0.9675 * 1.8011, rel=1e-2)


def test_there_is_no_power_while_the_part_is_changed() -> None:
    outside = [sample for sample in run(started(), 60) if sample.values["execution"].v == "READY"]
    assert outside
    assert set(numbers(outside, "cutting_power")) == {0.0}
    assert max(numbers(outside, "spindle_load")) < 0.2


def test_the_cycle_shows_in_execution_program_and_block() -> None:
    samples = run(started(), 60)
    assert {sample.values["execution"].v for sample in samples} == {"READY", "ACTIVE"}
    assert {sample.values["program"].v for sample in samples} == {"BRACKET-R1"}
    blocks = list(dict.fromkeys(str(sample.values["block"].v) for sample in samples))
    assert len(blocks) > 10
    assert "N100 G1 X43" in blocks


def test_positions_stay_within_the_travel() -> None:
    samples = run(started(), 60)
    for name, low, high in (("position_x", 0, 760), ("position_y", 0, 430), ("position_z", -460, 0)):
        found = numbers(samples, name)
        assert low <= min(found) < max(found) <= high


def test_the_spindle_warms_up_and_the_tool_wears() -> None:
    samples = run(started(), 600)
    warmth, wear = numbers(samples, "spindle_temperature"), numbers(samples, "tool_wear")
    assert warmth[0] == pytest.approx(AMBIENT_DEG_C, abs=0.2)
    assert warmth[-1] > AMBIENT_DEG_C + 1
    assert wear == sorted(wear)
    assert 0 < wear[-1] < 0.3


def test_a_worn_edge_is_changed() -> None:
    machine = started(setup=msgspec.structs.replace(SETUP, spindle_speed=4500))
    found = [numbers(machine.step(T0 + hour * 900 * S).samples, "tool_wear")[-1] for hour in range(1, 90)]
    assert max(found) < 0.3
    assert found != sorted(found)


def test_a_stalled_reader_gets_the_newest_samples_only() -> None:
    machine = started()
    samples = machine.step(T0 + 3600 * S).samples
    assert len(samples) == SAMPLES_PER_STEP_MAX
    assert samples[-1].ts_source_us == T0 + 3600 * S


def test_a_write_changes_the_setup_and_what_follows() -> None:
    machine = started()
    before = cutting(run(machine, 40))
    result = machine.write(change(feed_rate=(1528, "mm/min")), 1, T0 + 40 * S)
    after = cutting(run(machine, 40, since=T0 + 41 * S))
    assert result.status == "applied"
    assert result.setup == msgspec.structs.replace(SETUP, feed_rate=1528, revision=2)
    assert max(numbers(before, "feed_rate")) < 800
    assert max(numbers(after, "feed_rate")) > 1500
    assert max(numbers(after, "cutting_power")) > 1.5 * max(numbers(before, "cutting_power"))


def test_the_new_setup_is_told_once_with_the_next_sample() -> None:
    machine = started()
    run(machine, 2)
    machine.write(change("override", feed_override=(80, "%")), 1, T0 + 2 * S)
    samples = machine.step(T0 + 3 * S).samples
    assert [sample.setup.revision if sample.setup else None for sample in samples[:2]] == [2, None]


def test_units_are_converted() -> None:
    result = started().write(change(feed_rate=(30, "in/min"), axial_depth=(2500, "um")), 1, T0)
    assert result.setup is not None
    assert (result.setup.feed_rate, result.setup.axial_depth) == (762, 2.5)


def test_coolant_and_offsets_are_set() -> None:
    machine = started()
    off = machine.write(change("offset_write", offset_x=(0.05, "mm"), coolant_flow=(0, "L/min")), 1, T0)
    assert off.setup is not None
    assert (off.setup.coolant, off.setup.offsets) == (False, {"x": 0.05})
    assert set(numbers(run(machine, 40), "coolant_flow")) == {0.0}
    on = machine.write(change(coolant_flow=(12, "L/min")), 2, T0 + 40 * S)
    assert on.setup is not None
    assert on.setup.coolant is True
    assert max(numbers(run(machine, 40, since=T0 + 41 * S), "coolant_flow")) == pytest.approx(12, rel=0.1)


def test_another_program_is_known_by_its_digest_only() -> None:
    load = MachineChange(operation="program_load", program_sha256="sha256:ff")
    result = started().write(load, 1, T0)
    assert result.setup is not None
    assert (result.setup.program, result.setup.program_sha256) == (None, "sha256:ff")


def test_a_wrong_revision_is_refused() -> None:
    machine = started()
    result = machine.write(change(feed_rate=(600, "mm/min")), 7, T0)
    assert (result.status, result.code, result.setup) == ("refused", "REV.STATE_CHANGED", None)
    assert machine.step(T0).samples[0].setup == SETUP


def test_of_many_concurrent_writes_exactly_one_wins() -> None:
    machine = started()
    gate = threading.Barrier(8)
    results: list[WriteResult] = []

    def attempt(feed: int) -> None:
        gate.wait()
        results.append(machine.write(change(feed_rate=(feed, "mm/min")), 1, T0))

    threads = [threading.Thread(target=attempt, args=(600 + number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.status for result in results) == ["applied"] + ["refused"] * 7


@pytest.mark.parametrize(
    "bad",
    [
        change(feed_rate=(12, "mm")),
        change(feed_rate=(12, "furlong/h")),
        change(feed_rate=(12, "mm/min ")),
        change(laser_power=(12, "kW")),
        change(feed_rate=(float("nan"), "mm/min")),
        change(spindle_speed=(float("inf"), "rev/min")),
        change("macro"),
    ],
)
def test_what_a_control_does_not_take_is_refused_as_a_whole(bad: MachineChange) -> None:
    machine = started()
    result = machine.write(bad, 1, T0)
    assert (result.status, result.code) == ("refused", "FLEET.WRITE_FAILED")
    assert machine.step(T0).samples[0].setup == SETUP


@pytest.mark.parametrize("fault", ["estop", "door_open", "alarm"])
def test_a_halted_control_takes_no_writes(fault: Fault) -> None:
    machine = started()
    machine.inject(fault, T0)
    assert machine.write(change(feed_rate=(600, "mm/min")), 1, T0).code == "FLEET.WRITE_FAILED"
    machine.clear(fault, T0 + S)
    assert machine.write(change(feed_rate=(600, "mm/min")), 1, T0 + S).status == "applied"


def test_a_closed_adapter_takes_no_writes() -> None:
    machine = started()
    machine.close()
    assert machine.write(change(feed_rate=(600, "mm/min")), 1, T0).code == "FLEET.WRITE_FAILED"


@pytest.mark.parametrize(
    ("fault", "signal", "expected"),
    [
        ("estop", "execution", "INTERRUPTED"),
        ("door_open", "execution", "INTERRUPTED"),
        ("alarm", "execution", "INTERRUPTED"),
        ("feed_hold", "execution", "FEED_HOLD"),
        ("manual_mode", "mode", "MANUAL"),
        ("estop", "spindle_speed", 0.0),
        ("feed_hold", "feed_rate", 0.0),
        ("coolant_failed", "coolant_flow", 0.0),
    ],
)
def test_what_goes_wrong_shows_and_passes(fault: Fault, signal: str, expected: str | float) -> None:
    machine = started()
    run(machine, 12)
    machine.inject(fault, T0 + 12 * S)
    wrong = run(machine, 4, since=T0 + 12 * S + TICK)
    assert {sample.values[signal].v for sample in wrong} == {expected}
    machine.clear(fault, T0 + 20 * S)
    right = run(machine, 30, since=T0 + 20 * S + TICK)
    assert {sample.values[signal].v for sample in right} - {expected}


def test_a_held_machine_goes_on_where_it_stood() -> None:
    machine = started()
    before = run(machine, 12)[-1]
    machine.inject("feed_hold", T0 + 12 * S)
    held = run(machine, 100, since=T0 + 12 * S)
    assert len({sample.values["position_x"].v for sample in held[1:]}) == 1
    machine.clear("feed_hold", T0 + 112 * S)
    after = machine.step(T0 + 112 * S + TICK).samples[-1]
    positions = numbers([before, held[-1], after], "position_x")
    assert positions == sorted(positions)
    assert positions[2] - positions[0] < 20


def test_a_lost_sensor_is_unavailable_and_no_number() -> None:
    machine = started()
    machine.inject("load_unavailable", T0)
    assert machine.step(T0).samples[0].values["spindle_load"] == SignalValue(v=None, u="%", q="unavailable")


def test_alarms_are_interlocks_and_conditions() -> None:
    machine = started()
    assert {report.level for report in machine.step(T0).conditions} == {"normal"}
    machine.inject("alarm", T0)
    batch = machine.step(T0 + TICK)
    assert batch.samples[0].interlocks is not None
    assert batch.samples[0].interlocks.alarms == ["2041: spindle drive"]
    assert [(report.condition, report.level) for report in batch.conditions] == [("alarm", "fault")]
    machine.clear("alarm", T0 + TICK)
    assert [report.level for report in machine.step(T0 + 2 * TICK).conditions] == ["normal"]


def test_a_lost_connection_ends_the_batch_and_refuses_to_connect() -> None:
    machine = started()
    machine.inject("connection_lost", T0)
    assert not machine.step(T0 + TICK).connected
    with pytest.raises(ConnectionError):
        machine.connect(T0 + TICK)
    machine.clear("connection_lost", T0 + S)
    machine.connect(T0 + S)
    first = machine.step(T0 + S + TICK).samples[0]
    assert first.setup == SETUP
    assert first.ts_source_us == T0 + S


def test_every_fault_can_be_injected_and_cleared_before_the_first_connect() -> None:
    for fault in get_args(Fault):
        machine = simulator()
        machine.inject(fault, T0)
        machine.clear(fault, T0)
        machine.connect(T0)
        assert machine.step(T0).samples


def test_an_unknown_fault_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError):
        started().inject("meteor", T0)  # type: ignore[arg-type]


@example(speed=1.0, feed=1.1125369292536007e-308, axial=None, radial=None, override=1.0)
@given(
    speed=st.one_of(st.none(), st.floats(0, 1e5)),
    feed=st.one_of(st.none(), st.floats(0, 1e5)),
    axial=st.one_of(st.none(), st.floats(-10, 500)),
    radial=st.one_of(st.none(), st.floats(-10, 500)),
    override=st.one_of(st.none(), st.floats(0, 400)),
)
def test_any_setup_gives_finite_readings(
    speed: float | None, feed: float | None, axial: float | None, radial: float | None, override: float | None
) -> None:
    """The simulator does not judge: what it is set to, it shows, and nothing breaks."""
    setup: Setup = msgspec.structs.replace(
        SETUP, spindle_speed=speed, feed_rate=feed, axial_depth=axial, radial_depth=radial, feed_override=override
    )
    machine = started(setup=setup)
    for at in (0, 70, 71, 9000):
        text = msgspec.json.encode(machine.step(T0 + at * TICK).samples[-1].values)
        assert b"null" not in text


def test_it_is_a_writable_adapter() -> None:
    assert isinstance(simulator(), WritableAdapter)
    assert isinstance(simulator(), PreparingAdapter)


def test_what_the_physics_bring_about_is_told_like_any_alarm() -> None:
    """A cut that no tool bears breaks it: an interlock, a condition, and no more writes until it is put right."""
    machine = started(setup=msgspec.structs.replace(SETUP, axial_depth=26, radial_depth=12, feed_rate=3000))
    batches = [machine.step(T0 + at * S) for at in range(1, 15)]
    told = [report for batch in batches for report in batch.conditions if report.condition == "tool_broken"]
    assert [(report.level, report.native_code) for report in told] == [("normal", None), ("fault", "2042")]
    locks = [sample.interlocks for batch in batches for sample in batch.samples if sample.interlocks]
    assert [lock.alarms for lock in locks] == [[], ["2042: tool broken"]]
    now = T0 + 15 * S
    assert machine.write(change(feed_rate=(600, "mm/min")), 1, now).code == "FLEET.WRITE_FAILED"
    machine.clear("tool_broken", now)
    assert machine.write(change(feed_rate=(600, "mm/min"), axial_depth=(3, "mm")), 1, now).status == "applied"


def test_a_stalled_spindle_is_told_with_its_own_number() -> None:
    deep = msgspec.structs.replace(SETUP, axial_depth=12, radial_depth=6)
    machine = started(setup=deep, spindle_power_s1=1.0, spindle_curve=[])
    told = [report for at in range(1, 60) for report in machine.step(T0 + at * S).conditions]
    assert [(one.condition, one.native_code) for one in told if one.level == "fault"] == [("stalled", "2043")]
    assert machine.write(change(feed_rate=(600, "mm/min")), 1, T0 + 60 * S).code == "FLEET.WRITE_FAILED"


def test_the_truth_stands_beside_the_reading() -> None:
    machine = started()
    sample = machine.step(T0 + 9 * S).samples[-1]
    so = machine.truth(T0 + 9 * S)
    assert so.cutting
    assert sample.values["cutting_power"].v == pytest.approx(so.power, rel=0.1)
    assert sample.values["position_x"].v == pytest.approx(so.position[0], abs=1e-3)


def test_a_disturbance_befalls_and_passes() -> None:
    machine = started()
    machine.step(T0 + 10 * S)
    machine.disturb(Disturbance("silent", "vibration"), T0 + 10 * S)
    machine.disturb(Disturbance("skew", amount=2.5), T0 + 10 * S)
    wrong = machine.step(T0 + 11 * S).samples[-1]
    assert wrong.values["vibration"].q == "unavailable"
    assert wrong.ts_source_us == T0 + 13 * S + S // 2
    machine.calm(T0 + 11 * S)
    right = machine.step(T0 + 12 * S).samples[-1]
    assert right.values["vibration"].q == "good"
    assert right.ts_source_us == T0 + 12 * S


def test_a_program_that_is_held_is_run_when_it_is_loaded() -> None:
    text = PROGRAMS["BRACKET-R1"].replace(b"F764", b"F500")
    machine = Simulator(machine_card(), SETUP, EM12, STEEL, seed=7, held={sha256_text(text): text}.get)
    machine.connect(T0)
    load = MachineChange(operation="program_load", program_sha256=sha256_text(text))
    assert machine.write(load, 1, T0).status == "applied"
    samples = run(machine, 40)
    feeds = [float(sample.values["feed_rate"].v or 0) for sample in cutting(samples)]
    assert sum(feeds) / len(feeds) == pytest.approx(500, rel=0.02)
