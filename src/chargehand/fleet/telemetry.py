"""The telemetry store: frames in, in sequence; any missing part out again, or an explicit gap.

Live readers are served from a ring per machine, others from closed segments on disk. A frame is encoded once, and these
bytes are what is kept and sent. Sequences count from 1 within an instance; two instances do not compare, and a reader
that comes from an earlier one is told so after it has been given the rest of it.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from chargehand.contracts.machine import GapFrame
from chargehand.fleet.recorder import Loss, Mark, OnSealed, Recorder
from chargehand.fleet.segments import Ring, Segment
from chargehand.kernel.clock import MINUTE_US
from chargehand.kernel.store import Row, Store

PAGE_FRAMES_MAX = 5_000
SEGMENTS_PER_READ = 64


class Page(NamedTuple):
    """Frames that follow a position.

    Attributes:
        instance_id: the run they belong to; None for a machine that never sent anything.
        frames: encoded frames without holes. A page may be short of the limit; the next one goes on.
        first_seq: position of the first frame; one more than `next_seq` when there is none.
        next_seq: position to ask for next, in `instance_id`.
        gap: what was asked for and cannot be had; it lies before the frames.
    """

    instance_id: str | None
    frames: list[bytes]
    first_seq: int
    next_seq: int
    gap: GapFrame | None


class _Run(NamedTuple):
    first_seq: int
    frames: list[bytes]
    earlier: bool


class TelemetryStore:
    """Frames of all machines.

    Attributes:
        recorder: writes closed segments; its `drain` is the step of a test or a simulation.
    """

    def __init__(self, store: Store, on_sealed: OnSealed) -> None:
        """Open, and seal what an engine that was killed has left; on a shared database, machine by machine in `begin`.

        Args:
            store: the telemetry database, migrated with the family `telemetry`.
            on_sealed: takes a machine and the payload of `telemetry.sealed`, from the recorder's thread.
        """
        self._store = store
        self._lock = threading.Lock()
        self._rings: dict[str, Ring] = {}
        self._previous: dict[str, Ring] = {}
        self._minute_us = 0
        self.recorder = Recorder(store, on_sealed)
        if store.dialect == "sqlite":
            # One engine per file: whatever is unsealed there has been left by one that is gone.
            self.recorder.recover()

    def start(self) -> None:
        """Record in the background."""
        self.recorder.start()

    def close(self) -> None:
        """End every instance, store and seal everything."""
        for machine_id in list(self._rings):
            self.end(machine_id)
        self.recorder.stop()

    def begin(self, machine_id: str, instance_id: str, now_us: int) -> None:
        """A machine's adapter begins a new run; the one before ends."""
        self.end(machine_id)
        with self._lock:
            if (ring := self._rings.get(machine_id)) is not None:
                self._previous[machine_id] = ring
            self._rings[machine_id] = Ring(machine_id, instance_id, now_us)
            self.recorder.mark(Mark("begin", now_us, machine_id, instance_id))

    def end(self, machine_id: str) -> None:
        """A machine's run is over; what it sent can still be read."""
        with self._lock:
            ring = self._rings.get(machine_id)
            if ring is None:
                return
            self._record(ring.close())
            self.recorder.mark(Mark("end", 0, machine_id, ring.instance_id))

    def append(self, machine_id: str, frame: bytes, seq: int, now_us: int) -> None:
        """Add the next frame of the present run.

        Args:
            machine_id: the machine.
            frame: the encoded TelemetryFrame, exactly as it is sent.
            seq: its position, one more than the last.
            now_us: its arrival.
        """
        with self._lock:
            self._record(self._rings[machine_id].append(seq, frame, now_us))

    def step(self, now_us: int) -> list[Loss]:
        """Close segments whose time is over; returns what could not be recorded since the last step."""
        with self._lock:
            for ring in self._rings.values():
                self._record(ring.roll(now_us))
            minute_us = now_us - now_us % MINUTE_US
            if minute_us > self._minute_us:
                self._minute_us = minute_us
                self.recorder.mark(Mark("minute", now_us))
        return self.recorder.losses()

    def latest(self, machine_id: str) -> tuple[str, int] | None:
        """The newest run of a machine and its last position, or None."""
        with self._lock:
            ring = self._rings.get(machine_id)
            if ring is not None:
                return ring.instance_id, ring.last_seq
        with self._store.read() as session:
            row = session.one("telemetry.read_latest_instance", {"machine_id": machine_id})
        return None if row is None else (row[0], self._span(machine_id, row[0])[1])

    def in_memory(self, machine_id: str, instance_id: str | None, seq: int, limit: int) -> Page | None:
        """As `read_after`, but only if memory alone can answer: it never waits for the disk."""
        with self._lock:
            ring = self._rings.get(machine_id)
            if ring is None or instance_id not in (None, ring.instance_id) or ring.first_seq is None:
                return None
            if not ring.first_seq - 1 <= seq <= ring.last_seq:
                return None
            frames = ring.after(seq, min(limit, PAGE_FRAMES_MAX))
            return Page(ring.instance_id, frames, seq + 1, seq + len(frames), None)

    def read_after(self, machine_id: str, instance_id: str | None, seq: int, limit: int = PAGE_FRAMES_MAX) -> Page:
        """Exactly what follows a position, or a gap that says what is missing.

        The gap's code is TELEM.COMPACTED for frames that retention has taken, TELEM.OVERFLOW for frames that were
        never stored, TELEM.SEQ_AHEAD for a position that does not exist yet, and TELEM.INSTANCE_CHANGED when the run
        has ended: then `from` and `to` count in the new run, and `to` is one less than `from` if it is complete.

        Args:
            machine_id: the machine.
            instance_id: the run that the position belongs to; None for the newest.
            seq: the last position that the reader has; 0 for none.
            limit: how many frames at most.
        """
        limit = max(1, min(limit, PAGE_FRAMES_MAX))
        page = self.in_memory(machine_id, instance_id, seq, limit)
        if page is not None:
            return page
        newest = self.latest(machine_id)
        if newest is None:
            return Page(None, [], 1, 0, None)
        wanted = instance_id or newest[0]
        run = self._next_run(machine_id, wanted, seq, limit)
        if run is not None and run.frames:
            gap = None
            if run.first_seq > seq + 1:
                code = "TELEM.OVERFLOW" if run.earlier else "TELEM.COMPACTED"
                gap = _gap(machine_id, wanted, seq + 1, run.first_seq - 1, code)
            return Page(wanted, run.frames, run.first_seq, run.first_seq + len(run.frames) - 1, gap)
        if wanted != newest[0]:
            first = self._first(machine_id, newest[0])
            gap = _gap(machine_id, newest[0], 1, first - 1, "TELEM.INSTANCE_CHANGED")
            return Page(newest[0], [], first, first - 1, gap)
        if seq == newest[1]:
            return Page(wanted, [], seq + 1, seq, None)
        if seq > newest[1]:
            gap = _gap(machine_id, wanted, newest[1] + 1, seq, "TELEM.SEQ_AHEAD")
        else:
            gap = _gap(machine_id, wanted, seq + 1, newest[1], "TELEM.OVERFLOW")
        return Page(wanted, [], newest[1] + 1, newest[1], gap)

    def _record(self, segment: Segment | None) -> None:
        if segment is not None:
            self.recorder.put(segment)

    def _rings_of(self, machine_id: str, instance_id: str) -> Ring | None:
        for rings in (self._rings, self._previous):
            ring = rings.get(machine_id)
            if ring is not None and ring.instance_id == instance_id:
                return ring
        return None

    def _next_run(self, machine_id: str, instance_id: str, seq: int, limit: int) -> _Run | None:
        """The next frames that exist after a position, wherever they are."""
        with self._lock:
            ring = self._rings_of(machine_id, instance_id)
            kept = ring.first_seq if ring is not None else None
            if ring is not None and kept is not None and kept <= seq + 1:
                return _Run(seq + 1, ring.after(seq, limit), earlier=True)
        params = {
            "machine_id": machine_id,
            "instance_id": instance_id,
            "seq": seq,
            "row_limit": min(limit, SEGMENTS_PER_READ),
        }
        with self._store.read() as session:
            rows = session.all("telemetry.list_segments_after", params)
        # Retention takes the front of a run; a hole behind what is stored, or in what was lost, is something else.
        earlier = 0 < self._span(machine_id, instance_id)[0] <= seq or (ring is not None and ring.lost_seq > seq)
        if rows and (kept is None or rows[0][0] <= kept):
            return _contiguous(rows, seq, limit, earlier=earlier)
        with self._lock:
            if ring is None or (kept := ring.first_seq) is None:
                return None
            return _Run(kept, ring.after(kept - 1, limit), earlier=earlier)

    def _first(self, machine_id: str, instance_id: str) -> int:
        """First position of a run that can still be read; 1 if it has none yet."""
        stored = self._span(machine_id, instance_id)[0]
        with self._lock:
            ring = self._rings_of(machine_id, instance_id)
            kept = ring.first_seq if ring is not None else None
        return min(stored or kept or 1, kept or stored or 1)

    def _span(self, machine_id: str, instance_id: str) -> tuple[int, int]:
        """First and last stored position of a run; zeros if nothing is stored."""
        with self._store.read() as session:
            row = session.one("telemetry.read_span", {"machine_id": machine_id, "instance_id": instance_id})
        return (row[0], row[1]) if row is not None and row[0] is not None else (0, 0)


def _contiguous(rows: list[Row], seq: int, limit: int, *, earlier: bool) -> _Run:
    """Frames of the rows from the position on, up to the first hole."""
    first = max(rows[0][0], seq + 1)
    frames: list[bytes] = []
    for first_seq, _last_seq, _first_us, body in rows:
        if first_seq > first + len(frames):
            break
        found = bytes(body).split(b"\n")
        frames += found[max(0, first + len(frames) - first_seq) :]
    return _Run(first, frames[:limit], earlier)


def _gap(machine_id: str, instance_id: str, first: int, last: int, code: str) -> GapFrame:
    return GapFrame(machine_id=machine_id, instance_id=instance_id, from_=first, to=last, code=code)
