"""The recorder: minutes sealed once, nothing torn by a crash, nothing sealed of a live neighbour, bounded on disk."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from chargehand.fleet import recorder, segments
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel import faults
from chargehand.kernel.clock import MINUTE_US, iso_utc
from chargehand.kernel.store import Store
from tests.unit.fleet.telemetry_world import START, M, World, frame, gap, numbers


def test_a_closed_minute_is_sealed_once_with_the_digest_of_its_bytes(world: World) -> None:
    run = world.begin()
    world.append(1_250)
    world.drain()
    assert [seal.minute for _, seal in world.sealed] == [iso_utc(START), iso_utc(START + MINUTE_US)]
    machine, seal = world.sealed[0]
    whole = b"".join(frame(run, seq) + b"\n" for seq in range(1, 601))
    assert machine == M
    assert (seal.first_seq, seal.last_seq, seal.frames, seal.partial) == (1, 600, 600, False)
    assert seal.digest == "sha256:" + hashlib.sha256(whole).hexdigest()
    assert world.sealed[1][1].first_seq == 601


def test_a_silent_machine_is_sealed_by_the_clock(world: World) -> None:
    world.begin()
    world.append(3)
    world.telemetry.step(START + MINUTE_US)
    world.drain()
    assert [(seal.frames, seal.partial) for _, seal in world.sealed] == [(3, False)]


def test_the_end_of_a_run_seals_its_minute_as_partial(world: World) -> None:
    world.begin()
    world.append(5)
    world.begin()
    world.append(5)
    world.telemetry.close()
    assert [(seal.instance_id, seal.frames, seal.partial) for _, seal in world.sealed] == [
        ("ins_1", 5, True),
        ("ins_2", 5, True),
    ]


def test_a_crash_leaves_no_minute_unsealed_and_seals_none_twice(world: World) -> None:
    run = world.begin()
    world.append(700)
    world.drain()
    world.append(30)
    assert len(world.sealed) == 1
    world.restart()
    world.restart()
    with world.store.read() as session:
        assert session.all("telemetry.list_open_instances", {"machine_id": "", "row_limit": 9}) == []
    seals = [seal for _, seal in world.sealed]
    assert [(seal.minute, seal.partial) for seal in seals] == [
        (iso_utc(START), False),
        (iso_utc(START + MINUTE_US), True),
    ]
    stored = [frame(run, seq) for seq in range(seals[1].first_seq, seals[1].last_seq + 1)]
    assert seals[1].digest == "sha256:" + hashlib.sha256(b"".join(one + b"\n" for one in stored)).hexdigest()


def test_a_minute_that_was_over_at_the_crash_is_not_partial(world: World) -> None:
    world.begin()
    world.append(650)
    while world.telemetry.recorder._queue:
        item = world.telemetry.recorder._queue.popleft()
        if isinstance(item, segments.Segment):
            assert world.telemetry.recorder._write([item], [b"\n".join(item.frames)]) is None
    world.restart()
    assert [seal.partial for _, seal in world.sealed] == [False, True]


class Shared:
    """A database that other nodes use too, as far as its dialect tells."""

    dialect = "postgres"

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_node_that_joins_leaves_the_runs_of_a_live_one_alone(store: Store) -> None:
    world = World(Shared(store))  # type: ignore[arg-type]
    run = world.begin()
    world.append(300)
    world.drain()
    other = World(world.store)
    other.telemetry.begin("CNC-002", "ins_other", world.now)
    other.drain()
    assert other.sealed == []
    world.append(310)
    world.drain()
    seals = [seal for _, seal in world.sealed]
    assert [(seal.instance_id, seal.frames, seal.partial) for seal in seals] == [(run, 600, False)]
    other.telemetry.begin("CNC-002", "ins_other_2", world.now)
    other.drain()
    assert other.sealed == []


def test_a_node_that_takes_a_machine_over_seals_what_the_other_left(store: Store) -> None:
    world = World(Shared(store))  # type: ignore[arg-type]
    run = world.begin()
    world.append(30)
    world.drain()
    heir = World(world.store)
    assert heir.sealed == []
    heir.telemetry.begin(M, "ins_heir", world.now)
    heir.drain()
    assert [(machine, seal.instance_id, seal.frames, seal.partial) for machine, seal in heir.sealed] == [
        (M, run, 30, True)
    ]


def test_a_seal_that_could_not_be_announced_is_announced_later_once(world: World) -> None:
    refusing = True
    told: list[str] = []

    def on_sealed(_machine: str, seal: Any) -> None:
        if refusing:
            raise RuntimeError("the log is overloaded")
        told.append(seal.minute)

    world.telemetry = TelemetryStore(world.store, on_sealed)
    world.begin()
    world.append(610)
    world.drain()
    assert told == []
    refusing = False
    world.append(3)
    world.drain()
    assert told == [iso_utc(START)]
    world.crash()
    assert [seal.minute for _, seal in world.sealed if not seal.partial] == []


def test_a_crash_between_seal_and_announcement_announces_it_again(world: World) -> None:
    class Killed(BaseException):
        pass

    def die(_machine: str, _seal: Any) -> None:
        raise Killed

    world.telemetry = TelemetryStore(world.store, die)
    world.begin()
    world.append(610)
    with pytest.raises(Killed):
        world.drain()
    world.restart()
    assert [seal.minute for _, seal in world.sealed] == [iso_utc(START), iso_utc(START + MINUTE_US)]


@pytest.mark.parametrize("point", ["telemetry.before_commit", "telemetry.after_commit"])
def test_killed_around_a_commit_nothing_stored_is_torn(world: World, point: str) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    run = world.begin()
    world.append(10)
    world.drain()
    world.append(10)
    faults.arm(point, die)
    with pytest.raises(Killed):
        world.drain()
    faults.disarm(point)
    world.crash()
    found, gaps = world.read_all(0, run)
    assert gaps == []
    assert found == numbers(run, 1, len(found))
    assert (len(found) > 10) == (point == "telemetry.after_commit")
    world.restart()
    assert sum(seal.frames for _, seal in world.sealed) == len(found)


def test_retention_takes_the_oldest_by_age(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 8)
    run = world.begin()
    world.append(60)
    world.drain()
    world.append(3)
    deleted = world.telemetry.recorder.retain(START + recorder.RETENTION_US + 3_000_000)
    assert deleted == 10
    found, gaps = world.read_all(0, run)
    assert gap(gaps) == (1, 30, "TELEM.COMPACTED")
    assert found == numbers(run, 31, 63)
    assert world.read(30).gap is None


def test_retention_takes_the_oldest_by_size(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 8)
    run = world.begin()
    world.append(60)
    world.drain()
    world.append(3)
    size = world.telemetry.recorder.stored_bytes
    monkeypatch.setattr(recorder, "RETENTION_BYTES_MAX", size // 2)
    world.telemetry.recorder.retain(world.now)
    assert 0 < world.telemetry.recorder.stored_bytes <= size // 2
    found, gaps = world.read_all(0, run)
    assert gaps[0].code == "TELEM.COMPACTED"
    assert found[-1] == (run, 63)


def test_the_stored_size_is_known_again_after_a_restart(world: World) -> None:
    world.begin()
    world.append(30)
    world.drain()
    size = world.telemetry.recorder.stored_bytes
    assert size > 0
    world.crash()
    assert world.telemetry.recorder.stored_bytes == size


def test_retention_runs_by_itself_every_minute(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "RETENTION_US", 10_000_000)
    world.begin()
    world.append(1_201)
    world.drain()
    with world.store.read() as session:
        row = session.one("telemetry.read_span", {"machine_id": M, "instance_id": world.instance})
    assert row is not None
    assert row[0] > 1_000


def test_old_runs_are_forgotten_but_never_the_newest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "RETENTION_US", 1_000_000)
    for _ in range(3):
        world.begin()
        world.append(5)
    world.telemetry.close()
    world.telemetry.recorder.retain(world.now + MINUTE_US)
    world.crash()
    assert world.telemetry.latest(M) == ("ins_3", 0)
    with world.store.read() as session:
        assert session.all("telemetry.list_open_instances", {"machine_id": "", "row_limit": 9}) == []
    page = world.telemetry.read_after(M, "ins_1", 2)
    assert page.gap is not None
    assert (page.instance_id, page.gap.code) == ("ins_3", "TELEM.INSTANCE_CHANGED")
