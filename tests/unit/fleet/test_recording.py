"""The real recording: 6.5 minutes of an Okuma machining centre, with all of its traps, at full speed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chargehand.contracts.machine import MachineCondition, TelemetryFrame
from chargehand.fleet.devices import Device, DevicesError, choose_device, read_devices
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.machine import Happening
from chargehand.fleet.replay import PACE_STEP_US_MAX, Replay
from chargehand.fleet.signals import map_signals
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.sqlite import SqliteStore
from tests.unit.fleet.cards import T0

STEP_US = 50_000


@pytest.fixture(scope="module")
def okuma(recording: Path) -> Device:
    return choose_device(read_devices((recording / "Devices.xml").read_bytes()), "OKUMA")


class Played:
    """The whole recording through the fleet: frames as a reader gets them, and what was said about it."""

    def __init__(self, recording: Path, okuma: Device) -> None:
        self.store = SqliteStore.open(":memory:", SystemClock(), family="telemetry")
        self.sealed: list[int] = []
        self.telemetry = TelemetryStore(self.store, lambda _machine, seal: self.sealed.append(seal.frames))
        self.replay = Replay(recording / "okuma.shdr.txt", okuma, speed=None, others=frozenset({"Mazak"}))
        self.fleet = Fleet([self.replay], self.telemetry, SeededIds(1))
        self.happenings: list[Happening] = []
        now = T0
        while not self.replay.ended:
            self.happenings += self.fleet.step(now).happenings
            now += STEP_US
        self.now = now
        self.instance = self.fleet.state("OKUMA").instance_id
        self.frames: list[TelemetryFrame] = []
        decode = msgspec.json.Decoder(TelemetryFrame).decode
        self.telemetry.recorder.drain()
        while (page := self.telemetry.read_after("OKUMA", self.instance, len(self.frames))).frames:
            assert page.gap is None
            self.frames += [decode(frame) for frame in page.frames]


@pytest.fixture(scope="module")
def played(recording: Path, okuma: Device) -> Iterator[Played]:
    made = Played(recording, okuma)
    yield made
    made.fleet.close()
    made.store.close()


def test_every_line_is_accounted_for(played: Played) -> None:
    """245 lines have no time: 236 are the text of 118 assets, 9 are adapter commands. None of them is a fault."""
    replay = played.replay
    assert replay.lines == 10_770
    assert replay.timed == 10_525
    assert replay.kinds == {"observations": 10_373, "asset": 152, "asset_text": 118, "asset_end": 118, "command": 9}
    assert replay.lines - replay.timed == 245 == 118 + 118 + 9


def test_quarantines_are_exactly_these(played: Played) -> None:
    found = played.fleet.quarantines("OKUMA")
    assert {code: tally.total for code, tally in found.items()} == {
        "TELEM.TIME_BACKWARDS": 1_165,
        "TELEM.KEY_UNKNOWN": 4,
        "TELEM.MAPPING_FAULT": 3,
    }
    assert {one.key for one in found["TELEM.KEY_UNKNOWN"].samples} == {"ApplicationInstallDate"}
    print(f"quarantined: { ({code: tally.total for code, tally in found.items()}) }")


def test_the_surface_speed_is_a_mapping_fault_once(played: Played) -> None:
    keys = Counter(one.key for one in played.fleet.quarantines("OKUMA")["TELEM.MAPPING_FAULT"].samples)
    assert keys == {"S1SurfaceSpeedA": 1, "S1CuttingSpeedA": 1, "S2SurfaceSpeedA": 1}


def test_the_ingest_sequence_is_continuous(played: Played) -> None:
    assert [frame.seq for frame in played.frames] == list(range(1, 7_061))
    assert {frame.instance_id for frame in played.frames} == {played.instance}
    assert {frame.source for frame in played.frames} == {"replay"}


def test_source_times_are_left_as_they_are(played: Played) -> None:
    times = [frame.ts_source for frame in played.frames if frame.ts_source is not None]
    assert len(times) == len(played.frames)
    assert times != sorted(times)
    arrivals = [frame.ts_ingest for frame in played.frames]
    assert arrivals == sorted(arrivals)


def span(played: Played, signal: str) -> tuple[float, float]:
    found = [frame.values[signal].v for frame in played.frames]
    numbers = [float(value) for value in found if isinstance(value, int | float)]
    return min(numbers), max(numbers)


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ("spindle_load", (0, 176)),
        ("axis_load_z", (0, 175)),
        ("axis_load_x", (1, 127)),
        ("axis_load_y", (0, 143)),
        ("spindle_speed", (0, 2110)),
        ("feed_override", (100, 150)),
        ("feed_rate", (0, 49_999.875)),
        ("position_x", (4621.359, 5742.856)),
    ],
)
def test_real_values_pass_unclipped(played: Played, signal: str, expected: tuple[float, float]) -> None:
    """Overload to 176 % is real, and the feed is native mm/min: as mm/s it would be sixty times too fast."""
    assert span(played, signal) == expected


def test_no_frame_has_a_bad_value(played: Played) -> None:
    assert {value.q for frame in played.frames for value in frame.values.values()} == {"good"}


def test_conditions_are_told_once(played: Played) -> None:
    """Ten conditions are repeated four times each, always NORMAL."""
    reports = [what.payload for what in played.happenings if isinstance(what.payload, MachineCondition)]
    told = Counter(report.condition for report in reports)
    assert told["system"] == 1
    assert sum(1 for name in told if name.endswith("_cond")) == 9
    assert {count for name, count in told.items() if name.endswith("_cond")} == {1}
    # 1, 10, 100 and 1,000 jumps back; 1 unknown key; 1 mapping fault; the first and every power of ten, not 1,172.
    assert told["ingest"] == 6
    assert told["recording"] == 1


def test_what_is_known_of_the_machine_at_the_end(played: Played) -> None:
    state = played.fleet.state("OKUMA")
    assert state.connection == "online"
    assert (state.execution, state.mode) == ("READY", "AUTOMATIC")
    assert (state.interlocks.alarms, state.interlocks.estop, state.interlocks.door_open) == ([], False, None)
    assert (state.setup.tool, state.setup.material, state.setup.axial_depth) == (None, None, None)
    assert state.setup.program == "IMTS-2022-3-TRAN.MIN"


def test_the_machine_is_not_writable(played: Played) -> None:
    machine = played.fleet.machine("OKUMA")
    assert (machine.writable, machine.source, machine.kind) == (False, "replay", "turn_mill")
    assert machine.quarantined["TELEM.TIME_BACKWARDS"] == 1_165


def test_two_devices_and_no_name_is_refused(recording: Path) -> None:
    with pytest.raises(DevicesError, match="'OKUMA', 'Mazak'"):
        choose_device(read_devices((recording / "Devices.xml").read_bytes()), None)


def test_the_other_device_is_not_mixed_in(recording: Path) -> None:
    """Without prefixes every key of the recording is tried; the few that share a name would feed the wrong machine."""
    mazak = choose_device(read_devices((recording / "Devices.xml").read_bytes()), "Mazak")
    assert map_signals(mazak).quarantined == ()
    shared = set(mazak.items) & {"avail", "estop", "system", "X1load", "S1load"}
    assert shared == {"avail", "estop"}


def test_at_its_own_pace_no_wait_is_longer_than_the_bound(recording: Path, okuma: Device) -> None:
    """The stamps span more than 54 hours of jumps; the replay takes half an hour and is never silent for long."""
    replay = Replay(recording / "okuma.shdr.txt", okuma, speed=1.0)
    replay.connect(T0)
    now, silent, longest, samples = T0, 0, 0, 0
    while not replay.ended:
        batch = replay.step(now)
        samples += len(batch.samples)
        silent = 0 if batch.samples else silent + 250_000
        longest = max(longest, silent)
        now += 250_000
    assert samples == 7_060
    assert 1_400 < (now - T0) / 1e6 < 1_600
    assert longest <= 45 * PACE_STEP_US_MAX
    replay.close()
