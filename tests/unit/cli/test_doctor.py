"""What the doctor calls well, doubtful and failing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from chargehand.cli import doctor


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("running", "status"), [((3, 10, 14), "fail"), ((3, 11, 0), "ok"), ((3, 14, 1), "ok"), ((2, 7, 18), "fail")]
)
def test_python(running: tuple[int, int, int], status: str) -> None:
    found = doctor.check_python(running)
    assert found.status == status
    assert bool(found.advice) == (status != "ok")


@pytest.mark.parametrize(
    ("carrier", "status"), [("3.51.2.0", "fail"), ("3.51.3.0", "ok"), ("3.52.0.1", "ok"), ("3.9.99.0", "fail")]
)
def test_sqlite(carrier: str, status: str) -> None:
    assert doctor.check_sqlite(carrier).status == status


@pytest.mark.parametrize(("ahead_s", "status"), [(0.0, "ok"), (4.9, "ok"), (-5.1, "warn"), (3600.0, "warn")])
def test_clock(ahead_s: float, status: str) -> None:
    found = doctor.check_clock(ahead_s)
    assert found.status == status
    assert ("behind" in found.finding) == (ahead_s <= 0)


def test_a_folder_that_is_not_there_is_well_and_says_what_makes_it(tmp_path: Path) -> None:
    found = doctor.check_folder(tmp_path / "none")
    assert found.status == "ok"
    assert "chargehand up" in found.advice
    assert not (tmp_path / "none").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
@pytest.mark.parametrize(("mode", "status"), [(0o700, "ok"), (0o750, "warn"), (0o701, "warn")])
def test_a_folder_that_others_can_look_into_is_doubtful(tmp_path: Path, mode: int, status: str) -> None:
    tmp_path.chmod(mode)
    found = doctor.check_folder(tmp_path)
    assert found.status == status
    assert ("chmod 700" in found.advice) == (status == "warn")
    tmp_path.chmod(0o700)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert doctor.check_folder(tmp_path / "file").status == "fail"


@pytest.mark.parametrize(
    ("free", "status"),
    [(0, "fail"), (100 * 1024**2 - 1, "fail"), (100 * 1024**2, "warn"), (1024**3 - 1, "warn"), (1024**3, "ok")],
)
def test_disk(free: int, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def usage(path: Path) -> Usage:
        asked.append(path)
        return Usage(0, 0, free)

    monkeypatch.setattr("shutil.disk_usage", usage)
    assert doctor.check_disk(tmp_path / "not" / "there" / "yet").status == status
    assert asked == [tmp_path]


def test_a_path_through_a_file_asks_for_the_nearest_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert doctor.check_disk(tmp_path / "file" / "below").check == "disk"
