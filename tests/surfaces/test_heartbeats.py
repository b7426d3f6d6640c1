"""Silence is a sign of failure, so a quiet stream says that it lives; and a filtered reader keeps its place by it."""

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
from chargehand.kernel.clock import parse_utc
from chargehand.server import running
from tests.surfaces.engine import WAIT_S

BEAT_S = 0.01


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An engine in this process whose heart beats fast."""
    monkeypatch.setattr(events, "HEARTBEAT_S", BEAT_S)
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", BEAT_S)
    with running(Config(data=tmp_path / "data", port=0)) as address:
        yield address


def beat(url: str, path: str) -> HeartbeatFrame:
    """The first heartbeat of a socket whose machine, if it is one's, has been reached."""
    with connect(url.replace("http", "ws", 1) + path, proxy=None, close_timeout=0) as socket:
        while True:
            text = socket.recv(timeout=WAIT_S)
            if msgspec.json.decode(text)["type"] == "heartbeat":
                found = msgspec.json.decode(text, type=HeartbeatFrame)
                if found.connection not in ("offline", "connecting"):
                    return found


@pytest.mark.parametrize(
    ("path", "machine", "connection"),
    [
        ("/ws/telemetry/CNC-001", "CNC-001", "online"),
        ("/ws/telemetry", None, None),
        ("/ws/events?types=nothing.of_this_kind", None, None),
    ],
)
def test_sockets_beat(url: str, path: str, machine: str | None, connection: str | None) -> None:
    found = beat(url, path)
    assert (found.machine_id, found.connection) == (machine, connection)
    assert parse_utc(found.ts) > 0


def lines(url: str, path: str) -> Iterator[str]:
    """The lines of an event stream."""
    with httpx.stream("GET", url + path, headers={"accept": "text/event-stream"}, timeout=WAIT_S) as response:
        assert response.status_code == 200
        yield from response.iter_lines()


@pytest.mark.parametrize("path", ["/v1/events", "/v1/machines/CNC-001/telemetry"])
def test_event_streams_beat_with_a_comment(url: str, path: str) -> None:
    assert next(line for line in lines(url, path) if line == ": heartbeat")


def test_heartbeat_carries_the_position_of_a_filtered_reader(url: str) -> None:
    """It has seen the whole log and wanted nothing of it; when it comes back it need not read that again."""
    stream = lines(url, "/v1/events?after=0&types=nothing.of_this_kind")
    head = httpx.get(f"{url}/v1/health").json()["seq"]
    position = 0
    while position < head:
        line = next(stream)
        assert line.startswith(("id: ", ": ")) or not line, "a filtered reader is sent no event"
        position = int(line.removeprefix("id: ")) if line.startswith("id: ") else position
    stream.close()  # type: ignore[attr-defined]
