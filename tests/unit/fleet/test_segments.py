"""Segments and rings: bounded in time and size, without holes, and nothing pending is forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.fleet.segments import RING_FRAMES_MAX, SEGMENT_BYTES_MAX, SEGMENT_US_MAX, Ring, Segment
from chargehand.kernel.clock import MINUTE_US
from tests.unit.fleet.cards import T0

MINUTE = T0 - T0 % MINUTE_US


def ring() -> Ring:
    return Ring("M", "ins_1", MINUTE)


def frame(seq: int) -> bytes:
    return b'{"seq":%d}' % seq


def fill(made: Ring, count: int, *, every_us: int = 100_000, begin_us: int = MINUTE) -> list[Segment]:
    """Append frames at a steady pace; returns the segments that were closed, all of them stored at once."""
    closed = []
    for number in range(count):
        seq = made.last_seq + 1
        done = made.append(seq, frame(seq), begin_us + number * every_us)
        if done is not None:
            done.fate = "stored"
            closed.append(done)
    return closed


def test_a_segment_spans_a_quarter_of_a_second_at_most() -> None:
    for segment in fill(ring(), 100, every_us=30_000):
        assert segment.last_us - segment.first_us < SEGMENT_US_MAX
        assert segment.first_us % 30_000 == MINUTE % 30_000


def test_segments_join_without_holes() -> None:
    closed = fill(ring(), 100)
    assert [segment.first_seq for segment in closed[1:]] == [segment.last_seq + 1 for segment in closed[:-1]]
    assert closed[0].first_seq == 1


def test_a_segment_never_spans_a_minute_boundary() -> None:
    closed = fill(ring(), 20, every_us=40_000, begin_us=MINUTE + MINUTE_US - 150_000)
    assert all(segment.first_us // MINUTE_US == segment.last_us // MINUTE_US for segment in closed)
    assert {segment.minute_us for segment in closed} == {MINUTE, MINUTE + MINUTE_US}


def test_a_segment_is_bounded_in_bytes() -> None:
    made = ring()
    large = b"x" * (SEGMENT_BYTES_MAX // 2)
    closed = [made.append(seq, large, MINUTE) for seq in range(1, 6)]
    assert [segment is not None for segment in closed] == [False, False, True, False, True]


def test_time_closes_a_segment_without_a_further_frame() -> None:
    made = ring()
    made.append(1, frame(1), MINUTE)
    assert made.roll(MINUTE + SEGMENT_US_MAX - 1) is None
    closed = made.roll(MINUTE + SEGMENT_US_MAX)
    assert closed is not None
    assert closed.fate == "pending"
    assert made.roll(MINUTE + MINUTE_US) is None


def test_a_clock_that_is_set_back_does_not_reopen_a_minute() -> None:
    made = ring()
    made.append(1, frame(1), MINUTE + MINUTE_US)
    made.append(2, frame(2), MINUTE)
    closed = made.close()
    assert closed is not None
    assert (closed.minute_us, closed.last_us) == (MINUTE + MINUTE_US, MINUTE + MINUTE_US)


@pytest.mark.parametrize("seq", [0, 2, 3])
def test_a_frame_out_of_sequence_is_refused(seq: int) -> None:
    with pytest.raises(AssertionError):
        ring().append(seq, frame(seq), MINUTE)


def test_a_frame_with_a_line_feed_is_refused() -> None:
    with pytest.raises(AssertionError):
        ring().append(1, b"{\n}", MINUTE)


def test_the_ring_forgets_stored_segments_only() -> None:
    made = ring()
    for _ in range(RING_FRAMES_MAX * 2):
        seq = made.last_seq + 1
        made.append(seq, frame(seq), MINUTE + seq * 100_000)
    assert made.first_seq == 1
    segments = list(made._segments)
    for segment in segments[:-1]:
        segment.fate = "stored"
    fill(made, 1, begin_us=MINUTE + 2 * RING_FRAMES_MAX * 100_000)
    assert made.first_seq is not None
    assert RING_FRAMES_MAX <= made.last_seq - made.first_seq + 1 < RING_FRAMES_MAX + 10
    assert made.lost_seq == 0


def test_the_ring_remembers_what_it_forgot_unstored() -> None:
    made = ring()
    fill(made, RING_FRAMES_MAX)
    for segment in list(made._segments)[:3]:
        segment.fate = "lost"
    fill(made, 20, begin_us=MINUTE + RING_FRAMES_MAX * 100_000)
    assert made.first_seq is not None
    assert 0 < made.lost_seq < made.first_seq


@given(count=st.integers(1, 300), every=st.integers(1, 400_000), seq=st.integers(0, 320), limit=st.integers(1, 50))
def test_what_follows_a_position_is_exactly_that(count: int, every: int, seq: int, limit: int) -> None:
    made = ring()
    fill(made, count, every_us=every)
    assert made.after(seq, limit) == [frame(number) for number in range(seq + 1, count + 1)][:limit]


def test_what_the_ring_has_forgotten_is_not_answered() -> None:
    made = ring()
    fill(made, RING_FRAMES_MAX * 2)
    with pytest.raises(AssertionError):
        made.after(0, 10)


def test_an_empty_ring_has_no_first() -> None:
    assert ring().first_seq is None
    assert ring().close() is None
