"""A machine's stream is live on every node, whichever node drives the machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.sync.client import connect

from chargehand.api import telemetry
from chargehand.config import Config
from chargehand.server import running
from tests.surfaces.engine import WAIT_S, Start, store_url
from tests.surfaces.reading import cut_out, kind_of

FRAMES = 20
HOUR_S = 3_600.0


@pytest.mark.postgres
@pytest.mark.slow
def test_node_that_does_not_drive_a_machine_streams_it_all_the_same(
    start: Start, tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only when its heart beats or the log grows: here it hardly ever does either."""
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", HOUR_S)
    store = store_url(postgres_dsn)
    driver = start(tmp_path / "driver" / "data", store=store).ready()
    other = tmp_path / "other" / "data"
    (other / "keys").mkdir(parents=True)
    key = (driver.data / "keys" / "ledger.ed25519").read_bytes()
    (other / "keys" / "ledger.ed25519").write_bytes(key)
    (other / "keys" / "ledger.ed25519").chmod(0o600)
    with running(Config(data=other, port=0, store=store)) as url:
        address = url.replace("http", "ws", 1)
        for path in ("/ws/telemetry/CNC-001", "/ws/telemetry"):
            with connect(address + path, proxy=None, close_timeout=0) as socket:
                places: list[int] = []
                while len(places) < FRAMES:
                    frame = str(socket.recv(timeout=WAIT_S)).encode()
                    assert kind_of(frame) != "gap"
                    found = msgspec.json.decode(frame)
                    if found["type"] == "telemetry" and found["machine_id"] == "CNC-001":
                        places.append(found["seq"])
            assert places == list(range(places[0], places[0] + FRAMES))
        stream = b""
        with (
            httpx.stream(
                "GET",
                f"{url}/v1/machines/CNC-002/telemetry",
                headers={"accept": "text/event-stream"},
                timeout=WAIT_S,
            ) as response,
            closing(response.iter_raw()) as chunks,  # type: ignore[type-var]
        ):
            while len([message for message in cut_out(stream) if message.event == "telemetry"]) < FRAMES:
                stream += next(chunks)
