"""The fleet: every machine by id, driven in turn, and woken readers.

It owns workers and the telemetry store, and refuses an unknown machine rather than picking another. It records no
events: `step` hands back what happened, and the caller logs it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple

from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import Machine, MachineCondition, MachineState
from chargehand.contracts.proposal import MachineChange
from chargehand.fleet.adapter import Adapter, WriteResult
from chargehand.fleet.machine import Happening, Worker
from chargehand.fleet.quarantine import Tally
from chargehand.fleet.telemetry import TelemetryStore
from chargehand.kernel.ids import IdSource

MACHINES_MAX = 1_000
UNTOLD_MAX = 10_000
"""Happenings that wait for a log that takes none at present."""

Wake = Callable[[frozenset[str]], None]


class UnknownMachineError(KeyError):
    """There is no machine of that id."""

    code = "FLEET.MACHINE_UNKNOWN"


class Stepped(NamedTuple):
    """What one step did.

    Attributes:
        frames: how many frames were appended.
        happenings: events to be logged, in order.
    """

    frames: int
    happenings: list[Happening]


class Fleet:
    """All machines.

    Attributes:
        telemetry: their frames.
    """

    def __init__(self, adapters: Iterable[Adapter], telemetry: TelemetryStore, ids: IdSource) -> None:
        """Take charge of machines; they are connected by the first step.

        Args:
            adapters: one per machine.
            telemetry: where frames go.
            ids: names instances; used from the stepping thread only.

        Raises:
            ValueError: two machines have the same id, or there are more than `MACHINES_MAX`.
        """
        self.telemetry = telemetry
        self._workers: dict[str, Worker] = {}
        for adapter in adapters:
            if adapter.card.id in self._workers or len(self._workers) >= MACHINES_MAX:
                raise ValueError(f"machine {adapter.card.id!r} is there twice, or the fleet is full")
            self._workers[adapter.card.id] = Worker(adapter, ids, telemetry.begin, telemetry.append)
        self._ids = tuple(sorted(self._workers))
        self._untold: list[Happening] = []
        self._wakes: list[Wake] = []
        self._wakes_lock = threading.Lock()

    def step(self, now_us: int, owned: frozenset[str] | None = None) -> Stepped:
        """Drive every machine once and wake who waits for frames. Called from one thread at a time.

        Args:
            now_us: the time.
            owned: the machines that are this node's to drive; None for all. Others are let go.
        """
        frames = 0
        grown: set[str] = set()
        for machine_id, worker in self._workers.items():
            if owned is not None and machine_id not in owned:
                worker.let_go(now_us)
                continue
            count = worker.step(now_us)
            frames += count
            if count:
                grown.add(machine_id)
        for loss in self.telemetry.step(now_us):
            text = f"frames {loss.first_seq} to {loss.last_seq} were not recorded"
            self._workers[loss.machine_id].report(
                MachineCondition(
                    condition="recording",
                    level="warning",
                    native_code=loss.code,
                    text=text,
                    code=loss.code,
                    count=loss.last_seq - loss.first_seq + 1,
                )
            )
        happenings, self._untold = self._untold, []
        happenings += [happening for worker in self._workers.values() for happening in worker.happened()]
        if grown:
            self._wake(frozenset(grown))
        return Stepped(frames, happenings)

    def untold(self, happenings: list[Happening]) -> None:
        """Take back what could not be logged now: the next step hands it out again, before what is new.

        Beyond `UNTOLD_MAX` the newest are dropped.
        """
        self._untold = happenings[:UNTOLD_MAX]

    def machines(self) -> list[Machine]:
        """Every machine, by id, without states."""
        return [self._workers[machine_id].machine() for machine_id in self._ids]

    @property
    def machine_ids(self) -> tuple[str, ...]:
        """Every machine's id, in order."""
        return self._ids

    def machine(self, machine_id: str) -> Machine:
        """One machine.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).machine()

    def card(self, machine_id: str) -> MachineCard:
        """A machine's card.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).card

    def state(self, machine_id: str) -> MachineState:
        """A machine's present state, an immutable snapshot.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).state

    def seen(self, machine_id: str) -> tuple[MachineState, str | None]:
        """A machine's present state, and since when its connection and execution are what they are; None if unknown.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).seen()

    def recent(self, machine_id: str) -> list[tuple[int, int]]:
        """`(seq, arrival in us)` of recent samples of the present instance; see `basis.py`.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).recent()

    def arrived_us(self, machine_id: str, seq: int) -> int | None:
        """When a sample of the present instance arrived; None if it is too old to be known, or does not exist yet.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).arrived_us(seq)

    def quarantines(self, machine_id: str) -> dict[str, Tally]:
        """What a machine sent that was not taken over, by reason code.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).quarantines()

    def write(self, machine_id: str, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        """Write a permitted change; the new set-up is in `state` when this returns. May wait for the machine.

        Raises:
            UnknownMachineError: there is none of that id.
        """
        return self._worker(machine_id).write(change, expected_revision, now_us)

    def subscribe(self, wake: Wake) -> Callable[[], None]:
        """Be called after every step that brought frames, with the machines' ids, from the stepping thread.

        The callback only wakes somebody; it must not block or raise. Returns the way to end it.
        """
        with self._wakes_lock:
            self._wakes = [*self._wakes, wake]

        def unsubscribe() -> None:
            with self._wakes_lock:
                self._wakes = [known for known in self._wakes if known is not wake]

        return unsubscribe

    def close(self) -> None:
        """Let every machine go, and store and seal what they sent."""
        for worker in self._workers.values():
            worker.close()
        self.telemetry.close()

    def _worker(self, machine_id: str) -> Worker:
        worker = self._workers.get(machine_id)
        if worker is None:
            raise UnknownMachineError(machine_id)
        return worker

    def _wake(self, grown: frozenset[str]) -> None:
        for wake in self._wakes:
            wake(grown)
