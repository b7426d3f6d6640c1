"""A damaged database is refused by code, with what to do. The engine never starts empty in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.surfaces.engine import Start
from tests.surfaces.proposals import ALLOWED

PAGE_BYTES = 4096


def flip(path: Path, at: int) -> None:
    """Change one byte."""
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def damage_header(path: Path) -> None:
    """The magic number."""
    flip(path, 3)


def damage_pages(path: Path) -> None:
    """The head of every page but the first."""
    for page in range(1, path.stat().st_size // PAGE_BYTES):
        flip(path, page * PAGE_BYTES)


def cut(path: Path) -> None:
    """The second half is gone."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 // PAGE_BYTES * PAGE_BYTES])


def empty(path: Path) -> None:
    """A file of no length, as a crashed copy leaves it."""
    path.write_bytes(b"")


def other(path: Path) -> None:
    """Something else altogether."""
    path.write_bytes(b"not a database at all\n" * 1000)


def remove(path: Path) -> None:
    """No file where there was one."""
    path.unlink()


def digests(folder: Path) -> dict[str, str]:
    """What a folder holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a data folder that an engine has used and left."""
    from tests.surfaces.engine import engines

    folder = tmp_path_factory.mktemp("used") / "data"
    with engines() as starter:
        engine = starter(folder).ready()
        assert engine.post("/v1/proposals", ALLOWED).status_code == 201
        assert engine.stop() == 0
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def data(tmp_path: Path, used: dict[str, bytes]) -> Path:
    """A copy of the used folder."""
    folder = tmp_path / "data"
    (folder / "keys").mkdir(parents=True, mode=0o700)
    for name, content in used.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return folder


@pytest.mark.parametrize("damage", [damage_header, damage_pages, cut, empty, other, remove])
def test_damaged_database_is_refused(start: Start, data: Path, damage: Callable[[Path], None]) -> None:
    damage(data / "chargehand.db")
    before = digests(data)
    engine = start(data)
    assert engine.exit_code() == 1, engine.talk
    assert "ENG.STORE_CORRUPT: chargehand.db: " in engine.talk
    assert "restore it" in engine.talk
    assert "Traceback" not in engine.talk
    # Whoever restores finds the damaged file as it was, not an empty new one.
    assert {name: digest for name, digest in digests(data).items() if not name.endswith(("-wal", "-shm"))} == before


@pytest.mark.parametrize("damage", [damage_header, cut, empty, other])
def test_damaged_telemetry_is_refused(start: Start, data: Path, damage: Callable[[Path], None]) -> None:
    damage(data / "telemetry.db")
    engine = start(data)
    assert engine.exit_code() == 1, engine.talk
    assert "ENG.STORE_CORRUPT: " in engine.talk
    assert "telemetry.db" in engine.talk
    assert "Traceback" not in engine.talk


@pytest.mark.parametrize("name", ["ledger.ed25519", "signin.secret"])
def test_damaged_key_is_refused(start: Start, data: Path, name: str) -> None:
    (data / "keys" / name).write_bytes(b"half a k")
    engine = start(data)
    assert engine.exit_code() == 2, engine.talk
    assert name in engine.talk
    assert "Traceback" not in engine.talk
    assert (data / "keys" / name).read_bytes() == b"half a k"


def test_restored_copy_is_served(start: Start, data: Path, used: dict[str, bytes]) -> None:
    damage_header(data / "chargehand.db")
    assert start(data).exit_code() == 1
    (data / "chargehand.db").write_bytes(used["chargehand.db"])
    engine = start(data).ready()
    assert engine.post("/v1/ledger/verify").json()["ok"] is True
    assert len(engine.get("/v1/decisions").json()["items"]) == 1


def test_unused_folder_starts_empty(start: Start, tmp_path: Path) -> None:
    """What is refused above is a loss; where nothing was, there is nothing to lose."""
    assert start(tmp_path / "new").ready().get("/v1/decisions").json()["items"] == []
