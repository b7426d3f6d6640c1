"""An adapter that does what a test has written down for it, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import MachineCondition, Setup, SignalValue
from chargehand.contracts.proposal import MachineChange
from chargehand.fleet.adapter import Batch, Quarantined, Sample, WriteResult
from tests.unit.fleet.cards import SETUP, machine_card

Script = Callable[[int], Batch]


class Scripted:
    """Plays a list of batches, one per step, then nothing. An exception in the list is raised."""

    def __init__(self, *plan: Batch | Exception, card: MachineCard | None = None) -> None:
        self.card = card or machine_card(sensors=["spindle_load", "execution", "mode"])
        self.plan = list(plan)
        self.connects = 0
        self.closes = 0
        self.refuse_connect: Exception | None = None

    def connect(self, now_us: int) -> None:
        self.connects += 1
        if self.refuse_connect is not None:
            raise self.refuse_connect

    def step(self, now_us: int) -> Batch:
        if not self.plan:
            return Batch()
        planned = self.plan.pop(0)
        if isinstance(planned, Exception):
            raise planned
        return planned

    def close(self) -> None:
        self.closes += 1


class ScriptedWriter(Scripted):
    """The same, and it takes writes: what it answers, or raises, is set by the test."""

    def __init__(self, *plan: Batch | Exception, card: MachineCard | None = None) -> None:
        super().__init__(*plan, card=card)
        self.answer: WriteResult | Exception = WriteResult(status="applied", code=None, text="", setup=SETUP)
        self.written: list[tuple[MachineChange, int]] = []

    def write(self, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        self.written.append((change, expected_revision))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def sample(load: float | None = 10.0, *, setup: Setup | None = None, **more: Any) -> Sample:
    """A sample of a spindle load, or of none, in an automatic run."""
    values = {
        "spindle_load": SignalValue(v=load, u="%", q="unavailable" if load is None else "good"),
        "execution": SignalValue(v="ACTIVE", q="good"),
        "mode": SignalValue(v="AUTOMATIC", q="good"),
    }
    return Sample(ts_source_us=None, values=values, setup=setup, **more)


def heard(*samples: Sample) -> Batch:
    """A batch of samples."""
    return Batch(samples=list(samples))


def fault(condition: str = "system", code: str | None = "12", text: str = "overheated") -> MachineCondition:
    """A fault report."""
    return MachineCondition(condition=condition, level="fault", native_code=code, text=text)


def normal(condition: str = "system", code: str | None = None) -> MachineCondition:
    """A report that all is well."""
    return MachineCondition(condition=condition, level="normal", native_code=code, text="")


def quarantined(code: str = "TELEM.VALUE_IMPOSSIBLE", number: int = 1) -> Quarantined:
    """One quarantined input."""
    return Quarantined(code=code, key="Fact", text="-382842", line=number)
