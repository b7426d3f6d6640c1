"""What a follower waits out, what it raises, and when it gives up."""

from __future__ import annotations

from typing import Any

import pytest

from chargehand.contracts.problems import AuthError, EngineError, RequestError, UnavailableError
from chargehand.sdk.answer import Answer, refusal
from chargehand.sdk.backoff import Backoff
from chargehand.sdk.errors import AccessProblem, BadArgument, ClientError, Unreachable, UnreadableAnswer
from chargehand.sdk.follower import Follower
from chargehand.sdk.sse import MESSAGE_BYTES_MAX
from chargehand.sdk.streams import follow_log, follow_machine
from tests.unit.sdk.wire import event, event_message, problem_answer

GREETING = b": connected\n\n"
BACKOFF = Backoff(first_s=1, longest_s=8, attempts=3)


def refused(code: str, kind: type[Any] = RequestError, **more: Any) -> ClientError:
    got = problem_answer(kind(code, "d", **more))
    return refusal(Answer("u", got.status_code, got.headers, got.content))


def follower(after: int = 0) -> Follower[Any]:
    found = follow_log(types=None, subject=None, after=after, backoff=BACKOFF)
    found.connect()
    return found


def test_an_engine_that_was_never_there_is_an_error_and_no_delay() -> None:
    with pytest.raises(Unreachable):
        follower().lost(Unreachable("u", "refused"))


def test_a_cut_is_waited_out_with_growing_patience_and_then_given_up() -> None:
    found = follower()
    found.take(GREETING)
    cut = Unreachable("u", "cut")
    assert [found.lost(cut), found.lost(cut), found.lost(cut)] == [1, 2, 4]
    with pytest.raises(Unreachable) as caught:
        found.lost(cut)
    assert caught.value is cut


def test_a_greeting_alone_is_no_progress() -> None:
    found = follower()
    waits = []
    with pytest.raises(Unreachable, match="4 times in a row"):  # noqa: PT012 - the loop is what ends
        for _ in range(10):
            found.connect()
            found.take(GREETING)
            waits.append(found.lost(None))
    assert waits == [1, 2, 4]


def test_a_record_or_a_heartbeat_is_progress() -> None:
    found = follower()
    found.take(GREETING + event_message(event(1)))
    assert found.lost(None) == 1
    found.connect()
    found.take(GREETING)
    found.take(b": heartbeat\n\n")
    assert found.lost(None) == 1


def ending(code: str, kind: type[Any]) -> bytes:
    """The last message of a stream that had to end."""
    return b"event: problem\ndata: " + problem_answer(kind(code, "d")).content + b"\n\n"


def test_a_stream_that_ends_with_a_refusal_is_refused_after_what_came_before() -> None:
    found = follower()
    got = found.take(GREETING + event_message(event(1)) + ending("AUTH.PRINCIPAL_REVOKED", AuthError))
    assert [received.item.seq for received in got] == [1]
    with pytest.raises(AccessProblem) as caught:
        found.lost(None)
    assert caught.value.code == "AUTH.PRINCIPAL_REVOKED"


def test_a_stream_that_ends_with_a_failure_of_the_engine_is_resumed() -> None:
    found = follower()
    found.take(GREETING + ending("ENG.INTERNAL", EngineError))
    assert found.lost(None) == 1
    found.connect()
    found.take(GREETING + event_message(event(1)))
    assert found.lost(None) == 1, "the problem of the connection before is over"


def test_a_stream_that_ends_with_a_problem_that_is_none_is_unreadable() -> None:
    found = follower()
    found.take(GREETING + b"event: problem\ndata: {}\n\n")
    with pytest.raises(UnreadableAnswer):
        found.lost(None)


@pytest.mark.parametrize(
    "error",
    [
        refused("REQ.CURSOR_INVALID"),
        refused("AUTH.ROLE_MISSING", AuthError),
        refused("FLEET.MACHINE_UNKNOWN"),
        UnreadableAnswer("u", "<html>"),
        BadArgument("id", "x"),
    ],
    ids=lambda error: error.code,
)
def test_what_will_not_get_better_is_raised_at_once(error: ClientError) -> None:
    found = follower()
    found.take(GREETING)
    with pytest.raises(ClientError) as caught:
        found.lost(error)
    assert caught.value is error


def test_the_engine_may_say_when_to_come_back() -> None:
    found = follower()
    found.take(GREETING)
    assert found.lost(refused("ENG.STOPPING", UnavailableError, retry_after_s=5)) == 5
    assert found.lost(refused("REQ.OVERLOADED", retry_after_s=100)) == 8


def test_each_connection_starts_where_the_trail_ends() -> None:
    found = follow_log(types=["a.*", "b.c"], subject="machine/CNC-001", after=4, backoff=BACKOFF)
    first = found.connect()
    assert first.target == "/v1/events?types=a.%2A%2Cb.c&subject=machine%2FCNC-001&after=4"
    assert first.headers["last-event-id"] == "4"
    assert first.headers["accept"] == "text/event-stream"
    found.take(event_message(event(9)))
    assert found.connect().headers["last-event-id"] == "9"


def test_half_a_message_does_not_survive_its_connection() -> None:
    found = follower()
    whole = event_message(event(1))
    assert found.take(whole[:-3]) == []
    found.connect()
    assert [received.item.seq for received in found.take(whole)] == [1]


def test_a_machine_is_resumed_by_instance_and_frame() -> None:
    known = follow_machine("CNC-001", after=6, instance_id="ins_1", backoff=BACKOFF).connect()
    assert known.headers["last-event-id"] == "ins_1:6"
    assert known.target == "/v1/machines/CNC-001/telemetry?after=6&instance_id=ins_1"
    unknown = follow_machine("CNC/1", after=6, instance_id=None, backoff=BACKOFF).connect()
    assert "last-event-id" not in unknown.headers
    assert unknown.target == "/v1/machines/CNC%2F1/telemetry?after=6"


def test_an_endless_message_is_refused() -> None:
    with pytest.raises(UnreadableAnswer, match="bytes"):
        follower().take(b"data: " + b"x" * MESSAGE_BYTES_MAX + b"\n")
