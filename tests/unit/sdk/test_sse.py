"""Server-sent events are cut right however the bytes arrive."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargehand.sdk.sse import MESSAGE_BYTES_MAX, Cutter, Message, MessageTooLargeError

STREAM = (
    b": connected\n\n"
    b"id: 1\nevent: machine.state\ndata: {}\n\n"
    b'id: 2\r\nevent: gap\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'
    b"id: 9\n: heartbeat\n\n"
    b"data:unnamed\n\n"
    b"id: 10\rdata: old\r\r"
    b"event: only\n\n"
    b"retry: 10\nunknown: x\ndata\n\n"
    b"id: cut\ndata: never fin"
)
EXPECTED = [
    Message("1", "machine.state", b"{}"),
    Message("2", "gap", b'{"a":\n1}'),
    Message("9", "message", b""),
    Message("9", "message", b"unnamed"),
    Message("10", "message", b"old"),
    Message("10", "message", b""),
]


def cut(chunks: list[bytes]) -> list[Message]:
    cutter = Cutter()
    return [found for chunk in chunks for found in cutter.feed(chunk)]


def test_messages_of_one_piece() -> None:
    assert cut([STREAM]) == EXPECTED


def test_one_byte_at_a_time() -> None:
    assert cut([STREAM[at : at + 1] for at in range(len(STREAM))]) == EXPECTED


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_any_cutting_gives_the_same_messages(places: list[int]) -> None:
    edges = [0, *sorted(places), len(STREAM)]
    assert cut([STREAM[a:b] for a, b in pairwise(edges)]) == EXPECTED


def test_an_unfinished_message_is_never_handed_on() -> None:
    assert cut([b"id: 1\ndata: half"]) == []
    assert cut([b"id: 1\ndata: half\n"]) == []
    assert len(cut([b"id: 1\ndata: whole\n\n"])) == 1


def test_a_comment_alone_is_no_message() -> None:
    assert cut([b": heartbeat\n\n"]) == []


def test_an_id_with_a_zero_byte_is_ignored() -> None:
    assert cut([b"id: 1\ndata: a\n\nid: 2\x00\ndata: b\n\n"])[1].id == "1"


@pytest.mark.parametrize("unit", [b"x" * 65536, b"data: " + b"x" * 65536 + b"\n"])
def test_an_endless_message_is_refused(unit: bytes) -> None:
    with pytest.raises(MessageTooLargeError):
        cut([unit] * (MESSAGE_BYTES_MAX // 65536 + 2))


def test_many_messages_do_not_add_up_to_a_large_one() -> None:
    cutter = Cutter()
    piece = b"data: " + b"x" * 100_000 + b"\n\n"
    assert sum(len(list(cutter.feed(piece))) for _ in range(200)) == 200
