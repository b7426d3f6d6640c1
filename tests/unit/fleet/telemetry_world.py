"""A telemetry store as its readers see it: appends numbered frames, crashes, restarts, remembers what was sealed."""

from __future__ import annotations

from chargehand.contracts.machine import GapFrame, TelemetrySealed
from chargehand.fleet.telemetry import Page, TelemetryStore
from chargehand.kernel.clock import MINUTE_US
from chargehand.kernel.store import Store
from tests.unit.fleet.cards import T0

M = "CNC-001"
START = T0 - T0 % MINUTE_US
SECOND = 1_000_000


def frame(instance: str, seq: int) -> bytes:
    """A frame that can be told from every other."""
    return b'{"instance":"%s","seq":%d}' % (instance.encode(), seq)


def numbers(instance: str, first: int, last: int) -> list[tuple[str, int]]:
    """Frames of a run as a reader counts them."""
    return [(instance, seq) for seq in range(first, last + 1)]


def gap(gaps: list[GapFrame]) -> tuple[int, int, str]:
    """The only gap."""
    assert len(gaps) == 1
    return gaps[0].from_, gaps[0].to, gaps[0].code


class World:
    """One machine's telemetry on a store that survives the engine."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = START
        self.sealed: list[tuple[str, TelemetrySealed]] = []
        self.count: dict[str, int] = {}
        self.instance = ""
        self.telemetry = TelemetryStore(store, self.on_sealed)

    def on_sealed(self, machine_id: str, seal: TelemetrySealed) -> None:
        self.sealed.append((machine_id, seal))

    def begin(self) -> str:
        """A new run of the adapter."""
        self.instance = f"ins_{len(self.count) + 1}"
        self.count[self.instance] = 0
        self.telemetry.begin(M, self.instance, self.now)
        return self.instance

    def append(self, frames: int, *, every_us: int = 100_000) -> None:
        """Frames at a steady pace, each followed by a step."""
        for _ in range(frames):
            seq = self.count[self.instance] = self.count[self.instance] + 1
            self.telemetry.append(M, frame(self.instance, seq), seq, self.now)
            self.now += every_us
            self.telemetry.step(self.now)

    def drain(self) -> None:
        """Let the recorder store everything that is closed."""
        while self.telemetry.recorder.drain():
            pass

    def crash(self) -> None:
        """The engine is killed: what was in memory is gone; a new one opens the store."""
        self.telemetry = TelemetryStore(self.store, self.on_sealed)

    def restart(self) -> None:
        """The engine is killed and its machine begins a new run: what was left behind gets sealed."""
        self.crash()
        self.begin()
        self.drain()

    def read(self, seq: int, instance: str | None = None, limit: int = 5_000) -> Page:
        """As a reader asks."""
        return self.telemetry.read_after(M, instance or self.instance, seq, limit)

    def read_all(self, seq: int, instance: str, limit: int = 5_000) -> tuple[list[tuple[str, int]], list[GapFrame]]:
        """Everything from a position on, until nothing is left: frames as (instance, seq), and gaps."""
        found: list[tuple[str, int]] = []
        gaps: list[GapFrame] = []
        for _ in range(10_000):
            page = self.telemetry.read_after(M, instance, seq, limit)
            if page.gap is not None:
                gaps.append(page.gap)
            assert page.instance_id is not None
            assert page.frames == [frame(page.instance_id, page.first_seq + n) for n in range(len(page.frames))]
            assert page.next_seq == page.first_seq + len(page.frames) - 1
            found += [(page.instance_id, page.first_seq + n) for n in range(len(page.frames))]
            if not page.frames and page.gap is None:
                return found, gaps
            instance, seq = page.instance_id, page.next_seq
        raise AssertionError("a reader that never reaches the end")
