"""A trail hands on each record once, in order, and never closes a hole in silence."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import GapFrame, TelemetryFrame
from chargehand.sdk.errors import UnreadableAnswer
from chargehand.sdk.sse import Message
from chargehand.sdk.trail import EventTrail, FrameTrail
from tests.unit.sdk.wire import event


def of_event(seq: int) -> Message:
    return Message(str(seq), "machine.state", msgspec.json.encode(event(seq)))


def of_gap(first: int, last: int, code: str = "REQ.EVENTS_COMPACTED", instance: str | None = None) -> Message:
    return Message("", "gap", msgspec.json.encode(GapFrame(from_=first, to=last, code=code, instance_id=instance)))


def of_frame(seq: int, instance: str = "ins_1") -> Message:
    frame = TelemetryFrame(
        machine_id="CNC-001",
        instance_id=instance,
        seq=seq,
        ts_source=None,
        ts_ingest="2026-11-20T12:00:00.000000Z",
        source="simulated",
        quality="good",
        values={},
    )
    return Message(f"{instance}:{seq}", "telemetry", msgspec.json.encode(frame))


def told(trail: EventTrail | FrameTrail, messages: list[Message]) -> list[Any]:
    """Positions of what is handed on: a number for a record, a tuple for a gap."""
    items = [received.item for message in messages for received in trail.accept(message)]
    return [(item.from_, item.to, item.code) if isinstance(item, GapFrame) else item.seq for item in items]


class TestLog:
    def test_events_in_order(self) -> None:
        trail = EventTrail(0, filtered=False)
        assert told(trail, [of_event(1), of_event(2)]) == [1, 2]
        assert trail.last_event_id() == "2"

    def test_repeated_events_are_dropped(self) -> None:
        trail = EventTrail(3, filtered=False)
        assert told(trail, [of_event(2), of_event(3), of_event(4), of_event(4)]) == [4]

    def test_an_announced_gap_is_handed_on_once(self) -> None:
        trail = EventTrail(3, filtered=False)
        assert told(trail, [of_gap(4, 9), of_gap(4, 9), of_event(10)]) == [(4, 9, "REQ.EVENTS_COMPACTED"), 10]

    @pytest.mark.parametrize(("first", "told_from"), [(1, 4), (4, 4), (6, 4)])
    def test_a_gap_neither_takes_back_nor_leaves_out(self, first: int, told_from: int) -> None:
        trail = EventTrail(3, filtered=False)
        assert told(trail, [of_gap(first, 9), of_event(10)]) == [(told_from, 9, "REQ.EVENTS_COMPACTED"), 10]

    def test_a_hole_that_nobody_announced_becomes_a_gap(self) -> None:
        trail = EventTrail(3, filtered=False)
        assert told(trail, [of_event(4), of_event(7)]) == [4, (5, 6, "REQ.EVENTS_COMPACTED"), 7]

    def test_the_gap_of_the_client_has_bytes_too(self) -> None:
        gap, record = EventTrail(3, filtered=False).accept(of_event(5))
        assert msgspec.json.decode(gap.data) == {
            "type": "gap",
            "machine_id": None,
            "instance_id": None,
            "from": 4,
            "to": 4,
            "code": "REQ.EVENTS_COMPACTED",
        }
        assert record.data == of_event(5).data

    def test_a_filter_leaves_holes_that_are_none(self) -> None:
        trail = EventTrail(3, filtered=True)
        assert told(trail, [of_event(9), of_event(20)]) == [9, 20]

    def test_a_position_without_an_event_moves_a_filtered_reader_only(self) -> None:
        moved = EventTrail(3, filtered=True)
        assert told(moved, [Message("50", "message", b"")]) == []
        assert moved.last_event_id() == "50"
        assert told(moved, [Message("40", "message", b""), of_event(45), of_event(51)]) == [51]
        kept = EventTrail(3, filtered=False)
        assert told(kept, [Message("50", "message", b"")]) == []
        assert kept.last_event_id() == "3"

    def test_a_reader_without_a_place_takes_the_first_that_it_is_told(self) -> None:
        trail = EventTrail(None, filtered=False)
        assert trail.last_event_id() is None
        assert told(trail, [Message("7", "message", b"")]) == []
        assert trail.last_event_id() == "7"
        assert told(EventTrail(None, filtered=False), [of_event(30)]) == [30]

    @pytest.mark.parametrize("data", [b"{}", b"nonsense", b"\xff", b"[1]"])
    def test_what_is_no_event_is_refused(self, data: bytes) -> None:
        with pytest.raises(UnreadableAnswer):
            EventTrail(0, filtered=False).accept(Message("1", "machine.state", data))

    def test_a_kind_that_is_newer_than_the_client_is_handed_on(self) -> None:
        data = msgspec.json.encode({**msgspec.to_builtins(event(1, "moon.rose")), "phase": "full"})
        (received,) = EventTrail(0, filtered=False).accept(Message("1", "moon.rose", data))
        assert isinstance(received.item, EngineEvent)
        assert received.item.type == "moon.rose"
        assert received.data == data

    @given(st.lists(st.integers(1, 12), max_size=40))
    def test_whatever_arrives_positions_only_grow_and_every_position_is_told(self, arriving: list[int]) -> None:
        trail = EventTrail(0, filtered=False)
        covered: list[int] = []
        for item in told(trail, [of_event(seq) for seq in arriving]):
            covered += [item] if isinstance(item, int) else range(item[0], item[1] + 1)
        assert covered == list(range(1, max(arriving, default=0) + 1))


class TestTelemetry:
    def test_frames_in_order(self) -> None:
        trail = FrameTrail("ins_1", 5)
        assert told(trail, [of_frame(5), of_frame(6), of_frame(6), of_frame(7)]) == [6, 7]
        assert trail.last_event_id() == "ins_1:7"

    def test_a_hole_that_nobody_announced_becomes_a_gap(self) -> None:
        assert told(FrameTrail("ins_1", 5), [of_frame(9)]) == [(6, 8, "TELEM.COMPACTED"), 9]

    def test_an_announced_gap_is_handed_on_once(self) -> None:
        gap = of_gap(6, 8, "TELEM.COALESCED", "ins_1")
        assert told(FrameTrail("ins_1", 5), [gap, gap, of_frame(9)]) == [(6, 8, "TELEM.COALESCED"), 9]

    def test_a_gap_neither_takes_back_nor_leaves_out(self) -> None:
        gap = of_gap(2, 8, "TELEM.OVERFLOW", "ins_1")
        assert told(FrameTrail("ins_1", 5), [gap, of_frame(9)]) == [(6, 8, "TELEM.OVERFLOW"), 9]

    def test_another_instance_is_announced(self) -> None:
        trail = FrameTrail("ins_1", 500)
        gap = of_gap(1, 3, "TELEM.INSTANCE_CHANGED", "ins_2")
        assert told(trail, [gap, of_frame(4, "ins_2")]) == [(1, 3, "TELEM.INSTANCE_CHANGED"), 4]
        assert trail.last_event_id() == "ins_2:4"

    def test_another_instance_that_nobody_announced_becomes_a_gap(self) -> None:
        trail = FrameTrail("ins_1", 500)
        assert told(trail, [of_frame(1, "ins_2"), of_frame(2, "ins_2")]) == [(1, 0, "TELEM.INSTANCE_CHANGED"), 1, 2]

    def test_a_reader_ahead_of_the_machine_goes_on_where_the_machine_is(self) -> None:
        trail = FrameTrail("ins_1", 900)
        gap = of_gap(11, 900, "TELEM.SEQ_AHEAD", "ins_1")
        assert told(trail, [gap, gap, of_frame(11)]) == [(11, 900, "TELEM.SEQ_AHEAD"), 11]

    def test_the_greeting_gives_a_reader_without_a_place_one(self) -> None:
        trail = FrameTrail(None, None)
        assert told(trail, [Message("ins_1:41", "message", b"")]) == []
        assert trail.last_event_id() == "ins_1:41"
        assert told(trail, [of_frame(42)]) == [42]

    def test_a_position_without_a_frame_hides_no_hole(self) -> None:
        trail = FrameTrail("ins_1", 5)
        beats = [Message(position, "message", b"") for position in ("ins_1:9", "ins_2:1", "", "ins_1:x", "7")]
        assert told(trail, [*beats, of_frame(10)]) == [(6, 9, "TELEM.COMPACTED"), 10]

    def test_a_reader_without_a_place_takes_the_first_frame(self) -> None:
        trail = FrameTrail(None, None)
        assert trail.last_event_id() is None
        assert told(trail, [of_frame(40), of_frame(41)]) == [40, 41]
        assert told(FrameTrail(None, 40), [of_frame(40), of_frame(41)]) == [41]

    def test_kinds_that_are_newer_than_the_client_are_skipped_and_counted(self) -> None:
        trail = FrameTrail("ins_1", 5)
        assert told(trail, [Message("x", "hologram", b"{}"), Message("", "message", b""), of_frame(6)]) == [6]
        assert trail.skipped == 1

    def test_what_is_no_frame_is_refused(self) -> None:
        with pytest.raises(UnreadableAnswer, match="TelemetryFrame"):
            FrameTrail("ins_1", 5).accept(Message("ins_1:6", "telemetry", b'{"type":"telemetry"}'))
