"""The inbox is pushed: who was cut off comes back to where the last heartbeat said, and misses no approval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.sync.client import ClientConnection, connect

from chargehand.api import events
from chargehand.config import Config
from chargehand.contracts.envelope import EngineEvent
from chargehand.contracts.machine import HeartbeatFrame
from chargehand.server import running
from tests.surfaces.engine import WAIT_S
from tests.surfaces.proposals import ALLOWED, offset_write

PATH = "/ws/events?types=approval.*"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An engine in this process whose heart beats fast, so that beats fall between any two events."""
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.01)
    with running(Config(data=tmp_path / "data", port=0)) as address:
        yield address


class Inbox:
    """A reader that is cut off again and again, and comes back after the last position that it was told."""

    def __init__(self, url: str, position: int) -> None:
        self._address = url.replace("http", "ws", 1) + PATH
        self.position = position
        self.seen: list[EngineEvent] = []

    def read(self, until: int, *, beat_last: bool) -> None:
        """One connection, until so many events are known in all; left behind an event or behind a heartbeat."""
        with connect(f"{self._address}&after={self.position}", proxy=None, close_timeout=0) as socket:
            while len(self.seen) < until:
                self._take(socket)
            while beat_last and not self._take(socket):
                continue

    def _take(self, socket: ClientConnection) -> bool:
        """Take a message; whether it was a heartbeat."""
        text = socket.recv(timeout=WAIT_S)
        if msgspec.json.decode(text)["type"] == "heartbeat":
            beat = msgspec.json.decode(text, type=HeartbeatFrame)
            assert beat.event_seq is not None
            assert beat.event_seq >= self.position, "a heartbeat leads nobody back"
            self.position = beat.event_seq
            return True
        event = msgspec.json.decode(text, type=EngineEvent)
        assert event.seq > self.position
        self.seen.append(event)
        self.position = event.seq
        return False


def post(url: str, path: str, body: object) -> httpx.Response:
    return httpx.post(url + path, json=body, timeout=WAIT_S, trust_env=False)


@pytest.mark.parametrize("beat_last", [True, False])
def test_position_of_a_heartbeat_resumes_without_gap_or_duplicate(url: str, *, beat_last: bool) -> None:
    head = httpx.get(f"{url}/v1/health", trust_env=False).json()["seq"]
    inbox, wanted = Inbox(url, head), list[tuple[str, str]]()
    for turn in range(6):
        key = post(url, "/v1/proposals", offset_write()).json()["approval_id"]
        wanted.append(("approval.requested", f"approval/{key}"))
        post(url, "/v1/proposals", ALLOWED)
        if turn % 2:
            decided = post(url, f"/v1/approvals/{key}/decide", {"decision": "deny", "reason": "a test"})
            assert decided.status_code == 200, decided.text
            wanted.append(("approval.decided", f"approval/{key}"))
        inbox.read(len(wanted), beat_last=beat_last)
    assert [(event.type, event.subject) for event in inbox.seen] == wanted
    # What came between and was not wanted has been passed over, not waited for.
    assert not beat_last or inbox.position >= inbox.seen[-1].seq
