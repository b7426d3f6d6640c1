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
from tests.surfaces.engine import WAIT_S, Engine, Start, store_url
from tests.surfaces.proposals import DENIED
from tests.surfaces.reading import cut_out, kind_of

FRAMES = 20
HOUR_S = 3_600.0


def beside(driver: Engine, tmp_path: Path) -> Path:
    """A data folder for another node on the same database."""
    other = tmp_path / "other" / "data"
    (other / "keys").mkdir(parents=True)
    key = (driver.data / "keys" / "ledger.ed25519").read_bytes()
    (other / "keys" / "ledger.ed25519").write_bytes(key)
    (other / "keys" / "ledger.ed25519").chmod(0o600)
    return other


@pytest.mark.postgres
@pytest.mark.slow
def test_node_that_does_not_drive_a_machine_streams_it_all_the_same(
    start: Start, tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only when its heart beats or the log grows: here it hardly ever does either."""
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", HOUR_S)
    store = store_url(postgres_dsn)
    driver = start(tmp_path / "driver" / "data", store=store).ready()
    other = beside(driver, tmp_path)
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


@pytest.mark.postgres
@pytest.mark.slow
def test_node_that_does_not_drive_a_machine_thins_its_frames_out_and_lists_its_verdicts(
    start: Start, tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "HEARTBEAT_S", HOUR_S)
    store = store_url(postgres_dsn)
    driver = start(tmp_path / "driver" / "data", store=store).ready()
    verdict = driver.post("/v1/proposals", DENIED).json()
    with running(Config(data=beside(driver, tmp_path), port=0, store=store)) as url:
        listed = httpx.get(f"{url}/v1/machines?with_state=true", timeout=WAIT_S).json()["items"]
        (machine,) = [machine for machine in listed if machine["id"] == "CNC-001"]
        assert machine["last_decision"]["id"] == verdict["id"]
        assert machine["last_decision"]["reason_codes"] == verdict["reason_codes"]
        # What the machine does is known to the node that drives it; here nobody has seen it begin.
        assert (machine["connection"], machine["state_since"]) == ("offline", None)
        (row,) = httpx.get(f"{url}/v1/proposals?verdict=deny&code={verdict['primary_code']}").json()["items"]
        assert (row["decision_id"], row["clamped"]) == (verdict["id"], True)
        assert row["took_us"] >= 0
        address = url.replace("http", "ws", 1)
        with connect(f"{address}/ws/telemetry?every_ms=500&batch=true", proxy=None, close_timeout=0) as socket:
            places: dict[str, list[int]] = {}
            while len(places) < 3 or min(map(len, places.values())) < 3:
                message = msgspec.json.decode(socket.recv(timeout=WAIT_S))
                assert message["type"] in ("heartbeat", "batch", "decision", "condition")
                for frame in message.get("frames", ()):
                    places.setdefault(frame["machine_id"], []).append(frame["seq"])
    for found in places.values():
        assert found == sorted(set(found))
        assert found[-1] - found[0] > len(found)
