"""The real recording through a real engine: nothing falls over, nothing is lost, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from chargehand.contracts.machine import TelemetryFrame
from tests.surfaces.engine import Engine, Start, until
from tests.surfaces.proposals import change
from tests.surfaces.reading import items, messages

MACHINE = "OKUMA"
FRAMES_PER_PAGE = 5_000


@pytest.fixture
def replaying(start: Start, tmp_path: Path, recording: Path) -> Engine:
    """An engine that has played the whole recording."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "chargehand.toml").write_text("replay_speed = 0\n", "utf-8")
    engine = start(
        data,
        replay=str(recording / "okuma.shdr.txt"),
        devices=str(recording / "Devices.xml"),
        device=MACHINE,
    ).listening()
    until(lambda: ended(engine), "the recording is over")
    return engine


def kinds(engine: Engine) -> list[str]:
    """What the log has of the machine, by kind and words."""
    found = [msgspec.json.decode(message.data) for message in messages(engine, "/v1/events?after=0", engine.head())]
    return [f"{event['type']} {event['data'].get('text', '')}" for event in found]


def ended(engine: Engine) -> bool:
    """Whether the whole recording was played."""
    return any("recording ended" in kind for kind in kinds(engine))


def read_all(engine: Engine) -> list[TelemetryFrame]:
    """Every frame, page by page."""
    frames: list[TelemetryFrame] = []
    instance = ""
    while True:
        query = f"after={len(frames)}&limit={FRAMES_PER_PAGE}{instance}"
        answer = engine.get(f"/v1/machines/{MACHINE}/telemetry?{query}")
        assert answer.json()["gap"] is None
        page = [msgspec.json.decode(item, type=TelemetryFrame) for item in items(answer.content)]
        frames += page
        if not page:
            return frames
        instance = f"&instance_id={page[0].instance_id}"


def test_whole_recording_is_played_without_a_hole(replaying: Engine) -> None:
    frames = read_all(replaying)
    assert [frame.seq for frame in frames] == list(range(1, len(frames) + 1))
    assert len(frames) == 7_060
    assert {frame.source for frame in frames} == {"replay"}
    # Jumps back are reported as they are: arrival is what is in order.
    arrivals = [frame.ts_ingest for frame in frames]
    assert arrivals == sorted(arrivals)
    sources = [frame.ts_source for frame in frames if frame.ts_source is not None]
    assert sources != sorted(sources)
    machine = replaying.machine(MACHINE)
    assert machine.quarantined["TELEM.TIME_BACKWARDS"] == 1_165
    assert set(machine.quarantined) == {"TELEM.TIME_BACKWARDS", "TELEM.KEY_UNKNOWN", "TELEM.MAPPING_FAULT"}
    assert not machine.writable
    assert "Traceback" not in replaying.talk


def test_proposal_is_judged_against_the_recording_and_never_written(replaying: Engine) -> None:
    answer = replaying.post("/v1/proposals", change(MACHINE))
    assert answer.status_code == 201
    verdict = answer.json()
    assert verdict["verdict"] == "deny"
    assert "FLEET.NOT_WRITABLE" in verdict["reason_codes"]
    # Its limits come from the device model, and they are asked too: it is judged, not just refused.
    assert "MACH.SPEED_ABOVE_MAX" in verdict["reason_codes"]
    refused = replaying.post(f"/v1/decisions/{verdict['id']}/permit")
    assert (refused.status_code, refused.json()["code"]) == (409, "GATE.VERDICT_NOT_PERMITTING")
    assert replaying.post("/v1/ledger/verify").json()["ok"] is True


@pytest.mark.slow
def test_recording_at_its_own_pace_is_live(start: Start, tmp_path: Path, recording: Path) -> None:
    flags = {"replay": str(recording / "okuma.shdr.txt"), "devices": str(recording / "Devices.xml"), "device": MACHINE}
    engine = start(tmp_path / "data", **flags).ready()
    state = engine.machine(MACHINE).state
    assert state is not None
    assert (state.source, state.connection) == ("replay", "online")
    assert engine.get("/v1/health").json()["machines"] == {"online": 1}
    found = messages(engine, f"/v1/machines/{MACHINE}/telemetry?after=0", 3)
    assert [msgspec.json.decode(message.data)["seq"] for message in found] == [1, 2, 3]


def test_recording_outlives_a_power_cut(start: Start, tmp_path: Path, recording: Path) -> None:
    """What was stored of the first run is read with the second one after it, and a gap between them."""
    flags = {"replay": str(recording / "okuma.shdr.txt"), "devices": str(recording / "Devices.xml"), "device": MACHINE}
    data = tmp_path / "data"
    data.mkdir()
    (data / "chargehand.toml").write_text("replay_speed = 0\n", "utf-8")
    first = start(data, **flags).ready()
    until(lambda: ended(first), "the recording is over")
    old = first.machine(MACHINE).state
    assert old is not None
    first.kill()
    second = start(data, **flags).ready()
    page = second.get(f"/v1/machines/{MACHINE}/telemetry?after=0&instance_id={old.instance_id}&limit=5000").json()
    assert [item["seq"] for item in page["items"]] == list(range(1, len(page["items"]) + 1))
    assert {item["instance_id"] for item in page["items"]} == {old.instance_id}
    assert second.post("/v1/ledger/verify").json()["ok"] is True
