"""A reader against a model: whatever the engine and the network do, every position is told once, as a record or a gap.

The model engine grows its log, cuts off the beginning, repeats what was sent, restarts its machines and breaks
connections at any byte; the reader is the pure core under both clients.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chargehand.contracts.machine import GapFrame, TelemetryFrame
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.follower import Follower
from chargehand.sdk.streams import follow_log, follow_machine
from tests.unit.sdk.wire import event, event_message, message

PATIENT = Backoff(attempts=10**6)
GREETING = b": connected\n\n"


def gap_message(**fields: Any) -> bytes:
    return message(msgspec.json.encode(GapFrame(**fields)), None, "gap")


class LogReader(RuleBasedStateMachine):
    """A log that grows and is compacted, read by one follower over connections that break."""

    def __init__(self) -> None:
        super().__init__()
        self.head = 0
        self.first = 1
        self.told: list[tuple[int, int]] = []
        self.follower: Follower[Any] = follow_log(types=None, subject=None, after=0, backoff=PATIENT)
        self.sent = 0

    @rule(count=st.integers(1, 5))
    def grow(self, count: int) -> None:
        self.head += count

    @rule(share=st.floats(0, 1))
    def compact(self, share: float) -> None:
        self.first = max(self.first, int(self.head * share))

    @rule(size=st.integers(0, 3000), overlap=st.integers(0, 3))
    def connect_and_break(self, size: int, overlap: int) -> None:
        request = self.follower.connect()
        position = max(0, int(request.headers["last-event-id"]) - overlap)
        body = GREETING
        if position + 1 < self.first:
            body += gap_message(from_=position + 1, to=self.first - 1, code="REQ.EVENTS_COMPACTED")
            position = self.first - 1
        body += b"".join(event_message(event(seq)) for seq in range(position + 1, self.head + 1))
        self.take(body[:size])

    @rule()
    def connect_and_read_all(self) -> None:
        self.connect_and_break(10**9, 1)

    def take(self, data: bytes) -> None:
        for at in range(0, len(data), 211):
            for received in self.follower.take(data[at : at + 211]):
                item = received.item
                self.told.append((item.from_, item.to) if isinstance(item, GapFrame) else (item.seq, item.seq))
        self.follower.lost(None)

    @invariant()
    def every_position_is_told_once_and_in_order(self) -> None:
        position = 0
        for first, last in self.told:
            assert first == position + 1, self.told
            assert last >= first
            position = last
        assert position <= max(self.head, self.first - 1)
        assert self.follower.trail.last_event_id() == str(position)

    def teardown(self) -> None:
        if self.head:
            self.connect_and_read_all()
            assert self.told[-1][1] == self.head


TestLogReader = LogReader.TestCase
TestLogReader.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)


class FrameReader(RuleBasedStateMachine):
    """A machine whose adapter restarts and whose ring forgets, read by one follower over connections that break."""

    def __init__(self) -> None:
        super().__init__()
        self.run = 1
        self.head = 0
        self.first = 1
        self.told: list[Any] = []
        self.follower: Follower[Any] = follow_machine("CNC-001", after=0, instance_id="ins_1", backoff=PATIENT)

    @rule(count=st.integers(1, 5))
    def sample(self, count: int) -> None:
        self.head += count

    @rule()
    def forget(self) -> None:
        self.first = max(self.first, self.head - 2)

    @rule()
    def restart(self) -> None:
        self.run += 1
        self.head, self.first = 0, 1

    @rule(size=st.integers(0, 2500))
    def connect_and_break(self, size: int) -> None:
        instance, _, seq = self.follower.connect().headers["last-event-id"].rpartition(":")
        position, now = int(seq), f"ins_{self.run}"
        body = GREETING
        if instance != now:
            body += self.gap(1, self.first - 1, "TELEM.INSTANCE_CHANGED")
            position = self.first - 1
        elif position + 1 < self.first:
            body += self.gap(position + 1, self.first - 1, "TELEM.COMPACTED")
            position = self.first - 1
        for number in range(position + 1, self.head + 1):
            body += self.frame(number)
        for at in range(0, min(size, len(body)), 97):
            self.told += [received.item for received in self.follower.take(body[at : min(at + 97, size)])]
        self.follower.lost(None)

    def gap(self, first: int, last: int, code: str) -> bytes:
        return gap_message(machine_id="CNC-001", instance_id=f"ins_{self.run}", from_=first, to=last, code=code)

    def frame(self, seq: int) -> bytes:
        found = TelemetryFrame(
            machine_id="CNC-001",
            instance_id=f"ins_{self.run}",
            seq=seq,
            ts_source=None,
            ts_ingest="t",
            source="simulated",
            quality="good",
            values={},
        )
        return message(msgspec.json.encode(found), f"ins_{self.run}:{seq}", "telemetry")

    @invariant()
    def every_frame_of_an_instance_is_told_once_and_a_new_instance_is_announced(self) -> None:
        instance, position = "ins_1", 0
        for item in self.told:
            if isinstance(item, GapFrame):
                if item.code == "TELEM.INSTANCE_CHANGED":
                    assert item.instance_id is not None
                    assert item.instance_id != instance
                    instance, position = item.instance_id, 0
                assert item.from_ == position + 1
                position = item.to
            else:
                assert (item.instance_id, item.seq) == (instance, position + 1), self.told
                position = item.seq


TestFrameReader = FrameReader.TestCase
TestFrameReader.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)


@given(
    wanted=st.sets(st.integers(1, 30)),
    cuts=st.lists(st.integers(0, 2000), max_size=10),
    beats=st.booleans(),
)
def test_a_filtered_reader_gets_exactly_what_it_wants(wanted: set[int], cuts: list[int], *, beats: bool) -> None:
    follower = follow_log(types="machine.*", subject=None, after=0, backoff=PATIENT)
    told: list[int] = []
    for size in [*cuts, 10**9]:
        position = int(follower.connect().headers["last-event-id"])
        body = GREETING + b"".join(event_message(event(seq)) for seq in sorted(wanted) if seq > position)
        if beats:
            # The engine says how far it has looked, so that the reader does not fall back to its last event.
            body += b"id: 30\n: heartbeat\n\n"
        for at in range(0, min(size, len(body)), 131):
            found = [received.item for received in follower.take(body[at : min(at + 131, size)])]
            told += [item.seq for item in found if not isinstance(item, GapFrame)]
        follower.lost(None)
    assert told == sorted(wanted)
    if beats:
        assert follower.trail.last_event_id() == "30"
