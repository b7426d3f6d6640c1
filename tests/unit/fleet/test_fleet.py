"""The fleet: machines by id, none picked for another, a failing one harms no neighbour, readers are woken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import msgspec
import pytest

from chargehand.contracts.machine import MachineCondition, MachineStateChanged, TelemetryFrame, TelemetrySealed
from chargehand.fleet import recorder
from chargehand.fleet.adapter import Batch
from chargehand.fleet.fleet import Fleet, UnknownMachineError
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Store
from tests.unit.fleet.cards import SETUP, T0, change, machine_card, simulator
from tests.unit.fleet.scripted import Scripted, heard, sample

S = 1_000_000


@pytest.fixture
def store(open_sqlite: Callable[..., SqliteStore]) -> SqliteStore:
    return open_sqlite(":memory:", family="telemetry")


@pytest.fixture
def telemetry(store: Store) -> Iterator[TelemetryStore]:
    made = TelemetryStore(store, lambda _machine, _seal: None)
    yield made
    made.close()


def scripted(machine_id: str, *plan: Batch | Exception) -> Scripted:
    return Scripted(*plan, card=machine_card(machine_id, sensors=["spindle_load", "execution", "mode"]))


def fleet(telemetry: TelemetryStore, *adapters: Scripted) -> Fleet:
    return Fleet(adapters, telemetry, SeededIds(1))


def test_machines_are_listed_by_id(telemetry: TelemetryStore) -> None:
    made = fleet(telemetry, scripted("B"), scripted("A"))
    assert [machine.id for machine in made.machines()] == ["A", "B"]
    assert made.machine("A").id == made.card("A").id == made.state("A").machine_id == "A"


@pytest.mark.parametrize("name", ["state", "machine", "card", "recent", "quarantines"])
def test_an_unknown_machine_is_refused_never_replaced(telemetry: TelemetryStore, name: str) -> None:
    made = fleet(telemetry, scripted("A"))
    with pytest.raises(UnknownMachineError) as raised:
        getattr(made, name)("a")
    assert raised.value.code == "FLEET.MACHINE_UNKNOWN"


def test_an_unknown_machine_is_not_written(telemetry: TelemetryStore) -> None:
    with pytest.raises(UnknownMachineError):
        fleet(telemetry, scripted("A")).write("B", change(), 1, T0)
    with pytest.raises(UnknownMachineError):
        fleet(telemetry, scripted("A")).arrived_us("B", 1)


def test_two_machines_of_one_id_are_refused(telemetry: TelemetryStore) -> None:
    with pytest.raises(ValueError, match="twice"):
        fleet(telemetry, scripted("A"), scripted("A"))


def test_a_failing_machine_harms_no_neighbour(telemetry: TelemetryStore) -> None:
    made = fleet(
        telemetry,
        scripted("A", *[RuntimeError("broken")] * 9),
        scripted("B", *[heard(sample())] * 9),
    )
    happenings = [what for at in range(9) for what in made.step(T0 + at * S).happenings]
    assert made.state("A").connection == "faulted"
    assert (made.state("B").connection, made.state("B").seq) == ("online", 9)
    moves = [
        (what.machine_id, what.payload.connection, what.payload.code)
        for what in happenings
        if isinstance(what.payload, MachineStateChanged)
    ]
    assert ("A", "faulted", "FLEET.ADAPTER_FAILED") in moves
    assert {what.kind for what in happenings} == {"machine.state"}


def test_frames_reach_the_store_and_can_be_read(telemetry: TelemetryStore) -> None:
    made = fleet(telemetry, scripted("A", heard(sample(1), sample(2))), scripted("B", heard(sample(3))))
    assert made.step(T0).frames == 3
    page = telemetry.read_after("A", made.state("A").instance_id, 0)
    frames = [msgspec.json.decode(frame, type=TelemetryFrame) for frame in page.frames]
    assert [(frame.machine_id, frame.seq) for frame in frames] == [("A", 1), ("A", 2)]
    assert page.gap is None


def test_readers_are_woken_with_the_machines_that_grew(telemetry: TelemetryStore) -> None:
    made = fleet(telemetry, scripted("A", heard(sample()), Batch(), heard(sample())), scripted("B"))
    woken: list[frozenset[str]] = []
    unsubscribe = made.subscribe(woken.append)
    made.step(T0)
    made.step(T0 + 1)
    assert woken == [frozenset({"A"})]
    unsubscribe()
    unsubscribe()
    made.step(T0 + 2)
    assert len(woken) == 1


def test_a_woken_reader_finds_the_frames(telemetry: TelemetryStore) -> None:
    """No wake-up comes before what it announces can be read."""
    made = fleet(telemetry, scripted("A", *[heard(sample())] * 50))
    found: list[int] = []
    made.subscribe(lambda _grown: found.append(telemetry.read_after("A", None, 0).next_seq))
    for at in range(50):
        made.step(T0 + at * S // 10)
    assert found == list(range(1, 51))


def test_subscribing_from_other_threads_loses_nobody(telemetry: TelemetryStore) -> None:
    made = fleet(telemetry, scripted("A", *[heard(sample())]))
    woken: list[int] = []
    threads = [
        threading.Thread(target=lambda n=n: made.subscribe(lambda _grown, n=n: woken.append(n)))  # type: ignore[misc]
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.step(T0)
    assert sorted(woken) == list(range(20))


def test_lost_frames_are_a_condition_of_their_machine(
    telemetry: TelemetryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fleet(telemetry, scripted("A", *[heard(sample())] * 9))
    monkeypatch.setattr(recorder, "PENDING_FRAMES_MAX", 1)
    happenings = [what for at in range(9) for what in made.step(T0 + at * S // 5).happenings]
    told = [what.payload for what in happenings if isinstance(what.payload, MachineCondition)]
    assert told
    assert {(one.condition, one.code, one.level) for one in told} == {("recording", "TELEM.OVERFLOW", "warning")}
    assert told[0].count == 2
    assert told[0].text == "frames 1 to 2 were not recorded"


def test_recent_arrivals(telemetry: TelemetryStore) -> None:
    made = fleet(telemetry, scripted("A", *[heard(sample())] * 3))
    for at in range(3):
        made.step(T0 + at * S)
    assert made.recent("A") == [(1, T0), (2, T0 + S), (3, T0 + 2 * S)]
    assert made.arrived_us("A", 2) == T0 + S
    assert made.arrived_us("A", 4) is None


def test_the_story_of_a_written_machine(store: Store) -> None:
    """A simulated machine runs, is written, trips, comes back; every frame is stored and sealed when it is closed."""
    sealed: list[TelemetrySealed] = []
    telemetry = TelemetryStore(store, lambda _machine, seal: sealed.append(seal))
    machine = simulator()
    made = Fleet([machine], telemetry, SeededIds(1))
    kinds = []
    now = T0
    for tick in range(1_500):
        now = T0 + tick * 100_000
        if tick == 300:
            assert made.write("CNC-001", change(feed_rate=(600, "mm/min")), 1, now).status == "applied"
            assert made.state("CNC-001").setup == msgspec.structs.replace(SETUP, feed_rate=600, revision=2)
        if tick == 600:
            machine.inject("alarm", now)
        if tick == 700:
            machine.clear("alarm", now)
        if tick == 900:
            machine.inject("connection_lost", now)
        if tick == 1_000:
            machine.clear("connection_lost", now)
        kinds += [what.payload for what in made.step(now).happenings]
    moves = [(what.previous, what.connection) for what in kinds if isinstance(what, MachineStateChanged)]
    assert moves == [("offline", "connecting"), ("connecting", "online"), ("online", "offline"), ("offline", "faulted"),
                     ("faulted", "online")]  # fmt: skip
    faults = [what.level for what in kinds if isinstance(what, MachineCondition) and what.condition == "alarm"]
    assert faults == ["normal", "fault", "normal"]
    made.close()
    assert sum(seal.frames for seal in sealed) == sum(
        max(0, telemetry._span("CNC-001", instance)[1]) for instance in {seal.instance_id for seal in sealed}
    )
    assert len({seal.instance_id for seal in sealed}) == 2
    assert [seal.partial for seal in sealed].count(True) == 2
