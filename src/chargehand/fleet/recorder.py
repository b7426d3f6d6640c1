"""The one writer of the telemetry store: closed segments in, sealed minutes out.

It has its own database and its own thread, so that telemetry never delays a decision. Its queue is bounded: what does
not fit, or cannot be written, is lost as a whole segment and reported, never silently. A sealed minute is written
before it is announced and announced until the callback has taken it, so a crash neither loses nor repeats a seal here;
a callback that was cut off in the middle is called again with the same minute. What a killed engine has left unsealed
is sealed when its machine begins a new run: on a shared database the other runs may be those of a live node.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

import structlog

from chargehand.contracts.machine import TelemetrySealed
from chargehand.fleet.sealing import Minutes, Seal
from chargehand.fleet.segments import Segment
from chargehand.kernel import faults
from chargehand.kernel.clock import SECOND_US, iso_utc
from chargehand.kernel.store import Store, StoreError

PENDING_FRAMES_MAX = 50_000
"""Frames that may wait to be stored: some 20 MB, half a minute of the greatest sustained rate."""
SEGMENTS_PER_COMMIT = 256
SEALS_PER_STEP = 64
INSTANCES_MAX = 10_000
RETENTION_US = 24 * 3_600 * SECOND_US
RETENTION_BYTES_MAX = 2 * 1024**3
DELETED_PER_COMMIT = 500
_STOP_S = 30.0

_log = structlog.get_logger(__name__)
OnSealed = Callable[[str, TelemetrySealed], None]


class Mark(NamedTuple):
    """A point in the queue: a new minute has begun, or an instance has begun or ended."""

    kind: Literal["minute", "begin", "end"]
    now_us: int
    machine_id: str = ""
    instance_id: str = ""


class Loss(NamedTuple):
    """Frames that were not stored, and why."""

    machine_id: str
    first_seq: int
    last_seq: int
    code: str


class Recorder:
    """Writes segments and seals minutes.

    Attributes:
        stored_bytes: size of all stored frames.
    """

    def __init__(self, store: Store, on_sealed: OnSealed) -> None:
        """Prepare to record.

        Args:
            store: the telemetry database.
            on_sealed: takes a machine and the payload of `telemetry.sealed`; called from the recorder's thread. It may
                be called again for a minute after a crash or after it has raised.
        """
        self._store = store
        self._on_sealed = on_sealed
        self._queue: deque[Segment | Mark] = deque()
        self._pending_frames = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._minutes = Minutes()
        self._owed: list[Seal] = []
        self._ended: list[tuple[str, str]] = []
        self._running: set[tuple[str, str]] = set()
        self._untold: set[str] = set()
        self._losses: deque[Loss] = deque(maxlen=1_000)
        with store.read() as session:
            row = session.one("telemetry.read_bytes")
        self.stored_bytes = int(row[0]) if row else 0

    def put(self, segment: Segment) -> bool:
        """Hand over a closed segment; False if there is no room, and then it is lost."""
        with self._changed:
            if self._pending_frames + len(segment.frames) > PENDING_FRAMES_MAX:
                self._lose(segment, "TELEM.OVERFLOW")
                return False
            self._pending_frames += len(segment.frames)
            self._queue.append(segment)
            self._changed.notify()
            return True

    def mark(self, mark: Mark) -> None:
        """Put a point into the queue."""
        with self._changed:
            if mark.kind == "begin":
                self._running.add((mark.machine_id, mark.instance_id))
            self._queue.append(mark)
            self._changed.notify()

    def losses(self) -> list[Loss]:
        """What has been lost since the last call."""
        with self._changed:
            taken = list(self._losses)
            self._losses.clear()
        return taken

    def start(self) -> None:
        """Begin to record in a thread of its own."""
        assert self._thread is None, "the recorder starts once"
        self._thread = threading.Thread(target=self._serve, name="telemetry-recorder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Store and seal what is queued, and end. Safe to call twice, and without a start."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(_STOP_S)
        while self.drain():
            pass

    def drain(self) -> int:
        """One turn: store a batch in one commit, seal what is over, announce. Returns the items taken."""
        with self._changed:
            items = [self._queue.popleft() for _ in range(min(len(self._queue), SEGMENTS_PER_COMMIT))]
        segments = [item for item in items if isinstance(item, Segment)]
        bodies = [b"\n".join(segment.frames) for segment in segments]
        code = self._write(segments, bodies)
        with self._changed:
            for segment in segments:
                self._pending_frames -= len(segment.frames)
                if code is None:
                    segment.fate = "stored"
                else:
                    self._lose(segment, code)
        waiting = dict(zip(map(id, segments), bodies, strict=True)) if code is None else {}
        for item in items:
            self._count(item, waiting)
        self._write_seals()
        self._announce()
        for item in items:
            if isinstance(item, Mark) and item.kind == "minute":
                self.retain(item.now_us)
        return len(items)

    def recover(self, machine_id: str = "") -> None:
        """Seal what an engine that was killed has left, from its stored segments.

        The last minute of a run is partial; an earlier one was over when the run went on.

        Args:
            machine_id: only runs of this machine; all machines if empty, which only the sole user of a store may ask.
        """
        try:
            with self._store.read() as session:
                params = {"machine_id": machine_id, "row_limit": INSTANCES_MAX}
                runs = session.all("telemetry.list_open_instances", params)
            for left_machine, left_instance, sealed_seq in runs:
                if (left_machine, left_instance) not in self._running:
                    self._recover_run(left_machine, left_instance, int(sealed_seq))
        except StoreError as error:
            _log.warning("telemetry.not_recovered", code=error.code)
            return
        self._write_seals()
        self._untold.add(machine_id)
        self._announce()

    def retain(self, now_us: int) -> int:
        """Delete what is older than `RETENTION_US` or beyond `RETENTION_BYTES_MAX`, oldest first; returns how many."""
        deleted = 0
        before_us = now_us - RETENTION_US
        try:
            while True:
                with self._store.write() as session:
                    rows = session.all("telemetry.list_oldest", {"row_limit": DELETED_PER_COMMIT})
                    doomed: list[dict[str, object]] = []
                    left = self.stored_bytes
                    for last_us, size, machine_id, instance_id, first_seq in rows:
                        if last_us >= before_us and left <= RETENTION_BYTES_MAX:
                            break
                        left -= size
                        doomed.append({"machine_id": machine_id, "instance_id": instance_id, "first_seq": first_seq})
                    session.many("telemetry.delete_segment", doomed)
                    session.run("telemetry.delete_old_seals", {"before_us": before_us})
                    session.run("telemetry.delete_old_instances", {"before_us": before_us})
                self.stored_bytes = left
                deleted += len(doomed)
                if len(doomed) < DELETED_PER_COMMIT:
                    return deleted
        except StoreError as error:
            _log.warning("telemetry.retention_failed", code=error.code)
            return deleted

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._stopping:
                    self._changed.wait()
                if self._stopping:
                    return
            self.drain()

    def _segments_after(self, machine_id: str, instance_id: str, seq: int) -> list[tuple[int, int, int, bytes]]:
        params = {"machine_id": machine_id, "instance_id": instance_id, "seq": seq, "row_limit": SEGMENTS_PER_COMMIT}
        with self._store.read() as session:
            return [(row[0], row[1], row[2], row[3]) for row in session.all("telemetry.list_segments_after", params)]

    def _recover_run(self, machine_id: str, instance_id: str, seq: int) -> None:
        while rows := self._segments_after(machine_id, instance_id, seq):
            for first_seq, last_seq, first_us, body in rows:
                self._owe(self._minutes.add(machine_id, instance_id, first_seq, first_us, bytes(body)))
                seq = last_seq
        self._owe(self._minutes.end(machine_id, instance_id))
        self._ended.append((machine_id, instance_id))

    def _write(self, segments: list[Segment], bodies: list[bytes]) -> str | None:
        """Store segments in one commit; the reason code if that failed."""
        if not segments:
            return None
        runs = {(segment.machine_id, segment.instance_id): segment.began_us for segment in segments}
        try:
            with self._store.write() as session:
                for (machine_id, instance_id), began_us in runs.items():
                    run = {"machine_id": machine_id, "instance_id": instance_id, "started_us": began_us}
                    session.run("telemetry.add_instance", run)
                session.many(
                    "telemetry.add_segment",
                    [_row(segment, body) for segment, body in zip(segments, bodies, strict=True)],
                )
                faults.point("telemetry.before_commit")
            faults.point("telemetry.after_commit")
        except StoreError as error:
            _log.warning("telemetry.not_stored", code=error.code, segments=len(segments))
            return error.code
        self.stored_bytes += sum(map(len, bodies))
        return None

    def _count(self, item: Segment | Mark, bodies: dict[int, bytes]) -> None:
        if isinstance(item, Segment):
            body = bodies.get(id(item))
            if body is not None:
                self._owe(self._minutes.add(item.machine_id, item.instance_id, item.first_seq, item.first_us, body))
        elif item.kind == "minute":
            self._owed += self._minutes.over(item.now_us)
        elif item.kind == "begin":
            self.recover(item.machine_id)
        else:
            self._owe(self._minutes.end(item.machine_id, item.instance_id))
            self._ended.append((item.machine_id, item.instance_id))

    def _owe(self, seal: Seal | None) -> None:
        if seal is not None:
            self._owed.append(seal)

    def _write_seals(self) -> None:
        if not self._owed and not self._ended:
            return
        try:
            with self._store.write() as session:
                for seal in self._owed:
                    run = {"machine_id": seal.machine_id, "instance_id": seal.instance_id}
                    session.run(
                        "telemetry.add_seal",
                        {
                            **run,
                            "minute_us": seal.minute_us,
                            "first_seq": seal.first_seq,
                            "last_seq": seal.last_seq,
                            "frames": seal.frames,
                            "digest": seal.digest,
                            "partial": int(seal.partial),
                        },
                    )
                    session.run("telemetry.advance_sealed", {**run, "last_seq": seal.last_seq})
                for machine_id, instance_id in self._ended:
                    session.run("telemetry.end_instance", {"machine_id": machine_id, "instance_id": instance_id})
        except StoreError as error:
            _log.warning("telemetry.not_sealed", code=error.code, minutes=len(self._owed))
            return
        self._untold.update(seal.machine_id for seal in self._owed)
        self._running.difference_update(self._ended)
        self._owed.clear()
        self._ended.clear()

    def _announce(self) -> None:
        for machine_id in sorted(self._untold):
            try:
                told = self._announce_machine(machine_id)
            except Exception:  # noqa: BLE001 - whatever the log's side raises, the minute stays untold and is told again
                _log.exception("telemetry.not_announced")
                return
            if told < SEALS_PER_STEP:
                self._untold.discard(machine_id)

    def _announce_machine(self, machine_id: str) -> int:
        with self._store.read() as session:
            params = {"machine_id": machine_id, "row_limit": SEALS_PER_STEP}
            rows = session.all("telemetry.list_unannounced", params)
        for row in rows:
            seal = Seal._make(row)
            self._on_sealed(
                seal.machine_id,
                TelemetrySealed(
                    instance_id=seal.instance_id,
                    minute=iso_utc(seal.minute_us),
                    first_seq=seal.first_seq,
                    last_seq=seal.last_seq,
                    frames=seal.frames,
                    digest=seal.digest,
                    partial=bool(seal.partial),
                ),
            )
            key = {"machine_id": seal.machine_id, "instance_id": seal.instance_id, "minute_us": seal.minute_us}
            with self._store.write() as session:
                session.run("telemetry.mark_announced", key)
        return len(rows)

    def _lose(self, segment: Segment, code: str) -> None:
        segment.fate = "lost"
        self._losses.append(Loss(segment.machine_id, segment.first_seq, segment.last_seq, code))


def _row(segment: Segment, body: bytes) -> dict[str, object]:
    return {
        "machine_id": segment.machine_id,
        "instance_id": segment.instance_id,
        "first_seq": segment.first_seq,
        "last_seq": segment.last_seq,
        "first_us": segment.first_us,
        "last_us": segment.last_us,
        "frames": len(segment.frames),
        "bytes": len(body),
        "body": body,
    }
