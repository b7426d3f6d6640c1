"""A power cut in the middle of the work: what was acknowledged is there, nothing is there twice, and it is proven."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.process.load import CONNECTIONS, Follower, Told, hammer
from tests.surfaces.engine import Engine, Start
from tests.surfaces.reading import member

PROPOSALS = 1_000
KILLED_AFTER = 400
PASSAGES = {"writer.in_command": 300, "writer.before_commit": 12, "writer.after_commit": 12, "writer.before_reply": 12}
"""Which passage of a point ends the engine: a start takes some, a thousand proposals of 64 clients at least sixteen."""


def verified_offline(engine: Engine, folder: Path, checkpoint: str) -> None:
    """Export the ledger and let the verifier that runs alone judge it, against a checkpoint from before."""
    export, note = folder / "export.jsonl", folder / "note.txt"
    export.write_bytes(engine.get("/v1/ledger/export").content)
    note.write_text(checkpoint, "utf-8")
    source = Path(sys.modules["chargehand"].__path__[0]) / "ledger" / "verify.py"
    run = [sys.executable, "-I", str(source), str(export), "--checkpoint", str(note)]
    verifier = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    assert verifier.returncode == 0, verifier.stdout + verifier.stderr


def everything_is_there(engine: Engine, told: dict[int, Told]) -> None:
    """Every acknowledged decision has the bytes that were acknowledged, and the ledger verifies."""
    assert {answer.status for answer in told.values()} <= {201}
    lost = [
        key for key, answer in told.items() if engine.get(f"/v1/decisions/{answer.decision}").content != answer.verdict
    ]
    assert lost == []
    report = engine.post("/v1/ledger/verify").json()
    assert report["ok"] is True, report["findings"]


def decided(engine: Engine) -> int:
    """How many decisions the log has."""
    lines = engine.get("/v1/ledger/export").content.splitlines()[1:]
    return sum(member(line, "envelope", "type") == b'"proposal.decided"' for line in lines)


@pytest.mark.slow
def test_killed_amid_a_thousand_proposals(start: Start, tmp_path: Path, store: dict[str, Any]) -> None:
    first = start(tmp_path / "data", **store).ready()
    checkpoint = first.get("/v1/ledger/checkpoint").json()["note"]
    follower = Follower()
    reading = follower.in_background(first.url)
    told = hammer(first, range(PROPOSALS), lambda count: first.process.kill() if count == KILLED_AFTER else None)
    reading.join()
    assert first.exit_code() == -9
    assert KILLED_AFTER <= len(told) < PROPOSALS, "the kill was to hit the middle"

    second = start(tmp_path / "data", **store).ready()
    everything_is_there(second, told)
    # Everybody asks again under the same key: who was done gets the first answer, whoever was not gets done, once.
    again = hammer(second, range(PROPOSALS))
    assert len(again) == PROPOSALS
    assert {number: again[number].verdict for number in told} == {number: told[number].verdict for number in told}
    assert all(again[number].replayed for number in told)
    assert decided(second) == PROPOSALS
    head = second.head()
    follower.follow(second.url, until=head)
    positions = [int(message.id) for message in follower.messages]
    assert positions == list(range(1, positions[-1] + 1))
    assert positions[-1] >= head
    assert [msgspec.json.decode(message.data)["seq"] for message in follower.messages] == positions
    verified_offline(second, tmp_path, checkpoint)


@pytest.mark.parametrize("point", PASSAGES)
def test_killed_at_a_point_of_the_writer(start: Start, tmp_path: Path, store: dict[str, Any], point: str) -> None:
    """With a batch half done, written but not durable, durable but not announced, announced but not answered."""
    fault = f"{point}:kill:{PASSAGES[point]}"
    first = start(tmp_path / "data", environment={"CHARGEHAND_FAULT": fault}, **store).listening()
    told = hammer(first, range(PROPOSALS))
    assert first.exit_code() == -9
    assert len(told) < PROPOSALS
    second = start(tmp_path / "data", **store).ready()
    everything_is_there(second, told)
    # As many as can have been on their way, so that what was recorded and not answered is asked for again too.
    asked = max(told, default=0) + 1 + 2 * CONNECTIONS
    again = hammer(second, range(asked))
    assert all(again[number] == answer._replace(replayed=True) for number, answer in told.items())
    assert decided(second) == asked


@pytest.mark.parametrize("point", ["telemetry.before_commit", "telemetry.after_commit"])
def test_killed_while_telemetry_is_stored(start: Start, tmp_path: Path, point: str) -> None:
    first = start(tmp_path / "data", environment={"CHARGEHAND_FAULT": f"{point}:kill:3"}).listening()
    assert first.exit_code() == -9
    second = start(tmp_path / "data").ready()
    assert second.post("/v1/ledger/verify").json()["ok"] is True
    state = second.machine("CNC-001").state
    assert state is not None
    assert state.instance_id is not None
    page = second.get("/v1/machines/CNC-001/telemetry?after=0").json()
    assert [item["seq"] for item in page["items"]] == list(range(1, len(page["items"]) + 1))
