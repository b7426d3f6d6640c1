"""The Adapter seam: how a machine is read and, where it may be, written.

An adapter is stepped; it never calls back, never sleeps and never raises for bad input, which it quarantines. It
refuses to invent: what its machine does not say is `v=None` with a quality that says why. An adapter that raises has
failed as a whole; the fleet marks the machine faulted and tries again later.
"""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import msgspec

from chargehand.contracts.card import MachineCard
from chargehand.contracts.machine import Interlocks, MachineCondition, Setup, SignalValue
from chargehand.contracts.proposal import MachineChange

QUARANTINE_TEXT_MAX = 200
"""Characters of a quarantined input that are kept."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """The whole picture of a machine at one instant, so that any single frame can stand alone.

    Attributes:
        ts_source_us: the machine's own time, or null when it sent none.
        values: every signal the machine has.
        fresh: signals that were reported with this sample; null means all of them.
        setup: what the machine is set to, when that has changed.
        interlocks: what stops it, when that has changed.
    """

    ts_source_us: int | None
    values: dict[str, SignalValue]
    fresh: frozenset[str] | None = None
    setup: Setup | None = None
    interlocks: Interlocks | None = None


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """Input that was not taken over.

    Attributes:
        code: reason code, `TELEM.*`.
        key: the signal or data item it was for, or an empty text.
        text: the beginning of what came in.
        line: line of the recording, counted from 1, or null.
    """

    code: str
    key: str
    text: str
    line: int | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter has to say since its last step.

    Attributes:
        samples: in the order of arrival.
        conditions: as reported, repeats included.
        quarantines: what was not taken over.
        connected: false when the far end has gone; the fleet reconnects.
    """

    samples: list[Sample] = []
    conditions: list[MachineCondition] = []
    quarantines: list[Quarantined] = []
    connected: bool = True


class WriteResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a write.

    Attributes:
        status: applied; refused (nothing was changed); or unknown (it failed on the way).
        code: reason code when it was not applied, else null.
        text: for people.
        setup: the set-up after an applied write, else null.
    """

    status: Literal["applied", "refused", "unknown"]
    code: str | None
    text: str
    setup: Setup | None = None


class Adapter(Protocol):
    """A connection to one machine.

    Attributes:
        card: the machine's card; its `source` is the source of every frame.
    """

    card: MachineCard

    def connect(self, now_us: int) -> None:
        """Begin, or begin again after `close`. May raise anything: the fleet retries."""
        ...

    def step(self, now_us: int) -> Batch:
        """What has arrived since the last step. May raise anything: the fleet takes the machine for faulted."""
        ...

    def close(self) -> None:
        """Let go. Safe to call twice."""
        ...


@runtime_checkable
class WritableAdapter(Adapter, Protocol):
    """An adapter that takes permitted changes."""

    def write(self, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        """Apply a change if the set-up still has the expected revision; compare and set are one step.

        Args:
            change: the change; its parameters carry their units.
            expected_revision: the revision that the permit was given for.
            now_us: the time.
        """
        ...


@runtime_checkable
class PreparingAdapter(WritableAdapter, Protocol):
    """An adapter whose writes take long to work out, so that it is told of them before."""

    def prepare(self, change: MachineChange, now_us: int) -> None:
        """Work out what the write that comes next will need, and change nothing. Steps go on meanwhile."""
        ...
