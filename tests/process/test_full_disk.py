"""A full disk: what cannot be recorded is refused and not done, what was acknowledged stays, and space heals it."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.surfaces.engine import Engine, Start, until
from tests.surfaces.proposals import ALLOWED, change

DISK_BYTES = 16 * 1024 * 1024
PROPOSALS_MAX = 5_000
"""More than fit into any of the spaces here."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, and a small one. What the engine says on stderr goes there too."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting takes root; a bound on the size of files stands in for it in the test beside this one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the space there is."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        step = 1024 * 1024
        while step:
            try:
                file.write(b"\0" * step)
            except OSError:
                step //= 2
    return filler


def submitted_until_refused(engine: Engine) -> tuple[dict[str, bytes], httpx.Response]:
    """Submit until the engine says no: what was acknowledged, and the refusal."""
    told: dict[str, bytes] = {}
    for number in range(PROPOSALS_MAX):
        answer = engine.post("/v1/proposals", change(spindle_speed=3_000 + number))
        if answer.status_code != 201:
            return told, answer
        told[answer.json()["id"]] = answer.content
    raise AssertionError("the disk is not full yet")


def all_there(engine: Engine, told: dict[str, bytes]) -> None:
    """Every acknowledged decision, and nothing that was refused."""
    assert {key: engine.get(f"/v1/decisions/{key}").content for key in told} == told
    report = engine.post("/v1/ledger/verify").json()
    assert report["ok"] is True, report["findings"]


def works(engine: Engine) -> bool:
    """Whether a proposal is recorded again."""
    return engine.post("/v1/proposals", ALLOWED).status_code == 201


def test_full_disk_is_refused_and_heals(start: Start, disk: Path) -> None:
    engine = start(disk / "data").ready()
    before = engine.post("/v1/proposals", ALLOWED)
    filler = fill(disk)
    told, refusal = submitted_until_refused(engine)
    assert (refusal.status_code, refusal.json()["code"]) == (503, "ENG.STORE_FULL")
    assert refusal.json()["owner"] == "platform"
    # Reading goes on, machines are still watched, and the same refusal is given to everything that writes.
    all_there(engine, told | {before.json()["id"]: before.content})
    state = engine.machine("CNC-001").state
    assert state is not None
    assert state.seq is not None
    later = state.seq + 5
    until(lambda: (engine.machine("CNC-001").state or state).seq or later <= 0, "the machine goes on sending")
    for path, body in (("/v1/principals", {"name": "late", "role": "viewer"}), ("/v1/proposals", [])):
        again = engine.post(path, body)
        assert again.status_code in (422, 503)
        assert again.json()["code"] in ("ENG.STORE_FULL", "REQ.NOT_A_PROPOSAL")
    filler.unlink()
    until(lambda: works(engine), "there is space again")
    all_there(engine, told)
    engine.kill()
    all_there(start(disk / "data").ready(), told)


def test_start_on_a_full_disk_is_refused(start: Start, disk: Path) -> None:
    first = start(disk / "data").ready()
    told = {(answer := first.post("/v1/proposals", ALLOWED)).json()["id"]: answer.content}
    assert first.stop() == 0
    filler = fill(disk)
    engine = start(disk / "data", environment={"PYTHONDONTWRITEBYTECODE": "1"})
    assert engine.exit_code() == 1, engine.talk
    assert "ENG.STORE_FULL: " in engine.talk
    assert "Traceback" not in engine.talk
    filler.unlink()
    all_there(start(disk / "data").ready(), told)


def test_file_that_may_not_grow(start: Start, tmp_path: Path) -> None:
    """As a quota does it: the write fails, though not for want of space."""
    engine = start(tmp_path / "data").ready()
    before = engine.post("/v1/proposals", ALLOWED)
    grown = max(path.stat().st_size for path in engine.data.iterdir() if path.is_file())
    unlimited = resource.prlimit(engine.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(engine.process.pid, resource.RLIMIT_FSIZE, (grown + 64 * 1024, unlimited[1]))
    told, refusal = submitted_until_refused(engine)
    assert refusal.status_code == 503
    assert refusal.json()["code"] in ("ENG.STORE_FULL", "ENG.STORE_FAILED")
    all_there(engine, told | {before.json()["id"]: before.content})
    resource.prlimit(engine.process.pid, resource.RLIMIT_FSIZE, unlimited)
    until(lambda: works(engine), "files may grow again")
    engine.kill()
    all_there(start(tmp_path / "data").ready(), told)
