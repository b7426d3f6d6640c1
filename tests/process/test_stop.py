"""Told to stop, an engine stops: it sends every reader home, brings its parts to an end, and its exit code says so."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.surfaces.engine import Start
from tests.surfaces.proposals import ALLOWED
from tests.surfaces.reading import event_stream, receive, web_socket

STOP_S_MAX = 5.0
"""The promise to whoever stops an engine: a service manager's patience, not a measure of speed."""
GOING_AWAY = (1001, 1012)
SOCKETS = ("/ws/telemetry/CNC-001", "/ws/telemetry", "/ws/events")
STREAMS = ("/v1/events?after=0", "/v1/machines/CNC-001/telemetry")


def closed_with(socket: ClientConnection) -> int:
    """Read a socket to its end, and return the code that it was closed with."""
    with suppress(ConnectionClosed):
        while receive(socket):
            continue
    assert socket.protocol.close_rcvd is not None, "the socket was dropped, not closed"
    return socket.protocol.close_rcvd.code


def test_stop_closes_open_streams_at_once(start: Start, tmp_path: Path) -> None:
    engine = start(tmp_path / "data").ready()
    with ExitStack() as stack:
        sockets = [stack.enter_context(web_socket(engine, path)) for path in SOCKETS]
        streams = [stack.enter_context(event_stream(engine, path)) for path in STREAMS]
        chunks = [response.iter_raw() for response in streams]
        assert all(next(chunk) for chunk in chunks)
        asked = time.monotonic()
        engine.process.terminate()
        for socket in sockets:
            assert closed_with(socket) in GOING_AWAY
        # A stream that was cut instead of ended would raise here: the last chunk would be missing.
        for chunk in chunks:
            assert b"".join(chunk) is not None
        assert engine.process.wait(STOP_S_MAX) == 0
        assert time.monotonic() - asked < STOP_S_MAX
    assert "Traceback" not in engine.talk
    assert "error" not in engine.talk.lower()


def test_stop_brings_everything_to_an_end(start: Start, tmp_path: Path) -> None:
    """The databases are closed by their last connection, which leaves no journal; the lock file names nobody."""
    data = tmp_path / "data"
    engine = start(data).ready()
    assert engine.post("/v1/proposals", ALLOWED).status_code == 201
    assert engine.stop() == 0
    assert sorted(path.name for path in data.iterdir()) == [
        "IN-USE",
        "chargehand.db",
        "engine.lock",
        "keys",
        "telemetry.db",
    ]
    assert (data / "engine.lock").read_bytes() == b""


def test_what_the_machines_sent_is_stored_when_it_stops(start: Start, tmp_path: Path) -> None:
    data = tmp_path / "data"
    engine = start(data).ready()
    state = engine.machine("CNC-002").state
    assert state is not None
    assert state.seq is not None
    engine.stop()
    again = start(data).ready()
    page = again.get(f"/v1/machines/CNC-002/telemetry?after=0&instance_id={state.instance_id}&limit=5000").json()
    assert page["gap"] is None
    assert [item["seq"] for item in page["items"]][: state.seq] == list(range(1, state.seq + 1))


def test_interrupt_is_a_stop_with_its_own_exit_code(start: Start, tmp_path: Path) -> None:
    engine = start(tmp_path / "data").ready()
    engine.process.send_signal(signal.SIGINT)
    assert engine.exit_code() == 130
    assert not (tmp_path / "data" / "chargehand.db-wal").exists()
    assert "Traceback" not in engine.talk


def test_engine_that_was_stopped_starts_again_with_everything(start: Start, tmp_path: Path) -> None:
    first = start(tmp_path / "data").ready()
    key = first.post("/v1/proposals", ALLOWED).json()["id"]
    decision = first.get(f"/v1/decisions/{key}").content
    first.stop()
    second = start(tmp_path / "data").ready()
    assert second.get(f"/v1/decisions/{key}").content == decision
    assert second.post("/v1/ledger/verify").json()["ok"] is True
