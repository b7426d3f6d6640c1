"""A stream is for who may read it, now and not only when it was opened; and so many at once, no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from chargehand.api import audience, events, telemetry
from chargehand.config import Config
from chargehand.server import running
from tests.surfaces.asking import World
from tests.surfaces.engine import WAIT_S, engines, until
from tests.surfaces.proposals import change
from tests.surfaces.reading import cut_out, event_stream, web_socket

SOCKETS = ["/ws/telemetry/CNC-001", "/ws/telemetry", "/ws/events", "/ws/events?types=nothing.of_this_kind"]
EVENT_STREAMS = ["/v1/events", "/v1/events?types=nothing.of_this_kind", "/v1/machines/CNC-001/telemetry"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with a principal of every role."""
    with engines() as starter:
        yield World(starter(tmp_path_factory.mktemp("access") / "data").ready())


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def end(socket: ClientConnection) -> tuple[int, str, list[bytes]]:
    """Close code, reason, and what was sent before."""
    found: list[bytes] = []
    with pytest.raises(ConnectionClosed) as closed:
        found.extend(iter(lambda: str(socket.recv(timeout=WAIT_S)).encode(), b""))
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason, found


def revoke(world: World, name: str) -> None:
    answer = world.engine.http.delete(f"/v1/principals/human:{name}", headers=world.bearer("admin"))
    assert answer.status_code == 204


@pytest.mark.parametrize("number", range(len(SOCKETS)))
def test_revoked_principal_is_sent_away_from_a_socket_at_once(world: World, number: int) -> None:
    """Without waiting for a heartbeat, and before another verdict is told."""
    name = f"leaver{number}"
    token = world.add(name, "viewer", headers=world.bearer("admin"))
    with web_socket(world.engine, SOCKETS[number], additional_headers=bearer(token)) as socket:
        socket.recv(timeout=WAIT_S)
        revoke(world, name)
        later = world.engine.post("/v1/proposals", change(), headers=world.bearer("operator")).json()["id"]
        code, reason, sent = end(socket)
    assert (code, reason) == (1008, "AUTH.PRINCIPAL_REVOKED")
    assert later.encode() not in b"".join(sent)


@pytest.mark.parametrize("number", range(len(EVENT_STREAMS)))
def test_event_stream_of_a_revoked_principal_ends_with_the_problem(world: World, number: int) -> None:
    name = f"reader{number}"
    token = world.add(name, "viewer", headers=world.bearer("admin"))
    stream = b""
    with event_stream(world.engine, EVENT_STREAMS[number], **bearer(token)) as response:
        for chunk in response.iter_raw():
            if not stream:
                revoke(world, name)
            stream += chunk
    last = cut_out(stream)[-1]
    problem = msgspec.json.decode(last.data)
    assert (last.event, problem["code"], problem["status"]) == ("problem", "AUTH.PRINCIPAL_REVOKED", 401)
    assert problem["request_id"] == response.headers["x-request-id"]


def test_others_read_on_when_one_is_revoked(world: World) -> None:
    world.add("passer-by", "viewer", headers=world.bearer("admin"))
    with (
        web_socket(
            world.engine, "/ws/events?types=proposal.decided", additional_headers=world.bearer("viewer")
        ) as known,
        web_socket(world.engine, "/ws/events?types=proposal.decided") as tokenless,
    ):
        for socket in (known, tokenless):
            socket.recv(timeout=WAIT_S)
        revoke(world, "passer-by")
        key = world.engine.post("/v1/proposals", change(), headers=world.bearer("operator")).json()["id"]
        for socket in (known, tokenless):
            assert key in str(socket.recv(timeout=WAIT_S))


@contextmanager
def fast(tmp_path: Path) -> Iterator[httpx.Client]:
    """An engine in this process."""
    with running(Config(data=tmp_path / "data", port=0)) as url, httpx.Client(base_url=url, timeout=WAIT_S) as http:
        yield http


def dial(http: httpx.Client, path: str, headers: dict[str, str] | None = None) -> ClientConnection:
    address = str(http.base_url).rstrip("/").replace("http", "ws", 1) + path
    return connect(address, proxy=None, close_timeout=0, additional_headers=headers)


@pytest.mark.parametrize("path", ["/ws/telemetry/CNC-001", "/ws/events?types=nothing.of_this_kind"])
def test_session_that_has_ended_is_noticed_at_the_next_heartbeat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Its end is no event, so it is noticed by asking, however busy the stream is."""
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.2)
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", 0.2)
    with fast(tmp_path) as http:
        token = http.post("/v1/principals", json={"name": "guest", "role": "viewer"}).json()["token"]
        made = http.post("/v1/session", json={"token": token})
        http.cookies.clear()
        cookie = {"cookie": made.headers["set-cookie"].partition(";")[0]}
        with dial(http, path, cookie) as socket:
            socket.recv(timeout=WAIT_S)
            assert http.delete("/v1/session", headers=cookie).status_code == 204
            assert end(socket)[:2] == (1008, "AUTH.TOKEN_INVALID")


def test_streams_are_so_many_and_a_place_that_is_left_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "STREAMS_MAX", 2)
    with fast(tmp_path) as http, ExitStack() as stack:
        socket = stack.enter_context(dial(http, "/ws/telemetry"))
        with http.stream("GET", "/v1/events"):
            full = http.get("/v1/events")
            assert (full.status_code, full.json()["code"]) == (429, "REQ.OVERLOADED")
            assert int(full.headers["retry-after"]) > 0
            telemetry_full = http.get("/v1/machines/CNC-001/telemetry", headers={"accept": "text/event-stream"})
            assert telemetry_full.json()["code"] == "REQ.OVERLOADED"
            for path in SOCKETS:
                with pytest.raises(InvalidStatus) as refused:
                    dial(http, path)
                assert refused.value.response.status_code == 429
            assert http.get("/v1/machines/CNC-001/telemetry").status_code == 200, "a page takes no place"
        socket.close()
        # A stream that is refused for its parameters takes no place either.
        for _ in range(5):
            assert http.get("/v1/events?after=1000000").status_code == 400
        until(lambda: _served(http), "both places are free again")


def _served(http: httpx.Client) -> bool:
    with http.stream("GET", "/v1/events") as one, http.stream("GET", "/v1/events") as two:
        return (one.status_code, two.status_code) == (200, 200)


@pytest.mark.parametrize("path", EVENT_STREAMS)
def test_revocation_waits_for_no_heartbeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 3_600)
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", 3_600)
    with fast(tmp_path) as http:
        token = http.post("/v1/principals", json={"name": "guest", "role": "viewer"}).json()["token"]
        headers = {"accept": "text/event-stream", **bearer(token)}
        stream = b""
        with http.stream("GET", path, headers=headers) as response:
            for chunk in response.iter_raw():
                if not stream:
                    assert http.delete("/v1/principals/human:guest").status_code == 204
                stream += chunk
        assert cut_out(stream)[-1].event == "problem"
