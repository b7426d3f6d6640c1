"""Readers, writers and the stepping thread at once: no torn picture, no frame twice, none missed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import msgspec
import pytest

from chargehand.contracts.machine import MachineState
from chargehand.fleet import segments
from chargehand.fleet.fleet import Fleet
from chargehand.fleet.machine import setup_digest
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.ids import SeededIds
from chargehand.kernel.sqlite import SqliteStore
from tests.unit.fleet.cards import T0, change, simulator
from tests.unit.fleet.telemetry_world import START, M, frame

FRAMES = 3_000
READERS = 4


def joined(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread that never ends"


def test_readers_that_follow_get_every_frame_once(
    open_sqlite: Callable[..., SqliteStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some read from memory, some have fallen behind and read from disk, while frames arrive and are stored."""
    monkeypatch.setattr(segments, "RING_FRAMES_MAX", 16)
    telemetry = TelemetryStore(open_sqlite("t.db", family="telemetry"), lambda _machine, _seal: None)
    telemetry.start()
    telemetry.begin(M, "ins_1", START)
    found: dict[int, list[bytes]] = {reader: [] for reader in range(READERS)}
    gaps: list[object] = []

    def follow(reader: int) -> None:
        mine = found[reader]
        while len(mine) < FRAMES:
            page = telemetry.read_after(M, "ins_1", len(mine), limit=1 + 50 * reader)
            gaps.extend(() if page.gap is None else (page.gap,))
            mine += page.frames

    def send() -> None:
        for seq in range(1, FRAMES + 1):
            now = START + seq * 10_000
            telemetry.append(M, frame("ins_1", seq), seq, now)
            telemetry.step(now)

    joined(threading.Thread(target=send), *(threading.Thread(target=follow, args=(n,)) for n in range(READERS)))
    expected = [frame("ins_1", seq) for seq in range(1, FRAMES + 1)]
    assert gaps == []
    assert all(mine == expected for mine in found.values())
    telemetry.close()


def test_a_state_is_whole_whenever_it_is_read(open_sqlite: Callable[..., SqliteStore]) -> None:
    """Set-up, digest, sequence and values always belong together, while the machine runs and is written."""
    telemetry = TelemetryStore(open_sqlite(":memory:", family="telemetry"), lambda _machine, _seal: None)
    fleet = Fleet([simulator()], telemetry, SeededIds(1))
    fleet.step(T0)
    done = threading.Event()
    seen: list[MachineState] = []
    applied: list[int] = []

    def watch() -> None:
        while not done.is_set():
            seen.append(fleet.state("CNC-001"))

    def write() -> None:
        while not done.is_set():
            revision = fleet.state("CNC-001").setup.revision
            result = fleet.write("CNC-001", change(feed_rate=(500 + revision % 100, "mm/min")), revision, T0)
            if result.setup is not None:
                applied.append(result.setup.revision)

    def step() -> None:
        for tick in range(600):
            fleet.step(T0 + tick * 100_000)
        done.set()

    joined(*(threading.Thread(target=target) for target in (watch, write, write, step)))
    assert sorted(applied) == list(range(2, len(applied) + 2))
    assert [state.seq for state in seen] == sorted(state.seq or 0 for state in seen)
    revisions = [state.setup.revision for state in seen]
    assert revisions == sorted(revisions)
    for state in seen[:: max(1, len(seen) // 300)]:
        assert state.setup_digest == setup_digest(state.setup)
        assert msgspec.json.encode(state)
    telemetry.close()


def test_closing_while_frames_arrive_loses_none_that_were_appended(open_sqlite: Callable[..., SqliteStore]) -> None:
    store = open_sqlite("t.db", family="telemetry")
    counted: list[int] = []
    telemetry = TelemetryStore(store, lambda _machine, seal: counted.append(seal.frames))
    telemetry.start()
    telemetry.begin(M, "ins_1", START)
    for seq in range(1, 501):
        telemetry.append(M, frame("ins_1", seq), seq, START + seq * 1_000)
    telemetry.close()
    again = TelemetryStore(store, lambda _machine, seal: counted.append(seal.frames))
    assert again.read_after(M, "ins_1", 0).frames == [frame("ins_1", seq) for seq in range(1, 501)]
    assert sum(counted) == 500
    again.close()
