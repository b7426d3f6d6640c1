"""The telemetry store: from every position exactly the missing part, or an explicit gap; on both dialects."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chargehand.fleet import recorder, segments
from chargehand.fleet.telemetry import PAGE_FRAMES_MAX, TelemetryStore
from chargehand.kernel.clock import MINUTE_US, SystemClock
from chargehand.kernel.sqlite import SqliteStore
from chargehand.kernel.store import Store, StoreFullError
from tests.unit.fleet.telemetry_world import START, M, World, frame, gap, numbers


@pytest.fixture
def small_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring so small that readers soon depend on the store."""
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 8)


@pytest.mark.usefixtures("small_ring")
def test_from_every_position_the_missing_part(world: World) -> None:
    run = world.begin()
    world.append(60)
    world.drain()
    world.append(15)
    for seq in range(76):
        assert world.read_all(seq, run, limit=7) == (numbers(run, seq + 1, 75), [])


def test_what_is_not_yet_stored_is_read_from_memory(world: World) -> None:
    run = world.begin()
    world.append(500)
    assert world.read_all(0, run) == (numbers(run, 1, 500), [])


def test_frames_are_the_very_bytes(world: World) -> None:
    run = world.begin()
    world.append(10)
    assert world.read(4, limit=2).frames == [frame(run, 5), frame(run, 6)]
    world.telemetry.end(M)
    world.drain()
    world.crash()
    assert world.read(4, limit=2).frames == [frame(run, 5), frame(run, 6)]


def test_a_page_is_bounded(world: World) -> None:
    world.begin()
    world.append(20)
    assert len(world.read(0, limit=0).frames) == 1
    assert len(world.read(0, limit=10**9).frames) <= PAGE_FRAMES_MAX


def test_a_machine_that_never_sent_anything(world: World) -> None:
    page = world.telemetry.read_after("CNC-404", None, 0)
    assert (page.instance_id, page.frames, page.gap) == (None, [], None)


def test_a_run_without_frames_yet(world: World) -> None:
    run = world.begin()
    page = world.read(0)
    assert (page.instance_id, page.frames, page.next_seq, page.gap) == (run, [], 0, None)


def test_a_position_that_does_not_exist_yet_is_said_so(world: World) -> None:
    run = world.begin()
    world.append(5)
    page = world.read(9)
    assert page.gap is not None
    assert (page.gap.from_, page.gap.to, page.gap.code, page.next_seq) == (6, 9, "TELEM.SEQ_AHEAD", 5)
    assert world.read_all(9, run)[0] == []


def test_after_a_restart_the_rest_of_the_run_then_the_change(world: World) -> None:
    old = world.begin()
    world.append(20)
    new = world.begin()
    world.append(7)
    for seq in range(21):
        found, gaps = world.read_all(seq, old)
        assert found == numbers(old, seq + 1, 20) + numbers(new, 1, 7)
        assert gap(gaps) == (1, 0, "TELEM.INSTANCE_CHANGED")
        assert gaps[0].instance_id == new


def test_a_run_that_was_never_heard_of_is_a_change(world: World) -> None:
    new = world.begin()
    world.append(3)
    found, gaps = world.read_all(17, "ins_of_yesteryear")
    assert found == numbers(new, 1, 3)
    assert gap(gaps) == (1, 0, "TELEM.INSTANCE_CHANGED")


def test_after_a_crash_what_was_stored_then_the_change(world: World) -> None:
    old = world.begin()
    world.append(20)
    world.drain()
    world.append(6)
    stored = 18
    world.crash()
    assert world.read_all(0, old) == (numbers(old, 1, stored), [])
    new = world.begin()
    world.append(5)
    for seq in range(27):
        found, gaps = world.read_all(seq, old)
        assert found == numbers(old, seq + 1, stored) + numbers(new, 1, 5)
        assert gap(gaps) == (1, 0, "TELEM.INSTANCE_CHANGED")


@pytest.mark.usefixtures("small_ring")
def test_an_overflow_is_an_explicit_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    run = world.begin()
    world.append(12)
    world.drain()
    monkeypatch.setattr(recorder, "PENDING_FRAMES_MAX", 5)
    world.append(24)
    losses = world.telemetry.step(world.now)
    monkeypatch.undo()
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 8)
    world.drain()
    world.append(12)
    world.drain()
    world.append(12)
    assert world.count[run] == 60
    found, gaps = world.read_all(0, run)
    missing = [seq for one in gaps for seq in range(one.from_, one.to + 1)]
    assert sorted([seq for _, seq in found] + missing) == list(range(1, 61))
    assert {one.code for one in gaps} == {"TELEM.OVERFLOW"}
    assert missing
    lost = {one.code for one in losses} | {"TELEM.OVERFLOW"}
    assert lost == {"TELEM.OVERFLOW"}


def test_losses_are_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.begin()
    monkeypatch.setattr(recorder, "PENDING_FRAMES_MAX", 2)
    for seq in range(1, 8):
        world.telemetry.append(M, frame(world.instance, seq), seq, world.now + seq * 100_000)
    losses = world.telemetry.step(world.now + 800_000)
    assert [(loss.machine_id, loss.first_seq, loss.last_seq, loss.code) for loss in losses] == [
        (M, 1, 3, "TELEM.OVERFLOW"),
        (M, 4, 6, "TELEM.OVERFLOW"),
    ]
    assert world.telemetry.step(world.now + 800_001) == []


class Full:
    """A store whose disk is full while it is told to be."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = False

    def write(self) -> Any:
        if self.full:
            raise StoreFullError("no space left")
        return self._store.write()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_full_disk_loses_frames_with_its_own_code_and_goes_on(store: Store) -> None:
    full = Full(store)
    world = World(full)
    run = world.begin()
    world.append(10)
    world.drain()
    full.full = True
    world.append(10)
    world.drain()
    losses = world.telemetry.step(world.now)
    assert {loss.code for loss in losses} == {"ENG.STORE_FULL"}
    full.full = False
    world.append(10)
    world.telemetry.end(M)
    world.drain()
    assert world.read_all(0, run) == (numbers(run, 1, 30), [])
    world.crash()
    found, gaps = world.read_all(0, run)
    assert len(found) == 30 - sum(loss.last_seq - loss.first_seq + 1 for loss in losses)
    assert gap(gaps) == (losses[0].first_seq, losses[-1].last_seq, "TELEM.OVERFLOW")
    assert sum(seal.frames for _, seal in world.sealed) == len(found)


def test_memory_alone_answers_recent_positions_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 8)
    run = world.begin()
    assert world.telemetry.in_memory(M, run, 0, 10) is None
    world.append(20)
    world.drain()
    world.append(10)
    page = world.telemetry.in_memory(M, run, 28, 10)
    assert page is not None
    assert page.frames == [frame(run, 29), frame(run, 30)]
    assert world.telemetry.in_memory(M, run, 0, 10) is None
    assert world.telemetry.in_memory(M, "other", 28, 10) is None
    assert world.telemetry.in_memory("other", None, 0, 10) is None


def test_machines_do_not_mix(store: Store) -> None:
    telemetry = TelemetryStore(store, lambda _machine, _seal: None)
    for machine in ("A", "B"):
        telemetry.begin(machine, f"ins_{machine}", START)
        for seq in range(1, 11):
            telemetry.append(machine, frame(machine, seq), seq, START + seq)
    assert telemetry.read_after("A", None, 0).frames == [frame("A", seq) for seq in range(1, 11)]
    telemetry.close()
    assert telemetry.read_after("B", "ins_B", 8).frames == [frame("B", 9), frame("B", 10)]


def test_the_recorders_thread_stores_what_is_appended(open_sqlite: Callable[..., SqliteStore]) -> None:
    sealed = threading.Event()
    telemetry = TelemetryStore(open_sqlite("t.db", family="telemetry"), lambda _machine, _seal: sealed.set())
    telemetry.start()
    telemetry.begin(M, "ins_1", START)
    for seq in range(1, 50):
        telemetry.append(M, frame("ins_1", seq), seq, START + seq * 100_000)
    telemetry.step(START + MINUTE_US)
    assert sealed.wait(30)
    telemetry.close()
    telemetry.close()
    assert len(telemetry.read_after(M, "ins_1", 0).frames) == 49


steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 12)),
        st.tuples(st.just("drain"), st.just(0)),
        st.tuples(st.just("crash"), st.just(0)),
        st.tuples(st.just("begin"), st.just(0)),
        st.tuples(st.just("retain"), st.integers(0, 40)),
    ),
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=steps, seq=st.integers(0, 40), which=st.integers(0, 5), limit=st.integers(1, 9))
def test_from_any_position_after_anything(
    plan: list[tuple[str, int]], seq: int, which: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that stops anywhere gets every frame that still exists, once, in order; and a gap for the others."""
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 4)
    store = SqliteStore.open(":memory:", SystemClock(), family="telemetry")
    world = World(store)
    world.begin()
    for name, amount in plan:
        if name == "append":
            world.append(amount, every_us=90_000)
        elif name == "crash":
            world.crash()
            world.begin()
        elif name == "retain":
            world.telemetry.recorder.retain(START + recorder.RETENTION_US + amount * 90_000)
        else:
            getattr(world, name)()
    runs = list(world.count)
    run = runs[which % len(runs)]
    found, gaps = world.read_all(seq, run, limit)
    assert found == sorted(set(found), key=lambda one: (runs.index(one[0]), one[1]))
    assert {name for name, _ in found} <= {run, world.instance}
    newest = {number for name, number in found if name == world.instance}
    missing = {n for one in gaps if one.instance_id == world.instance for n in range(one.from_, one.to + 1)}
    begun = seq if run == world.instance else 0
    assert newest | missing >= set(range(begun + 1, world.count[world.instance] + 1))
    assert not newest & missing
    if run != world.instance:
        assert gaps[-1].code == "TELEM.INSTANCE_CHANGED"
    store.close()
