"""The log as a stream: from any position, by any way, every event exactly once, filtered as asked and never skipped."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from tests.surfaces.engine import Engine, engines
from tests.surfaces.proposals import call, change, offset_write
from tests.surfaces.reading import Message, cut_out, event_stream, member, messages, receive_event, torn, web_socket

CUTS = 200
PROPOSALS = 240


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with a few hundred events of several kinds, about several subjects."""
    with engines() as starter:
        engine = starter(tmp_path_factory.mktemp("busy") / "data").ready()
        for number in range(PROPOSALS):
            kinds = (change("CNC-001"), change("CNC-002", spindle_speed=13000), offset_write(), call("rm"))
            assert engine.post("/v1/proposals", kinds[number % 4]).status_code == 201
        assert engine.post("/v1/proposals", [1]).status_code == 422
        yield engine


@pytest.fixture(scope="module")
def log(busy: Engine) -> list[Message]:
    """The whole log, as one unbroken stream has it."""
    found = messages(busy, "/v1/events?after=0", busy.head())
    assert [int(message.id) for message in found] == list(range(1, len(found) + 1))
    return found


def test_every_event_exactly_once_over_two_hundred_cuts(busy: Engine, log: list[Message]) -> None:
    """Cut at any byte, and what was torn is thrown away: together the pieces are the log."""
    dice, received, cuts = random.Random(42), list[Message](), 0
    largest = max(len(message.data) for message in log)
    # Never more than is there, so that no piece waits for what only a heartbeat would bring.
    while sum(len(message.data) for message in log[len(received) :]) > 2 * largest:
        cuts += 1
        last = {"last_event_id": received[-1].id} if received else {}
        piece = torn(busy, "/v1/events?after=0", dice.randint(1, 2 * largest), **last)
        received += [message for message in piece if message.data]
    assert cuts >= CUTS
    received += messages(busy, "/v1/events?after=0", len(log) - len(received), last_event_id=received[-1].id)
    assert received == log


def test_socket_has_the_same_events_from_every_position(busy: Engine, log: list[Message]) -> None:
    dice = random.Random(7)
    for position in dice.sample(range(len(log) - 30), 10):
        with web_socket(busy, f"/ws/events?after={position}") as socket:
            wanted = log[position : position + dice.randint(1, 30)]
            assert [receive_event(socket) for _ in wanted] == [message.data for message in wanted]


def test_events_are_those_of_the_export(busy: Engine, log: list[Message]) -> None:
    lines = busy.get("/v1/ledger/export").content.splitlines()[1:]
    for message, line in zip(log, lines, strict=False):
        envelope, data = member(line, "envelope"), member(line, "data")
        assert message.data == envelope[:-1] + b',"data":' + data + b"}"


@pytest.mark.parametrize(
    ("types", "families", "kinds"),
    [
        ("proposal.decided", (), {"proposal.decided"}),
        ("proposal.decided,approval.requested", (), {"proposal.decided", "approval.requested"}),
        ("approval.*", ("approval.",), set()),
        ("proposal.*, engine.*", ("proposal.", "engine."), set()),
        ("proposal.rejected,policy.*", ("policy.",), {"proposal.rejected"}),
    ],
)
def test_filter_by_kind_and_family(
    busy: Engine, log: list[Message], types: str, families: tuple[str, ...], kinds: set[str]
) -> None:
    wanted = [message for message in log if message.event in kinds or (families and message.event.startswith(families))]
    assert wanted
    assert messages(busy, f"/v1/events?after=0&types={types}", len(wanted)) == wanted
    with web_socket(busy, f"/ws/events?after=0&types={types.replace(' ', '%20')}") as socket:
        assert [receive_event(socket) for _ in wanted] == [message.data for message in wanted]


@pytest.mark.parametrize("subject", ["machine/CNC-002", "run/test", "policy/shop-floor"])
def test_filter_by_subject(busy: Engine, log: list[Message], subject: str) -> None:
    def about(message: Message) -> bool:
        event: dict[str, Any] = msgspec.json.decode(message.data)
        return subject in (event["subject"], event.get("topic"))

    wanted = [message for message in log if about(message)]
    assert wanted
    assert messages(busy, f"/v1/events?after=0&subject={subject}", len(wanted)) == wanted


def test_filtered_reader_resumes_where_it_was(busy: Engine, log: list[Message]) -> None:
    wanted = [message for message in log if message.event == "approval.requested"]
    path = "/v1/events?after=0&types=approval.requested"
    first = messages(busy, path, 5)
    assert first + messages(busy, path, len(wanted) - 5, last_event_id=first[-1].id) == wanted


def test_last_event_id_wins_over_after(busy: Engine, log: list[Message]) -> None:
    assert messages(busy, "/v1/events?after=90", 1, last_event_id="7") == log[7:8]


def test_absent_position_means_from_now_on(busy: Engine) -> None:
    head = busy.head()
    with event_stream(busy, "/v1/events?types=proposal.decided") as response, closing(response.iter_raw()) as chunks:  # type: ignore[type-var]
        greeting = cut_out(next(chunks))[0]
        assert not greeting.data
        assert int(greeting.id) >= head
        decided = busy.post("/v1/proposals", change()).json()["id"]
        stream = next(chunks)
    assert decided.encode() in stream
    assert int(stream.split(b"\n")[0].removeprefix(b"id: ")) > head


@pytest.mark.parametrize("position", ["1000000", "-1", "1.5", "x", "", "9" * 30, "9" * 5_000, "\xb2", "0x1"])
def test_position_that_is_none_is_refused(busy: Engine, position: str) -> None:
    """Beyond the log or no number at all: the reader was at another log, and must know it."""
    answer = busy.http.get("/v1/events", headers=[(b"last-event-id", position.encode("latin-1"))])
    assert (answer.status_code, answer.json()["code"]) == (400, "REQ.CURSOR_INVALID")


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ("1000000", "REQ.CURSOR_INVALID"),
        ("9" * 30, "REQ.PARAMETER_INVALID"),
        ("-1", "REQ.PARAMETER_INVALID"),
        ("1.5", "REQ.PARAMETER_INVALID"),
        ("", "REQ.PARAMETER_INVALID"),
        ("9" * 5_000, "REQ.PARAMETER_INVALID"),
    ],
)
def test_after_that_is_none_is_refused(busy: Engine, after: str, code: str) -> None:
    answer = busy.get(f"/v1/events?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    for path in (f"/ws/events?after={after}", f"/ws/telemetry?after_event={after}"):
        with pytest.raises(InvalidStatus) as refused, web_socket(busy, path):
            pass
        assert refused.value.response.status_code == 400
        assert msgspec.json.decode(refused.value.response.body or b"")["code"] == code


def test_reader_that_does_not_read_misses_nothing(busy: Engine) -> None:
    """It leaves megabytes unread, more than the buffers between it and the engine hold, and then reads them all."""
    start = busy.head()
    with web_socket(busy, f"/ws/events?after={start}&types=proposal.*", max_queue=1) as socket:
        for number in range(700):
            assert busy.post("/v1/proposals", change("CNC-002", spindle_speed=20_000 + number)).status_code == 201
        events = [receive_event(socket) for _ in range(1_400)]
    positions = [msgspec.json.decode(event)["seq"] for event in events]
    assert positions == sorted(set(positions))
    assert sum(map(len, events)) > 4_000_000
    speeds = [
        msgspec.json.decode(member(event, "data", "proposal", "action", "params", "spindle_speed", "value"))
        for event in events
        if member(event, "type") == b'"proposal.submitted"'
    ]
    assert speeds == list(range(20_000, 20_700))
