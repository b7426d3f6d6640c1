"""Every stream tells its position before anything else, so a reader that is cut off at any moment can come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.sync.client import connect

from chargehand.api import events, telemetry
from chargehand.config import Config
from chargehand.contracts.machine import HeartbeatFrame
from chargehand.server import running
from tests.surfaces.engine import WAIT_S, Engine
from tests.surfaces.proposals import change, offset_write
from tests.surfaces.reading import cut_out, event_stream, kind_of, messages, receive, receive_event, web_socket


def position(frame: bytes) -> int:
    """The log position of a heartbeat."""
    found = msgspec.json.decode(frame, type=HeartbeatFrame).event_seq
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["/ws/telemetry/CNC-001", "/ws/telemetry", "/ws/events", "/ws/events?types=x.y"])
def test_first_frame_of_a_socket_is_its_position(engine: Engine, path: str) -> None:
    head = engine.head()
    with web_socket(engine, path) as socket:
        assert position(receive(socket)) >= head


def test_machine_socket_that_was_cut_has_the_verdict_of_the_meantime(engine: Engine) -> None:
    """Nothing but frames had come when it was cut."""
    with web_socket(engine, "/ws/telemetry/CNC-002") as socket:
        at = position(receive(socket))
        frame = receive(socket)
        while kind_of(frame) != "telemetry":
            frame = receive(socket)
    last = msgspec.json.decode(frame)
    answer = engine.post("/v1/proposals", change("CNC-002")).json()
    back = f"/ws/telemetry/CNC-002?instance_id={last['instance_id']}&after={last['seq']}&after_event={at}"
    seen: list[int] = []
    with web_socket(engine, back) as socket:
        assert position(receive(socket)) == at
        while kind_of(frame := receive(socket)) != "decision":
            if kind_of(frame) == "telemetry":
                seen.append(msgspec.json.decode(frame)["seq"])
            assert kind_of(frame) != "gap"
    assert msgspec.json.decode(frame)["verdict"]["id"] == answer["id"]
    assert seen == list(range(last["seq"] + 1, last["seq"] + 1 + len(seen)))


def test_socket_of_the_log_that_was_cut_before_its_first_event_misses_none(engine: Engine) -> None:
    with web_socket(engine, "/ws/events?types=approval.requested") as socket:
        at = position(receive(socket))
    key = engine.post("/v1/proposals", offset_write()).json()["approval_id"]
    with web_socket(engine, f"/ws/events?types=approval.requested&after={at}") as socket:
        assert msgspec.json.decode(receive_event(socket))["subject"] == f"approval/{key}"


def test_event_stream_that_was_cut_before_its_first_event_misses_none(engine: Engine) -> None:
    with event_stream(engine, "/v1/events?types=approval.requested") as response:
        greeting = cut_out(next(response.iter_raw()))[0]
    assert (greeting.data, greeting.event) == (b"", "message")
    key = engine.post("/v1/proposals", offset_write()).json()["approval_id"]
    found = messages(engine, "/v1/events?types=approval.requested", 1, last_event_id=greeting.id)
    assert msgspec.json.decode(found[0].data)["subject"] == f"approval/{key}"


def test_telemetry_stream_names_its_position_at_once(engine: Engine) -> None:
    path = "/v1/machines/CNC-001/telemetry"
    with event_stream(engine, path) as response:
        greeting = cut_out(next(response.iter_raw()))[0]
    instance, _, seq = greeting.id.rpartition(":")
    found = msgspec.json.decode(messages(engine, path, 1, last_event_id=greeting.id)[0].data)
    assert (found["instance_id"], found["seq"]) == (instance, int(seq) + 1)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An engine in this process whose heart beats fast, yet slower than its machines speak."""
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.3)
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", 0.3)
    with running(Config(data=tmp_path / "data", port=0)) as address:
        yield address


@pytest.mark.parametrize("path", ["/ws/telemetry/CNC-001", "/ws/telemetry"])
def test_busy_socket_beats_too_and_its_position_follows_what_it_sent(url: str, path: str) -> None:
    with connect(url.replace("http", "ws", 1) + path, proxy=None, close_timeout=0) as socket, httpx.Client() as http:
        at = position(str(socket.recv(timeout=WAIT_S)).encode())
        http.post(f"{url}/v1/proposals", json=change())
        decided = None
        while decided is None or at < decided:
            frame = str(socket.recv(timeout=WAIT_S)).encode()
            if kind_of(frame) == "decision":
                decided = msgspec.json.decode(frame)["seq"]
                assert at < decided, "a position ahead of what was sent"
            elif kind_of(frame) == "heartbeat":
                assert position(frame) >= at
                at = position(frame)
