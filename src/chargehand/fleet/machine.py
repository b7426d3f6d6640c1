"""One machine's worker: drives its adapter, keeps its present state, and turns samples into frames.

States: offline -> connecting -> online <-> stale; any of them -> faulted (the adapter raised) or offline (the far end
went away), and from both back to connecting after a bounded back-off. Every connect is a new instance, whose frames
count from 1. An adapter's failure stays within its machine. State is replaced as a whole and never changed in place, so
that any thread may read it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import structlog

from chargehand.contracts.machine import (
    Connection,
    Interlocks,
    Machine,
    MachineCondition,
    MachineState,
    MachineStateChanged,
    Setup,
    TelemetryFrame,
)
from chargehand.contracts.proposal import MachineChange
from chargehand.fleet.adapter import Adapter, Batch, PreparingAdapter, Sample, WritableAdapter, WriteResult
from chargehand.fleet.basis import Basis
from chargehand.fleet.conditions import Conditions
from chargehand.fleet.frame import aged, lost, text_of, worst
from chargehand.fleet.quarantine import Quarantine, Tally
from chargehand.fleet.trend import Follower
from chargehand.kernel.canonical import canonical_bytes, sha256_text
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.kernel.ids import IdSource

RETRY_FIRST_US = SECOND_US
RETRY_MAX_US = 30 * SECOND_US

_log = structlog.get_logger(__name__)
_encoder = msgspec.json.Encoder()
_NOTHING_REPORTED = Interlocks(alarms=None, door_open=None, estop=None, feed_hold=None)
UNKNOWN_SETUP = Setup(
    axial_depth=None,
    coolant=None,
    feed_override=None,
    feed_rate=None,
    material=None,
    program=None,
    program_sha256=None,
    radial_depth=None,
    revision=0,
    spindle_override=None,
    spindle_speed=None,
    tool=None,
)

Append = Callable[[str, bytes, int, int], None]
"""Takes machine, encoded frame, sequence and arrival."""
Begin = Callable[[str, str, int], None]
"""Takes machine, new instance and time."""


class Happening(NamedTuple):
    """Something that belongs into the log: its kind and payload, and what the machine was set to when it happened."""

    machine_id: str
    kind: str
    payload: MachineStateChanged | MachineCondition
    setup: Setup


class Standing(NamedTuple):
    """What a machine does, and since when; None where nobody saw it begin."""

    connection: Connection
    execution: str | None
    since_us: int | None


class Worker:
    """One machine.

    Attributes:
        card: its card.
        card_digest: digest of its card.
        state: its present state; immutable, replaced by every step.
    """

    def __init__(self, adapter: Adapter, ids: IdSource, begin: Begin, append: Append) -> None:
        """Prepare a machine that is offline.

        Args:
            adapter: the connection to it.
            ids: names its instances.
            begin: told of every new instance.
            append: takes every frame.
        """
        self.card = adapter.card
        self.card_digest = sha256_text(canonical_bytes(msgspec.to_builtins(adapter.card)))
        self._adapter = adapter
        self._ids = ids
        self._begin = begin
        self._append = append
        self._lock = threading.RLock()
        self._seq = 0
        self._now_us = 0
        self._last_us = 0
        self._retry_at_us = 0
        self._retry_us = RETRY_FIRST_US
        self._seen: dict[str, str] = {}
        self._basis = Basis()
        self._conditions = Conditions()
        self._follower = Follower(adapter.card)
        self._quarantine = Quarantine()
        self._happened: list[Happening] = []
        self._told: Connection = "offline"
        self._retrying = False
        self.state = MachineState(
            connection="offline",
            execution=None,
            instance_id=None,
            interlocks=_NOTHING_REPORTED,
            machine_id=self.card.id,
            mode=None,
            seq=None,
            setup=UNKNOWN_SETUP,
            setup_digest=setup_digest(UNKNOWN_SETUP),
            source=self.card.source,
            ts_ingest=None,
            ts_source=None,
            values={},
            trend=self._follower.trend,
        )
        self._standing = Standing("offline", None, None)

    @property
    def writable(self) -> bool:
        """Whether permitted changes can be written."""
        return self.card.writable and isinstance(self._adapter, WritableAdapter)

    def machine(self) -> Machine:
        """The machine as the fleet lists it, without its state."""
        card = self.card
        return Machine(
            id=card.id,
            name=card.name,
            site=card.site,
            cell=card.cell,
            kind=card.kind,
            source=card.source,
            writable=self.writable,
            connection=self.state.connection,
            sensors=list(card.sensors),
            card_digest=self.card_digest,
            quarantined=self._quarantine.counts(),
        )

    def seen(self) -> tuple[MachineState, str | None]:
        """The present state, and since when its connection and execution are what they are; None if unknown.

        Any thread may ask, also while a step is under way: a state whose beginning is not noted yet has none.
        """
        state, standing = self.state, self._standing
        known = standing[:2] == (state.connection, state.execution) and standing.since_us is not None
        return state, iso_utc(standing.since_us) if known and standing.since_us is not None else None

    def recent(self) -> list[tuple[int, int]]:
        """Arrivals of the present instance's recent samples; see `basis.py`."""
        with self._lock:
            return self._basis.recent()

    def arrived_us(self, seq: int) -> int | None:
        """When a sample of the present instance arrived; see `basis.py`."""
        with self._lock:
            return self._basis.arrived_us(seq)

    def quarantines(self) -> dict[str, Tally]:
        """Quarantined input by code since the engine started."""
        with self._lock:
            return self._quarantine.tallies()

    def report(self, condition: MachineCondition) -> None:
        """Add a condition that others have found out about this machine; repeats are not reported again."""
        with self._lock:
            if self._conditions.take(condition):
                self._happened.append(Happening(self.card.id, "machine.condition", condition, self.state.setup))

    def step(self, now_us: int) -> int:
        """Drive the adapter; returns how many frames were appended. Never raises for the adapter's sake."""
        with self._lock:
            # Arrivals never go back within a machine, whatever the engine's clock does. While it is behind nobody knows
            # how long a load lasted; no more than a silence is let pass.
            if self._now_us - now_us > self.card.freshness_s * SECOND_US:
                self._follower.lose()
            self._now_us = now_us = max(self._now_us, now_us)
            try:
                return self._step(now_us)
            finally:
                self._stand(now_us)

    def let_go(self, now_us: int) -> None:
        """Stop driving the machine: it belongs to another node. Does nothing while it is not driven."""
        with self._lock:
            if self.state.connection not in ("offline", "faulted"):
                self._now_us = now_us = max(self._now_us, now_us)
                self._fail("offline", "FLEET.OWNED_ELSEWHERE", "another node drives it", now_us)
                self._stand(now_us)

    def happened(self) -> list[Happening]:
        """What belongs into the log since the last call."""
        with self._lock:
            taken, self._happened = self._happened, []
        return taken

    def write(self, change: MachineChange, expected_revision: int, now_us: int) -> WriteResult:
        """Write a change, compare-and-set on the set-up's revision.

        A write that raised on its way may have reached the machine: its outcome is unknown, never refused. One that
        could not even be prepared has not.
        """
        adapter = self._adapter
        if not (self.card.writable and isinstance(adapter, WritableAdapter)):
            text = f"machine {self.card.id!r} takes no writes ({self.card.source})"
            return WriteResult(status="refused", code="FLEET.NOT_WRITABLE", text=text)
        if isinstance(adapter, PreparingAdapter):
            # Whoever holds the lock holds up the step of every machine.
            try:
                adapter.prepare(change, now_us)
            except Exception as error:  # noqa: BLE001 - see above; nothing has been written yet
                _log.exception("fleet.write_failed", machine=self.card.id)
                text = f"the write could not be prepared: {type(error).__name__}"
                return WriteResult(status="refused", code="FLEET.WRITE_FAILED", text=text)
        with self._lock:
            if self.state.connection != "online":
                text = f"machine {self.card.id!r} is {self.state.connection}"
                return WriteResult(status="refused", code="FLEET.WRITE_FAILED", text=text)
            try:
                result = adapter.write(change, expected_revision, now_us)
            except Exception as error:  # noqa: BLE001 - see above: the adapter may raise anything
                _log.exception("fleet.write_failed", machine=self.card.id)
                text = f"the write failed on its way: {type(error).__name__}"
                return WriteResult(status="unknown", code="ENG.OUTCOME_UNKNOWN", text=text)
            if result.setup is not None:
                self._set(setup=result.setup)
            return result

    def close(self) -> None:
        """Let the machine go."""
        with self._lock:
            self._adapter.close()

    def _step(self, now_us: int) -> int:
        try:
            if self.state.connection in ("offline", "faulted"):
                if now_us < self._retry_at_us:
                    return 0
                self._connect(now_us)
            batch = self._adapter.step(now_us)
        except Exception as error:  # noqa: BLE001 - a third party's adapter may raise anything; only its machine fails
            self._fail("faulted", "FLEET.ADAPTER_FAILED", f"{type(error).__name__}: {error}", now_us)
            return 0
        return self._take(batch, now_us)

    def _stand(self, now_us: int) -> None:
        """Note when the machine began to do what it does."""
        found = (self.state.connection, self.state.execution)
        if self._standing[:2] != found:
            self._standing = Standing(*found, now_us)

    def _connect(self, now_us: int) -> None:
        self._move("connecting", None)
        self._adapter.connect(now_us)
        instance_id = self._ids.new("ins", now_us)
        self._seq = 0
        self._last_us = now_us
        self._seen = {}
        self._basis.clear()
        self._begin(self.card.id, instance_id, now_us)
        self.state = msgspec.structs.replace(
            self.state,
            instance_id=instance_id,
            seq=None,
            setup=UNKNOWN_SETUP,
            setup_digest=setup_digest(UNKNOWN_SETUP),
            ts_ingest=None,
            ts_source=None,
            values={},
            seen_at={},
            trend=self._follower.begin(),
        )

    def _take(self, batch: Batch, now_us: int) -> int:
        for quarantined in batch.quarantines:
            if (told := self._quarantine.take(quarantined)) is not None:
                self.report(told)
        if batch.samples:
            self._ingest(batch.samples, now_us)
        for condition in batch.conditions:
            self.report(condition)
        if not batch.connected:
            self._fail("offline", None, "the far end has gone", now_us)
        elif now_us - self._last_us > self.card.freshness_s * SECOND_US and self.state.connection != "stale":
            self.state = msgspec.structs.replace(
                self.state, values=aged(self.state.values), trend=self._follower.lose()
            )
            self._move("stale", "TELEM.STALE")
        return len(batch.samples)

    def _ingest(self, samples: list[Sample], now_us: int) -> None:
        ts_ingest = iso_utc(now_us)
        state = self.state
        assert state.instance_id is not None, "samples come from a connected adapter"
        setup: Setup | None = None
        interlocks: Interlocks | None = None
        for sample in samples:
            self._seq += 1
            frame = TelemetryFrame(
                machine_id=self.card.id,
                instance_id=state.instance_id,
                seq=self._seq,
                ts_source=None if sample.ts_source_us is None else iso_utc(sample.ts_source_us),
                ts_ingest=ts_ingest,
                source=self.card.source,
                quality=worst(sample.values),
                values=sample.values,
            )
            self._append(self.card.id, _encoder.encode(frame), self._seq, now_us)
            self._basis.add(self._seq, now_us)
            for name in sample.values if sample.fresh is None else sample.fresh:
                if sample.values[name].q == "good":
                    self._seen[name] = ts_ingest
            setup = sample.setup or setup
            interlocks = sample.interlocks or interlocks
        self._last_us = now_us
        self._retry_us = RETRY_FIRST_US
        self._retrying = False
        self.state = msgspec.structs.replace(
            state,
            execution=text_of(frame.values, "execution"),
            interlocks=interlocks or state.interlocks,
            mode=text_of(frame.values, "mode"),
            seq=self._seq,
            ts_ingest=ts_ingest,
            ts_source=frame.ts_source,
            values=frame.values,
            seen_at=self._seen.copy(),
            trend=self._follower.take(samples, now_us, ts_ingest),
        )
        if setup is not None:
            self._set(setup=setup)
        self._move("online", None)

    def _set(self, *, setup: Setup) -> None:
        self.state = msgspec.structs.replace(self.state, setup=setup, setup_digest=setup_digest(setup))

    def _fail(self, connection: Connection, code: str | None, text: str, now_us: int) -> None:
        """Nothing is known of the machine any more but what it was last set to."""
        _log.warning("fleet.machine_lost", machine=self.card.id, connection=connection, reason=text)
        try:
            self._adapter.close()
        except Exception:  # noqa: BLE001 - it has failed already; there is nothing more to lose
            _log.exception("fleet.close_failed", machine=self.card.id)
        self.state = msgspec.structs.replace(
            self.state,
            execution="UNAVAILABLE" if self.state.execution is not None else None,
            interlocks=_NOTHING_REPORTED,
            mode=None,
            values=lost(self.state.values),
            trend=self._follower.lose(),
        )
        self._move(connection, code)
        self._retrying = True
        self._retry_at_us = now_us + self._retry_us
        self._retry_us = min(2 * self._retry_us, RETRY_MAX_US)

    def _move(self, connection: Connection, code: str | None) -> None:
        if connection == self.state.connection:
            return
        self.state = msgspec.structs.replace(self.state, connection=connection)
        # A machine that stays away is told of once, not at every attempt to reach it.
        if connection == self._told or (connection == "connecting" and self._retrying):
            return
        payload = MachineStateChanged(
            connection=connection,
            previous=self._told,
            instance_id=self.state.instance_id,
            source=self.card.source,
            code=code,
        )
        self._told = connection
        self._happened.append(Happening(self.card.id, "machine.state", payload, self.state.setup))


def setup_digest(setup: Setup) -> str:
    """Digest of a set-up: what a proposal's `based_on.digest` is compared with."""
    return sha256_text(canonical_bytes(msgspec.to_builtins(setup)))
