"""A fleet of simulated machines through anything that can happen to it, against a plain model of each."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chargehand.contracts.machine import MachineStateChanged, TelemetryFrame, TelemetrySealed
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.plant import Fault
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.clock import SystemClock
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.sqlite import SqliteStore
from tests.unit.fleet.cards import SETUP, T0, change, simulator

NAMES = ["CNC-001", "CNC-002", "CNC-003"]
names = st.sampled_from(NAMES)
faults: st.SearchStrategy[Fault] = st.sampled_from(
    ["estop", "alarm", "feed_hold", "connection_lost", "load_unavailable"]
)
BLOCKED = {"estop", "alarm", "connection_lost"}


class FleetStory(RuleBasedStateMachine):
    """Time passes, faults come and go, writes are tried with right and wrong revisions, frames are read."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SqliteStore.open(":memory:", SystemClock(), family="telemetry")
        self.sealed: list[tuple[str, TelemetrySealed]] = []
        self.telemetry = TelemetryStore(self.store, lambda machine, seal: self.sealed.append((machine, seal)))
        self.machines = {name: simulator(name) for name in NAMES}
        self.fleet = Fleet(self.machines.values(), self.telemetry, SeededIds(1))
        self.now = T0
        self.faults: dict[str, set[Fault]] = {name: set() for name in NAMES}
        self.setups = dict.fromkeys(NAMES, SETUP)
        self.told = dict.fromkeys(NAMES, "offline")
        self.read: dict[str, list[TelemetryFrame]] = {name: [] for name in NAMES}

    @rule(ticks=st.integers(1, 60))
    def pass_time(self, ticks: int) -> None:
        for _ in range(ticks):
            self.now += 100_000
            for what in self.fleet.step(self.now).happenings:
                if isinstance(what.payload, MachineStateChanged):
                    assert what.payload.previous == self.told[what.machine_id]
                    self.told[what.machine_id] = what.payload.connection

    @rule(name=names, fault=faults)
    def go_wrong(self, name: str, fault: Fault) -> None:
        self.machines[name].inject(fault, self.now)
        self.faults[name].add(fault)

    @rule(name=names, fault=faults)
    def put_right(self, name: str, fault: Fault) -> None:
        self.machines[name].clear(fault, self.now)
        self.faults[name].discard(fault)

    @rule(name=names, feed=st.integers(100, 2_000), wrong=st.integers(0, 2))
    def write(self, name: str, feed: int, wrong: int) -> None:
        before = self.setups[name]
        online = self.fleet.state(name).connection == "online"
        result = self.fleet.write(name, change(feed_rate=(feed, "mm/min")), before.revision + wrong, self.now)
        allowed = online and not wrong and not self.faults[name] & BLOCKED
        # A connection that is lost is noticed by the next step; the control itself knows at once.
        if result.status == "applied":
            assert online
            assert wrong == 0
            assert not self.faults[name] & {"estop", "alarm"}
            self.setups[name] = msgspec.structs.replace(before, feed_rate=feed, revision=before.revision + 1)
            assert self.fleet.state(name).setup == self.setups[name]
        else:
            assert not allowed
            assert result.code in ("REV.STATE_CHANGED", "FLEET.WRITE_FAILED")

    @rule(name=names)
    def follow(self, name: str) -> None:
        frames = self.read[name]
        last = frames[-1] if frames else None
        page = self.telemetry.read_after(name, last.instance_id if last else None, last.seq if last else 0)
        if page.gap is not None:
            assert page.gap.code == "TELEM.INSTANCE_CHANGED"
            page = self.telemetry.read_after(name, page.instance_id, page.next_seq)
        frames += [msgspec.json.decode(frame, type=TelemetryFrame) for frame in page.frames]

    @rule()
    def store_frames(self) -> None:
        self.telemetry.recorder.drain()

    @invariant()
    def frames_are_in_sequence_and_of_one_machine(self) -> None:
        for name, frames in self.read.items():
            assert {frame.machine_id for frame in frames} <= {name}
            for before, after in pairwise(frames):
                follows = after.instance_id == before.instance_id and after.seq == before.seq + 1
                assert follows or after.seq == 1
                assert after.ts_ingest >= before.ts_ingest

    @invariant()
    def an_online_state_shows_the_machine(self) -> None:
        for name in NAMES:
            state = self.fleet.state(name)
            if state.connection == "online":
                assert state.setup == self.setups[name]
                assert state.seq is not None
            if state.connection in ("offline", "faulted"):
                assert all(value.v is None for value in state.values.values())

    def teardown(self) -> None:
        self.fleet.close()
        seals = [(machine, seal.instance_id, seal.minute) for machine, seal in self.sealed]
        assert len(seals) == len(set(seals))
        for name in NAMES:
            instance = self.fleet.state(name).instance_id
            stored = self.telemetry._span(name, instance)[1] if instance else 0
            assert stored == sum(
                seal.frames for machine, seal in self.sealed if (machine, seal.instance_id) == (name, instance)
            )
        self.store.close()


FleetStory.TestCase.settings = settings(max_examples=18, stateful_step_count=25, deadline=None)
TestFleetStory = FleetStory.TestCase
