"""Both clients over planted cuts: nothing is lost, nothing comes twice, and what is gone is named."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargehand.contracts.machine import GapFrame, SignalValue, TelemetryFrame
from chargehand.contracts.problems import AuthError, RequestError, UnavailableError
from chargehand.sdk import AccessProblem, Backoff, RequestProblem, Unreachable, UnreadableAnswer
from tests.unit.sdk.wire import Both, Cut, event, event_message, json_answer, message, problem_answer

SURFACES = pytest.mark.parametrize("surface", ["sync", "async"])
GREETING = b": connected\n\n"
HEARTBEAT = b": heartbeat\n\n"


class Log:
    """A log of `size` events behind an engine whose streams are cut after so many bytes each, then served whole.

    Attributes:
        asked: positions that the connections began at.
    """

    def __init__(self, size: int, cuts: list[int | httpx.HTTPError], head: int = 0) -> None:
        self.size = size
        self.asked: list[int] = []
        self._cuts = list(cuts)
        self._head = head

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/health":
            return json_answer({"status": "ok", "role": "active", "time": "t", "seq": self._head, "machines": {}})
        position = int(request.headers.get("last-event-id") or request.url.params["after"])
        self.asked.append(position)
        body = GREETING + b"".join(event_message(event(seq)) for seq in range(position + 1, self.size + 1))
        cut = self._cuts.pop(0) if self._cuts else None
        if isinstance(cut, httpx.HTTPError):
            raise cut
        if cut is None:
            return httpx.Response(200, stream=Cut([body, HEARTBEAT]))
        pieces = [body[:cut][at : at + 97] for at in range(0, min(cut, len(body)), 97)]
        return httpx.Response(200, stream=Cut(pieces, httpx.ReadError("cut")))


def numbers(items: list[Any]) -> list[Any]:
    return [("gap", item.from_, item.to) if isinstance(item, GapFrame) else item.seq for item in items]


@SURFACES
@settings(max_examples=60)
@given(cuts=st.lists(st.integers(0, 4000), max_size=12))
def test_every_event_once_wherever_it_is_cut(surface: str, cuts: list[int]) -> None:
    log = Log(20, [4000, *cuts])
    both = Both(surface, log, Backoff(attempts=50))
    assert numbers(both.take(lambda client: client.events(after=0), 20)) == list(range(1, 21))
    assert log.asked == sorted(log.asked)


@SURFACES
def test_refused_connections_between_the_cuts_are_waited_out(surface: str) -> None:
    away = httpx.ConnectError("refused")
    log = Log(3, [400, away, away, 700, httpx.ReadTimeout("silence")])
    both = Both(surface, log)
    assert numbers(both.take(lambda client: client.events(after=0), 3)) == [1, 2, 3]
    assert both.waits.asked[:3] == [0.25, 0.5, 1.0]


@SURFACES
def test_silence_is_a_cut(surface: str) -> None:
    log = Log(2, [httpx.ReadTimeout("silence")])
    log_handler = log

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/events" and len(log.asked) == 0:
            log.asked.append(0)
            return httpx.Response(200, stream=Cut([GREETING + event_message(event(1))], httpx.ReadTimeout("silence")))
        return log_handler(request)

    both = Both(surface, handler)
    assert numbers(both.take(lambda client: client.events(after=0), 2)) == [1, 2]


@SURFACES
def test_from_now_on_holds_its_place_before_the_first_event(surface: str) -> None:
    log = Log(9, [len(GREETING), len(GREETING) + 5], head=5)
    both = Both(surface, log)
    assert numbers(both.take(lambda client: client.events(), 4)) == [6, 7, 8, 9]
    assert log.asked == [5, 5, 5]


@SURFACES
def test_a_gap_is_handed_on_in_its_place(surface: str) -> None:
    gap = msgspec.json.encode(GapFrame(from_=1, to=6, code="REQ.EVENTS_COMPACTED"))

    def handler(request: httpx.Request) -> httpx.Response:
        position = int(request.headers["last-event-id"])
        if position == 0:
            return httpx.Response(200, stream=Cut([GREETING, message(gap, None, "gap")], httpx.ReadError("cut")))
        assert position == 6
        return httpx.Response(200, stream=Cut([GREETING, event_message(event(7))]))

    found = Both(surface, handler).take(lambda client: client.events(after=0), 2)
    assert numbers(found) == [("gap", 1, 6), 7]
    assert found[0].code == "REQ.EVENTS_COMPACTED"


@SURFACES
def test_bytes_of_an_event_are_those_that_arrived(surface: str) -> None:
    data = msgspec.json.encode(event(1))[:-1] + b',"moon":1.50}'

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Cut([message(data, "1")]))

    (received,) = Both(surface, handler).take(lambda client: client.follow_events(after=0), 1)
    assert received.data == data
    assert received.item.seq == 1


@SURFACES
def test_filters_go_with_every_connection(surface: str) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query.decode())
        cut = httpx.ReadError("cut") if len(asked) == 1 else None
        return httpx.Response(200, stream=Cut([GREETING + event_message(event(3 * len(asked)))], cut))

    stream = Both(surface, handler)
    found = stream.take(lambda client: client.events(types=["machine.*"], subject="machine/CNC-001", after=0), 2)
    assert numbers(found) == [3, 6]
    assert asked == ["types=machine.%2A&subject=machine%2FCNC-001&after=0"] * 2


@SURFACES
@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (RequestError("REQ.CURSOR_INVALID", "beyond"), RequestProblem),
        (AuthError("AUTH.PRINCIPAL_REVOKED", "revoked"), AccessProblem),
    ],
)
def test_a_refusal_for_good_ends_the_stream(surface: str, error: Any, raised: type[Exception]) -> None:
    connections: list[int] = []

    def handler(request: httpx.Request) -> httpx.Response:
        connections.append(1)
        if len(connections) == 1:
            return httpx.Response(200, stream=Cut([GREETING + event_message(event(1))]))
        return problem_answer(error)

    with pytest.raises(raised):
        Both(surface, handler).take(lambda client: client.events(after=0), None)
    assert len(connections) == 2


@SURFACES
def test_an_engine_that_comes_back_is_found_again(surface: str) -> None:
    answers = [
        httpx.Response(200, stream=Cut([GREETING + event_message(event(1))])),
        problem_answer(UnavailableError("ENG.STOPPING", "soon", retry_after_s=3)),
        httpx.Response(200, stream=Cut([GREETING + event_message(event(2))])),
    ]
    both = Both(surface, lambda _request: answers.pop(0))
    assert numbers(both.take(lambda client: client.events(after=0), 2)) == [1, 2]
    assert both.waits.asked == [0.25, 3]


@SURFACES
def test_an_engine_that_stays_away_is_given_up(surface: str) -> None:
    both = Both(surface, Log(1, [4000, *[httpx.ConnectError("refused")] * 9]), Backoff(attempts=3))
    with pytest.raises(Unreachable, match="refused"):
        both.take(lambda client: client.events(after=0), None)
    assert len(both.waits.asked) == 3


@SURFACES
def test_no_engine_at_all_is_an_error_at_once(surface: str) -> None:
    both = Both(surface, Log(1, [httpx.ConnectError("refused")]))
    with pytest.raises(Unreachable):
        both.take(lambda client: client.events(after=0), 1)
    assert both.waits.asked == []


@SURFACES
def test_a_page_of_something_else_is_no_stream(surface: str) -> None:
    both = Both(surface, lambda _request: httpx.Response(502, content=b"<html>"))
    with pytest.raises(UnreadableAnswer):
        both.take(lambda client: client.events(after=0), 1)


def frame(seq: int, instance: str = "ins_1") -> bytes:
    return msgspec.json.encode(
        TelemetryFrame(
            machine_id="CNC-001",
            instance_id=instance,
            seq=seq,
            ts_source=None,
            ts_ingest="t",
            source="simulated",
            quality="good",
            values={"spindle_speed": SignalValue(v=seq, u="rev/min", q="good")},
        )
    )


class Mill:
    """A machine whose adapter is started anew between two cuts.

    Attributes:
        asked: what the connections came back with.
    """

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/machines/CNC-001":
            return json_answer({**MACHINE, "state": {**STATE, "instance_id": "ins_1", "seq": 4}})
        self.asked.append(request.headers.get("last-event-id"))
        cut = httpx.ReadError("cut")
        if len(self.asked) == 1:
            return httpx.Response(200, stream=Cut([GREETING], cut))
        if len(self.asked) == 2:
            return httpx.Response(200, stream=Cut([frame_message(5), frame_message(6), b"id: ins_1:7\nda"], cut))
        gap = GapFrame(machine_id="CNC-001", instance_id="ins_2", from_=1, to=2, code="TELEM.INSTANCE_CHANGED")
        told = message(msgspec.json.encode(gap), None, "gap")
        return httpx.Response(200, stream=Cut([told, frame_message(3, "ins_2")]))


def frame_message(seq: int, instance: str = "ins_1") -> bytes:
    return message(frame(seq, instance), f"{instance}:{seq}", "telemetry")


STATE: dict[str, Any] = {
    "connection": "online",
    "execution": None,
    "interlocks": {"alarms": None, "door_open": None, "estop": None, "feed_hold": None},
    "machine_id": "CNC-001",
    "mode": None,
    "setup": dict.fromkeys(
        (
            "axial_depth",
            "coolant",
            "feed_override",
            "feed_rate",
            "material",
            "program",
            "program_sha256",
            "radial_depth",
            "spindle_override",
            "spindle_speed",
            "tool",
        )
    )
    | {"revision": 1},
    "setup_digest": "sha256:0",
    "source": "simulated",
    "ts_ingest": None,
    "ts_source": None,
    "values": {},
}
MACHINE: dict[str, Any] = {
    "id": "CNC-001",
    "name": "Mill",
    "site": "s",
    "cell": "c",
    "kind": "mill_3axis",
    "source": "simulated",
    "writable": True,
    "connection": "online",
    "sensors": [],
    "card_digest": "sha256:0",
}


@SURFACES
def test_telemetry_from_now_on_over_cuts_and_a_new_instance(surface: str) -> None:
    mill = Mill()
    found = Both(surface, mill).take(lambda client: client.telemetry("CNC-001"), 4)
    assert numbers(found) == [5, 6, ("gap", 1, 2), 3]
    assert found[2].code == "TELEM.INSTANCE_CHANGED"
    assert mill.asked == ["ins_1:4", "ins_1:4", "ins_1:6"]


@SURFACES
def test_telemetry_of_a_machine_that_never_sent_anything(surface: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/machines/CNC-001":
            return json_answer({**MACHINE, "state": {**STATE, "instance_id": None, "seq": None}})
        assert "last-event-id" not in request.headers
        assert request.url.query == b""
        return httpx.Response(200, stream=Cut([GREETING, frame_message(1)]))

    assert numbers(Both(surface, handler).take(lambda client: client.telemetry("CNC-001"), 1)) == [1]


@SURFACES
def test_telemetry_from_a_position_asks_nobody_else(surface: str) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, stream=Cut([frame_message(8)]))

    both = Both(surface, handler)
    (received,) = both.take(lambda client: client.follow_telemetry("CNC-001", after=7, instance_id="ins_1"), 1)
    assert received.data == frame(8)
    assert asked == ["/v1/machines/CNC-001/telemetry"]
